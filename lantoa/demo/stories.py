"""What the sample news site publishes: made-up stories, one every other day. Nothing here is anybody's text."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

EVERY_DAYS = 2
STORY_COUNT = 200

_SUBJECTS = (
    ("Chi bộ {place} ra mắt tủ sách dùng chung", "Gần 300 đầu sách do đảng viên và người dân góp, mở cửa mỗi tối."),
    (
        "Tuyến đường hoa ở {place} dài thêm hai cây số",
        "Mỗi hộ nhận chăm một đoạn, chi hội phụ nữ hướng dẫn cách trồng.",
    ),
    ("{place}: học sinh đến trường an toàn nhờ đội tự quản", "Đội gồm 12 cựu chiến binh, trực hai buổi mỗi ngày học."),
    (
        "Cách làm hay trong chuyển đổi số ở {place}",
        "Tổ công nghệ cộng đồng đến từng nhà, giúp người lớn tuổi làm thủ tục.",
    ),
    ("Nông dân {place} giữ giá nhờ hợp tác xã kiểu mới", "Sản phẩm có mã truy xuất, đơn đặt hàng được chốt đầu vụ."),
    ("Gương sáng đảng viên ở {place}", "Ba mươi năm dạy chữ ban đêm cho người lao động, không nghỉ một mùa hè nào."),
    ("{place} hoàn thành 100% nhà cho hộ khó khăn", "Căn nhà cuối cùng được bàn giao trước mùa mưa."),
    ("Nhận diện thông tin sai về đất đai tại {place}", "Chính quyền đối thoại, công khai bản đồ và từng quyết định."),
    (
        "Lễ hội bánh dân gian {place} thu hút bạn trẻ",
        "Nghệ nhân truyền nghề ngay tại gian hàng, khách tự tay gói bánh.",
    ),
    ("Đội hình áo xanh {place} làm sạch kênh rạch", "Sau ba tháng, bốn đoạn kênh đã thông, cá trở lại."),
)
_PLACES = ("Phụng Hiệp", "Cây Dương", "Hòa Mỹ", "Tân Bình", "Thạnh Hòa", "Búng Tàu", "Kinh Cùng", "Long Thạnh")
_AUTHORS = ("Minh Khôi", "Hải Yến", "Trần Quốc Bảo", "Thu Hà", "Văn Xuyên")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One published piece of the sample site."""

    number: int
    title: str
    summary: str
    author: str
    published_at: dt.datetime

    @property
    def path(self) -> str:
        """Give the page's path, with the article's number in it as official papers print it."""
        return f"/tin/bai-post{100_000 + self.number}.html"


def list_stories(today: dt.date, zone: dt.tzinfo) -> list[Story]:
    """List the stories up to a local day, newest first; a story keeps its number, words and time from day to day."""
    newest = today.toordinal() // EVERY_DAYS
    return [_story(newest - n, zone) for n in range(STORY_COUNT)]


def _story(turn: int, zone: dt.tzinfo) -> Story:
    title, summary = _SUBJECTS[turn % len(_SUBJECTS)]
    place = _PLACES[(turn // len(_SUBJECTS)) % len(_PLACES)]
    day = dt.date.fromordinal(turn * EVERY_DAYS)
    return Story(
        number=turn % 100_000,
        title=title.format(place=place),
        summary=summary,
        author=_AUTHORS[turn % len(_AUTHORS)],
        published_at=dt.datetime.combine(day, dt.time(6, 30), zone),
    )
