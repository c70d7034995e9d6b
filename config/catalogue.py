"""The catalogue of official sources that is shipped with the program: read from `config/sources`, and judged.

One file an outlet, named by its key. What an office does with an entry stands in tracker/services/catalogue.py; nothing
here is installed by itself.
"""

from __future__ import annotations

import datetime as dt
import functools
import importlib.resources
import tomllib
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

T = TypeVar("T")

CLASSES: Final = ("portal", "central", "provincial", "own", "other")
CONFIDENCES: Final = ("A", "B", "C", "X")
KINDS: Final = ("feed", "listing", "sitemap")
ORDERS: Final = ("auto", "dmy", "mdy")
PAUSE_MOST_S: Final = 3600  # as the crawler takes it from an administrator; a longer one is a slip of the pen


class CatalogueError(ValueError):
    """A shipped file that cannot be used; the text names the file and what is wrong in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFeed:
    """One address of an outlet; `confidence` is A (seen working), B (listed), C (a guess) or X (known to be broken)."""

    title: str
    url: str
    confidence: str
    kind: str = "feed"
    date_order: str = "auto"
    keeps_cookies: bool = False
    pause_s: int | None = None
    compare_url: str | None = None  # the page of the section whose feed this is, where the feed does not name it
    selectors: Mapping[str, Any] | None = None
    topic: str = ""  # the key of a starter rule (config/topics.toml) that all its articles are of


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An outlet: who publishes, where, since and until when, and what takes its place."""

    key: str
    name: str
    organ: str = ""
    outlet_class: str
    home: str = ""
    hosts: tuple[str, ...] = ()  # without `www.`; the first is that of `home`
    family: str = ""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    successor: str | None = None
    absorbs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    feeds: tuple[SourceFeed, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterRule:
    """A topic rule that is offered to offices, not imposed; `key` is what feeds of the catalogue refer to."""

    key: str
    topic: str
    any_of: tuple[str, ...]
    none_of: tuple[str, ...] = ()


_TEXTS: Final = ("name", "organ", "class", "home", "family", "successor")
_LISTS: Final = ("aliases", "absorbs", "notes")
_OPTIONS: Final = (
    "date_order",
    "keeps_cookies",
    "pause_s",
)  # of an outlet, for each of its feeds that says nothing else
_SOURCE: Final = frozenset({*_TEXTS, *_LISTS, *_OPTIONS, "valid_from", "valid_to", "feeds"})
_FEED: Final = frozenset({"title", "url", "confidence", "kind", "compare_url", "selectors", "topic", *_OPTIONS})
_RULE: Final = frozenset({"key", "topic", "any_of", "none_of"})


@functools.cache
def read_catalogue() -> tuple[Source, ...]:
    """Read all entries, by key; once a process."""
    folder = importlib.resources.files("config") / "sources"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return join_sources(
        read_source(file.name.removesuffix(".toml"), file.read_text(encoding="utf-8")) for file in files
    )


@functools.cache
def read_starters() -> tuple[StarterRule, ...]:
    """Read the topic rules that are offered, in the order of the file."""
    return read_rules((importlib.resources.files("config") / "topics.toml").read_text(encoding="utf-8"))


def read_source(key: str, text: str) -> Source:
    """Read one file."""
    told = _Table(key, _parsed(key, text), _SOURCE)
    home, options = told.text("home"), {name: told.values[name] for name in _OPTIONS if name in told.values}
    tables = told.kept("feeds", list, [])
    return Source(
        key=key,
        name=told.text("name", needed=True),
        organ=told.text("organ"),
        outlet_class=told.one_of("class", CLASSES),
        home=_address(key, home) if home else "",
        hosts=_hosts(key, home, told.texts("aliases")),
        family=told.text("family"),
        valid_from=told.kept("valid_from", dt.date, None),
        valid_to=told.kept("valid_to", dt.date, None),
        successor=told.text("successor") or None,
        absorbs=told.texts("absorbs"),
        notes=told.texts("notes"),
        feeds=tuple(_feed(key, options, table) for table in tables),
    )


def read_rules(text: str) -> tuple[StarterRule, ...]:
    """Read starter rules."""
    tables = _Table("topics", _parsed("topics", text), frozenset({"rules"})).kept("rules", list, [])
    read = [_Table("topics", table, _RULE) for table in tables]
    rules = tuple(
        StarterRule(
            key=told.text("key", needed=True),
            topic=told.text("topic", needed=True),
            any_of=told.texts("any_of"),
            none_of=told.texts("none_of"),
        )
        for told in read
    )
    _check_once("topics", (rule.key for rule in rules))
    return rules


def join_sources(sources: Iterable[Source]) -> tuple[Source, ...]:
    """Judge entries together: a host or address belongs to one of them, and successions end at one that goes on."""
    found = tuple(sources)
    by_key = {source.key: source for source in found}
    _check_once("hosts", (host for source in found for host in source.hosts))
    _check_once("feeds", (feed.url for source in found for feed in source.feeds))
    for source in found:
        _check_succession(source, by_key)
    return found


def _check_succession(source: Source, by_key: Mapping[str, Source]) -> None:
    if source.valid_from and source.valid_to and source.valid_to < source.valid_from:
        raise CatalogueError(f"{source.key}: valid_to lies before valid_from")
    if source.successor and not source.valid_to:
        raise CatalogueError(f"{source.key}: a successor without valid_to")
    seen, at = {source.key}, source
    while at.successor:
        if at.successor not in by_key or at.successor in seen:
            raise CatalogueError(f"{source.key}: the successor «{at.successor}» is not there, or leads in a circle")
        at = by_key[at.successor]
        seen.add(at.key)


def _check_once(what: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise CatalogueError(f"{what}: «{value}» stands there twice")
        seen.add(value)


def _feed(key: str, options: Mapping[str, Any], values: Any) -> SourceFeed:
    own = _Table(key, values, _FEED)
    told = _Table(key, {**options, **own.values}, _FEED)
    pause_s = told.kept("pause_s", int, None)
    if pause_s is not None and not 0 <= pause_s <= PAUSE_MOST_S:
        raise CatalogueError(f"{key}: pause_s is not negative and at most {PAUSE_MOST_S}")
    kind, compare_url = told.one_of("kind", KINDS, "feed"), told.text("compare_url")
    if compare_url and kind != "feed":
        raise CatalogueError(f"{key}: compare_url is for feeds: a {kind} is a page itself")
    return SourceFeed(
        title=told.text("title", needed=True),
        url=_address(key, told.text("url", needed=True)),
        confidence=told.one_of("confidence", CONFIDENCES),
        kind=kind,
        date_order=told.one_of("date_order", ORDERS, "auto"),
        keeps_cookies=told.kept("keeps_cookies", bool, False),
        pause_s=pause_s,
        compare_url=_address(key, compare_url) if compare_url else None,
        selectors=told.kept("selectors", dict, None),
        topic=told.text("topic"),
    )


def _hosts(key: str, home: str, aliases: tuple[str, ...]) -> tuple[str, ...]:
    own = (urlsplit(home).hostname or "").removeprefix("www.")
    hosts = tuple(dict.fromkeys(host for host in (own, *aliases) if host))
    if any(host != host.lower() or "/" in host or "." not in host or host.startswith("www.") for host in hosts):
        raise CatalogueError(f"{key}: a host is written in small letters, without www. and without a path")
    return hosts


def _address(key: str, url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"https", "http"} or not parts.hostname or "." not in parts.hostname:
        raise CatalogueError(f"{key}: «{url}» is no address of the web")
    return url


def _parsed(key: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(unicodedata.normalize("NFC", text))
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{key}: {error}") from error


class _Table:
    """A table of a file: its values, read by name and kind."""

    def __init__(self, key: str, values: Any, names: frozenset[str]) -> None:
        if not isinstance(values, dict) or not names.issuperset(values):
            unknown = sorted(set(values) - names) if isinstance(values, dict) else [str(values)]
            raise CatalogueError(f"{key}: there is no «{', '.join(unknown)}»")
        self.key, self.values = key, values

    def kept(self, name: str, kind: type[T], default: Any) -> Any:
        """Give a value of a kind."""
        value = self.values.get(name, default)
        if name in self.values and type(value) is not kind:
            raise CatalogueError(f"{self.key}: {name} is no {kind.__name__}")
        return value

    def text(self, name: str, *, needed: bool = False) -> str:
        """Give a text."""
        value: str = self.kept(name, str, "")
        if needed and not value.strip():
            raise CatalogueError(f"{self.key}: {name} is needed")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Give a list of texts."""
        values = self.kept(name, list, [])
        if not all(isinstance(value, str) and value.strip() for value in values):
            raise CatalogueError(f"{self.key}: {name} is a list of texts")
        return tuple(values)

    def one_of(self, name: str, words: tuple[str, ...], default: str = "") -> str:
        """Give one of a few words."""
        value = self.text(name) or default
        if value not in words:
            raise CatalogueError(f"{self.key}: {name} is one of {', '.join(words)}")
        return value
