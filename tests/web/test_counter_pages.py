"""What a piece's page printed, on the page of its declaration: a rating to be checked is said to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from tests import make
from tracker.domain.claims import ClaimKind
from tracker.domain.filing import ClaimDraft
from tracker.services import filing
from tracker.services.filing import Filed
from tracker.store.readings import TO_CHECK
from tracker.store.tables.claims import Reading

if TYPE_CHECKING:
    from tests.web.conftest import Office

WORDS = "cần kiểm tra: điểm trung bình, số phiếu và tổng điểm không khớp"


@pytest.mark.parametrize("qualifier", [None, "lower", TO_CHECK, f"lower {TO_CHECK}"])
def test_a_rating_that_does_not_agree_with_its_average_is_said_to_be_checked(
    office: Office, qualifier: str | None
) -> None:
    viewer, zone = office.viewers["member"], office.site.app.state.deps.zone
    with office.site.db.write() as tx:
        owner = filing.get_owner(tx, viewer, None, today=make.TODAY)
        draft = ClaimDraft(kind=ClaimKind.AUTHORED, article_id=office.article)
        filed = filing.submit(tx, viewer, owner, draft, now=make.NOW, zone=zone)
        assert isinstance(filed, Filed)
        row = {"member_id": filed.claim_id.member_id, "number": filed.claim_id.number, "reading": 1, "grade": "A"}
        told = {"measure": "rating_sum", "value": 7, "provenance": "page", "read_at": make.NOW}
        tx.execute(insert(Reading), row | told | {"qualifier": qualifier})
    for role in ("member", "officer"):
        shown = office.browser(role).get(f"/claims/{filed.claim_id}")
        assert shown.words.count(WORDS) == 2 * (TO_CHECK in (qualifier or ""))
        assert ("thấp hơn lần đọc trước" in shown.words) is ("lower" in (qualifier or ""))


def test_a_rating_is_told_as_the_sum_it_is_with_its_average(office: Office) -> None:
    """Show 004-66 on the page: 4 points of 2 votes are 2,0 on average, and not 4 of 5."""
    viewer, zone = office.viewers["member"], office.site.app.state.deps.zone
    with office.site.db.write() as tx:
        owner = filing.get_owner(tx, viewer, None, today=make.TODAY)
        draft = ClaimDraft(kind=ClaimKind.AUTHORED, article_id=office.article)
        filed = filing.submit(tx, viewer, owner, draft, now=make.NOW, zone=zone)
        assert isinstance(filed, Filed)
        row = {"member_id": filed.claim_id.member_id, "number": filed.claim_id.number, "grade": "A"}
        for reading, (measure, value) in enumerate((("rating_sum", 4), ("rating_votes", 2)), 1):
            told = {"reading": reading, "measure": measure, "value": value, "provenance": "page", "read_at": make.NOW}
            tx.execute(insert(Reading), row | told)
    path = f"/claims/{filed.claim_id}"
    assert (
        "Đánh giá: tổng 4 điểm của 2 lượt đánh giá, trung bình 2,0 điểm." in office.browser("officer").get(path).words
    )
    assert "2.0 on average" in office.browser("member", "en").get(path).words
