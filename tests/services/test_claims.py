"""Claims as they are shown: scope, pages, filters, figures, what the viewer may do."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import event, select

from tests import make
from tracker.domain.claim_records import ClaimFilter
from tracker.domain.claims import Action, ClaimKind, ClaimState
from tracker.domain.figures import Measure
from tracker.domain.filing import ClaimDraft, StatedFigure
from tracker.services import claims
from tracker.store.tables.claims import ReviewEvent
from tracker.store.tables.links import Link, MemberLinkDay

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse
    from tracker.domain.types import Viewer

PIECE = "https://baohaugiang.com.vn/xay-dung-dang/bai-viet-123456.html"


def page(house: ClaimsHouse, viewer: Viewer, **more: Any) -> list[str]:
    asked = more.pop("asked", ClaimFilter())
    with house.db.read() as tx:
        found = claims.list_page(
            tx, viewer, asked, **({"after": None, "limit": 50} | more), now=house.now, today=house.today
        )
    return [str(v.claim.claim_id) for v in found.items]


def test_everyone_sees_what_their_scope_holds(house: ClaimsHouse) -> None:
    an, chi = str(house.file(house.as_an)), str(house.file(house.other_officer))
    assert page(house, house.as_an) == [an]
    assert page(house, house.as_binh) == []
    assert page(house, house.officer) == [an]
    assert page(house, house.stranger) == [chi]
    for viewer in (house.other_officer, house.admin, house.auditor):
        assert page(house, viewer) == [chi, an]


def test_what_waits_is_listed_oldest_first_page_by_page(house: ClaimsHouse) -> None:
    filed = []
    for n in range(4):
        house.now = make.NOW + dt.timedelta(minutes=n)
        filed.append(str(house.file(house.as_an, house.share(n))))
    assert page(house, house.officer) == filed[::-1]
    waiting = ClaimFilter(state=ClaimState.PENDING)
    with house.db.read() as tx:
        first = claims.list_page(tx, house.officer, waiting, after=None, limit=3, now=house.now, today=house.today)
        rest = claims.list_page(
            tx, house.officer, waiting, after=first.after, limit=3, now=house.now, today=house.today
        )
    assert [str(v.claim.claim_id) for v in (*first.items, *rest.items)] == filed
    assert rest.after is None


def test_claims_are_filtered_by_all_that_the_contract_names(house: ClaimsHouse) -> None:
    a = str(house.file(house.as_an, house.share(content_kind="mô hình hay", topics=("Chuyển đổi số",))))
    b = str(
        house.file(
            house.as_an,
            ClaimDraft(kind=ClaimKind.AUTHORED, url=PIECE, contest="Búa liềm vàng", happened_on=dt.date(2026, 10, 3)),
        )
    )
    c = str(house.file(house.as_binh))
    cases: list[tuple[ClaimFilter, list[str]]] = [
        (ClaimFilter(kind=ClaimKind.AUTHORED), [b]),
        (ClaimFilter(member_id=house.binh), [c]),
        (ClaimFilter(unit_id=house.committee), [c, b, a]),
        (ClaimFilter(unit_id=house.other_branch), []),
        (ClaimFilter(from_on=dt.date(2026, 10, 1), until_on=dt.date(2026, 11, 1)), [b]),
        (ClaimFilter(content_kind="mô hình hay"), [a]),
        (ClaimFilter(contest=True), [b]),
        (ClaimFilter(contest=False), [c, a]),
        (ClaimFilter(contest="Búa liềm vàng"), [b]),
        (ClaimFilter(topic="chuyen doi so"), [a]),
        (ClaimFilter(topic="1"), [a]),
        (ClaimFilter(state=ClaimState.ACCEPTED), []),
    ]
    for asked, expected in cases:
        assert sorted(page(house, house.admin, asked=asked)) == sorted(expected), asked


def test_a_page_costs_the_same_number_of_statements_however_long(house: ClaimsHouse) -> None:
    for n in range(4):
        house.file(
            house.as_an,
            house.share(n, topics=(f"Chủ đề {n}",), figures=(StatedFigure(measure=Measure.REACH, value=n),)),
        )
    statements: list[str] = []

    def count(*told: Any) -> None:
        statements.append(told[2])

    event.listen(house.db.engine, "before_cursor_execute", count)
    costs = []
    for limit in (1, 4):
        statements.clear()
        page(house, house.officer, limit=limit)
        costs.append(len(statements))
    event.remove(house.db.engine, "before_cursor_execute", count)
    assert costs[0] == costs[1] <= 22


def test_clicks_of_the_link_are_the_claims_and_small_ones_are_hidden_from_officers(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an)
    with house.db.write() as tx:
        tx.execute(
            tx.insert(Link),
            {
                "slug": "s",
                "member_id": house.an,
                "article_id": house.articles[0],
                "channel": "zalo",
                "target_url": "https://x.vn/1",
                "created_at": make.NOW,
            },
        )
        day = {"member_id": house.an, "article_id": house.articles[0], "channel": "zalo"}
        tx.execute(
            tx.insert(MemberLinkDay),
            [
                day | {"day": dt.date(2026, 10, 31), "click_count": 50, "person_day_count": 50},
                day | {"day": dt.date(2026, 11, 2), "click_count": 4, "person_day_count": 3},
            ],
        )

    def shown(viewer: Viewer) -> list[tuple[int | None, bool]]:
        return [(f.value, f.hidden) for f in house.show(viewer, claim_id).figures]

    assert shown(house.as_an) == shown(house.admin) == [(4, False), (3, False)]
    assert shown(house.officer) == shown(house.auditor) == [(None, True), (None, True)]
    with house.db.write() as tx:
        tx.execute(
            tx.insert(MemberLinkDay), day | {"day": dt.date(2026, 12, 1), "click_count": 1, "person_day_count": 1}
        )
    assert shown(house.officer) == [(5, False), (None, True)]


def test_clicks_of_the_next_months_share_belong_to_that_share(house: ClaimsHouse) -> None:
    october = house.file(house.as_an, house.share(happened_on=dt.date(2026, 10, 20)))
    november = house.file(house.as_an)
    with house.db.write() as tx:
        day = {"member_id": house.an, "article_id": house.articles[0], "channel": "zalo", "person_day_count": 1}
        tx.execute(tx.insert(MemberLinkDay), [day | {"day": dt.date(2026, m, 25), "click_count": m} for m in (10, 11)])
    assert house.show(house.as_an, october).figures[0].value == 10
    assert house.show(house.as_an, november).figures[0].value == 11


def test_without_a_tracked_link_clicks_are_unknown_not_zero(house: ClaimsHouse) -> None:
    figures = house.show(house.as_an, house.file(house.as_an)).figures
    assert [(f.measure, f.value, f.hidden) for f in figures] == [
        (Measure.VALID_CLICKS, None, False),
        (Measure.PERSON_DAYS, None, False),
    ]


def test_a_claim_shows_its_viewer_what_they_may_do(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an)
    assert set(house.show(house.as_an, claim_id).actions) == {Action.EDIT, Action.WITHDRAW}
    assert set(house.show(house.officer, claim_id).actions) == {Action.ACCEPT, Action.RETURN, Action.REJECT}
    assert house.show(house.auditor, claim_id).actions == ()


def test_history_is_numbered_without_gaps_and_names_who_acted(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an)
    house.decide(house.officer, claim_id, "return", "Xin đường dẫn")
    with house.db.read() as tx:
        assert tx.scalars(select(ReviewEvent.step).order_by(ReviewEvent.step)) == [1, 2]
    history = house.show(house.as_an, claim_id).history
    assert [(s.actor_id, s.actor_name) for s in history] == [
        (house.as_an.account_id, "Nguyễn Văn An"),
        (house.officer.account_id, "officer"),
    ]


def test_a_claim_of_a_closed_period_says_so_beside_it_and_a_late_one_too(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an, house.share(happened_on=dt.date(2026, 10, 3)))
    assert [c.code for c in house.show(house.officer, claim_id).checks if c.code in {"date.late", "period.closed"}] == [
        "date.late"
    ]
    house.close(house.committee, "2026-10", "2026-10-01", "2026-11-01")
    codes = [c.code for c in house.show(house.officer, claim_id).checks]
    assert "period.closed" in codes
    other = house.file(house.as_an, house.share(1, happened_on=dt.date(2026, 11, 3)))
    assert "period.closed" not in [c.code for c in house.show(house.officer, other).checks]
