"""The cell of Phụng Hiệp with its programme: what the tests of its story and of its reports stand on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests import make, make_claims
from tracker.domain.types import Role

if TYPE_CHECKING:
    from tests.application import Api, Caller
    from tracker.domain.types import MemberId, UnitId

NAMES = (
    *("Nguyễn Văn An", "Trần Thị Bé", "Lê Văn Đạt", "Phạm Thị Hoà", "Võ Văn Hồng"),
    *("Đặng Thị Lan", "Bùi Văn Minh", "Hồ Thị Thúy", "Huỳnh Văn Út", "Dương Thị Ý"),
)


@dataclass
class Cell:
    """The cell with its programme and two targets, and who asks."""

    api: Api
    unit: UnitId
    elsewhere: UnitId
    members: list[MemberId]
    secretary: Caller
    programme: dict[str, Any]
    shares: dict[str, Any]
    piece: dict[str, Any]

    def share(self, month: str, counts: list[int]) -> None:
        """Let each member make a number of shares in a month, one a day."""
        year, number = (int(part) for part in month.split("-"))
        with self.api.db.write() as tx:
            for member_id, count in zip(self.members, counts, strict=False):
                for day in range(1, count + 1):
                    make_claims.claim(tx, member_id, self.unit, dt.date(year, number, day))

    def progress(self, period: str, target: dict[str, Any]) -> list[dict[str, Any]]:
        """Give the progress of one target by its own periods."""
        answer = self.secretary.get(f"/progress?period={period}&unit={self.unit}")
        assert answer.status_code == 200, answer.text
        return [item for item in answer.json()["items"] if item["target_id"] == target["id"]]

    def assign(self, member: int, period: str, **more: Any) -> Any:
        """Ask for an assignment of the quarter's piece."""
        body = {"target_id": self.piece["id"], "member_id": self.members[member], "period": period}
        return self.secretary.post("/assignments", json=body | more)


def build(api: Api) -> Cell:
    """Put the cell into a fresh application."""
    with api.db.write() as tx:
        unit, elsewhere = make.unit(tx, "CBPH", "Chi bộ Phụng Hiệp"), make.unit(tx, "CB2")
        members = [make.member(tx, unit, f"DV{n:02d}", name) for n, name in enumerate(NAMES)]
        officer = make.account(tx, "bithu", Role.OFFICER, unit_id=unit)
    secretary = api.as_viewer(officer)
    programme = made_of(
        secretary.post(
            "/programmes",
            json={
                "name": "Mỗi đảng viên một bài chia sẻ",
                "unit_id": unit,
                "from": "2025-01-01",
                "is_new": True,
                "measures": ["Giải pháp 1", "Giải pháp 2", "Giải pháp 3"],
            },
        )
    )
    each = {"programme_id": programme["id"], "who": "each_member", "what": "share", "per": "month"}
    shares = made_of(secretary.post("/targets", json=each | {"minimum": 1, "aim": 2}))
    one = {"programme_id": programme["id"], "who": "assigned", "what": "authored", "per": "quarter", "minimum": 1}
    piece = made_of(secretary.post("/targets", json=one))
    return Cell(api, unit, elsewhere, members, secretary, programme, shares, piece)


def made_of(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    assert answer.headers["etag"] == '"1"'
    made: dict[str, Any] = answer.json()
    return made


def fill_second_quarter(cell: Cell) -> None:
    """Put in April 16, May 14 (one of ten without), June 17, and the quarter's assigned piece."""
    cell.share("2026-04", [2] * 6 + [1] * 4)
    cell.share("2026-05", [2] * 5 + [1] * 4 + [0])
    cell.share("2026-06", [2] * 7 + [1] * 3)
    assert cell.assign(2, "2026-Q2").status_code == 201
    with cell.api.db.write() as tx:
        make_claims.claim(tx, cell.members[2], cell.unit, dt.date(2026, 6, 10), kind="authored")
