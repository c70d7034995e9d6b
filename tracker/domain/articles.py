"""Articles as shown and searched: the row people see, and the texts that searching compares. No SQL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.names import clean_text, fold

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from tracker.domain.types import ArticleId, FeedId, TopicId

SEARCH_WORDS_MOST = 12
QUERY_MOST = 200
TOPIC_MOST = 100
TOPICS_MOST = 20
UNTOLD = ""  # the content hash of an article that no source has told yet: whatever one tells is news
_BETWEEN = "\n"  # between fields: a word never matches across two of them
_PIECE = re.compile(r"[^\W_]+|(?:[^\w\s]|_)+")  # letters and digits, or signs
LATIN_LAST = "\u1eff"  # the last letter of Vietnamese
INDEXED_LETTERS = (3, 2)  # shorter words find too much to be looked up where there is a longer one


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article as one viewer sees it: `featured` and `hidden` are decisions of the viewer's unit and those above."""

    article_id: ArticleId
    title: str
    url: str
    source: str
    host: str
    summary: str
    authors: tuple[str, ...]
    image: str | None
    published_at: dt.datetime
    date_quality: str
    first_seen_at: dt.datetime
    topics: tuple[str, ...]
    featured: bool
    hidden: bool
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFilter:
    """What a list of articles is narrowed to; `since` compares the publication instant."""

    search: SearchQuery | None = None
    feed_id: FeedId | None = None
    topic: str | None = None
    since: dt.datetime | None = None
    featured: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleChange:
    """What an officer changes of an article; None leaves as it is. `topics` replace those there are."""

    featured: bool | None = None
    hidden: bool | None = None
    topics: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A short text of the office's own."""

    topic_id: TopicId
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """Words that must all occur. `marked` are those typed with marks: articles that carry them so come first."""

    folded: tuple[str, ...]
    marked: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchTexts:
    """The two forms of an article for searching: as printed in lower case, and without marks; a space before words."""

    printed: str
    folded: str


def search_texts(
    title: str, summary: str, authors: Iterable[str], source: str, topics: Iterable[str] = ()
) -> SearchTexts:
    """Give the texts in which an article is found: title, summary, byline, source and topics, nothing longer."""
    fields = [clean_text(field) for field in (title, summary, *authors, source, *topics)]
    return SearchTexts(
        printed=_BETWEEN.join(f" {spaced(_printed(field))}" for field in fields if field),
        folded=_BETWEEN.join(f" {spaced(fold(field))}" for field in fields if field),
    )


def read_search(text: str) -> SearchQuery | None:
    """Read what was typed; None where it holds no word. Every sign counts literally: `%`, `_`, quotes."""
    words = _printed(clean_text(text[:QUERY_MOST])).split()[:SEARCH_WORDS_MOST]
    pairs = [(word, fold(word)) for word in dict.fromkeys(words)]
    kept = [(word, folded) for word, folded in pairs if folded]
    if not kept:
        return None
    return SearchQuery(
        folded=tuple(dict.fromkeys(folded for _, folded in kept)),
        marked=tuple(word for word, folded in kept if word != folded),
    )


def spaced(folded: str) -> str:
    """Set a space between words and signs, so that where a word begins there stands a space before it."""
    return " ".join(_PIECE.findall(folded))


def search_form(word: str) -> str:
    """Give what stands in the texts of an article that has this word, or one that begins so."""
    form = spaced(word)
    return f" {form}" if form[0].isalnum() else form


def index_words(words: Iterable[str]) -> tuple[str, ...]:
    """Give the words by whose beginnings an index narrows a search; none where only reading the texts will tell.

    Plain words of Latin letters and digits alone: on those the indexes of both databases agree.
    """
    pieces = {piece for word in words for piece in spaced(word).split() if piece.isalnum() and max(piece) <= LATIN_LAST}
    for least in INDEXED_LETTERS:
        kept = sorted(piece for piece in pieces if len(piece) >= least)
        if kept:
            return tuple(kept)
    return ()


def _printed(text: str) -> str:
    return " ".join(text.casefold().split())
