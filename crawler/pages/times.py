"""When a page says it was published and changed: every place in order of trust, read by crawler/dates.py."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from lxml import etree

from crawler.dates import ReadDate, read_date
from crawler.pages.tree import classes, following, line_of
from tracker.domain.feeds import DateOrder, DateQuality

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lxml import html

    from crawler.pages.linkeddata import DescribedArticle
    from crawler.pages.metas import Metas

_PUBLISHED = (
    "article:published_time og:article:published_time article:published rnews:datepublished og:published_time "
    "og:pubdate datepublished pubdate publishdate publish-date publish_date publication_date publicationdate "
    "published_date published_time date_published dateposted parsely-pub-date sailthru.date "
    "cxenseparse:recs:publishtime cse-publication-date bt:pubdate article_date_original articledate "
    "originalpublicationdate displaydate article.published article.created datecreated dc.date.issued dcterms.issued "
    "dcterms.created dc.date.created dcterms.date dc.date dc:date citation_publication_date citation_online_date "
    "ptime timestamp created date"
)
_UPDATED = (
    "article:modified_time og:article:modified_time og:updated_time article:modified datemodified date_modified "
    "dateupdated updated_time last-modified lastmod lastmodified modified_time article.updated dcterms.modified "
    "dc.date.modified"
)
PUBLISHED_NAMES: Final = tuple(_PUBLISHED.split())
UPDATED_NAMES: Final = tuple(_UPDATED.split())
_PUBLISHING = re.compile(r"publi|posted|created|erstell|veroeffent|ngay-dang|pubdate|entry-date|post-date|dateline")
_UPDATING = re.compile(r"modif|updat|aktuali|cap-nhat")
_UPDATE_WORDS = re.compile(
    r"^\W*(?:cập nhật|sửa lần cuối|last updated|updated|modified|stand|aktualisiert)\b", re.IGNORECASE
)
_DIVIDER = re.compile(r"\s*[·•|]\s*|\s+[–—-]\s+(?=\D)")
_VAGUE = re.compile(r"(?:\D*(?:19|20)\d\d\D*|(?:\D*\b)?\d{1,2}[/-](?:19|20)\d\d\b\D*|(?:19|20)\d\d-\d\d|\d{1,7})")
_SEARCHED_CHARS = 1_000_000
_GUESSED_CHARS = 500_000  # of a page's words; each element's are looked through, and elements lie in one another
_FIRSTS = (
    r"{y}\D{{0,3}}0?{m}\D{{0,3}}01(?!\d)|{y}\D{{1,3}}0?{m}\D{{1,3}}1(?!\d)",
    r"(?<!\d)0?1\D{{1,3}}0?{m}\D{{1,3}}{y}|(?<!\d)0?{m}\D{{1,3}}0?1\D{{1,3}}{y}",
    r"(?<!\d)0?1(?:st|er|º)?\W{{1,3}}(?:de )?[^\W\d]{{3,12}}\W{{1,3}}(?:de )?{y}",
    r"[^\W\d]{{3,12}}\W{{1,3}}0?1(?:st)?\W{{1,3}}{y}",
)
_MAX_TEXT = 90
_NUKEVIET_ZONE = re.compile(r"^(\d{4}-\d\d-\d\d)(?:([+-]\d\d)(\d\d)?|[A-Z]{2,5})(\d\d:\d\d:\d\d)$")
_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)[/-](0[1-9]|1[0-2])[/-](0[1-9]|[12]\d|3[01])(?=\D|$)")
_NAMED_TIMES = 40
_DATES_COMPARED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTimes:
    """When a page was published and changed, and how far to trust the former."""

    published: ReadDate | None
    updated: ReadDate | None

    @property
    def quality(self) -> DateQuality:
        """Give how far the time of publication can be trusted."""
        return DateQuality.NONE if self.published is None else self.published.quality


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeClues:
    """Where a page may say when it was published."""

    root: html.HtmlElement
    metas: Metas
    described: DescribedArticle
    ruled: Sequence[html.HtmlElement]  # by the rule of the family: what readers see
    head_lines: Sequence[str]  # short lines around the title
    url: str
    language: str
    is_local: bool  # a page of the zone's own country: a time without zone is that zone's


def read_times(clues: TimeClues, zone: dt.tzinfo, latest: dt.datetime | None = None) -> PageTimes:
    """Read both times of a page; `latest` is when it was fetched, for what guesses."""
    reader = _Reader(zone, _order_of(clues))
    seen = reader.first(text for element in clues.ruled for text in _texts(element))
    stated = reader.first(_stated(clues))
    visible = reader.first(part for line in clues.head_lines for part in _parts(line))
    updated = reader.first(
        (clues.described.modified, *clues.metas.all(*UPDATED_NAMES), *_marked(clues.root, "datemodified"))
    )
    published = seen or _corrected(stated, visible, zone, is_local=clues.is_local)
    if published is None:
        day_most = None if latest is None else latest.astimezone(zone).replace(tzinfo=None)
        published = _guessed(clues, reader, visible, day_most)
    if published is not None and updated is not None and updated.at < published.at:
        updated = None  # of a template, or of another thing on the page
    return PageTimes(published=published, updated=updated)


class _Reader:
    """Reads the dates of one page."""

    def __init__(self, zone: dt.tzinfo, order: DateOrder) -> None:
        self._zone, self._order = zone, order

    def first(self, texts: Iterable[str]) -> ReadDate | None:
        """Read the first that is a date; a time of the same day, where one follows, completes a day without time."""
        read = list(islice((found for text in texts if (found := self.read(text)) is not None), _DATES_COMPARED))
        if not read or not _is_day(read[0]):
            return read[0] if read else None
        day = read[0].at.astimezone(self._zone).date()
        timed = (d for d in read if not _is_day(d) and d.at.astimezone(self._zone).date() == day)
        return next(timed, read[0])

    def read(self, text: str) -> ReadDate | None:
        """Read one written date; None where it is none."""
        text = text.strip()
        if not any(character.isdigit() for character in text) or len(text) > _MAX_TEXT:
            return None
        told = _NUKEVIET_ZONE.match(text)
        if told:  # PHP's "Y-m-dTH:i:s", where T is the zone
            text = f"{told[1]}T{told[4]}" + (f"{told[2]}:{told[3] or '00'}" if told[2] else "")
        if _VAGUE.fullmatch(text):  # a year, a month or a count is no date of publication
            return None
        return read_date(text, zone=self._zone, order=self._order)


def _stated(clues: TimeClues) -> list[str]:
    """Give what the page states for machines, the most trusted first."""
    marked = _marked(clues.root, "datepublished")
    metas = clues.metas.all(*PUBLISHED_NAMES)
    elements = islice(filter(_is_of_publication, clues.root.iter("time")), _NAMED_TIMES)
    named = [text for element in elements for text in _texts(element)]
    return [text for text in (clues.described.published, *metas, *marked, *named) if text]


def _marked(root: html.HtmlElement, name: str) -> list[str]:
    """Give the texts of elements with this itemprop."""
    elements = root.xpath("//*[@itemprop and not(self::meta)]")
    found = (element for element in elements if name in element.get("itemprop", "").lower().split())
    return [text for element in islice(found, _NAMED_TIMES) for text in _texts(element)]


def _is_of_publication(element: html.HtmlElement) -> bool:
    """Tell whether a `<time>` is said to be of publication."""
    told = classes(element)
    return element.get("pubdate") is not None or bool(_PUBLISHING.search(told) and not _UPDATING.search(told))


def _nearest_times(root: html.HtmlElement) -> list[str]:
    """Give the texts of the first `<time>` after the title, else of the first on the page."""
    heading = next(root.iter("h1"), None)
    after = [] if heading is None else (e for e in following(heading) if e.tag == "time")
    chosen = next((e for e in (*after, *root.iter("time")) if not _UPDATING.search(classes(e))), None)
    return [] if chosen is None else _texts(chosen)


def _texts(element: html.HtmlElement) -> list[str]:
    """Give what an element says as a time: its attributes, then its words."""
    told = [element.get(name) or "" for name in ("datetime", "content", "data-time", "data-date", "title")]
    words = line_of(element)
    return [text for text in (*told, words) if text and len(text) <= _MAX_TEXT]


def _parts(line: str) -> list[str]:
    """Give a line beside the title, and its parts where other things stand in it; none of a line about changes."""
    return [] if _UPDATE_WORDS.match(line) else [line, *_DIVIDER.split(line)[:6]]


def _corrected(
    stated: ReadDate | None, visible: ReadDate | None, zone: dt.tzinfo, *, is_local: bool
) -> ReadDate | None:
    """Give what is stated, or the visible time where the statement is its wall clock in a wrong zone, or only a day."""
    if stated is None or visible is None or not is_local or _is_day(visible):
        return stated
    if _is_day(stated):
        return visible if visible.at.astimezone(zone).date() == stated.at.astimezone(zone).date() else stated
    lie = abs(stated.at - visible.at.astimezone(zone).replace(tzinfo=dt.UTC))
    return visible if lie < dt.timedelta(minutes=1) else stated


def _guessed(
    clues: TimeClues, reader: _Reader, visible: ReadDate | None, day_most: dt.datetime | None
) -> ReadDate | None:
    """Give the visible time beside the title, the date in the address, a `<time>`, or htmldate's finding."""
    if visible is not None and visible.quality is not DateQuality.ORDER:
        return visible
    address = _IN_ADDRESS.search(clues.url)
    named = reader.read("-".join(address.groups())) if address else None
    return named or visible or reader.first(_nearest_times(clues.root)) or _found_anywhere(clues, reader, day_most)


def _found_anywhere(clues: TimeClues, reader: _Reader, day_most: dt.datetime | None) -> ReadDate | None:
    """Let htmldate look through the whole page; it finds days, not times."""
    if len(clues.root.text_content()) > _GUESSED_CHARS:
        return None
    from htmldate import find_date  # noqa: PLC0415 - a third of the imports of this worker, for few pages

    found = find_date(
        clues.root,
        original_date=True,
        extensive_search=True,
        url=clues.url or None,
        max_date=day_most,  # without a zone, as it tells days: the wall clock where pages are written
    )
    return reader.read(found) if found and _is_written(clues.root, found) else None


def _is_written(root: html.HtmlElement, found: str) -> bool:
    """Tell whether the first of a month stands on the page: it is also what htmldate makes of a month or year alone."""
    year, month, day = found.split("-")
    if day != "01":
        return True
    markup = etree.tostring(root, encoding="unicode")[:_SEARCHED_CHARS]
    return any(re.search(form.format(y=year, m=int(month)), markup) for form in _FIRSTS)


def _order_of(clues: TimeClues) -> DateOrder:
    """Tell how a page writes numeric dates: day first in the zone's own country, month first in American English."""
    if clues.is_local:
        return DateOrder.DMY
    return DateOrder.MDY if clues.language.lower().replace("_", "-") == "en-us" else DateOrder.AUTO


def _is_day(date: ReadDate) -> bool:
    """Tell whether a date has no time of day."""
    return "date_only" in date.flags
