"""Strangers' text made plain: one line, NFC, no markup, nothing invisible. No addresses, no dates."""

from __future__ import annotations

import html
import re
import unicodedata

from tracker.domain.names import clean_text

MAX_RAW_CHARS = 20_000

# Beside what no stored text may hold: soft hyphens and direction marks. The joiners U+200C and U+200D stay, for Persian
# and emoji are spelt with them.
_INVISIBLE = re.compile("[\u00ad\u180e\u200e\u200f]")
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_HIDDEN_ELEMENT = re.compile(r"<(script|style|template)\b[^<>]*>.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->|<![^<>]*>", re.DOTALL)
_DECLARATION = re.compile(r"<![^<>]*>")
_TAG_NAMES = (
    "a abbr acronym address applet area article aside audio b base basefont bdi bdo big blink blockquote body br "
    "button canvas caption center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em "
    "embed fieldset figcaption figure font footer form frame frameset h[1-6] head header hgroup hr html i iframe "
    "img input ins isindex kbd keygen label legend li link listing main map mark marquee math menu meta meter nav "
    "nobr noframes noscript object ol optgroup option output p param picture plaintext pre progress q rp rt ruby "
    "s samp script section select small source span strike strong style sub summary sup svg table tbody td "
    "template textarea tfoot th thead time title tr track tt u ul var video wbr xml xmp"
)
_TAG = re.compile(
    r"</?(?:" + "|".join(_TAG_NAMES.split()) + r")(?=[\s/>])(?:[^<>\"']|\"[^\"<>]*\"|'[^'<>]*')*/?>", re.IGNORECASE
)
_BLOCK_EDGE = re.compile(
    r"<(?=/?(?:br|p|div|li|ul|ol|tr|td|th|h[1-6]|blockquote|figure|figcaption|pre|dd|dt|hr)\b)", re.IGNORECASE
)


def tidy(text: str) -> str:
    """Give the text on one line, NFC, without invisible characters."""
    line = " ".join(text[:MAX_RAW_CHARS].split())
    if line.isprintable():  # nothing invisible is: most texts need no more than a look
        return line if line.isascii() else unicodedata.normalize("NFC", line)
    return " ".join(clean_text(_INVISIBLE.sub("", line)).split())


def plain_title(text: str) -> str:
    """Give a title or a name as plain text: HTML's tags out, references read at most twice (some outlets escape twice).

    Only what is a tag of HTML goes: "Giá <Vàng> 5 < 6" stays as it is written.
    """
    text = text[:MAX_RAW_CHARS]
    for _ in range(2):
        text = _without_tags(text)
        read = _REFERENCE.sub(_read_reference, text)
        if read == text:
            break
        text = read
    return tidy(text)


def space_blocks(markup: str) -> str:
    """Put a space before each block's edge, so that words of two paragraphs do not run together when the tags go."""
    return _BLOCK_EDGE.sub(" <", markup)


def cut_at_word(text: str, limit: int) -> str:
    """Cut at the last word that fits, with an ellipsis in the room that is left."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    word_end = head.rfind(" ")
    return (head[:word_end] if word_end > limit // 2 else head).rstrip(" ,;:-–") + "…"


def _without_tags(text: str) -> str:
    """Take out HTML's tags, comments, and what no reader would see."""
    if "<" not in text:
        return text
    head, end, tail = text.rpartition("-->")  # behind the last end no comment is sought: each would be to the very end
    text = _HIDDEN_ELEMENT.sub("", _COMMENT.sub("", head + end) + _DECLARATION.sub("", tail))
    return _TAG.sub("", space_blocks(text))


def _read_reference(match: re.Match[str]) -> str:
    """Give the character of one reference."""
    return html.unescape(match[0])
