"""What runs in the sandbox: a page's bytes to what is kept of it. The text ends here, in its fingerprint."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from crawler.duplicates import fingerprint
from crawler.pages.worker import read_page

if TYPE_CHECKING:
    from collections.abc import Mapping

_LEFT_HERE = ("text", "description")


def read_facts(payload: bytes, options: Mapping[str, Any]) -> bytes:
    """Read an article's page; options and answer as those of `read_page`, a fingerprint in place of the text."""
    document = json.loads(read_page(payload, options))
    page = document.get("page")
    if page is not None:
        found = fingerprint(page["text"])
        page |= {"fingerprint": None}
        if found is not None:
            signature = base64.b64encode(found.signature).decode()
            page["fingerprint"] = {"method": found.method, "signature": signature, "word_count": found.word_count}
        for name in _LEFT_HERE:
            page.pop(name, None)
    return json.dumps(document).encode()
