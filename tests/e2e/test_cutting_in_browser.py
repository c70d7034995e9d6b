"""A picture is cut, covered and blurred on the phone before it is sent; what was covered never leaves it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.e2e.browsing import PHONE, opened
from tests.faults.installation import PASSWORD, Installation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

RED, GREY = (220, 0, 0), (120, 120, 120)


@pytest.fixture
def claim(tmp_path: Path) -> Iterator[tuple[Installation, str]]:
    """Give an installation with a member who declared a share."""
    home = Installation(tmp_path)
    home.migrate()
    home.lantoa("admin", "create", "--login", "admin", "--password-stdin", told=f"{PASSWORD}\n")
    home.start()
    yield home, home.declare_a_share("admin")
    home.kill()


@pytest.fixture
def page(claim: tuple[Installation, str], browser: Browser) -> Iterator[Page]:
    """Give a phone's browser on the declaration's page, the upload opened."""
    home, claim_id = claim
    window = opened(browser, PHONE)
    page = window.new_page()
    page.goto(f"http://127.0.0.1:{home.port}/sign-in?next=/claims/{claim_id}")
    page.fill("input[name=login]", "lan")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button")
    page.locator("summary", has_text="Đính kèm minh chứng").click()
    yield page
    window.close()


def picture(folder: Path) -> Path:
    """Write a grey screenshot with a red square, a stranger's face, in its middle."""
    image = Image.new("RGB", (1000, 2000), GREY)
    image.paste(RED, (400, 900, 600, 1100))
    path = folder / "man-hinh.png"
    image.save(path)
    return path


def send(page: Page) -> None:
    page.check("#f-declared")
    page.check("#f-agree")
    page.get_by_role("button", name="Đính kèm", exact=True).click()
    page.wait_for_selector("a.shot")


def kept(claim: tuple[Installation, str]) -> Image.Image:
    home, claim_id = claim
    return Image.open(io.BytesIO(home.download(f"/evidence/{claim_id}-1"))).convert("RGB")


def has_red(image: Image.Image) -> bool:
    colours = image.getcolors(1 << 24) or []
    return any(isinstance(c, tuple) and c[0] > 180 and c[1] < 80 for _, c in colours)


def test_what_is_blacked_out_is_not_sent(claim: tuple[Installation, str], page: Page, tmp_path: Path) -> None:
    page.set_input_files("#f-file", picture(tmp_path))
    page.click("[data-act=cover]")
    send(page)
    image = kept(claim)
    assert image.size == (800, 1600)  # made small on the phone
    assert not has_red(image)
    middle = image.getpixel((400, 800))
    assert isinstance(middle, tuple)
    assert max(middle) < 40


def test_the_frame_is_moved_by_the_keys_and_the_part_kept(
    claim: tuple[Installation, str], page: Page, tmp_path: Path
) -> None:
    page.set_input_files("#f-file", picture(tmp_path))
    canvas = page.locator("#cutter canvas")
    canvas.wait_for()  # what is hidden takes no focus
    canvas.focus()
    for _ in range(40):  # the frame's lower edge goes up, above the square
        page.keyboard.press("Shift+ArrowUp")
    page.click("[data-act=crop]")
    send(page)
    image = kept(claim)
    assert image.width == 400
    assert image.height < 320
    assert not has_red(image)


def test_without_any_act_the_picture_goes_as_it_is(claim: tuple[Installation, str], page: Page, tmp_path: Path) -> None:
    page.set_input_files("#f-file", picture(tmp_path))
    page.click("[data-act=blur]")
    page.click("[data-act=undo]")
    send(page)
    assert has_red(kept(claim))
