"""The ten members of the sample cell, and who signs in as what. All made up."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.organisation import PartyRole
from tracker.domain.types import Role

PASSWORD = "lan-toa-mau"  # noqa: S105 - of a sample that listens on loopback only; printed at its start
COMMITTEE = ("DBPH", "Đảng bộ cơ sở Phụng Hiệp (mẫu)", "đảng bộ cơ sở")
CELL = ("CBVKS", "Chi bộ Viện kiểm sát Phụng Hiệp (mẫu)", "chi bộ")
MODEL = "Đảng viên Chi bộ trong bảo vệ nền tảng tư tưởng của Đảng"
TOPICS = ("bảo vệ nền tảng tư tưởng", "phản bác luận điệu sai trái", "thành tựu đất nước", "thành tựu địa phương")


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the sample cell and the login they use."""

    code: str
    full_name: str
    login: str
    party_role: PartyRole = PartyRole.MEMBER
    role: Role = Role.MEMBER


PEOPLE = (
    Person("DV01", "Nguyễn Văn Thành", "bithu", PartyRole.SECRETARY, Role.OFFICER),
    Person("DV02", "Trần Thị Thúy", "phobithu", PartyRole.DEPUTY, Role.OFFICER),
    Person("DV03", "Lê Thị Ánh", "dv03"),
    Person("DV04", "Phạm Quốc Đạt", "dv04"),
    Person("DV05", "Đặng Văn Út", "dv05"),
    Person("DV06", "Huỳnh Ngọc Hòa", "dv06"),
    Person("DV07", "Võ Minh Ân", "dv07"),
    Person("DV08", "Bùi Thị Xuyên", "dv08"),
    Person("DV09", "Lý Thị Bé", "dv09"),
    Person("DV10", "Hồ Thanh Thiêm", "dv10"),
)
