"""A piece that several rows of an import state as accepted counts once, and each of its authors is credited with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, func, insert, select

from tests.services.importing import load, told, undo
from tracker.domain.claims import ClaimKind
from tracker.domain.coauthors import CoauthorAnswer, CoauthorState
from tracker.domain.errors import AppError, Code
from tracker.domain.filing import ClaimDraft
from tracker.domain.types import ClaimId
from tracker.labels import label
from tracker.services import coauthors, trail
from tracker.store import audit
from tracker.store import coauthors as coauthor_store
from tracker.store.tables.claims import Claim, ClaimCredit, Coauthorship
from tracker.store.tables.operations import ImportChange
from tracker.store.tables.periods import Restatement

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.services.claims_house import ClaimsHouse
    from tracker.services.imports.run import ImportResult

HEAD = "member_code,kind,url,article_url,title,channel,happened_on,topics,lesson,slot,reach,engagements,state\n"
PIECE = "https://baohaugiang.com.vn/xay-dung-dang/bai-viet-123451.html"
POST = "https://www.facebook.com/baohg/posts/777"
JOINED = "Added as co-author of the declaration {}, which counts this piece"


def row(code: str, state: str = "accepted", day: str = "2026-11-20", url: str = PIECE, article: str = "") -> str:
    return f"{code},authored,{url},{article},Bài viết,,{day},,,,,,{state}\n"


def put(house: ClaimsHouse, *rows: str, dry_run: bool = False) -> ImportResult:
    return load(house.db, house.admin, "claims", HEAD + "".join(rows), dry_run=dry_run, partial=True)


def words(result: ImportResult) -> list[str]:
    return [outcome.words("en") for outcome in result.outcomes]


def stands(house: ClaimsHouse) -> dict[str, Any]:
    """Give how many claims and credits stand, and each author's count of the month."""
    with house.db.read() as tx:
        counts = [tx.scalar(select(func.count()).select_from(t)) for t in (Claim, ClaimCredit, Coauthorship)]
    return {
        "counts": counts,
        "months": [house.month(m)["authored_count"] for m in (house.an, house.binh, house.chi)],
    }


def altered(house: ClaimsHouse) -> list[str]:
    """Seal what happened; give which claims look as if somebody had altered them by hand."""
    with house.db.write() as tx:
        while audit.seal(tx, now=house.now):
            pass
        return trail.list_altered(tx)


def test_two_accepted_rows_of_one_piece_are_one_claim_with_two_authors(house: ClaimsHouse) -> None:
    file = (row("001"), row("002", day="2026-11-21"))
    assert words(put(house, *file, dry_run=True)) == ["Added", JOINED.format("#2")]
    assert stands(house) == {"counts": [0, 0, 0], "months": [0, 0, 0]}
    result = put(house, *file)
    assert told(result) == [(2, "new", None), (3, "new", None)]
    assert words(result) == ["Added", JOINED.format("#2")]
    after = {"counts": [1, 2, 1], "months": [1, 1, 0]}
    assert stands(house) == after
    assert [o.status for o in put(house, *file).outcomes] == ["same", "same"]
    assert stands(house) == after
    assert altered(house) == []
    undo(house.db, house.admin, result)
    assert stands(house) == {"counts": [0, 0, 0], "months": [0, 0, 0]}
    assert altered(house) == []


def test_a_row_of_a_piece_that_counts_already_is_one_more_author_of_it(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an, ClaimDraft(kind=ClaimKind.AUTHORED, url=PIECE))
    house.decide(house.officer, claim_id, "accept")
    before = stands(house)
    result = put(house, row("002"), row("003"))
    assert words(result) == [JOINED.format(claim_id)] * 2
    assert stands(house) == {"counts": [1, 3, 2], "months": [1, 1, 1]}
    assert [o.status for o in put(house, row("002"), row("003")).outcomes] == ["same", "same"]
    undo(house.db, house.admin, result)
    assert stands(house) == before
    assert house.state(claim_id) == "accepted"
    assert altered(house) == []


def test_an_author_who_stands_under_both_addresses_of_a_piece_joins_it_once(house: ClaimsHouse) -> None:
    result = put(house, row("001", url=POST, article=PIECE), row("002"), row("002", url=POST))
    assert words(result) == ["Added", JOINED.format("#2"), "Nothing has changed"]
    assert stands(house) == {"counts": [1, 2, 1], "months": [1, 1, 0]}


def test_a_piece_is_known_by_every_address_that_its_authors_name(house: ClaimsHouse) -> None:
    result = put(house, row("001"), row("002", url=POST, article=PIECE), row("003", url=POST))
    assert words(result) == ["Added", JOINED.format("#2"), JOINED.format("#2")]
    assert stands(house) == {"counts": [1, 3, 2], "months": [1, 1, 1]}


def test_who_waited_to_be_asked_waits_again_once_an_import_is_taken_back(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an, ClaimDraft(kind=ClaimKind.AUTHORED, url=PIECE))
    house.decide(house.officer, claim_id, "accept")
    with house.db.write() as tx:
        coauthor_store.put(tx, claim_id, house.binh, CoauthorState.WAITING, at=house.now)
    undo(house.db, house.admin, put(house, row("002")))
    with house.db.read() as tx:
        assert coauthor_store.list_states(tx, claim_id) == {house.binh: CoauthorState.WAITING}
    assert stands(house) == {"counts": [1, 1, 1], "months": [1, 0, 0]}


def test_an_import_is_not_taken_back_once_one_of_its_authors_has_spoken(house: ClaimsHouse) -> None:
    result = put(house, row("001"), row("002"))
    with house.db.write() as tx:
        claim_id = coauthors.list_mine(tx, house.as_binh, after=None, limit=1).items[0].claim_id
        coauthors.answer(tx, house.as_binh, claim_id, CoauthorAnswer.OBJECT, now=house.now, today=house.today)
    with pytest.raises(AppError, check=lambda error: error.code is Code.IMPORT_CHANGED):
        undo(house.db, house.admin, result)
    assert told(put(house, row("001"), row("002"))) == [(2, "same", None), (3, "refused", "field.invalid")]
    assert stands(house)["months"] == [1, 0, 0]


def test_rows_that_wait_and_other_pieces_are_claims_of_their_own(house: ClaimsHouse) -> None:
    other = PIECE.replace("123451", "123452")
    assert words(put(house, row("001"), row("002", "pending"), row("003", url=other))) == ["Added"] * 3
    assert stands(house) == {"counts": [3, 3, 0], "months": [1, 0, 1]}


def test_one_more_author_is_told_in_the_closed_periods_of_both_units(house: ClaimsHouse) -> None:
    put(house, row("001"))
    for unit_id in (house.branch, house.other_branch):
        house.close(unit_id, "2026-11", "2026-11-01", "2026-12-01")
    result = put(house, row("003"))
    with house.db.read() as tx:
        units = tx.scalars(select(Restatement.unit_id).order_by(Restatement.unit_id))
    assert sorted(units) == sorted([house.branch, house.other_branch])
    undo(house.db, house.admin, result)
    with house.db.read() as tx:
        told = tx.all(select(Restatement.unit_id, Restatement.before, Restatement.after))
    assert sorted((r.unit_id, r.before["credited"], r.after["credited"]) for r in told) == sorted(
        (unit_id, before, not before) for unit_id in (house.branch, house.other_branch) for before in (False, True)
    )


def test_a_hundred_further_authors_cost_as_many_statements_as_two(house: ClaimsHouse) -> None:
    counted: list[str] = []
    event.listen(house.db.engine, "before_cursor_execute", lambda *a: counted.append(a[2]))

    def cost(act: Callable[[], object]) -> int:
        counted.clear()
        act()
        return len(counted)

    def cost_of(first: int, pieces: int) -> tuple[int, int]:
        urls = [PIECE.replace("123451", str(n)) for n in range(first, first + pieces)]
        own, joining = ([row(code, url=url) for url in urls] for code in ("001", "002"))
        put(house, *own)
        results: list[ImportResult] = []
        entered = cost(lambda: results.append(put(house, *joining)))
        assert house.month(house.binh)["authored_count"] == pieces
        left = cost(lambda: undo(house.db, house.admin, results[0]))
        assert house.month(house.binh)["authored_count"] == 0
        return entered, left

    assert cost_of(500_100, 2) == cost_of(500_200, 100)
    assert altered(house) == []


def test_an_import_is_taken_back_after_a_later_one_that_credited_an_author_of_its_piece_was(house: ClaimsHouse) -> None:
    first = put(house, row("001"))
    second, third = put(house, row("002")), put(house, row("003"))
    for built_on in (first, second):
        with pytest.raises(AppError, check=lambda error: error.code is Code.IMPORT_CHANGED):
            undo(house.db, house.admin, built_on)
    undo(house.db, house.admin, third)
    undo(house.db, house.admin, second)
    undo(house.db, house.admin, first)
    assert stands(house) == {"counts": [0, 0, 0], "months": [0, 0, 0]}
    assert altered(house) == []


def test_an_import_whose_piece_changed_beside_a_credit_that_was_undone_is_not_taken_back(house: ClaimsHouse) -> None:
    first = put(house, row("001"))
    undo(house.db, house.admin, put(house, row("002")))
    with house.db.write() as tx:
        claim_id = ClaimId(house.an, 1)
        coauthors.join(tx, house.as_binh, claim_id, offered=True, now=house.now, today=house.today)
    with pytest.raises(AppError, check=lambda error: error.code is Code.IMPORT_CHANGED):
        undo(house.db, house.admin, first)


def test_a_credit_that_is_taken_back_is_told_as_that_and_not_as_an_officers_refusal(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an, ClaimDraft(kind=ClaimKind.AUTHORED, url=PIECE))
    house.decide(house.officer, claim_id, "accept")
    undo(house.db, house.admin, put(house, row("002")))
    assert [step.action for step in house.show(house.admin, claim_id).history][-2:] == [
        "coauthor_accept",
        "coauthor_undo",
    ]
    assert label("action", "coauthor_undo", "vi") != label("action", "coauthor_undo", "en")
    assert altered(house) == []
    with house.db.read() as tx:
        assert trail.find_break(tx) is None


@pytest.mark.parametrize("subject", ["thing:1", "claim:none", "credit:none:2"])
def test_what_an_import_cannot_have_changed_is_not_passed_over(house: ClaimsHouse, subject: str) -> None:
    result = put(house, row("001"))
    with house.db.write() as tx:
        strange = {"import_id": result.import_id, "position": 9, "subject": subject, "after": {"version": 1}}
        tx.execute(insert(ImportChange), strange)
    with pytest.raises(ValueError, match=subject.partition(":")[2].partition(":")[0]):
        undo(house.db, house.admin, result)
    assert stands(house)["months"] == [1, 0, 0]
