"""The look of the pages: enough contrast in light and dark, nothing loaded from elsewhere, little script."""

from __future__ import annotations

import re

import pytest

from web.static_files import all_files

TEXT, LINE = 4.5, 3.0  # WCAG 2.2, 1.4.3 and 1.4.11, level AA
PAIRS = [
    *((words, ground, TEXT) for words in ("ink", "muted", "link") for ground in ("paper", "card")),
    *((tone, f"{tone}-soft", TEXT) for tone in ("good", "warn", "bad", "calm")),
    *((tone, "card", TEXT) for tone in ("good", "warn", "bad", "calm")),
    ("bad", "paper", TEXT),
    *((words, "calm-soft", TEXT) for words in ("ink", "link")),
    ("on-accent", "accent", TEXT),
    *(("field", ground, LINE) for ground in ("paper", "card")),
    *(("calm", ground, LINE) for ground in ("paper", "card")),
]


def text_of(name: str) -> str:
    return all_files()[name].content.decode()


def schemes() -> dict[str, dict[str, str]]:
    blocks = re.findall(r":root \{([^}]*)\}", text_of("app.css"))
    light, dark = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block)) for block in blocks)
    return {"light": light, "dark": light | dark}


def luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_words_and_lines_stand_out_from_their_ground(scheme: str, front: str, ground: str, least: float) -> None:
    colours = schemes()[scheme]
    assert contrast(colours[front], colours[ground]) >= least


def test_dark_colours_replace_every_light_one() -> None:
    blocks = re.findall(r":root \{([^}]*)\}", text_of("app.css"))
    light, dark = (set(re.findall(r"--([a-z-]+): #", block)) for block in blocks)
    assert light == dark


def test_style_and_script_load_nothing_and_the_script_stays_small() -> None:
    assert "url(" not in text_of("app.css")
    assert "@import" not in text_of("app.css")
    for name in ("app.js", "cutter.js", "drafts.js", "review.js"):
        script = text_of(name)
        assert len(script.splitlines()) < 100
        assert not re.search(r"fetch\(|XMLHttpRequest|sendBeacon|innerHTML|eval\(|localStorage|import\(", script)


def test_a_file_that_is_not_ours_is_not_served() -> None:
    assert set(all_files()) == {
        "app.css",
        "app.js",
        "app.webmanifest",
        "cutter.js",
        "drafts.js",
        "icon.svg",
        "review.js",
    }
