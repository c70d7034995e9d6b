"""Topic rules: words that give an article a topic, matched literally in its title and summary. Pure.

A phrase matches whole words of one sentence, whatever signs stand between them. Written with marks it matches these
very marks («chống» is not «chóng»; hòa and hoà are one); written without any, every spelling. There are no patterns:
nothing an administrator writes can be slow.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tracker.domain.errors import AppError, Code
from tracker.domain.names import clean_text, fold, tone_key

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from tracker.domain.types import ArticleId, FeedId, TopicId

RULES_MOST: Final = 500
PHRASES_MOST: Final = 60
PHRASE_MOST: Final = 100
FEEDS_MOST: Final = 200
REMEMBERED_MOST: Final = 50_000
_Words = tuple[str, ...]
_WORD = re.compile(r"[^\W_]+")
_BREAK = re.compile(r"[.!?…;]\s|\n")  # a phrase does not run over the end of a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWords:
    """What a rule asks for: any of these phrases, none of those, only in these sources (empty: in all)."""

    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    feed_ids: tuple[FeedId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRule:
    """A rule as stored."""

    rule_id: int
    topic_id: TopicId
    topic: str
    words: RuleWords
    created_at: dt.datetime
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleArticle:
    """An article as rules see it; `feed_ids` are the sources that carry it."""

    article_id: ArticleId
    title: str
    summary: str
    feed_ids: frozenset[FeedId]


def read_words(any_of: Iterable[str], none_of: Iterable[str], feed_ids: Iterable[FeedId]) -> RuleWords:
    """Judge what an administrator wrote; refuses with `field.invalid`, naming the field."""
    words = RuleWords(
        any_of=_phrases("any_of", any_of),
        none_of=_phrases("none_of", none_of),
        feed_ids=tuple(dict.fromkeys(feed_ids)),
    )
    if len(words.feed_ids) > FEEDS_MOST:
        raise AppError(Code.FIELD_INVALID, f"feed_ids: at most {FEEDS_MOST} sources", field="feed_ids")
    if not words.any_of and not words.feed_ids:
        raise AppError(Code.FIELD_INVALID, "any_of: a rule needs words, or the sources it is for", field="any_of")
    return words


def _phrases(name: str, told: Iterable[str]) -> tuple[str, ...]:
    phrases = tuple(dict.fromkeys(text for phrase in told if (text := " ".join(clean_text(phrase).split()))))
    if len(phrases) > PHRASES_MOST or any(len(phrase) > PHRASE_MOST for phrase in phrases):
        words = f"{name}: at most {PHRASES_MOST} phrases of at most {PHRASE_MOST} characters"
        raise AppError(Code.FIELD_INVALID, words, field=name)
    if wordless := [phrase for phrase in phrases if not _WORD.search(phrase)]:
        raise AppError(Code.FIELD_INVALID, f"{name}: «{wordless[0]}» has no letter and no digit", field=name)
    return phrases


@dataclass(slots=True)
class _Asked:
    """A rule as it is judged: the numbers of its phrases."""

    rule: TopicRule
    any_of: set[int] = field(default_factory=set)
    none_of: set[int] = field(default_factory=set)


class RuleBook:
    """Rules made ready once, to judge many articles with one pass over the words of each."""

    def __init__(self, rules: Sequence[TopicRule]) -> None:
        self._count = 0
        self._phrases: dict[_Words, dict[_Words | None, int]] = {}  # without marks → with them, or None → number
        self._lengths: dict[str, set[int]] = {}  # of the phrases that begin with a word
        self._folded: dict[str, str] = {}
        self._toned: dict[str, str] = {}
        self._asked = [self._ready(rule) for rule in sorted(rules, key=lambda rule: rule.rule_id)]
        self.feed_ids = frozenset(feed_id for rule in rules for feed_id in rule.words.feed_ids)

    def __bool__(self) -> bool:
        """Tell whether there is any rule."""
        return bool(self._asked)

    def judge(
        self, title: str, summary: str, feed_ids: Iterable[FeedId], *, only_by_source: bool = False
    ) -> list[TopicRule]:
        """List the rules that match, at most one a topic: the oldest.

        `only_by_source` leaves out the rules for all sources: for an article they have judged before.
        """
        carried = frozenset(feed_ids)
        asked = [one for one in self._asked if _is_for(one.rule.words, carried, only_by_source=only_by_source)]
        if not asked:
            return []
        found = {number for text in (title, summary) for part in _BREAK.split(text) for number in self._find(part)}
        matching: dict[TopicId, TopicRule] = {}
        for one in asked:
            if (not one.rule.words.any_of or one.any_of & found) and not one.none_of & found:
                matching.setdefault(one.rule.topic_id, one.rule)
        return list(matching.values())

    def _ready(self, rule: TopicRule) -> _Asked:
        return _Asked(
            rule,
            any_of={self._number(phrase) for phrase in rule.words.any_of},
            none_of={self._number(phrase) for phrase in rule.words.none_of},
        )

    def _number(self, text: str) -> int:
        """Give the number under which a phrase is looked for; the same phrase of two rules has one."""
        words = _words(text)
        folded = tuple(self._fold(word) for word in words)
        toned = None if folded == tuple(words) else self._tones(words)
        self._lengths.setdefault(folded[0], set()).add(len(folded))
        number = self._phrases.setdefault(folded, {}).setdefault(toned, self._count)
        self._count = max(self._count, number + 1)
        return number

    def _find(self, text: str) -> set[int]:
        """Find the phrases of all rules in a sentence: by the lengths there are, however many phrases those are of."""
        words = _words(text)
        folded = tuple(self._fold(word) for word in words)
        found: set[int | None] = set()
        for at, first in enumerate(folded):
            for length in self._lengths.get(first, ()):
                written = self._phrases.get(folded[at : at + length])
                if written is not None:
                    found |= {written.get(None), written.get(self._tones(words[at : at + length]))}
        return {number for number in found if number is not None}

    def _fold(self, word: str) -> str:
        """Fold a word, and remember it: Vietnamese has a few thousand syllables."""
        known = self._folded.get(word)
        return _remember(self._folded, word, fold(word)) if known is None else known

    def _tones(self, words: Sequence[str]) -> _Words:
        """Give the form in which words with marks are compared, and remember it."""
        known = ((word, self._toned.get(word)) for word in words)
        return tuple(_remember(self._toned, word, tone_key(word)) if key is None else key for word, key in known)


@functools.lru_cache(maxsize=8)
def book_of(rules: tuple[TopicRule, ...]) -> RuleBook:
    """Give these very rules made ready: to make many ready takes longer than to judge the articles of a fetch."""
    return RuleBook(rules)


def _remember(memory: dict[str, str], word: str, form: str) -> str:
    if len(memory) < REMEMBERED_MOST:
        memory[word] = form
    return form


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", text).casefold())


def _is_for(words: RuleWords, carried: frozenset[FeedId], *, only_by_source: bool) -> bool:
    return not carried.isdisjoint(words.feed_ids) if words.feed_ids else not only_by_source
