"""Topic rules: kept by administrators, looked at before they are saved, applied to what is collected.

On request they are applied to what was collected before (rule_runs.py). What a person decided of an article's topics,
no rule changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tracker.domain import rights
from tracker.domain.articles import TOPIC_MOST
from tracker.domain.errors import AppError, Code
from tracker.domain.names import clean_text, fold
from tracker.domain.rights import Right
from tracker.domain.topic_rules import RULES_MOST, RuleBook, TopicRule, book_of
from tracker.domain.types import TopicId
from tracker.services import rule_runs, topics
from tracker.store import audit
from tracker.store import topic_rules as store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from tracker.domain.catalogue import Catalogue, StarterRule
    from tracker.domain.feeds import ArticleDraft
    from tracker.domain.topic_rules import RuleArticle, RuleWords
    from tracker.domain.types import ArticleId, FeedId, Viewer
    from tracker.store.db import Tx

LOOKED_AT: Final = 1_000
LOOKED_AT_MOST: Final = 5_000
SHOWN_MOST: Final = 50
_NEW_TOPIC: Final = TopicId(0)  # of a rule that is only looked at: its topic is not there yet


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """A rule in the list, with the number of articles it gave its topic to."""

    rule: TopicRule
    given: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An article in a preview: `adds` or `has` the topic, `refused` (a person took it away), or `loses` it."""

    article_id: ArticleId
    title: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a rule would do to the articles collected last; `items` are the first of them, changes before the rest."""

    looked_at: int
    matches: int
    adds: int
    loses: int
    refused: int
    items: tuple[Seen, ...]


def list_rules(tx: Tx, viewer: Viewer) -> list[RuleRow]:
    """List all rules by topic."""
    rights.require(Right.ADMIN, viewer)
    given = store.count_given(tx)
    return [RuleRow(rule=rule, given=given.get(rule.rule_id, 0)) for rule in store.list_all(tx)]


def list_starters(tx: Tx, viewer: Viewer, offered: Catalogue) -> list[StarterRule]:
    """List the rules that are offered and for whose topic there is none yet."""
    rights.require(Right.ADMIN, viewer)
    held = {fold(rule.topic) for rule in store.list_all(tx)}
    return [starter for starter in offered.starters if fold(starter.topic) not in held]


def get(tx: Tx, viewer: Viewer, rule_id: int) -> TopicRule:
    """Get a rule."""
    rights.require(Right.ADMIN, viewer)
    found = store.find(tx, rule_id)
    if found is None:
        raise AppError(Code.NOT_FOUND)
    return found


def create(tx: Tx, viewer: Viewer, topic: str, words: RuleWords, *, now: dt.datetime) -> TopicRule:
    """Add a rule; it holds for what is collected from now on."""
    rights.require(Right.ADMIN, viewer)
    if store.count(tx) >= RULES_MOST:
        raise AppError(Code.FIELD_INVALID, f"there are at most {RULES_MOST} rules")
    _check_feeds(tx, words)
    (topic_id,) = topics.get_ids(tx, [topic])
    rule_id = store.add(tx, topic_id, words, now=now)
    _note(tx, viewer, "topic_rule.add", rule_id, now, topic_id=topic_id, **_counts(words))
    return get(tx, viewer, rule_id)


def change(tx: Tx, viewer: Viewer, current: TopicRule, words: RuleWords, *, now: dt.datetime) -> TopicRule:
    """Change what a rule asks for; it holds for what is collected from now on."""
    rights.require(Right.ADMIN, viewer)
    _check_feeds(tx, words, known=frozenset(current.words.feed_ids))
    if not store.change(tx, current.rule_id, current.version, words):
        raise AppError(Code.ETAG_STALE)
    _note(tx, viewer, "topic_rule.change", current.rule_id, now, **_counts(words))
    return get(tx, viewer, current.rule_id)


def remove(tx: Tx, viewer: Viewer, current: TopicRule, *, now: dt.datetime, take_back: bool = False) -> None:
    """Remove a rule; the topics it gave stay, by this decision, or are taken back by a run of what rules are left."""
    rights.require(Right.ADMIN, viewer)
    if not store.remove(tx, current.rule_id, current.version, keeps_given=not take_back):
        raise AppError(Code.ETAG_STALE)
    _note(tx, viewer, "topic_rule.remove", current.rule_id, now, topic_id=current.topic_id, take_back=take_back)
    if take_back:
        rule_runs.ask(tx, viewer, current, now=now)


def preview(
    tx: Tx,
    viewer: Viewer,
    topic: str,
    words: RuleWords,
    *,
    rule_id: int | None,
    now: dt.datetime,
    last: int = LOOKED_AT,
) -> Preview:
    """Tell what a rule would match among the articles collected last, were it saved and applied; nothing is written."""
    rights.require(Right.ADMIN, viewer)
    name = " ".join(clean_text(topic).split())
    if not fold(name) or len(name) > TOPIC_MOST:
        raise AppError(Code.FIELD_INVALID, f"topic: a text of 1 to {TOPIC_MOST} characters", field="topic")
    topic_id = store.find_topic(tx, fold(name)) or _NEW_TOPIC
    others = [rule for rule in store.list_all(tx, topic_id) if rule.rule_id != rule_id]
    asked = TopicRule(rule_id=rule_id or 0, topic_id=topic_id, topic=name, words=words, created_at=now, version=0)
    book, rest = RuleBook([asked]), RuleBook(others)
    articles = store.list_newest(tx, limit=min(last, LOOKED_AT_MOST), feed_ids=book.feed_ids | rest.feed_ids)
    ids = [article.article_id for article in articles]
    held, refused = store.list_held(tx, topic_id, ids), store.list_refused(tx, ids, [topic_id])
    seen = [
        (article, _outcome(article, book, rest, held, refused={a for a, _ in refused}, rule_id=rule_id))
        for article in articles
    ]
    return _summed(seen)


def _outcome(
    article: RuleArticle,
    book: RuleBook,
    rest: RuleBook,
    held: Mapping[int, int | None],
    *,
    refused: set[int],
    rule_id: int | None,
) -> str:
    """Say what a rule would do to an article; empty: nothing."""
    here = article.article_id
    if _matches(book, article):
        return "has" if here in held else "refused" if here in refused else "adds"
    by_this = rule_id is not None and held.get(here) == rule_id
    return "loses" if by_this and not _matches(rest, article) else ""


def _matches(book: RuleBook, article: RuleArticle) -> bool:
    return bool(book.judge(article.title, article.summary, article.feed_ids))


def _summed(seen: Sequence[tuple[RuleArticle, str]]) -> Preview:
    order = ("adds", "loses", "refused", "has")
    told = [Seen(article_id=a.article_id, title=a.title, outcome=outcome) for a, outcome in seen if outcome]
    by = {outcome: sum(one.outcome == outcome for one in told) for outcome in order}
    told.sort(key=lambda one: order.index(one.outcome))
    return Preview(
        looked_at=len(seen),
        matches=by["adds"] + by["has"] + by["refused"],
        adds=by["adds"],
        loses=by["loses"],
        refused=by["refused"],
        items=tuple(told[:SHOWN_MOST]),
    )


RulesState = tuple[int, int, int]


def make_ready(tx: Tx, known: RulesState | None) -> RulesState:
    """Make the rules ready where they changed since a state that is known; give the state they are in.

    For a reading transaction before one that judges by them and writes: making hundreds ready takes half a second, in
    which nobody else could write. Whoever judges reads them again, and finds them ready.
    """
    state = store.find_state(tx)
    if state != known:
        RulesOfBatch.ready(tx)
    return state


@dataclass(slots=True)
class RulesOfBatch:
    """The rules beside a batch of fetches: made ready once, judging each article once, written with the batch."""

    book: RuleBook
    _wanted: dict[tuple[int, int], int] = field(default_factory=dict)

    @classmethod
    def ready(cls, tx: Tx) -> RulesOfBatch:
        """Make the rules ready."""
        return cls(book_of(tuple(store.list_all(tx))))

    def judge(
        self,
        feed_id: FeedId,
        changed: Iterable[tuple[ArticleId, ArticleDraft]],
        seen: Iterable[tuple[ArticleId, ArticleDraft]],
    ) -> None:
        """Judge what a source carries: what is new or says other than before by all rules, the rest by its own."""
        if not self.book:
            return
        self._note(feed_id, changed, only_by_source=False)
        if feed_id in self.book.feed_ids:
            self._note(feed_id, seen, only_by_source=True)

    def judge_one(self, article: RuleArticle) -> None:
        """Judge an article by all rules."""
        for rule in self.book.judge(article.title, article.summary, article.feed_ids):
            self._wanted.setdefault((article.article_id, rule.topic_id), rule.rule_id)

    def write(self, tx: Tx) -> None:
        """Give the topics, but for those that a person took away."""
        if not self._wanted:
            return
        article_ids, topic_ids = {a for a, _ in self._wanted}, {t for _, t in self._wanted}
        refused = store.list_refused(tx, article_ids, topic_ids)
        store.give(tx, {pair: rule for pair, rule in self._wanted.items() if pair not in refused})

    def _note(
        self, feed_id: FeedId, articles: Iterable[tuple[ArticleId, ArticleDraft]], *, only_by_source: bool
    ) -> None:
        for article_id, draft in articles:
            for rule in self.book.judge(draft.title, draft.summary, (feed_id,), only_by_source=only_by_source):
                self._wanted.setdefault((article_id, rule.topic_id), rule.rule_id)


def _check_feeds(tx: Tx, words: RuleWords, *, known: frozenset[FeedId] = frozenset()) -> None:
    """Refuse sources that are not there; those a rule has already may have been removed meanwhile."""
    asked = set(words.feed_ids) - known
    missing = asked - store.list_feeds(tx, asked)
    if missing:
        raise AppError(Code.FIELD_INVALID, f"feed_ids: there is no source {min(missing)}", field="feed_ids")


def _counts(words: RuleWords) -> dict[str, int]:
    return {"any_of": len(words.any_of), "none_of": len(words.none_of), "feeds": len(words.feed_ids)}


def _note(tx: Tx, viewer: Viewer, action: str, rule_id: int, now: dt.datetime, **facts: Any) -> None:
    audit.record(tx, at=now, actor=viewer.account_id, action=action, subject=f"topic_rule:{rule_id}", **facts)
