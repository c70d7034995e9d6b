"""Claim checks: what an officer is told beside a claim."""

from __future__ import annotations

from dataclasses import replace

from tracker.domain.claim_checks import CheckFacts, check_claim
from tracker.domain.claims import ClaimKind
from tracker.domain.figures import Measure
from tracker.domain.types import TopicId

T1, T2 = TopicId(1), TopicId(2)
CLEAN = CheckFacts(
    kind=ClaimKind.SHARE,
    has_url=True,
    evidence_count=0,
    has_witness=False,
    source_listed=True,
    url_is_post=True,
    article_found=True,
    topic_ids=frozenset({T1}),
    figures={},
    usual={},
)


def found(facts: CheckFacts) -> list[tuple[str, str]]:
    return [(check.level, check.words_id) for check in check_claim(facts)]


def test_a_clean_claim_has_nothing_to_show() -> None:
    assert found(CLEAN) == []


def test_a_link_a_picture_or_a_witness_is_evidence() -> None:
    assert found(replace(CLEAN, has_url=False)) == [("warn", "check.evidence.none")]
    assert found(replace(CLEAN, has_url=False, evidence_count=1)) == []
    assert found(replace(CLEAN, has_url=False, has_witness=True)) == []


def test_links_are_flagged_and_never_refused() -> None:
    assert found(replace(CLEAN, source_listed=False)) == [("warn", "check.source.unlisted")]
    assert found(replace(CLEAN, url_other_count=2)) == [("warn", "check.url.shared")]
    assert found(replace(CLEAN, url_is_post=False)) == [("warn", "check.url.shape")]
    assert found(replace(CLEAN, article_found=False)) == [("info", "check.article.match")]
    assert found(replace(CLEAN, article_found=False, kind=ClaimKind.AUTHORED)) == []
    assert found(replace(CLEAN, source_listed=None, url_is_post=None, article_found=None)) == []


def test_an_officer_who_decides_on_what_they_entered_is_told_so() -> None:
    assert found(replace(CLEAN, entered_by_decider=True)) == [("warn", "check.assisted.same")]


def test_a_claim_without_a_topic_is_told_and_one_without_a_wanted_topic_warned_of() -> None:
    assert found(replace(CLEAN, topic_ids=frozenset())) == [("info", "check.topic.none")]
    assert found(replace(CLEAN, wanted_topic_ids=frozenset({T2}))) == [("warn", "check.topic.none.wanted")]
    assert found(replace(CLEAN, wanted_topic_ids=frozenset({T1, T2}))) == []


def test_implausible_figures_ask_for_evidence() -> None:
    usual = {Measure.REACH: 320, Measure.ENGAGEMENTS: 0}
    at_limit = replace(CLEAN, usual=usual, figures={Measure.REACH: 3200, Measure.ENGAGEMENTS: 3000})
    assert found(at_limit) == []
    assert found(replace(at_limit, figures={Measure.REACH: 3201})) == [("warn", "check.figure.implausible.unusual")]
    assert found(replace(at_limit, figures={Measure.REACH: 5, Measure.ENGAGEMENTS: 6})) == [
        ("warn", "check.figure.implausible.above_reach")
    ]
    assert found(replace(CLEAN, figures={Measure.ENGAGEMENTS: 6})) == []


def test_warnings_stand_before_notes() -> None:
    poor = replace(CLEAN, has_url=False, topic_ids=frozenset(), article_found=False)
    assert [level for level, _ in found(poor)] == ["warn", "info", "info"]
