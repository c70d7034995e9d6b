from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from crawler.feed_loose import read_loosely
from crawler.parse import PARSE_TASKS, clean_markup, parse_feed
from crawler.parse_worker import clean_markup as clean_in_process
from crawler.parse_worker import parse_feed as parse_in_process
from crawler.types import FeedUnreadable, ParsedFeed
from sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ITEM = "<item><title>Tin {0}</title><link>https://a.example/{0}</link><description>t</description></item>"
ITEMS = "".join(ITEM.format(n) for n in range(4))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(tasks=PARSE_TASKS) as made:
        yield made


def _rss(inner: str) -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>{inner}</channel></rss>'


def _read(text: str | bytes, base_url: str | None = None, *, whole: bool = True) -> dict[str, Any]:
    body = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    options = {"content_type": "", "base_url": base_url, "whole": whole}
    answer: dict[str, Any] = json.loads(parse_in_process(body, options))
    return answer


def _items(text: str | bytes, base_url: str | None = None) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = _read(text, base_url)["feed"]["items"]
    return items


def test_a_feed_comes_back_through_the_sandbox_in_our_types(sandbox: Sandbox) -> None:
    feed = parse_feed(sandbox, _rss(ITEMS).encode(), content_type="text/xml", base_url="https://a.example/rss")
    assert isinstance(feed, ParsedFeed)
    assert (feed.format, feed.title, len(feed.items), feed.warnings) == ("rss", "T", 4, ())
    assert (feed.items[0].url, feed.items[0].authors) == ("https://a.example/0", ())


@pytest.mark.thorough
def test_a_document_that_exhausts_the_worker_is_unreadable_and_the_next_is_read() -> None:
    nested = '<entry xml:base="../b/"><title>a</title><link href="x"/></entry>' * 2000
    bomb = f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{"a/" * 30_000}">{nested}</feed>'
    with Sandbox(tasks=PARSE_TASKS, cpu_s=1) as small:
        found = parse_feed(small, bomb.encode(), base_url="https://a.example/")
        assert isinstance(found, FeedUnreadable)
        assert (found.problem.code, found.problem.message) == (
            "unreadable",
            "the document took too much processor time",
        )
        assert isinstance(parse_feed(small, _rss(ITEMS).encode()), ParsedFeed)


def test_an_answer_that_is_none_of_ours_counts_as_unreadable() -> None:
    class Liar(Sandbox):
        @override
        def call(self, task: str, payload: bytes, options: Mapping[str, Any] | None = None) -> bytes:
            return payload

    with Liar(tasks=()) as liar:
        for said in (b"{", b"[]", b"7", b'{"feed": {}}', b'{"feed": {"items": [{}]}}', b'{"code": "x", "links": []}'):
            found = parse_feed(liar, said)
            assert isinstance(found, FeedUnreadable)
            assert found.problem.message == "the document broke the parser"


def test_markup_is_sanitised_in_the_sandbox(sandbox: Sandbox) -> None:
    assert clean_markup(sandbox, b"<p onclick=x>a</p>") == "<p>a</p>"
    assert clean_in_process(b"<a href=x>a", {"base_url": "https://a.example/"}).startswith(
        b'<a href="https://a.example/x"'
    )


def test_without_whole_only_a_brief_summary_crosses() -> None:
    (item,) = _read(
        _rss(f"<item><title>a</title><description><![CDATA[<p>{'một ' * 5000}</p>]]></description></item>"), whole=False
    )["feed"]["items"]
    assert len(item["summary"]) <= 2000
    assert item["summary"].startswith("một một")
    assert item["content"] == ""


@pytest.mark.parametrize("cut", range(90, len(_rss(ITEMS)), 7))
def test_an_interrupted_feed_gives_the_entries_before_the_break(cut: int) -> None:
    text = _rss(ITEMS)[:cut]
    feed = _read(text)["feed"]
    assert len(feed["items"]) == text.count("</item>")
    assert all(i["title"] == f"Tin {n}" and i["url"] == f"https://a.example/{n}" for n, i in enumerate(feed["items"]))
    assert feed["warnings"] == (["partial"] if "</channel></rss" not in text else feed["warnings"])


def test_an_interrupted_json_feed_gives_the_items_before_the_break() -> None:
    items = ", ".join(f'{{"id": "{n}", "title": "Tin {n}", "url": "https://a.example/{n}"}}' for n in range(4))
    text = f'{{"version": "https://jsonfeed.org/version/1", "title": "T", "items": [{items}]}}'
    feed = _read(text[: text.index('"3"')])["feed"]
    assert [item["title"] for item in feed["items"]] == ["Tin 0", "Tin 1", "Tin 2"]
    assert (feed["title"], feed["warnings"]) == ("T", ["partial"])


@pytest.mark.parametrize("after", ["junk", "<", "\0\0", "<rss></rss>"])
def test_what_follows_the_root_spoils_nothing(after: str) -> None:
    assert len(_items(_rss(ITEMS) + after)) == 4


def test_a_break_in_the_middle_is_read_past() -> None:
    broken = _rss(ITEM.format(0) + "<item><title>x</title><b></i></item>" + ITEM.format(1))
    feed = _read(broken)["feed"]
    assert [item["title"] for item in feed["items"]] == ["Tin 0", "x", "Tin 1"]
    assert feed["warnings"] == ["partial"]


def test_a_cdata_section_that_never_ends_swallows_only_itself() -> None:
    feed = _read(_rss(ITEMS + "<item><title>x</title><description><![CDATA[ tail"))["feed"]
    assert [item["title"] for item in feed["items"]] == ["Tin 0", "Tin 1", "Tin 2", "Tin 3"]


def test_too_many_entries_are_cut_and_said_so() -> None:
    feed = _read(_rss("<item><title>a</title></item>" * 5001))["feed"]
    assert (len(feed["items"]), feed["warnings"]) == (5000, ["too_many_items"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "the body is empty"),
        (b" \n\0", "the body is empty"),
        (b"%PDF-1.7", "no XML"),
        (b"\x89PNG\r\n\x1a\n\0\0", "no XML"),
        (b"{}", "a JSON document, but no JSON Feed"),
        (b'{"items": [1]}', "a JSON document, but no JSON Feed"),
        (b"[" * 100_000, "a JSON document, but no JSON Feed"),
        (b'{"items": 5, "title": "a"}', "a JSON document, but no JSON Feed"),
        (b"<!-- <html -->", "an HTML page"),
        (b"<configuration/>", "an XML document of another kind: configuration"),
        (b"<p>You are <b>not</b> signed in", "an XML document of another kind: p"),
    ],
)
def test_what_is_no_feed_is_said_so(text: bytes, words: str) -> None:
    assert _read(text) == {"code": "not_a_feed", "message": words, "links": []}


def test_a_page_gives_the_feeds_that_it_declares() -> None:
    page = """<!DOCTYPE html><html><head><base href="/tin/"><title>Đăng nhập</title>
      <link rel="stylesheet" href="a.css"><link rel="alternate" type="text/html" href="/en">
      <link rel="alternate" type="application/rss+xml" href="rss.xml">
      <link rel="ALTERNATE home" type="Application/Atom+XML; charset=utf-8" href="/atom">
      <link rel="alternate" type="application/rss+xml" href="javascript:x()">
      <link rel="alternate" type="application/rss+xml" href="rss.xml">
      </head><body>"""
    answer = _read(page, "https://a.example/x/y")
    assert (answer["code"], answer["message"]) == ("not_a_feed", "an HTML page")
    assert answer["links"] == ["https://a.example/tin/rss.xml", "https://a.example/atom"]


def test_words_of_a_failing_site_before_the_feed_are_passed_over() -> None:
    assert len(_items("<br />\n<b>Warning</b>: cannot modify header<br />\n" + _rss(ITEMS))) == 4


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-16-le", "utf-32"])
def test_entities_are_refused_in_every_encoding(codec: str) -> None:
    bomb = '<!DOCTYPE rss [<!entity a "aaaa"><!ENTITY b "&a;&a;">]>' + _rss("<item><title>&b;</title></item>")[21:]
    assert _read(bomb.encode(codec)) == {"code": "unreadable", "message": "the document declares entities", "links": []}


def test_a_document_type_without_entities_is_passed_over() -> None:
    for doctype in (
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1/x.dtd">',
        "<!DOCTYPE rss [ <!ELEMENT a ANY> ]>",
        "<!DOCTYPE rss [ <!",
    ):
        assert len(_items(doctype + _rss(ITEMS)[21:])) == 4


def test_a_section_of_character_data_stays_as_it_is_beside_what_is_mended() -> None:
    text = _rss("<item><title>a & b</title><description><![CDATA[<p>c & d&nbsp;</p>]]></description></item>")
    assert [(i["title"], i["summary"]) for i in _items(text)] == [("a & b", "<p>c &amp; d&nbsp;</p>")]


def test_an_entity_that_nobody_declared_stays_as_written() -> None:
    assert _items(_rss("<item><title>a &xxe; b</title></item>"))[0]["title"] == "a &xxe; b"


def test_a_giant_tag_is_refused_and_a_long_text_is_not() -> None:
    attributes = " ".join(f'a{n}="1"' for n in range(20_000))
    assert _read(_rss(f"<item {attributes}/>"))["message"] == "the document has a tag of more than 64 KiB"
    long = f"<item><title>a</title><description><![CDATA[<{'x' * 100_000}]]></description></item>"
    assert len(_items(_rss(long))) == 1


@pytest.mark.parametrize("inner", ["<a>" * 10_000, "<!--" * 20_000, "<item>" * 300, "<" * 100_000, "&" * 100_000])
def test_odd_nesting_is_read_as_far_as_it_goes(inner: str) -> None:
    assert len(_items(_rss(ITEMS + inner))) >= 4


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"<rss><channel><item>", b"<feed><entry>", b"{", b'{"title":"a","items":[', b"<html>"]),
)
def test_no_bytes_raise(body: bytes, before: bytes) -> None:
    answer = _read(before + body)
    assert "feed" in answer or answer["code"] in {"not_a_feed", "unreadable"}


@given(st.text(alphabet=st.sampled_from("<>/&;#!-[]'\"= xitemlnkDATC0\u200b\0\ud800"), max_size=300))
def test_no_markup_raises(text: str) -> None:
    assert "feed" in _read(_rss(f"<item><title>a</title>{text}"))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["id", "url", "title", "authors", "author", "name", "tags", "items", "attachments", "image"]
                ),
                inner,
                max_size=6,
            )
        ),
        max_leaves=12,
    )
)
def test_no_json_raises(value: Any) -> None:
    answer = _read(
        json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [value, {"title": value}], "title": value})
    )
    assert "feed" in answer


def test_base_addresses_nest() -> None:
    entry = '<entry xml:base="b/"><link href="c"/><title>t</title></entry>'
    text = f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/a/">{entry}</feed>'
    assert _items(text, "https://a.example/feed")[0]["url"] == "https://a.example/a/b/c"


def test_without_a_base_links_are_kept_as_written_for_the_eye_only() -> None:
    text = _rss("<item><title>a</title><link>/x</link></item><item><title>b</title><link>javascript:x</link></item>")
    assert [item["url"] for item in _items(text)] == ["/x", None]
    assert _read(text, whole=False)["feed"]["items"][0]["url"] is None


@pytest.mark.parametrize(
    ("inner", "url"),
    [
        ("<link>https://a.example/1</link><guid>https://a.example/2</guid>", "https://a.example/1"),
        ("<guid>https://a.example/2</guid>", "https://a.example/2"),
        ('<guid isPermaLink="false">https://a.example/2</guid>', None),
        ('<a:link xmlns:a="http://www.w3.org/2005/Atom" href="https://a.example/3"/>', "https://a.example/3"),
        ('<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="self" href="https://a.example/3"/>', None),
        ("<link/><guid>tag:x</guid>", None),
        ("<link>https://u:p@a.example/1</link>", "https://a.example/1"),
    ],
)
def test_the_address_of_an_entry_is_the_likeliest(inner: str, url: str | None) -> None:
    assert _items(_rss(f"<item><title>a</title>{inner}</item>"))[0]["url"] == url


@pytest.mark.parametrize(
    ("inner", "image"),
    [
        (
            '<m:thumbnail xmlns:m="http://search.yahoo.com/mrss/" url="https://a.example/1.jpg"/>',
            "https://a.example/1.jpg",
        ),
        (
            '<m:group xmlns:m="http://search.yahoo.com/mrss/"><m:content medium="image" url="/2"/></m:group>',
            "https://a.example/2",
        ),
        ('<enclosure type="audio/mpeg" url="/1.mp3"/><enclosure url="/3.PNG?x"/>', "https://a.example/3.PNG?x"),
        ("<image><url>/4</url></image>", "https://a.example/4"),
        ("<image>https://a.example/5</image>", "https://a.example/5"),
        ("<description>&lt;p&gt;&lt;img alt='a' src=/6&gt;</description>", "https://a.example/6"),
        ("<description>a</description>", None),
        ("<description>&lt;img src='data:x'&gt;</description>", None),
    ],
)
def test_the_picture_is_the_one_named_or_the_first_in_the_text(inner: str, image: str | None) -> None:
    assert _items(_rss(f"<item><title>a</title>{inner}</item>"), "https://a.example/")[0]["image"] == image


@pytest.mark.parametrize(
    ("inner", "authors"),
    [
        ("<author>mai@a.example (Lê Mai)</author>", ["Lê Mai"]),
        ("<author>mai@a.example</author>", []),
        ('<c:creator xmlns:c="http://purl.org/dc/elements/1.1/">Lê Mai &lt;mai@a.example&gt;</c:creator>', ["Lê Mai"]),
        ("<dc:creator>An</dc:creator><dc:creator>Bình</dc:creator><dc:creator>An</dc:creator>", ["An", "Bình"]),
        ('<i:author xmlns:i="http://www.itunes.com/DTDs/Podcast-1.0.dtd">An</i:author>', ["An"]),
    ],
)
def test_authors_are_names_without_mail(inner: str, authors: list[str]) -> None:
    assert _items(_rss(f"<item><title>a</title>{inner}</item>"))[0]["authors"] == authors


def test_namespaces_of_nobody_are_read_by_their_names() -> None:
    assert _items('<rss xmlns="urn:x"><channel><item><title>a</title></item></channel></rss>')[0]["title"] == "a"
    assert _items('<feed xmlns="urn:x"><entry><title>a</title></entry></feed>')[0]["title"] == "a"


def test_entries_of_other_vocabularies_are_not_taken_for_items() -> None:
    inner = '<c:items xmlns:c="http://purl.org/rss/1.0/modules/content/"><c:item/></c:items>'
    assert len(_items(_rss(ITEMS.replace("</item>", inner + "</item>")))) == 4


def test_atom_may_write_text_in_three_ways_and_base64() -> None:
    kinds = (
        '<title type="html">&lt;i&gt;a&lt;/i&gt; &amp;amp; b</title>',
        '<title type="xhtml"><x:div xmlns:x="http://www.w3.org/1999/xhtml"><x:i>a</x:i> &amp; b</x:div></title>',
        "<title>a &amp; b</title>",
        '<title mode="base64">YSAmYW1wOyBi</title>',
    )
    entries = "".join(f"<entry>{title}</entry>" for title in kinds)
    items = _items(f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>')
    assert [item["title"] for item in items] == ["a & b"] * 4


def test_atom_says_how_its_texts_are_meant() -> None:
    entry = (
        '<entry><summary>5 &lt; 6</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">'
        "<p>a</p></div></content><category/><id> </id></entry>"
    )
    (item,) = _items(f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>')
    assert (item["summary"], item["content"], item["guid"]) == ("5 &lt; 6", "<div><p>a</p></div>", None)


def test_numbers_meant_as_windows_1252_are_read_so_and_illegal_ones_dropped() -> None:
    assert _items(_rss("<item><title>a&#146;b&#0;c&#xD800;d&#x110000;e&#38;</title></item>"))[0]["title"] == "a’bcde&"


def test_feedparser_reads_what_no_tree_holds() -> None:
    text = _rss(
        "<item><title>a</title><link>https://a.example/1</link><author>An</author><category>c</category>"
        '<enclosure url="/x.mp3"/><pubDate>Sat, 21 Nov 2026 06:30:00 +07</pubDate>'
        "<description>d &lt; e</description></item>"
    )
    (item,) = read_loosely(text, "rss", "https://a.example/").items
    assert (item.title, item.links[0], item.published) == ("a", "https://a.example/1", "Sat, 21 Nov 2026 06:30:00 +07")
    assert (item.categories, item.enclosures) == (["c"], ["/x.mp3"])


def test_a_feed_broken_at_its_very_start_is_read_by_whoever_can() -> None:
    assert _read("<rss <channel")["feed"]["warnings"] == ["partial"]


def test_older_and_rarer_spellings_are_understood() -> None:
    text = _rss(
        "<item><title> </title><media:title>a</media:title><content:encoded>b</content:encoded>"
        '<itunes:category text="c"/><category term="d"/></item>'
    )
    (item,) = _items(text)
    assert (item["title"], item["content"], item["categories"]) == ("a", "b", ["d", "c"])


def test_base64_that_is_none_stays_as_written() -> None:
    entry = '<entry><title mode="base64">a &amp; b</title></entry>'
    assert _items(f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>')[0]["title"] == "a & b"
    entry = '<entry><title mode="base64">/w==</title></entry>'
    assert _items(f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>')[0]["title"] == "/w=="


def test_mixed_entries_are_all_taken() -> None:
    text = _rss(
        '<item><title>a</title></item><e:entry xmlns:e="http://www.w3.org/2005/Atom"><e:title>b</e:title></e:entry>'
    )
    assert [item["title"] for item in _items(text)] == ["a", "b"]


def test_a_json_feed_of_endless_items_is_cut() -> None:
    feed = _read('{"title": "T", "items": [' + "{}," * 6000)["feed"]
    assert (len(feed["items"]), feed["warnings"]) == (5000, ["partial", "too_many_items"])
