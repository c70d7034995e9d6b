"""A message id in a reader's language: Vietnamese from the gettext catalogue, English from the id itself.

The catalogue is the .po files of tracker/locale/vi, read together: errors.po for refusals (tracker/labels.py), one more
for each room that speaks (web.po, reports.po).
"""

from __future__ import annotations

import functools
import gettext
import importlib.resources
import io
import re
from typing import Final

# Where Vietnamese has two words for one of English, its ids are told apart by a room's name at their end.
_APART: Final = re.compile(r" \((?:count|record|rules?|settings)\)$")


def translate(message: str, language: str) -> str:
    """Give a message id in a language; English ids stand for themselves, but for what tells two alike apart."""
    return catalogue().gettext(message) if language == "vi" else _english(message)


@functools.lru_cache(maxsize=8192)
def _english(message: str) -> str:
    return _APART.sub("", message)


@functools.cache
def catalogue() -> gettext.GNUTranslations:
    """Read the Vietnamese catalogue, once a process."""
    from babel.messages.catalog import Catalog  # noqa: PLC0415 - Babel costs 50 ms: only who speaks Vietnamese pays
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - the same
    from babel.messages.pofile import read_po  # noqa: PLC0415 - the same

    whole = Catalog(locale="vi")
    folder = importlib.resources.files("tracker") / "locale" / "vi"
    for part in sorted((p for p in folder.iterdir() if p.name.endswith(".po")), key=lambda p: p.name):
        with part.open("rb") as file:
            for message in read_po(file, locale="vi"):
                if message.id:
                    whole.add(message.id, message.string, context=message.context)
    compiled = io.BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
