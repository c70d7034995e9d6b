"""One article's page read as a whole: which part reads what, and in which order. Runs in the worker."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawler.links import absolute
from crawler.pages.authors import page_authors
from crawler.pages.body import main_text
from crawler.pages.clues import AuthorClues
from crawler.pages.counter_rules import COUNTED
from crawler.pages.counters import page_counters
from crawler.pages.families import family_of
from crawler.pages.linkeddata import described_article
from crawler.pages.metas import Metas, language_of
from crawler.pages.surround import container_of, head_lines, heading_of, tail_lines
from crawler.pages.times import TimeClues, read_times
from crawler.pages.titles import TitleClues, choose_title
from crawler.pages.tree import classes, line_of
from crawler.plaintext import cut_at_word, plain_title

if TYPE_CHECKING:
    import datetime as dt

    from lxml import html

    from crawler.dates import ReadDate
    from crawler.pages.body import MainText
    from crawler.pages.families import Family

_TITLE_METAS = (
    "og:title",
    "twitter:title",
    "parsely-title",
    "sailthru.title",
    "dc.title",
    "dcterms.title",
    "headline",
    "title",
)
_AUTHOR_METAS = (
    "parsely-author",
    "sailthru.author",
    "article:author",
    "article:author_name",
    "dc.creator",
    "dcterms.creator",
    "citation_author",
    "byl",
    "author",
    "twitter:creator",
)
_DESCRIPTION_METAS = ("og:description", "description", "twitter:description", "dc.description")
_SECTION_METAS = ("article:section", "parsely-section", "section", "category", "news_category")
_IMAGE_METAS = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src", "image")
_AUTHOR_WORDS = ("author", "byline", "tac-gia", "tacgia", "autor", "writer")
_NOT_AUTHORS = ("bio", "related", "avatar", "comment", "more-from", "detail-author-bot", "share", "follow")
_MARKED_CHARS = 160
_MARKED_MOST = 20
_BODY_START = 300
_DESCRIPTION_CHARS = 1000


class _Page:
    """The page and what was read of it so far, for the parts that build on others."""

    def __init__(self, root: html.HtmlElement, url: str, rules: tuple[Family, ...]) -> None:
        self.root, self.url = root, url
        self.metas = Metas(root, url)
        self.family = family_of(root, self.metas, url, rules)
        self.language = language_of(root, self.metas)
        self.site_name = self.metas.first(
            "og:site_name", "application-name", "twitter:app:name:iphone", "al:ios:app_name"
        )
        window = next((line for e in root.iter("title") if (line := plain_title(e.text_content()))), "")
        shared = self.metas.first(*_TITLE_METAS[:6])
        self.described = described_article(root, (shared, window))
        self.title = choose_title(self._title_clues(window, shared))
        self.heading = heading_of(root, self.title)

    def _title_clues(self, window: str, shared: str) -> TitleClues:
        """Gather the titles."""
        ruled = self.family.find_all(self.root, "title")
        return TitleClues(
            ruled=line_of(ruled[0]) if ruled else "",
            headings=_lines(self.root, "h1", 20),
            lesser=_lines(self.root, "h2", 40),
            shared=shared,
            described=self.described.headline,
            window=window,
            site_name=self.site_name or self.described.publisher,
        )


def read_article(
    root: html.HtmlElement,
    *,
    url: str,
    zone: dt.tzinfo,
    latest: dt.datetime | None = None,
    rules: tuple[Family, ...] = (),
) -> dict[str, Any]:
    """Read a page; gives the fields of ReadPage as plain values.

    The text comes last but for htmldate, for both work on the tree itself.
    """
    page = _Page(root, url, rules)
    marked = _marked_authors(page)
    body = main_text(root, page.family, page.described.body)
    lines = head_lines(page.heading, body.holder)
    reading = page_counters(
        root, page.family, container=container_of(page.heading, body.holder), holder=body.holder, head_lines=lines
    )
    authors = page_authors(_author_clues(page, body, marked, lines))
    times = read_times(_time_clues(page, lines), zone, latest)
    return {
        **_stated(page),
        "authors": authors.names,
        "byline": authors.byline,
        "unit": authors.unit,
        "source": authors.source,
        "published_at": _stamp(times.published),
        "updated_at": _stamp(times.updated),
        "date_quality": times.quality,
        "text": body.text,
        "family": page.family.id or None,
        "counters": {name: getattr(reading.counters, name) for name in COUNTED},
        "counter_rule": reading.rule,
        "counter_texts": reading.raw,
        "rank": reading.rank,
        "to_check": reading.to_check,
    }


def _lines(root: html.HtmlElement, tag: str, most: int) -> tuple[str, ...]:
    """Give the texts of the first elements of a kind."""
    return tuple(line for element in islice(root.iter(tag), most) if (line := line_of(element)))


def _stated(page: _Page) -> dict[str, Any]:
    """Give what the page states of itself."""
    metas, described, family = page.metas, page.described, page.family
    ruled = family.find_all(page.root, "section")
    description = metas.first(*_DESCRIPTION_METAS) or described.description
    return {
        "canonical_url": _canonical(page),
        "title": page.title,
        "section": (line_of(ruled[0]) if ruled else "") or described.section or metas.first(*_SECTION_METAS),
        "site_name": page.site_name or described.publisher,
        "language": page.language,
        "image": metas.address(*_IMAGE_METAS) or absolute(described.image, metas.base),
        "description": cut_at_word(description, _DESCRIPTION_CHARS),
    }


def _canonical(page: _Page) -> str:
    """Give the address that a page names as its own; a canonical link to the front page is a fault of its maker."""
    for link in (page.metas.link("canonical"), page.metas.address("og:url")):
        if link and (urlsplit(link).path.strip("/") or not urlsplit(page.url).path.strip("/")):
            return link
    return page.url


def _time_clues(page: _Page, lines: tuple[str, ...]) -> TimeClues:
    """Gather what tells the times."""
    host = urlsplit(page.url).hostname or ""
    return TimeClues(
        root=page.root,
        metas=page.metas,
        described=page.described,
        ruled=page.family.find_all(page.root, "date")[:3],
        head_lines=lines,
        url=page.url,
        language=page.language,
        is_local=page.language.lower().startswith("vi") or host.endswith(".vn"),
    )


def _author_clues(page: _Page, body: MainText, marked: tuple[str, ...], lines: tuple[str, ...]) -> AuthorClues:
    """Gather what tells the authors."""
    return AuthorClues(
        url=page.url,
        site_name=page.site_name or page.described.publisher,
        language=page.language,
        jsonld_authors=page.described.authors,
        meta_authors=tuple(page.metas.all(*_AUTHOR_METAS)),
        marked=marked,
        head_lines=lines,
        tail_lines=tail_lines(body.holder, body.text),
        body_start=body.text[:_BODY_START],
        text=body.text,
    )


def _marked_authors(page: _Page) -> tuple[str, ...]:
    """Give the texts of elements that say they name the author: the family's first, then any on the page."""
    ruled = page.family.find_each(page.root, "byline")
    elements = [*ruled, *(e for e in page.root.iter() if isinstance(e.tag, str) and _names_author(e))]
    lines = (
        line_of(element) for element in elements[: _MARKED_MOST * 3] if len(element.text_content()) < _MARKED_CHARS
    )
    return tuple(dict.fromkeys(line for line in lines if line))[:_MARKED_MOST]


def _names_author(element: html.HtmlElement) -> bool:
    """Tell whether an element's markup says that it names the author."""
    if "author" in (element.get("itemprop", "") + " " + element.get("rel", "")).lower().split():
        return str(element.tag) != "link"
    told = classes(element)
    return any(word in told for word in _AUTHOR_WORDS) and not any(word in told for word in _NOT_AUTHORS)


def _stamp(date: ReadDate | None) -> str | None:
    """Give an instant as text for the way to the parent."""
    return None if date is None else date.at.isoformat()
