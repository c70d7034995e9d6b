"""Every sentence of the pages stands in the Vietnamese catalogue, and the catalogue holds no sentence nobody says."""

from __future__ import annotations

import functools
import re
from collections import Counter
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from tracker import labels
from tracker.domain.late_rules import LATE_RULES
from tracker.translation import translate
from web.render import environment

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tracker" / "locale" / "vi"
KEYWORDS = {"_": None, "gettext": None, "mark": None, "say": None}
METHODS = [("pages/**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
OPTIONS = {"templates/**.html": {"trimmed": "true", "silent": "false", "newstyle_gettext": "true"}}
BLANK = re.compile(r"%\((\w+)\)s")


@functools.cache
def said_by_pages() -> set[str]:
    found = extract_from_dir(str(ROOT / "web"), METHODS, OPTIONS, keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found if isinstance(message, str)}


def said_by_labels() -> set[str]:
    return {words for table in labels.LABELS.values() for words in table.values()}


def catalogue(name: str) -> dict[str, str]:
    with (FOLDER / name).open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale="vi") if m.id}


def proper_names() -> set[str]:
    """Names of networks are the same in every language."""
    return set(labels.CHANNELS.values()) - {"Another website"}


def test_every_sentence_has_its_vietnamese() -> None:
    known = {message for path in FOLDER.glob("*.po") for message, words in catalogue(path.name).items() if words}
    assert sorted((said_by_pages() | said_by_labels()) - known - proper_names()) == []


def test_each_sentence_stands_in_one_file_alone() -> None:
    counted = Counter(message for path in FOLDER.glob("*.po") for message in catalogue(path.name))
    assert [message for message, count in counted.items() if count > 1] == []


def test_what_tells_two_words_of_vietnamese_apart_is_not_said_in_english() -> None:
    assert {translate(one, "en") for one in ("yes (rule)", "yes (record)")} == {"yes"}
    assert labels.label("rule_group", "reach", "en") == "Reach"
    assert translate("Page (fanpage)", "en") == "Page (fanpage)"


def test_closing_a_period_has_one_word_everywhere() -> None:
    told = [words for path in FOLDER.glob("*.po") for words in catalogue(path.name).values()]
    assert [words for words in [*told, LATE_RULES.words("vi")] if re.search(r"chốt", words, re.IGNORECASE)] == []
    assert catalogue("privacy.po")["Period closed"] == "Khóa kỳ"
    assert catalogue("periods.po")["Reopen the period"] == catalogue("privacy.po")["Period reopened"] == "Mở khóa kỳ"


def test_no_sentence_of_the_catalogue_is_unused() -> None:
    assert sorted(set(catalogue("web.po")) - said_by_pages() - said_by_labels()) == []


def test_no_sentence_stands_in_two_catalogues() -> None:
    owners: dict[str, list[str]] = {}
    for path in sorted(FOLDER.glob("*.po")):
        for message in catalogue(path.name):
            owners.setdefault(message, []).append(path.name)
    assert {message: names for message, names in owners.items() if len(names) > 1 and "web.po" in names} == {}


def test_a_sentence_and_its_vietnamese_have_the_same_blanks() -> None:
    found = catalogue("web.po")
    assert [m for m, words in found.items() if sorted(BLANK.findall(m)) != sorted(BLANK.findall(words))] == []
    assert [message for message, words in found.items() if not words.strip()] == []


def test_every_template_can_be_read() -> None:
    for name in environment().list_templates(extensions=["html"]):
        assert environment().get_template(name) is not None, name


def test_no_words_of_one_reader_are_compiled_into_a_template_for_all() -> None:
    source = environment().compile("{{ 'accept' | label('verdict') }} {{ '2026-11' | period }}", raw=True)
    for words in ("Accept", "Duyệt", "November", "Tháng"):
        assert words not in source
