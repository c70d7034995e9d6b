"""The shipped catalogue can be read and holds together; files that cannot be used are refused by name."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from config.catalogue import (
    PAUSE_MOST_S,
    CatalogueError,
    join_sources,
    read_catalogue,
    read_rules,
    read_source,
    read_starters,
)
from crawler.pages.selectors import read_selectors
from lantoa.catalogue import shipped_catalogue
from tests.make import NOW, TODAY
from tracker.domain import sources
from tracker.domain.catalogue import (
    CatalogueEntry,
    CatalogueFeed,
    Confidence,
    Outlet,
    OutletClass,
    Owners,
    feed_options,
    find_entries,
    first_choice,
    owning_hosts,
)
from tracker.domain.topic_rules import RuleBook, TopicRule, read_words
from tracker.domain.types import TopicId

SOURCE = 'name = "Báo mẫu"\nclass = "central"\nhome = "https://www.mau.example"\n'
FEED = '[[feeds]]\ntitle = "Tin"\nurl = "https://mau.example/rss"\nconfidence = "A"\n'
ENTRIES = sorted(shipped_catalogue().entries.values(), key=lambda entry: entry.key)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.key)
def test_an_entry_is_told_in_composed_letters_and_leads_to_its_own_hosts(entry: CatalogueEntry) -> None:
    told = [entry.name, entry.organ, *entry.notes, *entry.absorbs, *(feed.title for feed in entry.feeds)]
    assert all(unicodedata.is_normalized("NFC", text) and text == " ".join(text.split()) for text in told)
    assert re.fullmatch(r"[a-z0-9-]+", entry.key)
    owners = Owners(by_host=dict.fromkeys(entry.hosts, outlet(1)), known={})
    for feed in entry.feeds:
        assert owners.on(urlsplit(feed.url).hostname or "", TODAY) is not None, feed.url
        read_selectors(feed.selectors)


def test_the_offices_of_the_source_documents_find_what_they_need() -> None:
    by_key = shipped_catalogue().entries
    assert len(by_key) >= 65
    assert by_key["baochinhphu"].feeds[0].date_order.value == by_key["tuoitre"].feeds[0].date_order.value == "mdy"
    assert all(feed.keeps_cookies for feed in by_key["qdnd"].feeds)
    merged = {"baohaugiang": "baocantho", "baokiengiang": "baoangiang", "baolongan": "baotayninh"}
    for old, new in (merged | {"baobinhphuoc": "baodongnai"}).items():
        assert by_key[old].ended_by(TODAY)
        assert not by_key[old].ended_by(dt.date(2025, 6, 30))
        assert shipped_catalogue().successors(old) == [by_key[new]]


def test_topics_that_feeds_name_are_offered_as_rules() -> None:
    named = {feed.topic for entry in ENTRIES for feed in entry.feeds if feed.topic}
    assert named <= {rule.key for rule in read_starters()}


def test_every_offered_rule_is_one_and_matches_its_own_words() -> None:
    for starter in read_starters():
        words = read_words(starter.any_of, starter.none_of, [])
        rule = TopicRule(rule_id=1, topic_id=TopicId(1), topic=starter.topic, words=words, created_at=NOW, version=1)
        assert all(RuleBook([rule]).judge(phrase.upper(), "", ()) for phrase in starter.any_of), starter.key


def test_options_of_an_outlet_hold_for_its_feeds_that_say_nothing_else() -> None:
    read = read_source(
        "mau", SOURCE + 'date_order = "mdy"\npause_s = 9\n' + FEED + FEED.replace("rss", "2") + "pause_s = 1\n"
    )
    assert [(feed.date_order, feed.pause_s) for feed in read.feeds] == [("mdy", 9), ("mdy", 1)]
    assert read.hosts == ("mau.example",)


def test_a_page_to_compare_with_is_carried_to_what_is_installed() -> None:
    (told,) = read_source("mau", SOURCE + FEED + 'compare_url = "https://mau.example/tin"').feeds
    assert told.compare_url == "https://mau.example/tin"
    offered = CatalogueFeed(title="a", url="https://mau.example/rss", confidence=Confidence.A)
    assert "compare_url" not in feed_options(offered)
    assert feed_options(replace(offered, compare_url=told.compare_url))["compare_url"] == told.compare_url


def test_a_pause_of_the_catalogue_is_one_that_an_administrator_may_set() -> None:
    assert PAUSE_MOST_S == sources.PAUSE_MOST_S


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x", "mau"),
        ('name = "a"', "class"),
        (SOURCE + "more = 1", "more"),
        (SOURCE.replace("central", "press"), "class is one of"),
        (SOURCE.replace("https", "ftp"), "no address"),
        (SOURCE + 'aliases = ["WWW.Mau.vn"]', "small letters"),
        (SOURCE + "aliases = [1]", "list of texts"),
        (SOURCE + 'valid_from = "2025"', "valid_from is no date"),
        (SOURCE + FEED.replace('"A"', '"D"'), "confidence is one of"),
        (SOURCE + FEED + "keeps_cookies = 1", "keeps_cookies is no bool"),
        (SOURCE + FEED + "pause_s = -1", "not negative"),
        (SOURCE + FEED + "pause_s = true", "pause_s is no int"),
        (SOURCE + FEED + "pause_s = 3601", "at most 3600"),
        (SOURCE + FEED + 'compare_url = "tin-tuc"', "no address"),
        (SOURCE + FEED + 'kind = "listing"\ncompare_url = "https://mau.example/tin"', "compare_url is for feeds"),
        (SOURCE + FEED.replace("https://mau.example", "/"), "no address"),
        (SOURCE + "feeds = [1]", "there is no «1»"),
        (SOURCE.replace("Báo mẫu", " "), "name is needed"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_what_is_wrong(text: str, words: str) -> None:
    with pytest.raises(CatalogueError, match=re.escape(words)) as refused:
        read_source("mau", text)
    assert str(refused.value).startswith("mau: ")


@pytest.mark.parametrize(
    "texts",
    [
        {"a": "", "b": 'aliases = ["a.example"]'},
        {"a": FEED, "b": FEED},
        {"a": 'valid_to = 2025-01-01\nsuccessor = "c"'},
        {"a": 'valid_to = 2025-01-01\nsuccessor = "b"', "b": 'valid_to = 2025-01-01\nsuccessor = "a"'},
        {"a": 'successor = "b"', "b": ""},
        {"a": "valid_from = 2025-02-01\nvalid_to = 2025-01-01"},
    ],
)
def test_entries_that_contradict_each_other_are_refused(texts: dict[str, str]) -> None:
    read = [read_source(key, SOURCE.replace("mau.example", f"{key}.example") + text) for key, text in texts.items()]
    with pytest.raises(CatalogueError):
        join_sources(read)


def test_a_rule_offered_twice_is_refused() -> None:
    rule = '[[rules]]\nkey = "a"\ntopic = "A"\nany_of = ["a"]\n'
    assert len(read_rules(rule)) == 1
    with pytest.raises(CatalogueError):
        read_rules(rule + rule)


def test_reading_again_gives_the_same() -> None:
    assert read_catalogue() is read_catalogue()


@pytest.mark.parametrize(
    ("host", "owning"),
    [
        ("nhandan.vn", ("nhandan.vn",)),
        ("www.nhandan.vn", ("nhandan.vn",)),
        ("Tin.Bao.Example.", ("tin.bao.example", "bao.example")),
        ("localhost", ("localhost",)),
    ],
)
def test_a_host_is_owned_by_itself_or_a_domain_above(host: str, owning: tuple[str, ...]) -> None:
    assert owning_hosts(host) == owning


def outlet(outlet_id: int, *, valid_to: dt.date | None = None, successor_id: int | None = None) -> Outlet:
    return Outlet(
        outlet_id=outlet_id,
        name=f"Báo {outlet_id}",
        outlet_class=OutletClass.CENTRAL,
        valid_from=None,
        valid_to=valid_to,
        successor_id=successor_id,
        catalogue_key=None,
    )


def test_of_two_domains_above_a_host_the_nearest_owns_it() -> None:
    owners = Owners(by_host={"bao.example": outlet(1), "con.bao.example": outlet(2)}, known={})
    found = [owners.on(host, TODAY) for host in ("a.bao.example", "a.con.bao.example", "abao.example")]
    assert [one and one.outlet_id for one in found] == [1, 2, None]


def test_successions_are_followed_to_the_day_and_never_in_circles() -> None:
    first, last = dt.date(2024, 12, 31), dt.date(2025, 12, 31)
    one, two = outlet(1, valid_to=first, successor_id=2), outlet(2, valid_to=last, successor_id=1)
    owners = Owners(by_host={"bao.example": one}, known={1: one, 2: two})
    days = (first, first + dt.timedelta(days=1), last, last + dt.timedelta(days=1))
    assert [owners.on("bao.example", day) for day in days] == [one, two, two, two]


def test_nothing_is_chosen_first_of_what_is_broken_or_ended() -> None:
    feeds = tuple(
        CatalogueFeed(title="t", url=f"https://a.example/{n}", confidence=Confidence(c)) for n, c in enumerate("BCXB")
    )
    entry = CatalogueEntry(key="a", name="A", outlet_class=OutletClass.OWN, feeds=feeds)
    assert first_choice(entry, TODAY) == (feeds[0], feeds[3])
    broken = CatalogueEntry(key="a", name="A", outlet_class=OutletClass.OWN, feeds=feeds[2:3])
    assert first_choice(broken, TODAY) == ()
    over = CatalogueEntry(key="a", name="A", outlet_class=OutletClass.OWN, feeds=feeds, valid_to=dt.date(2025, 1, 1))
    assert first_choice(over, TODAY) == ()


def test_entries_are_found_with_or_without_marks_by_name_organ_host_and_merged_province() -> None:
    def found(words: str) -> list[str]:
        return [entry.key for entry in find_entries(ENTRIES, words)]

    assert all("nhandan" in found(words) for words in ("nhân dân", "NHAN DAN"))
    assert found("cand.com.vn") == ["cand"]
    assert "baodongnai" in found("binh phuoc")
    assert found("không có báo này") == []
