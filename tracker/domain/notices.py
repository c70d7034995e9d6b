"""The notices a member is asked to agree to, in their current versions. Changing words means a new version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One version of one notice; a required one must stand before a claim is filed."""

    kind: str
    version: int
    required: bool
    words_vi: str
    words_en: str

    def words(self, language: str) -> str:
        """Give the words in a language."""
        return self.words_vi if language == "vi" else self.words_en


CURRENT: Sequence[Notice] = (
    Notice(
        kind="processing",
        version=2,  # 2: auditors read too, evidence included
        required=True,
        words_vi=(
            "Hệ thống lưu họ tên, chi bộ, những bài đồng chí khai báo đã chia sẻ hoặc đã viết và kết quả xét "
            "duyệt, để lập báo cáo của tổ chức. Dữ liệu này thể hiện quan điểm chính trị và việc sử dụng mạng xã "
            "hội nên là dữ liệu cá nhân nhạy cảm. Chỉ đồng chí, cán bộ phụ trách và người kiểm tra của tổ chức "
            "hoặc của cấp trên, và quản trị viên xem được, kể cả minh chứng; mỗi lần người khác xem minh chứng "
            "đều ghi nhật ký. Hệ thống không đọc trang cá nhân của đồng chí và không lưu danh tính người bấm liên "
            "kết. Đồng chí có quyền xem, lấy bản sao, sửa, rút lại sự đồng ý và yêu cầu xóa dữ liệu."
        ),
        words_en=(
            "The system keeps your name, your branch, the pieces you declare to have shared or written and how "
            "they were reviewed, to make the organisation's reports. These data show political views and the use "
            "of social networks and are sensitive personal data. Only you, the officers and auditors of your "
            "organisation or of one above it, and administrators see them, evidence included; each look at evidence "
            "by somebody else is logged. The system never reads your personal pages and never keeps who followed a "
            "link. You may see, copy and correct your data, withdraw this consent and ask for erasure."
        ),
    ),
    Notice(
        kind="conduct",
        version=1,
        required=True,
        words_vi=(
            "Hệ thống không tự đăng bài: đồng chí tự đăng bằng tài khoản của mình, tự viết lời của mình, nếu thấy"
            " phù hợp. Dùng liên kết của nguồn chính thống. Tôn trọng, lành mạnh, an toàn, trách nhiệm theo Bộ "
            "Quy tắc ứng xử trên mạng xã hội. Không đăng, không tải lên thông tin thuộc bí mật nhà nước."
        ),
        words_en=(
            "The system posts nothing: you post by hand with your own account and in your own words, if you find "
            "it fitting. Use the official source's link. Be respectful, sound, safe and responsible as the code "
            "of conduct on social networks asks. Do not post or upload State secrets."
        ),
    ),
    Notice(
        kind="evidence",
        version=1,
        required=False,
        words_vi=(
            "Tôi đồng ý gửi ảnh minh chứng khi không có liên kết công khai. Ảnh được xóa sau thời hạn lưu giữ. "
            "Không đồng ý thì vẫn có thể dùng người xác nhận tại chi bộ."
        ),
        words_en=(
            "I agree to send a picture as evidence where there is no public address. Pictures are deleted when "
            "their time is over. Without this consent a witness at the branch will do."
        ),
    ),
)


def find_current(kind: str) -> Notice | None:
    """Find the current version of a notice."""
    return next((n for n in CURRENT if n.kind == kind), None)
