"""What sticks to bylines and names nobody: dates, times, addresses, handles, buttons, counts of other authors.

Each becomes a separator, so that what stood on either side is not run together. Linear in the length of the line.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from tracker.domain.names import clean_text

_GAP: Final = " | "
_INVISIBLE: Final = re.compile("[\u00ad\u180e\u200c-\u200f]")
_MONTHS: Final = (
    r"jan\w{0,6}|feb\w{0,6}|mar|march|märz|mars|marzo|março|apr\w{0,4}|avril|abril|may|mai|mayo|maio|maggio|jun[eio]?|"
    r"juin|junio|junho|giugno|jul[yi]?|juil\w{0,4}|julio|julho|luglio|aug\w{0,3}|août|agosto|sep\w{0,7}|oct\w{0,5}|"
    r"okt\w{0,4}|out\w{0,4}|ottobre|nov\w{0,6}|dec\w{0,6}|dez\w{0,5}|déc\w{0,5}|dic\w{0,6}|jän\w{0,3}|gennaio|settembre"
)
_WEEKDAY: Final = r"(?:(?-i:\b(?:Mo|Di|Mi|Do|Fr|Sa|So|Mon|Tue|Wed|Thu|Fri|Sat|Sun))\b\.?,?\s)?"
_TIMES: Final = re.compile(
    r"\d{4}-\d\d-\d\dT[\d:.+Z-]+"
    r"|\b\d{1,4}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{2,4}\b"
    r"|\b\d{1,2}\s?(?:[:h]|giờ)\s?\d{2}(?:[:.]\d{2})?(?:\s?(?:am|pm|sa|ch|uhr|hrs?)\b\.?)?"
    r"|\b(?:gmt|utc)\s?[+-]\s?\d{1,2}(?::?\d\d)?\b|[(\[]?\b(?:GMT|ICT)\b[)\]]?"
    rf"|{_WEEKDAY}\b(?:{_MONTHS})\b\.?\s\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s\d{{4}}\b)?"
    rf"|{_WEEKDAY}\b\d{{1,2}}(?:st|nd|rd|th)?\.?\s(?:de\s)?(?:{_MONTHS})\b\.?(?:,?\s(?:de\s)?\d{{4}}\b)?"
    r"|\b(?-i:CE?S?T|EE?S?T|[EPMC][SD]T|E[SD]?T|UTC|BST|WIB|JST|KST|Uhr)\b"
    r"|\b(?:thứ|chủ)\s(?:hai|ba|tư|năm|sáu|bảy|nhật|[2-7])\b,?(?=\s*(?:\||$|ngày|\d))"
    r"|\bngày\s\d{1,2}(?:\stháng\s\d{1,2})?(?:\snăm\s\d{4})?"
    r"|\b\d+\s(?:minutes?|mins?|hours?|days?|weeks?|months?|years?|phút|giờ|ngày)\s(?:ago|trước|read|đọc)\b",
    re.IGNORECASE,
)
_ADDRESSES: Final = re.compile(
    r"<?\b(?:https?://|www\.)\S+|[\w.+-]{1,64}(?:@|\s?\[at\]\s?)[\w-]{1,64}(?:\.[\w-]{1,64})+|\[email[\s\u00a0]protected\]|(?<![\w@])@\w{1,40}",
    re.IGNORECASE,
)
_OTHERS: Final = re.compile(
    r"\s*(?:\b(?:và|cùng|and|und|et|y|e)\b|[+&])\s*\d{1,3}\s"
    r"(?:tác giả|người|others?|more|weitere|autres|otros)\b[^|;,]{0,20}",
    re.IGNORECASE,
)
_BUTTONS: Final = re.compile(
    r"(?:(?<=\s)|^)(?:xem (?:thêm|các|tất cả|trang|bài)|theo dõi|bài viết (?:của|cùng|khác)|tin cùng tác giả|chia sẻ|"
    r"view (?:all|more|author|profile|full)|see all|read (?:more|full)|more (?:by|from|about)|follow|contact|"
    r"e-?mail (?:the )?author|get author|about the author|alle (?:artikel|beiträge|texte)|zum profil|mehr (?:von|über)|"
    r"\d+ (?:artikel|beiträge|articles|posts)|schreiben sie|kommentare|kommentar schreiben|\d* ?comments?|lesezeit|"
    r"last updated|"
    r"first published|published|updated|posted|aktualisiert|veröffentlicht|publié|mis à jour|publicado|actualizado|"
    r"is an?|ist|covers|has been|joined|bio|biographie|biografía)\b[^|]*",
    re.IGNORECASE,
)
_QUOTES: Final = re.compile(r"[\"“”„«»*]+|(?<!\w)_+|_+(?!\w)")
_MID_LEAD: Final = re.compile(r"^[^|]*\w\s+(?:By|Von|Par|Por|Posted by|Written by|written by)\s+(?=[^\W\d_a-z])")
_GLUED: Final = re.compile(r"(?:(?<=[a-zß-ÿ]{4})(?<!\bFitz)|(?<=\bUhr)|(?<=\b[AP]M))(?=[A-ZÀ-Þ][a-zß-ÿA-Z])")
_MAILBOX: Final = re.compile(r"[^\s@]+@[^\s@]+\s+\((?P<name>[^()]+)\)|(?P<before>[^<>@]+)<[^\s@]+@[^\s@]+>")


def tidy_line(text: str) -> str:
    """Give a byline on one line, NFC, without what cannot be seen."""
    text = unicodedata.normalize("NFKC", text) if "\uff08" in text else text  # wide brackets
    return " ".join(clean_text(_INVISIBLE.sub("", text)).split())


def has_time(line: str) -> bool:
    """Tell whether a line tells a date or a time."""
    return bool(_TIMES.search(line))


def drop_noise(line: str) -> str:
    """Put gaps where dates, addresses, buttons and counts stood."""
    mailbox = _MAILBOX.fullmatch(line)
    line = _ADDRESSES.sub(_GAP, (mailbox["name"] or mailbox["before"]) if mailbox else line)
    if " " in line:
        line = _GLUED.sub(_GAP, line)  # two elements that a page shows apart
    line = _TIMES.sub(_GAP, line)
    line = _OTHERS.sub(_GAP, line)
    return _MID_LEAD.sub("", _QUOTES.sub(" ", _BUTTONS.sub(_GAP, line)))
