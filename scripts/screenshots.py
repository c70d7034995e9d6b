"""Take the pictures of docs/screenshots from a running demo: `lantoa demo`, then this script.

Anyone can run it: it needs Playwright for Python and a Chromium, and reaches only the demo.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SIZES = {"phone": (360, 740), "desk": (1280, 800)}
PASSWORD = "lan-toa-mau"  # noqa: S105 - of the demo, whose people are made up
SHOTS = (  # name, who, where, on what
    ("home", "dv04", "/", "phone"),
    ("article", "dv04", "/articles/200", "phone"),
    ("declare", "dv04", "/claims/new", "phone"),
    ("review", "bithu", "/review", "desk"),
    ("progress", "bithu", "/progress", "desk"),
    ("sources", "quantri", "/feeds", "desk"),
)
OVERVIEW = ("home", "review")


def main() -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--address", default="http://127.0.0.1:8000")
    parser.add_argument("--folder", type=Path, default=Path("docs") / "screenshots")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name, login, path, size in SHOTS:
            with _signed_in(browser, asked.address, login, *SIZES[size]) as page:
                page.goto(asked.address + path)
                page.screenshot(path=asked.folder / f"{name}.png")
        _join(browser, [asked.folder / f"{name}.png" for name in OVERVIEW], asked.folder / "overview.png")
        browser.close()


@contextlib.contextmanager
def _signed_in(browser: Browser, address: str, login: str, width: int, height: int) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.fill("#f-login", login)
    page.fill("#f-password", PASSWORD)
    page.click("main button")
    yield page
    context.close()


def _join(browser: Browser, pictures: list[Path], path: Path) -> None:
    """Put pictures side by side into one."""
    images = "".join(
        f'<img height="{SIZES["phone"][1]}" src="data:image/png;base64,{base64.b64encode(p.read_bytes()).decode()}">'
        for p in pictures
    )
    page = browser.new_page()
    page.set_content(
        f'<div id="all" style="display:inline-flex;gap:24px;padding:24px;background:#ddd6c9">{images}</div>'
    )
    page.locator("#all").screenshot(path=path)
    page.close()


if __name__ == "__main__":
    main()
