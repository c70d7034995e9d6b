"""Somebody in front of a real browser: on a phone or at a desk, pressing what is written and reading what is shown."""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playwright.sync_api import expect, sync_playwright

from tests.e2e.outside import PASSWORD
from tests.ground import cannot_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page

PHONE, DESK = (360, 740), (1280, 800)
WAIT_MS = 30_000
_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


@contextmanager
def launched(*arguments: str) -> Iterator[Browser]:
    """Start Chromium for a module's tests; two at once cannot be driven by one thread."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        cannot_run("the pages in a browser", "Chromium is not installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=[*_ARGUMENTS, *arguments])
        yield started
        started.close()


def opened(
    browser: Browser, size: tuple[int, int] = DESK, *, script: bool = True, base_url: str | None = None
) -> BrowserContext:
    """Open a browser's window that nobody used before; without script it is a dark one."""
    viewport = {"width": size[0], "height": size[1]}
    return browser.new_context(
        viewport=viewport,  # type: ignore[arg-type]  # a typed dict of the same two fields
        base_url=base_url,
        locale="vi-VN",
        java_script_enabled=script,
        accept_downloads=True,
        color_scheme="dark" if not script else "light",
    )


@dataclass
class Person:
    """Somebody in front of a browser; every page opened is looked over and photographed."""

    page: Page
    base: str
    pictures: Path
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen for what a page must never do."""
        self.page.on("dialog", self._note_dialog)
        self.page.on("console", self._note_console)

    def _note_dialog(self, dialog: Dialog) -> None:
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.wrong.append(message.text)

    def open(self, path: str) -> None:
        """Open a page."""
        self.page.goto(path if path.startswith("http") else f"{self.base}{path}")
        self.look()

    def look(self) -> None:
        """Hold the page in front to fit the screen, and take its picture."""
        shot = self.pictures / f"{len(list(self.pictures.iterdir())):02d}.png"
        self.page.screenshot(path=shot)
        wide, screen = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= screen, f"{self.page.url} is wider than the screen: {wide}"

    def press(self, words: str) -> None:
        """Press a button or link of the page by its words, or the first that holds them."""
        able = self.page.locator("main :is(button, summary, a):visible")
        exact = able.filter(has_text=re.compile(rf"^\s*{re.escape(words)}\s*$"))
        (exact if exact.count() else able.filter(has_text=words)).first.click()
        self.page.wait_for_load_state()
        self.look()

    def fill(self, **fields: str) -> None:
        """Fill fields in by their names; lists are chosen from by their words."""
        for name, value in fields.items():
            found = self.page.locator(f'main [name="{name}"]:visible').first
            if found.evaluate("e => e.tagName") == "SELECT":
                found.select_option(label=value)
            else:
                found.fill(value)

    def sees(self, words: str) -> None:
        """Hold the page to showing words, at once or when it has come."""
        expect(self.page.locator("main")).to_contain_text(words, use_inner_text=True, timeout=WAIT_MS)

    def sign_in(self, login: str) -> None:
        """Leave whatever session there is, and sign in."""
        if self.page.locator("form.sign-out button").count():
            self.page.locator("form.sign-out button").click()
        self.open("/sign-in")
        self.fill(login=login, password=PASSWORD)
        self.press("Đăng nhập")
