"""Topic rules on stored articles: given, taken back, and never against a person's decision."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select

from tests import make
from tests.make import NOW, TODAY
from tracker.domain.articles import ArticleChange, ArticleFilter, read_search
from tracker.domain.catalogue import Catalogue, StarterRule
from tracker.domain.errors import AppError, Code
from tracker.domain.jobs import ATTEMPTS_MOST, LEASE_S
from tracker.domain.rule_runs import RunState
from tracker.domain.topic_rules import RuleWords
from tracker.domain.types import AccountId, ArticleId, FeedId, Role, Viewer
from tracker.services import articles, jobs, rule_runs, topic_rules
from tracker.store.tables.feeds import ArticleTopic, Sighting
from tracker.store.tables.operations import AuditEvent

if TYPE_CHECKING:
    from tracker.domain.rule_runs import RuleRun
    from tracker.domain.topic_rules import TopicRule
    from tracker.store.db import Database, Tx

ADMIN = Viewer(account_id=AccountId(1), role=Role.ADMIN)
REBUTTAL = "Phản bác"
WORDS = RuleWords(any_of=("luận điệu", "xuyên tạc"), none_of=("bóng đá",))


def create(tx: Tx, *any_of: str, topic: str = REBUTTAL, feed_ids: tuple[FeedId, ...] = ()) -> TopicRule:
    words = RuleWords(any_of=any_of, feed_ids=feed_ids) if any_of or feed_ids else WORDS
    return topic_rules.create(tx, ADMIN, topic, words, now=NOW)


def topics_of(db: Database, article_id: ArticleId) -> tuple[str, ...]:
    with db.read() as tx:
        return articles.get(tx, ADMIN, article_id, today=TODAY).topics


def set_topics(db: Database, article_id: ArticleId, *names: str) -> None:
    with db.write() as tx:
        current = articles.get(tx, ADMIN, article_id, today=TODAY)
        articles.change(tx, ADMIN, current, ArticleChange(topics=names), now=NOW, today=TODAY)


def step(db: Database, owner: str = "w") -> bool:
    """Take one step of one run, as the worker does."""
    with db.write() as tx:
        held = rule_runs.lease(tx, owner, now=NOW)
    if held is None:
        return False
    with db.write() as tx:
        rule_runs.work(tx, held, now=NOW)
    return True


def run_of(db: Database, rule: TopicRule) -> RuleRun:
    with db.read() as tx:
        run = rule_runs.find(tx, ADMIN, rule.topic_id)
    assert run is not None
    return run


def finish(db: Database, rule: TopicRule) -> tuple[int, int]:
    """Work a run off; give what it added and took."""
    while step(db):
        pass
    run = run_of(db, rule)
    assert (run.state, run.percent) == (RunState.DONE, 100)
    return run.added, run.taken


def apply(db: Database, rule: TopicRule) -> tuple[int, int]:
    with db.write() as tx:
        rule_runs.ask(tx, ADMIN, rule, now=NOW)
    return finish(db, rule)


def take_back(db: Database, rule: TopicRule) -> tuple[int, int]:
    """Remove a rule with what only it gave."""
    with db.write() as tx:
        topic_rules.remove(tx, ADMIN, rule, now=NOW, take_back=True)
    return finish(db, rule)


def carry(tx: Tx, feed_id: FeedId, article_id: ArticleId) -> None:
    days = {"first_seen_on": TODAY, "last_seen_on": TODAY}
    tx.execute(insert(Sighting), {"feed_id": feed_id, "article_id": article_id, **days})


def test_a_rule_is_applied_to_what_was_collected_when_asked_and_found_by_its_topic(db: Database) -> None:
    with db.write() as tx:
        one, two = make.article(tx, 1, "Luận điệu xuyên tạc"), make.article(tx, 2, "Luận điệu bóng đá")
        rule = create(tx)
    assert topics_of(db, one) == ()
    assert apply(db, rule) == (1, 0)
    assert (topics_of(db, one), topics_of(db, two)) == ((REBUTTAL,), ())
    assert apply(db, rule) == (0, 0)
    with db.read() as tx:
        found = articles.list_page(
            tx, ADMIN, ArticleFilter(search=read_search("phan bac")), after=None, limit=5, today=TODAY
        )
        (row,) = topic_rules.list_rules(tx, ADMIN)
    assert [article.article_id for article in found.items] == [one]
    assert (row.rule, row.given) == (rule, 1)


def test_what_a_rule_matches_no_more_is_taken_back_unless_another_rule_gives_it(db: Database) -> None:
    with db.write() as tx:
        one, two = make.article(tx, 1, "Luận điệu"), make.article(tx, 2, "Xuyên tạc lịch sử")
        rule, other = create(tx), create(tx, "lịch sử")
    apply(db, rule)
    with db.write() as tx:
        rule = topic_rules.change(tx, ADMIN, rule, RuleWords(any_of=("khác",)), now=NOW)
    assert apply(db, rule) == (0, 1)
    assert (topics_of(db, one), topics_of(db, two)) == ((), (REBUTTAL,))
    with db.read() as tx:
        assert [tuple(r) for r in tx.all(select(ArticleTopic.article_id, ArticleTopic.rule_id))] == [
            (two, other.rule_id)
        ]


def test_a_topic_that_a_person_gave_or_took_is_left_alone(db: Database) -> None:
    with db.write() as tx:
        given, taken = make.article(tx, 1, "Không liên quan"), make.article(tx, 2, "Luận điệu")
        rule = create(tx)
    set_topics(db, given, REBUTTAL)
    apply(db, rule)
    assert topics_of(db, taken) == (REBUTTAL,)
    set_topics(db, taken)
    assert apply(db, rule) == (0, 0)
    assert (topics_of(db, given), topics_of(db, taken)) == ((REBUTTAL,), ())
    set_topics(db, taken, REBUTTAL)
    set_topics(db, taken, "Khác")
    assert apply(db, rule) == (0, 0)
    assert topics_of(db, taken) == ("Khác",)


def test_a_topic_confirmed_by_a_person_outlives_the_rule(db: Database) -> None:
    with db.write() as tx:
        article = make.article(tx, 1, "Luận điệu")
        rule = create(tx)
    apply(db, rule)
    set_topics(db, article, REBUTTAL, "Khác")
    assert take_back(db, rule) == (0, 0)
    assert topics_of(db, article) == ("Khác", REBUTTAL)


def test_who_saw_an_article_before_a_rule_changed_it_must_look_again(db: Database) -> None:
    with db.write() as tx:
        article = make.article(tx, 1, "Luận điệu")
        rule = create(tx)
    with db.read() as tx:
        before = articles.get(tx, ADMIN, article, today=TODAY)
    apply(db, rule)
    with db.write() as tx, pytest.raises(AppError) as refused:
        articles.change(tx, ADMIN, before, ArticleChange(topics=()), now=NOW, today=TODAY)
    assert refused.value.code is Code.ETAG_STALE


def test_a_removed_rule_leaves_its_topics_or_takes_them_back_first(db: Database) -> None:
    with db.write() as tx:
        article = make.article(tx, 1, "Luận điệu")
        rule, second = create(tx), create(tx, "luận điệu", topic="Hai")
    apply(db, rule)
    apply(db, second)
    assert take_back(db, second) == (0, 1)
    with db.write() as tx:
        topic_rules.remove(tx, ADMIN, rule, now=NOW)
        assert topic_rules.list_rules(tx, ADMIN) == []
        assert tx.scalars(select(ArticleTopic.rule_id)) == [None]
    assert topics_of(db, article) == (REBUTTAL,)


def test_a_rule_for_a_source_is_for_what_that_source_carries(db: Database) -> None:
    with db.write() as tx:
        feed = make.feed(tx)
        one, two = make.article(tx, 1, "Một"), make.article(tx, 2, "Hai")
        carry(tx, feed, one)
        rule = create(tx, feed_ids=(feed,))
    assert apply(db, rule) == (1, 0)
    assert (topics_of(db, one), topics_of(db, two)) == ((REBUTTAL,), ())


def test_a_source_that_is_not_there_is_refused_but_one_removed_since_stays(db: Database) -> None:
    gone = FeedId(99)
    with db.write() as tx:
        with pytest.raises(AppError) as refused:
            create(tx, feed_ids=(gone,))
        feed = make.feed(tx)
        rule = create(tx, feed_ids=(feed,))
        words = RuleWords(any_of=("a",), feed_ids=(feed, gone))
        with pytest.raises(AppError):
            topic_rules.change(tx, ADMIN, rule, words, now=NOW)
    assert refused.value.extra["field"] == "feed_ids"


def test_a_preview_tells_what_would_be_added_lost_and_left(db: Database) -> None:
    with db.write() as tx:
        lost, kept = make.article(tx, 1, "Luận điệu cũ"), make.article(tx, 2, "Xuyên tạc lịch sử")
        rule = create(tx)
    apply(db, rule)
    with db.write() as tx:
        added, refused = make.article(tx, 3, "Xuyên tạc mới"), make.article(tx, 4, "Xuyên tạc nữa")
    set_topics(db, refused, REBUTTAL)
    set_topics(db, refused)
    words = RuleWords(any_of=("xuyên tạc",))
    with db.read() as tx:
        seen = topic_rules.preview(tx, ADMIN, "phan bac", words, rule_id=rule.rule_id, now=NOW)
        last = topic_rules.preview(tx, ADMIN, REBUTTAL, words, rule_id=rule.rule_id, now=NOW, last=2)
        unknown = topic_rules.preview(tx, ADMIN, "Chủ đề mới", words, rule_id=None, now=NOW)
    assert (seen.looked_at, seen.matches, seen.adds, seen.loses, seen.refused) == (4, 3, 1, 1, 1)
    outcomes = [(one.article_id, one.outcome) for one in seen.items]
    assert outcomes == [(added, "adds"), (lost, "loses"), (refused, "refused"), (kept, "has")]
    assert (last.looked_at, last.adds, last.loses) == (2, 1, 0)
    assert (unknown.matches, unknown.adds) == (3, 3)


def test_a_preview_writes_nothing(db: Database) -> None:
    with db.write() as tx:
        make.article(tx, 1, "Luận điệu")
        topic_rules.preview(tx, ADMIN, "Mới", WORDS, rule_id=None, now=NOW)
        assert tx.scalars(select(ArticleTopic.article_id)) == []
        assert topic_rules.list_rules(tx, ADMIN) == []


def test_many_articles_are_judged_in_steps_and_how_far_it_has_come_is_told(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rule_runs, "STEP", 3)
    with db.write() as tx:
        made = [make.article(tx, n, "Luận điệu") for n in range(1, 8)]
        rule = create(tx)
        asked = rule_runs.ask(tx, ADMIN, rule, now=NOW)
    assert (asked.state, asked.percent, asked.article_count) == (RunState.WAITING, 0, 7)
    assert step(db)
    run = run_of(db, rule)
    assert (run.state, run.looked_at, run.percent, run.added) == (RunState.RUNNING, 3, 42, 3)
    with db.read() as tx:
        assert rule_runs.list_open(tx, ADMIN) == [run]
    assert finish(db, rule) == (7, 0)
    assert topics_of(db, made[-1]) == (REBUTTAL,)
    with db.read() as tx:
        assert rule_runs.list_open(tx, ADMIN) == []


def test_a_run_asked_for_anew_begins_again_and_the_late_step_of_the_old_one_counts_nothing(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rule_runs, "STEP", 3)
    with db.write() as tx:
        for n in range(1, 8):
            make.article(tx, n, "Luận điệu")
        rule = create(tx)
        rule_runs.ask(tx, ADMIN, rule, now=NOW)
    step(db)
    with db.write() as tx:
        late = rule_runs.lease(tx, "late", now=NOW)
        assert late is not None
        rule = topic_rules.change(tx, ADMIN, rule, RuleWords(any_of=("khác",)), now=NOW)
        rule_runs.ask(tx, ADMIN, rule, now=NOW)
        assert not rule_runs.work(tx, late, now=NOW)
    assert run_of(db, rule).looked_at == 0
    assert finish(db, rule) == (0, 3)
    with db.read() as tx:
        assert tx.scalars(select(ArticleTopic.article_id)) == []


def test_a_step_that_was_cut_off_is_taken_again_by_another_worker(db: Database) -> None:
    with db.write() as tx:
        make.article(tx, 1, "Luận điệu")
        rule = create(tx)
        rule_runs.ask(tx, ADMIN, rule, now=NOW)
        assert rule_runs.lease(tx, "killed", now=NOW) is not None
        assert rule_runs.lease(tx, "other", now=NOW) is None
        held = rule_runs.lease(tx, "other", now=NOW + dt.timedelta(seconds=LEASE_S + 1))
        assert held is not None
        assert rule_runs.work(tx, held, now=NOW)
    assert (run_of(db, rule).state, run_of(db, rule).added) == (RunState.DONE, 1)


def test_runs_of_several_topics_go_on_in_turn(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_runs, "STEP", 1)
    with db.write() as tx:
        for n in range(1, 4):
            make.article(tx, n, "Luận điệu")
        asked = [create(tx, "luận điệu", topic=name) for name in ("Một", "Hai")]
        for n, rule in enumerate(asked):
            rule_runs.ask(tx, ADMIN, rule, now=NOW + dt.timedelta(seconds=n))
    for n in range(2, 6):
        with db.write() as tx:
            held = rule_runs.lease(tx, "w", now=NOW + dt.timedelta(seconds=n))
            assert held is not None
            rule_runs.work(tx, held, now=NOW + dt.timedelta(seconds=n))
    assert [run_of(db, rule).looked_at for rule in asked] == [2, 2]


def test_a_run_that_failed_again_and_again_is_told_as_stuck(db: Database) -> None:
    with db.write() as tx:
        rule = create(tx)
        rule_runs.ask(tx, ADMIN, rule, now=NOW)
    for n in range(ATTEMPTS_MOST):
        with db.write() as tx:
            held = rule_runs.lease(tx, "w", now=NOW + dt.timedelta(hours=n))
            assert held is not None
            jobs.record_failure(tx, held, "ValueError", now=NOW + dt.timedelta(hours=n))
    assert (run_of(db, rule).state, run_of(db, rule).percent) == (RunState.STUCK, 0)


def test_topics_that_wait_to_be_taken_back_are_no_other_rules(db: Database) -> None:
    with db.write() as tx:
        article = make.article(tx, 1, "Luận điệu")
        rule = create(tx)
    apply(db, rule)
    with db.write() as tx:
        topic_rules.remove(tx, ADMIN, rule, now=NOW, take_back=True)
        after = create(tx, "khác", topic="Khác")  # may get the number of the one removed
        (row,) = topic_rules.list_rules(tx, ADMIN)
    assert (row.rule, row.given) == (after, 0)
    assert topics_of(db, article) == (REBUTTAL,)
    finish(db, rule)
    assert topics_of(db, article) == ()


def test_a_change_of_an_older_version_is_stale(db: Database) -> None:
    with db.write() as tx:
        rule = create(tx)
        topic_rules.change(tx, ADMIN, rule, WORDS, now=NOW)
        with pytest.raises(AppError) as stale:
            topic_rules.change(tx, ADMIN, rule, WORDS, now=NOW)
        with pytest.raises(AppError) as gone:
            topic_rules.remove(tx, ADMIN, rule, now=NOW)
    assert stale.value.code is gone.value.code is Code.ETAG_STALE


@pytest.mark.parametrize("role", [Role.MEMBER, Role.OFFICER, Role.AUDITOR])
def test_only_administrators_keep_rules(db: Database, role: Role) -> None:
    viewer = Viewer(account_id=AccountId(9), role=role)
    with db.write() as tx:
        with pytest.raises(AppError) as seen:
            topic_rules.list_rules(tx, viewer)
        with pytest.raises(AppError) as made:
            topic_rules.create(tx, viewer, REBUTTAL, WORDS, now=NOW)
        rule = create(tx)
        for refused in (lambda: rule_runs.ask(tx, viewer, rule, now=NOW), lambda: rule_runs.list_open(tx, viewer)):
            with pytest.raises(AppError, match=r"right\.missing|not allowed|right"):
                refused()
    assert seen.value.code is made.value.code is Code.RIGHT_MISSING


def test_a_starter_is_offered_until_its_topic_has_a_rule(db: Database) -> None:
    starters = tuple(
        StarterRule(key=key, topic=topic, any_of=("a",)) for key, topic in (("a", "Một"), ("b", "Phan bac"))
    )
    offered = Catalogue(entries={}, starters=starters)
    with db.write() as tx:
        assert len(topic_rules.list_starters(tx, ADMIN, offered)) == 2
        create(tx)
        assert [s.key for s in topic_rules.list_starters(tx, ADMIN, offered)] == ["a"]


def test_every_change_of_a_rule_stands_in_the_audit(db: Database) -> None:
    with db.write() as tx:
        rule = create(tx)
        rule = topic_rules.change(tx, ADMIN, rule, WORDS, now=NOW)
    apply(db, rule)
    with db.write() as tx:
        topic_rules.remove(tx, ADMIN, rule, now=NOW)
        acts = tx.scalars(select(AuditEvent.action).order_by(AuditEvent.event_id))
    assert acts == [f"topic_rule.{act}" for act in ("add", "change", "apply", "applied", "remove")]
