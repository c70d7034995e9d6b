"""Who calls: a person's browser, a messenger that prepares a preview, a robot, or nobody who says.

Pure: the pattern lists are handed in (`lantoa.agents` loads them), nothing is read, and no text of a caller is kept in
a verdict. What an agent looks like regardless of any list stands in `agents_shape`.
"""

from __future__ import annotations

import enum
import functools
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from tracker.domain.agents_shape import is_silent, odd_shape, without_device

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_AGENT = 512  # what a client says of itself stands at the front; the rest is a way to make us slow
_CACHED = 4096
_START = 3  # characters; shorter literals are not worth looking for
_REGEX_SIGNS = frozenset("\\.^$*+?{}[]|()")


class AgentKind(enum.StrEnum):
    """What a user agent is taken for (contract.md, `inspect agent`)."""

    PERSON = "person"
    ROBOT = "robot"
    PREVIEW = "preview"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentVerdict:
    """`name` says by which rule, in our words or a list's; it never repeats what the caller sent."""

    kind: AgentKind
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLists:
    """What the classifier is built from; all patterns are regular expressions, read without regard to case.

    `robots` come from the published lists, less `ignored`: their patterns that also name people's apps and phones.
    `previews` maps a pattern to the name of the service; `people` are words of people's apps, blanked before matching.
    """

    robots: tuple[str, ...]
    previews: tuple[tuple[str, str], ...]
    people: tuple[str, ...]
    ignored: frozenset[str]
    version: str


NO_LISTS = AgentLists(robots=(), previews=(), people=(), ignored=frozenset(), version="none")


class LocalVerdict(enum.StrEnum):
    """What the office's own list says of agents that hold a text."""

    ROBOT = "robot"
    PREVIEW = "preview"
    PERSON = "person"  # whom a published list takes for a robot


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalText:
    """One entry of the office's own list: a text as it stands in an agent, without regard to case."""

    text: str
    verdict: LocalVerdict


LOCAL_NAME = "local list"
TEXT_LEAST = 4
TEXT_MOST = 100


def is_too_broad(text: str, common: Iterable[str]) -> bool:
    """Tell a text that people's own browsers hold too: it would make machines of readers."""
    return any(text.lower() in agent.lower() for agent in common)


def extended(lists: AgentLists, local: Iterable[LocalText], *, version: str) -> AgentLists:
    """Give the lists with the office's own texts, which are literal: no pattern of a person can make us slow."""
    by_verdict: dict[LocalVerdict, list[str]] = {verdict: [] for verdict in LocalVerdict}
    for entry in local:
        by_verdict[entry.verdict].append(re.escape(entry.text))
    return replace(
        lists,
        robots=(*by_verdict[LocalVerdict.ROBOT], *lists.robots),
        previews=(*((text, LOCAL_NAME) for text in by_verdict[LocalVerdict.PREVIEW]), *lists.previews),
        people=(*lists.people, *by_verdict[LocalVerdict.PERSON]),
        version=f"{lists.version}, {version}",
    )


class _Rule(NamedTuple):
    """A pattern with a word (`literal`) that each of its matches contains; '' where no such word is known."""

    literal: str
    pattern: re.Pattern[str]
    name: str


class _RuleBook:
    """Rules by the beginning of their literals, so that a call tries the dozen that its agent could match."""

    def __init__(self, rules: list[_Rule]) -> None:
        self._by_start: dict[str, list[_Rule]] = {}
        for rule in rules:
            self._by_start.setdefault(rule.literal[:_START], []).append(rule)

    def find(self, agent: str) -> str:
        """Name the first rule that matches; '' for none."""
        starts = dict.fromkeys(agent[i : i + _START] for i in range(len(agent)))
        for start in ("", *starts):
            for literal, pattern, name in self._by_start.get(start, ()):
                if literal in agent and pattern.search(agent):
                    return name
        return ""


class AgentClassifier:
    """Tells persons from machines by user agent, in order: silent, previewer, odd shape, listed robot, person."""

    def __init__(self, lists: AgentLists) -> None:
        self.list_version = lists.version
        robots = [_rule(p, _readable(p)) for p in dict.fromkeys(lists.robots) if p not in lists.ignored]
        self._robots = _RuleBook([rule for rule in robots if not rule.pattern.search("")])  # what fits "" fits all
        self._previews = _RuleBook([_rule(pattern, name) for pattern, name in lists.previews])
        self._people = re.compile("|".join(lists.people) or r"(?!)", re.IGNORECASE)
        self._remembered = functools.lru_cache(maxsize=_CACHED)(self._judge)

    def classify(self, user_agent: str | None) -> AgentVerdict:
        """Judge a User-Agent header; None stands for a request without one."""
        return self._remembered((user_agent or "")[:LONGEST_AGENT].strip())

    def _judge(self, user_agent: str) -> AgentVerdict:
        agent = user_agent.lower()
        if is_silent(agent):
            return AgentVerdict(kind=AgentKind.EMPTY)
        if preview := self._previews.find(agent):
            return AgentVerdict(kind=AgentKind.PREVIEW, name=preview)
        rest = without_device(self._people.sub(" ", agent))
        if reason := odd_shape(agent, rest) or self._robots.find(rest):
            return AgentVerdict(kind=AgentKind.ROBOT, name=reason)
        return AgentVerdict(kind=AgentKind.PERSON)


@functools.lru_cache(maxsize=_CACHED)
def _rule(pattern: str, name: str) -> _Rule:
    """Compile one pattern, once for all lists it stands in.

    A bare word counts only as a whole word (`google` does not mean `googleplay`).
    """
    whole = rf"(?<![a-z]){pattern}(?![a-z])" if pattern.isascii() and pattern.isalpha() else pattern
    return _Rule(_literal(pattern), re.compile(whole, re.IGNORECASE), name)


def _literal(pattern: str) -> str:
    """Find the longest run of plain characters that every match must contain, in small letters; '' where unsure."""
    if any(sign in pattern for sign in "|([") or not pattern.isascii():
        return ""
    plain = re.sub(r"\\[a-zA-Z]", "\0", pattern)  # \d, \b, \s …
    plain = re.sub(r"(?:\\?[^\\])(?:[?*]|\{[^}]*\})", "\0", plain)  # what may be absent
    plain = re.sub(r"\\(.)", r"\1", re.sub(r"(?<!\\)[.^$+?{}]", "\0", plain))
    longest = max(plain.split("\0"), key=len)
    return longest.lower() if len(longest) >= _START else ""


def _readable(pattern: str) -> str:
    return "".join(c for c in pattern if c not in _REGEX_SIGNS)[:40]
