"""An office at work: units, members, officers, claims and decisions, made as any outside script would make them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from tracker.domain.types import AccountId, Role, Viewer
from tracker.store.tables.accounts import Session

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import httpx

    from tests.application import Api, Caller

PASSWORD = "một mật khẩu thật dài 7"
CONSENTS = {"processing": 2, "conduct": 1}  # the current versions of the notices
NAMES = (
    *("Nguyễn Văn An", "Trần Thị Bé", "Lê Văn Đạt", "Phạm Thị Hoà", "Võ Văn Hồng"),
    *("Đặng Thị Lan", "Bùi Văn Minh", "Hồ Thị Thúy", "Huỳnh Văn Út", "Dương Thị Ý"),
)


def good(answer: httpx.Response, status: int = 200) -> dict[str, Any]:
    """Hold an answer to a status; give its JSON."""
    assert answer.status_code == status, (answer.status_code, answer.text)
    found: dict[str, Any] = answer.json()
    return found


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Hold an answer to being a refusal; give the problem document."""
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
    problem: dict[str, Any] = answer.json()
    return problem


@dataclass
class Office:
    """The application, its administrator, and how they put things in."""

    api: Api
    admin: Caller
    made: int = field(default=0)

    def at(self, year: int, month: int, day: int, hour: int = 9) -> None:
        """Let it be an hour of a local day; everybody has just signed in anew."""
        now = dt.datetime(year, month, day, hour, tzinfo=dt.UTC) - dt.timedelta(hours=7)
        self.api.clock.now = now
        until = now + dt.timedelta(days=30)
        with self.api.db.write() as tx:
            tx.execute(update(Session).values(created_at=now, last_seen_at=now, expires_at=until))

    def number(self) -> int:
        """Give a number that nothing has yet."""
        self.made += 1
        return self.made

    def unit(self, name: str, parent: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """Make a unit."""
        body = {"code": f"U{self.number():03d}", "name": name, "kind": "chi bộ", "valid_from": "2020-01-01"}
        above = {} if parent is None else {"parent_id": parent["id"]}
        return good(self.admin.post("/units", json=body | above | more), 201)

    def member(self, unit: dict[str, Any], name: str, **more: Any) -> dict[str, Any]:
        """Put a member into a unit."""
        body = {"code": f"DV{self.number():04d}", "full_name": name, "unit_id": unit["id"], "since": "2020-01-01"}
        return good(self.admin.post("/members", json=body | more), 201)

    def account(self, role: str, **more: Any) -> Caller:
        """Make an account and sign in with it."""
        body = {"login": f"nguoi{self.number()}", "password": PASSWORD, "role": role} | more
        made = good(self.admin.post("/accounts", json=body), 201)
        return self.api.as_viewer(Viewer(account_id=AccountId(made["id"]), role=Role(role)))

    def officer(self, unit: dict[str, Any]) -> Caller:
        """Give an officer of a unit."""
        return self.account("officer", unit_id=unit["id"])

    def person(self, member: dict[str, Any], consents: Iterable[str] = CONSENTS) -> Caller:
        """Let a member sign in, having consented."""
        caller = self.account("member", member_id=member["id"])
        for kind in consents:
            good(caller.post("/me/consents", json={"kind": kind, "version": CONSENTS[kind]}), 201)
        return caller

    def article_url(self) -> str:
        """Give the address of an article of a listed source that nobody shared yet."""
        return f"https://nhandan.vn/bai-so-{self.number()}-post{700_000 + self.made}.html"

    def share(self, caller: Caller, on: str, **more: Any) -> dict[str, Any]:
        """Let somebody declare a share."""
        body = {"kind": "share", "article_url": self.article_url(), "channel": "facebook", "happened_on": on}
        return good(caller.post("/claims", json=body | more), 201)

    def piece(self, caller: Caller, on: str, title: str = "Bài viết", **more: Any) -> dict[str, Any]:
        """Let somebody declare a piece of their own."""
        body = {"kind": "authored", "url": self.article_url(), "title": title, "happened_on": on}
        return good(caller.post("/claims", json=body | more), 201)

    def accept(self, officer: Caller, *claims: dict[str, Any]) -> None:
        """Let an officer accept claims, all at once."""
        body = {"claim_ids": [c["id"] for c in claims], "verdict": "accept"}
        told = good(officer.post("/reviews", json=body))["items"]
        assert {t["state"] for t in told} == {"accepted"}, told

    def programme(self, caller: Caller, unit: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Register a programme."""
        body = {"name": "Mô hình", "unit_id": unit["id"], "from": "2025-01-01", "is_new": True}
        return good(caller.post("/programmes", json=body | more), 201)

    def target(self, caller: Caller, programme: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Set a target of a programme."""
        body = {"programme_id": programme["id"], "who": "each_member", "what": "share", "minimum": 1, "per": "month"}
        return good(caller.post("/targets", json=body | more), 201)

    def progress(
        self, caller: Caller, period: str, unit: dict[str, Any], target: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Give the progress of a target by its own periods."""
        told = good(caller.get(f"/progress?period={period}&unit={unit['id']}"))
        return [item for item in told["items"] if item["target_id"] == target["id"]]

    def report(self, caller: Caller, kind: str, period: str, unit: dict[str, Any]) -> dict[str, Any]:
        """Give a report as JSON."""
        return good(caller.get(f"/reports/{kind}?period={period}&unit={unit['id']}&format=json"))

    def sheet(self, caller: Caller, kind: str, period: str, unit: dict[str, Any]) -> str:
        """Give a report as the text of its CSV."""
        answer = caller.get(f"/reports/{kind}?period={period}&unit={unit['id']}&format=csv")
        assert answer.status_code == 200, answer.text
        return answer.content.decode("utf-8-sig")


@dataclass
class Cell:
    """A cell of ten: the unit, its members, each signed in, and its secretary."""

    office: Office
    unit: dict[str, Any]
    members: list[dict[str, Any]]
    callers: list[Caller]
    secretary: Caller
    programme: dict[str, Any]
    shares: dict[str, Any]
    piece: dict[str, Any]

    def share_in(self, month: str, counts: Sequence[int]) -> None:
        """Let each member share so often in a month, and the secretary accept it all."""
        shared = [
            self.office.share(caller, f"{month}-{day:02d}")
            for caller, count in zip(self.callers, counts, strict=True)
            for day in range(1, count + 1)
        ]
        self.office.accept(self.secretary, *shared)

    def assign(self, member: int, period: str, **more: Any) -> httpx.Response:
        """Choose a member to write the quarter's piece."""
        body = {"target_id": self.piece["id"], "member_id": self.members[member]["id"], "period": period}
        return self.secretary.post("/assignments", json=body | more)


def phung_hiep(office: Office) -> Cell:
    """Found the cell of story 1 with its programme and its two targets."""
    unit = office.unit("Chi bộ Viện kiểm sát huyện Phụng Hiệp")
    members = [office.member(unit, name) for name in NAMES]
    callers = [office.person(member) for member in members]
    secretary = office.officer(unit)
    programme = office.programme(secretary, unit, name="Bảo vệ nền tảng tư tưởng", measures=["Một", "Hai", "Ba"])
    shares = office.target(secretary, programme, aim=2)
    piece = office.target(secretary, programme, who="assigned", what="authored", per="quarter")
    return Cell(office, unit, members, callers, secretary, programme, shares, piece)
