"""Canaries catch machines; what an office enters about them holds for the clicks after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from lantoa.agents import LiveAgents, common_agents
from tests import make
from tests.services.counting import Counting
from tests.services.test_links import refused
from tracker.domain.agents import AgentClassifier, AgentKind, AgentLists, LocalText, LocalVerdict
from tracker.domain.errors import Code
from tracker.domain.types import Channel
from tracker.services import canaries, links
from tracker.store.tables.links import CanaryVisit, LinkDay

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse
    from tracker.domain.links import TrackedLink

NEW_MACHINE = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 Zlk/3.1"
)
NOTHING = AgentClassifier(AgentLists(robots=(), previews=(), people=(), ignored=frozenset(), version="none"))


@pytest.fixture
def canary(house: ClaimsHouse) -> TrackedLink:
    with house.db.write() as tx:
        slug = canaries.add_canary(
            tx, house.admin, house.articles[0], Channel.ZALO, draw=lambda n: b"\x07" * n, now=house.now
        )
        return links.list_targets(tx, [slug])[slug]


def test_whoever_follows_a_canary_is_kept_by_name_and_counted_nowhere_else(
    house: ClaimsHouse, canary: TrackedLink
) -> None:
    counting = Counting(house.db, canary, house.zone)
    for agent in (NEW_MACHINE, NEW_MACHINE, "curl/8"):
        counting.follow(agent=agent, address="113.160.77.88")
    assert counting.counter.flush()
    counting.follow(agent=NEW_MACHINE)
    assert counting.counter.flush()
    with house.db.read() as tx:
        assert tx.all(select(LinkDay.slug)) == []
        assert "113.160" not in str([tuple(row) for row in tx.all(CanaryVisit.__table__.select())])
        found = canaries.list_machines(tx, house.admin, NOTHING, today=house.today)
    assert [(m.seen.agent, m.seen.request_count, m.kind) for m in found] == [
        (NEW_MACHINE, 3, AgentKind.PERSON),
        ("curl/8", 1, AgentKind.ROBOT),
    ]


def test_very_many_names_are_kept_as_others(house: ClaimsHouse, canary: TrackedLink) -> None:
    counting = Counting(house.db, canary, house.zone)
    for n in range(1_100):
        counting.follow(agent=f"machine {n}")
    assert counting.counter.flush()
    with house.db.read() as tx:
        kept = {row.agent: row.request_count for row in tx.all(CanaryVisit.__table__.select())}
    assert len(kept) == 1_001
    assert kept["(others)"] == 100


def test_what_is_entered_holds_for_every_process_after_a_look(house: ClaimsHouse) -> None:
    moment = [0.0]
    agents = LiveAgents(house.db, monotonic=lambda: moment[0])
    assert agents().classify(NEW_MACHINE).kind is AgentKind.PERSON
    before = agents().list_version
    with house.db.write() as tx:
        entry = LocalText(text="zlk/3.1", verdict=LocalVerdict.PREVIEW)
        agent_id = canaries.add_agent(tx, house.admin, entry, common=common_agents(), now=house.now)
    assert agents().classify(NEW_MACHINE).kind is AgentKind.PERSON
    moment[0] += 60
    assert agents().classify(NEW_MACHINE).kind is AgentKind.PREVIEW
    assert agents().list_version not in {before, ""}
    with house.db.write() as tx:
        canaries.drop_agent(tx, house.admin, agent_id, now=house.now)
    moment[0] += 60
    assert agents().classify(NEW_MACHINE).kind is AgentKind.PERSON
    with house.db.write() as tx:
        again = canaries.add_agent(tx, house.admin, entry, common=common_agents(), now=house.now)
    assert again != agent_id


def test_a_person_whom_a_list_takes_for_a_robot_can_be_entered_too(house: ClaimsHouse) -> None:
    phone = "Mozilla/5.0 (Linux; Android 10; Robotphone X) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36 crawler/1"
    moment = [0.0]
    agents = LiveAgents(house.db, monotonic=lambda: moment[0])
    assert agents().classify(phone).kind is AgentKind.ROBOT
    with house.db.write() as tx:
        entry = LocalText(text="crawler/1", verdict=LocalVerdict.PERSON)
        canaries.add_agent(tx, house.admin, entry, common=common_agents(), now=house.now)
    moment[0] += 60
    assert agents().classify(phone).kind is AgentKind.PERSON


@pytest.mark.parametrize("text", ["Safari/537.36", "mozilla/5.0", "Zalo android", "FBAN", "Chrome", "coc_coc_browser"])
def test_what_people_s_browsers_say_cannot_be_entered(house: ClaimsHouse, text: str) -> None:
    with refused(Code.FIELD_INVALID), house.db.write() as tx:
        entry = LocalText(text=text, verdict=LocalVerdict.ROBOT)
        canaries.add_agent(tx, house.admin, entry, common=common_agents(), now=house.now)


def test_a_text_is_literal_and_stands_once(house: ClaimsHouse) -> None:
    with house.db.write() as tx:
        entry = LocalText(text="(a+)+$ bot", verdict=LocalVerdict.ROBOT)
        canaries.add_agent(tx, house.admin, entry, common=common_agents(), now=house.now)
    with refused(Code.CODE_TAKEN), house.db.write() as tx:
        canaries.add_agent(tx, house.admin, entry, common=common_agents(), now=house.now)
    agents = LiveAgents(house.db)
    assert (
        agents().classify("Mozilla/5.0 (Linux; Android 10) aaaaaaaaaaaaaaaaaaaaaaaa Chrome/120 Mobile").kind is not None
    )


def test_only_administrators_fly_canaries(house: ClaimsHouse, canary: TrackedLink) -> None:
    for viewer in (house.officer, house.as_an, house.auditor):
        with refused(Code.RIGHT_MISSING), house.db.write() as tx:
            canaries.withdraw_canary(tx, viewer, canary.slug, now=house.now)
    with house.db.write() as tx:
        canaries.withdraw_canary(tx, house.admin, canary.slug, now=house.now)
    with refused(Code.NOT_FOUND), house.db.write() as tx:
        canaries.withdraw_canary(tx, house.admin, canary.slug, now=house.now)
    with house.db.read() as tx:
        assert links.list_targets(tx, [canary.slug])[canary.slug].withdrawn_at == make.NOW
