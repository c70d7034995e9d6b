"""Feeds as outlets print them, made up: RSS of a news site's section, Atom of a blog system with whole texts."""

from __future__ import annotations

import datetime as dt
from email.utils import format_datetime
from html import escape

from bench import prose

ITEMS = 30
NEWEST = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=7)))
EVERY = dt.timedelta(minutes=17)


def rss(number: int) -> bytes:
    """Make the RSS feed of outlet `number`: brief descriptions in CDATA around a linked picture."""
    site = f"https://bao{number}.example.vn"
    items = "\n".join(_rss_item(site, number, turn) for turn in range(ITEMS))
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/">
<channel>
<title>Báo số {number} - Tin mới nhất</title>
<description>Tin tức trong ngày của báo số {number}</description>
<image><url>{site}/logo.png</url><title>Báo số {number}</title><link>{site}</link></image>
<pubDate>{format_datetime(NEWEST)}</pubDate>
<generator>Báo số {number}</generator>
<link>{site}/rss/tin-moi-nhat.rss</link>
<language>vi</language>
{items}
</channel>
</rss>
""".encode()


def _rss_item(site: str, number: int, turn: int) -> str:
    url = f"{site}/{_path(number, turn)}.html"
    picture = f"{site}/anh/{number}/{turn}.jpg?w=680&amp;h=408&amp;q=100"
    summary = prose.paragraph(3, number, turn)
    return f"""<item>
<title>{escape(prose.headline(number, turn))}</title>
<description><![CDATA[<a href="{url}"><img src="{picture}" alt="ảnh" ></a></br>{summary}]]></description>
<pubDate>{format_datetime(NEWEST - EVERY * turn)}</pubDate>
<link>{url}</link>
<guid isPermaLink="true">{url}</guid>
<author>{prose.pick(prose.AUTHORS, number, turn)}</author>
<category>{prose.pick(prose.TOPICS, number, turn)}</category>
<media:content url="{picture}" medium="image" />
<slash:comments>{turn}</slash:comments>
</item>"""


def atom(number: int) -> bytes:
    """Make the Atom feed of outlet `number`: whole texts as escaped HTML, as blog systems print them."""
    site = f"https://bao{number}.example.vn"
    entries = "\n".join(_atom_entry(site, number, turn) for turn in range(ITEMS))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="vi">
<id>tag:bao{number}.example.vn,2026:feed</id>
<title type="text">Trang tin số {number}</title>
<updated>{NEWEST.isoformat()}</updated>
<link rel="alternate" type="text/html" href="{site}/" />
<link rel="self" type="application/atom+xml" href="{site}/feed/atom/" />
<generator uri="{site}" version="6.8">Trang tin</generator>
{entries}
</feed>
""".encode()


def _atom_entry(site: str, number: int, turn: int) -> str:
    url, at = f"{site}/{_path(number, turn)}/", NEWEST - EVERY * turn
    body = "".join(
        f'<p>{prose.paragraph(3, number, turn, part)} <a href="{url}#{part}">Xem thêm</a></p>' for part in range(4)
    )
    figure = f'<figure><img src="/anh/{turn}.jpg" width="680"><figcaption>Ảnh minh họa</figcaption></figure>'
    return f"""<entry>
<id>tag:bao{number}.example.vn,2026:{turn}</id>
<author><name>{prose.pick(prose.AUTHORS, number, turn)}</name></author>
<title type="html">{escape(prose.headline(number, turn))}</title>
<link rel="alternate" type="text/html" href="{url}" />
<published>{at.isoformat()}</published>
<updated>{at.isoformat()}</updated>
<category term="{escape(prose.pick(prose.TOPICS, number, turn))}" />
<summary type="html">{escape("<p>" + prose.sentence(number, turn) + "</p>")}</summary>
<content type="html" xml:base="{url}">{escape(figure + body)}</content>
</entry>"""


def _path(number: int, turn: int) -> str:
    return f"tin-trong-ngay/bai-viet-so-{turn}-post{number * 1000 + turn}"
