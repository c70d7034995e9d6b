"""What reading a source showed of it as a whole, beside its entries: kept with the source, shown to administrators."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

WORDS_MOST: Final = 200
LINK_MOST: Final = 2000
_HOME_FEED_WORDS: Final = ("home", "trang-chu", "trangchu", "tin-moi-nhat", "tin-tuc-moi-nhat", "latest")
_HOME_FEED_PATHS: Final = frozenset({"", "rss", "feed", "atom", "rss.xml", "feed.xml", "atom.xml", "index.xml"})


class OrderBy(enum.StrEnum):
    """From what the order of day and month in a source's numeric dates was found, the strongest first."""

    OWN = "own"  # dates written alike that admit one order only
    ADDRESS = "address"  # the days inside the articles' addresses
    FETCH_TIME = "fetch_time"  # nothing is published tomorrow
    SETTING = "setting"  # an administrator's word
    NEIGHBOURS = "neighbours"  # the dates before and after
    OTHER_DATES = "other_dates"  # dates written otherwise
    WRITING = "writing"  # AM and PM with bare numbers, or the custom of the country


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """A source as its last readable body showed it."""

    format: str = ""
    generator: str = ""
    link: str | None = None  # the page that the source says it is the feed of
    entry_count: int = 0
    span_s: int | None = None  # in how long its list is renewed
    date_order: str = ""  # dmy | mdy; empty where no date leaves it open
    order_by: str = ""

    def as_json(self) -> dict[str, Any]:
        """Give what is kept."""
        return {
            "format": self.format[:WORDS_MOST],
            "generator": self.generator[:WORDS_MOST],
            "link": self.link if self.link is None or len(self.link) <= LINK_MOST else None,
            "entry_count": self.entry_count,
            "span_s": self.span_s,
            "date_order": self.date_order,
            "order_by": self.order_by,
        }


def read_findings(kept: Any) -> Findings | None:
    """Read what was kept; None where the source has not been read yet."""
    return Findings(**kept) if kept else None


def find_section_page(url: str, findings: Findings | None) -> str | None:
    """Give the page of the same site that a feed says it is the feed of, if the two can be compared.

    The front page of a site shows other things than the feed of one section: only a site's main feed belongs to it.
    """
    page = None if findings is None else findings.link
    if page is None or _site(page) != _site(url):
        return None
    path, own = urlsplit(page).path.strip("/"), urlsplit(url).path.strip("/").lower()
    if path.lower() == own or _looks_like_feed(path):
        return None
    is_main = own in _HOME_FEED_PATHS or any(word in own for word in _HOME_FEED_WORDS)
    return page if path or is_main else None


def _site(url: str) -> str:
    return urlsplit(url).netloc.lower().removeprefix("www.")


def _looks_like_feed(path: str) -> bool:
    name = path.lower().rpartition("/")[2]
    return name.endswith((".rss", ".xml", ".rdf", ".atom")) or name in {"rss", "feed", "atom"}
