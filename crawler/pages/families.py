"""Families of sites as data: which one a page is of, and what its selectors find there. Read from families.toml."""

from __future__ import annotations

import functools
import importlib.resources
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from lxml.cssselect import CSSSelector

from crawler.pages.counter_rules import read_counters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml import html

    from crawler.pages.counter_rules import CounterRule
    from crawler.pages.metas import Metas

FIELDS = ("container", "title", "date", "lead", "body", "drop", "byline", "section")


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Where the pages of one kind of site keep what: selectors by field, each list in order of preference."""

    id: str
    marks: tuple[str, ...] = ()
    generator: str = ""
    hosts: tuple[str, ...] = ()
    selectors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    counters: Mapping[str, tuple[CounterRule, ...]] = field(default_factory=dict)
    row: tuple[str, ...] = ()
    link: tuple[str, ...] = ()

    def find_all(self, root: html.HtmlElement, name: str) -> list[html.HtmlElement]:
        """Find the elements of a field: all that the first selector with any finds."""
        return next((found for s in self.selectors.get(name, ()) if (found := select(root, s))), [])

    def find_each(self, root: html.HtmlElement, name: str) -> list[html.HtmlElement]:
        """Find the elements of a field: all that any of its selectors finds."""
        return [element for s in self.selectors.get(name, ()) for element in select(root, s)]


NO_FAMILY = Family(id="")


def select(root: html.HtmlElement, selector: str) -> list[html.HtmlElement]:
    """Find the elements under a root (itself included) that a selector names, in page order."""
    return cast("list[html.HtmlElement]", _compiled(selector)(root))


def family_of(root: html.HtmlElement, metas: Metas, url: str, rules: tuple[Family, ...] = ()) -> Family:
    """Tell which family a page is of: rules handed in first, then those known."""
    generator = metas.first("generator").lower()
    host = (urlsplit(url).hostname or "").lower()
    known = (family for family in (*rules, *known_families()) if _is_of(family, root, generator, host))
    return next(known, NO_FAMILY)


def _is_of(family: Family, root: html.HtmlElement, generator: str, host: str) -> bool:
    """Tell whether a page bears every mark of a family."""
    if not generator.startswith(family.generator.lower()):
        return False
    if family.hosts and not any(host == known or host.endswith("." + known) for known in family.hosts):
        return False
    return all(select(root, mark) for mark in family.marks)


@functools.cache
def known_families() -> tuple[Family, ...]:
    """Give the families of article pages."""
    return tuple(read_family(row) for row in _document()["family"])


@functools.cache
def known_lists() -> tuple[Family, ...]:
    """Give the families of section pages whose rows print counters."""
    return tuple(read_family(row) for row in _document()["list"])


def read_family(row: Mapping[str, Any]) -> Family:
    """Read one family as families.toml writes it."""
    return Family(
        id=str(row["id"]),
        marks=tuple(row.get("marks", ())),
        generator=str(row.get("generator", "")),
        hosts=tuple(row.get("hosts", ())),
        selectors={name: tuple(row[name]) for name in FIELDS if name in row},
        counters=read_counters(row),
        row=tuple(row.get("row", ())),
        link=tuple(row.get("link", ())),
    )


@functools.cache
def _document() -> dict[str, Any]:
    text = (importlib.resources.files("crawler") / "pages" / "families.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@functools.lru_cache(maxsize=500)
def _compiled(selector: str) -> CSSSelector:
    return CSSSelector(selector, translator="html")
