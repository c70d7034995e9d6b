"""Made-up Vietnamese news prose, the same on every run: headlines, sentences, bylines. None of it is anybody's text."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

OPENINGS = (
    "Sáng nay, Đảng ủy xã",
    "Theo báo cáo của Ủy ban nhân dân",
    "Tại hội nghị sơ kết, đại diện",
    "Phát biểu với bà con, lãnh đạo",
    "Sau hai tháng triển khai,",
    "Ghi nhận của phóng viên cho thấy",
    "Trao đổi bên lề buổi làm việc,",
    "Nhiều hộ dân cho biết",
)
PLACES = (
    *("Phụng Hiệp", "Cây Dương", "Hòa Mỹ", "Tân Bình", "Thạnh Hòa", "Búng Tàu", "Kinh Cùng", "Long Thạnh"),
    *("Đồng Văn", "Quản Bạ", "Mường Lát", "Nghĩa Lộ", "Ea Kar", "Krông Pắc", "Cù Lao Dung", "Đầm Dơi"),
)
DEEDS = (
    "đã hoàn thành tuyến đường liên thôn dài hơn năm cây số",
    "đề nghị các chi bộ đổi mới nội dung sinh hoạt chuyên đề",
    "trao hơn hai trăm suất học bổng cho học sinh vượt khó",
    "ra mắt tổ công nghệ số cộng đồng, hướng dẫn người cao tuổi làm thủ tục",
    "khánh thành nhà văn hóa từ nguồn vốn xã hội hóa",
    "giữ vững chỉ tiêu giảm nghèo và tạo việc làm mới",
    "kiểm tra công tác phòng, chống thiên tai trước mùa mưa bão",
    "phát động phong trào trồng cây, làm sạch kênh rạch",
    "lấy ý kiến nhân dân về quy hoạch khu dân cư kiểu mẫu",
    "biểu dương những tấm gương học tập và làm theo lời Bác",
)
REASONS = (
    "nhờ sự đồng thuận của nhân dân",
    "trước ngày hội Đại đoàn kết toàn dân tộc",
    "theo tinh thần nghị quyết vừa được thông qua",
    "trong khuôn khổ chương trình mục tiêu quốc gia",
    "với kinh phí hơn 3,7 tỷ đồng",
    "dù còn không ít khó khăn về mặt bằng",
)
AUTHORS = ("Minh Khôi", "Hải Yến", "Trần Quốc Bảo", "Thu Hà", "Văn Xuyên", "Ngọc Ánh", "Đặng Thị Bích")
TOPICS = ("Thời sự", "Xây dựng Đảng", "Kinh tế", "Văn hóa - Xã hội", "Giáo dục", "Chuyển đổi số")


def pick(options: Sequence[str], *key: object) -> str:
    """Choose by a key: the same key, the same choice."""
    digest = hashlib.blake2b(":".join(map(str, key)).encode(), digest_size=4).digest()
    return options[int.from_bytes(digest) % len(options)]


def sentence(*key: object) -> str:
    """Make one sentence of some twenty-five words."""
    parts = (OPENINGS, PLACES, DEEDS, REASONS)
    return " ".join(pick(options, place, *key) for place, options in enumerate(parts)) + "."


def headline(*key: object) -> str:
    """Make a headline."""
    place, deed = pick(PLACES, "where", *key), pick(DEEDS, "what", *key)
    return f"{place}: {deed[0].upper()}{deed[1:]}"


def paragraph(count: int, *key: object) -> str:
    """Make a paragraph of so many sentences."""
    return " ".join(sentence(number, *key) for number in range(count))
