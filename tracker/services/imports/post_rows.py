"""One row of posts: what it states of a post and of the page or group it stands on, before anything is looked up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.channels import ChannelKind
from tracker.domain.errors import Code
from tracker.domain.names import fold
from tracker.domain.types import Channel
from tracker.domain.urls import UrlKind
from tracker.services.imports import cells
from tracker.services.imports.cells import CODE_MOST
from tracker.services.imports.claim_rows import CHANNELS
from tracker.services.imports.outcomes import Refused, Said

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.urls import UrlFacts
    from tracker.services.imports.columns import Record

NAME_MOST = 300
KINDS = {
    ChannelKind.PAGE: ("trang", "fanpage", "trang fanpage", "trang facebook"),
    ChannelKind.GROUP: ("nhom", "nhom facebook", "nhom zalo"),
    ChannelKind.ASSOCIATION: ("hoi", "hoi nhom"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRecord:
    """One row as read; `platform` None: neither the row nor the post's address tells the network."""

    number: int
    page: str
    kind: ChannelKind
    platform: Channel | None
    platform_said: bool
    unit_code: str
    happened_on: dt.date
    url: str | None
    url_key: str | None
    article_keys: tuple[str, ...]
    title: str | None
    programme: str

    @property
    def identity(self) -> tuple[str, ...]:
        """Name the post within its channel: by its address, else by its day and title."""
        return identity(self.url_key, self.happened_on, self.title)


def identity(url_key: str | None, happened_on: dt.date, title: str | None) -> tuple[str, ...]:
    """Name a post within its channel."""
    return (url_key,) if url_key else (happened_on.isoformat(), fold(title or ""))


def read(row: Record, today: dt.date) -> PostRecord:
    """Read a row; refuses what names no post."""
    page = cells.read_words(row, "page", needed=True, most=NAME_MOST)
    happened_on = cells.read_day(row, "happened_on")
    if happened_on is None:
        raise Refused(Code.FIELD_INVALID, Said.EMPTY, column="happened_on")
    if happened_on > today:
        raise Refused(Code.FIELD_INVALID, Said.FUTURE, column="happened_on", value=happened_on.isoformat())
    post, article = (cells.read_address(row, column, Code.FIELD_INVALID) for column in ("url", "article_url"))
    title = cells.read_words(row, "title", most=NAME_MOST)
    if post is None and not title:
        raise Refused(Code.FIELD_INVALID, Said.NOTHING_NAMED)
    said = cells.read_word(row, "platform", CHANNELS)
    return PostRecord(
        number=row.number,
        page=page,
        kind=cells.read_word(row, "kind", KINDS) or _kind(page, post),
        platform=said or _platform(post),
        platform_said=said is not None,
        unit_code=cells.read_words(row, "unit_code", most=CODE_MOST),
        happened_on=happened_on,
        url=None if post is None else post.canonical,
        url_key=None if post is None else post.key,
        article_keys=tuple(facts.key for facts in (article, post) if facts is not None),
        title=title or None,
        programme=cells.read_words(row, "programme"),
    )


def _platform(post: UrlFacts | None) -> Channel | None:
    """Tell the network by a post's address; an address of the web may be of the article that was passed on."""
    return None if post is None or post.channel is Channel.WEB else post.channel


def _kind(page: str, post: UrlFacts | None) -> ChannelKind:
    """Tell a group from a page where the row does not say: by its address or its name."""
    grouped = post is not None and (post.kind is UrlKind.GROUP or "/groups/" in post.canonical)
    return ChannelKind.GROUP if grouped or fold(page).startswith("nhom ") else ChannelKind.PAGE
