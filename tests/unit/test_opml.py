from __future__ import annotations

import pytest

from crawler.opml import OUTLINES_MOST, read_opml, write_opml
from tracker.domain.errors import AppError, Code


def test_what_is_written_is_read_again() -> None:
    feeds = [("https://bao.example/rss?a=1&b=2", 'Báo "Mẫu" <1>'), ("https://hai.example/feed", "Đài\x01 hai")]
    read = read_opml(write_opml(feeds))
    assert [(o.url, o.title) for o in read] == [(feeds[0][0], feeds[0][1]), (feeds[1][0], "Đài hai")]


def test_folders_are_flattened_and_outlines_without_a_feed_are_left_out() -> None:
    inner = '<outline xmlUrl=" https://a.example/rss " text="A"/>'
    text = f'<opml><body><outline text="Báo">{inner}</outline><outline text="x"/></body></opml>'
    assert [(o.row, o.url, o.title) for o in read_opml(text.encode())] == [(1, "https://a.example/rss", "A")]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not xml",
        b"<html/>",
        b"<opml><body>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><opml/>',
        '<!DOCTYPE x [<!ENTITY a "b">]><opml/>'.encode("utf-16"),
        b"<opml>" + b"<outline>" * 100_000,
    ],
)
def test_what_is_no_opml_or_declares_entities_is_refused(body: bytes) -> None:
    with pytest.raises(AppError) as refused:
        read_opml(body)
    assert refused.value.code is Code.IMPORT_UNREADABLE


def test_a_file_too_large_is_refused() -> None:
    with pytest.raises(AppError) as refused:
        read_opml(b"<opml>" + b" " * (2 * 1024 * 1024))
    assert refused.value.code is Code.BODY_SIZE
    rows = b'<outline xmlUrl="https://a.example/"/>' * (OUTLINES_MOST + 1)
    with pytest.raises(AppError) as many:
        read_opml(b"<opml><body>" + rows + b"</body></opml>")
    assert many.value.code is Code.IMPORT_UNREADABLE
