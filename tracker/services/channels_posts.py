"""Single posts of channels: entered, listed over one channel or all, tied to an article and a programme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.names import clean_text
from tracker.domain.periods import check_day
from tracker.domain.rights import Right
from tracker.domain.urls import canonical_url, url_key
from tracker.services import channels, programmes, scoped
from tracker.services.paging import cut
from tracker.services.restating_registers import Entry, day_period, restate_row
from tracker.store import articles
from tracker.store import channels_posts as store
from tracker.store.channels_posts import PostFilter, PostRow
from tracker.store.register_rows import columns_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from tracker.domain.channels import ChannelTotals, PostReading
    from tracker.domain.types import Viewer
    from tracker.services.channels import ChannelRow
    from tracker.store.db import Tx

__all__ = ["PostFilter", "PostRow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPost:
    """A post to be entered; one whose address is that of a collected article carries that article."""

    happened_on: dt.date
    url: str | None = None
    title: str | None = None
    article_id: int | None = None
    programme_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPage:
    """A page of posts with what exports say of them; totals over all that are asked for, `after` where more follow."""

    items: list[PostRow]
    readings: Mapping[int, Sequence[PostReading]]
    unit_names: Mapping[int, str]
    totals: ChannelTotals
    after: tuple[dt.date, int] | None


def add(tx: Tx, viewer: Viewer, channel: ChannelRow, new: NewPost, *, now: dt.datetime, today: dt.date) -> PostRow:
    """Enter a post of a channel; the same address twice is refused (`post.taken`)."""
    rights.require(Right.OFFICER, viewer)
    fields = _checked(tx, viewer, columns_of(new), today)
    if fields["article_id"] is None and fields.get("url_key"):
        known = articles.list_known(tx, [fields["url_key"]])
        fields["article_id"] = next((article.article_id for article in known.values()), None)
    entered = {"channel_id": channel.channel_id, "entered_at": now, "entered_by": viewer.account_id}
    post_id = store.add(tx, fields | entered)
    if post_id is None:
        raise _taken(tx, channel, fields["url_key"])
    channels.note(tx, viewer, "channel.post", channel.channel_id, now=now, post_id=post_id)
    post = get(tx, viewer, channel, post_id)
    _restate(tx, viewer, None, post, now=now)
    return post


def get(tx: Tx, viewer: Viewer, channel: ChannelRow, post_id: int) -> PostRow:
    """Get a post of a channel."""
    rights.require(Right.READ, viewer)
    return scoped.get_found(store.find(tx, channel.channel_id, post_id))


def list_readings(tx: Tx, viewer: Viewer, post: PostRow) -> Sequence[PostReading]:
    """List what exports say of a post."""
    rights.require(Right.READ, viewer)
    return store.list_readings(tx, [post.post_id]).get(post.post_id, [])


def list_page(
    tx: Tx,
    viewer: Viewer,
    asked: PostFilter,
    *,
    after: tuple[dt.date, int] | None,
    limit: int,
    today: dt.date,
) -> PostPage:
    """List posts, the latest first; totals over all that are asked for: posts, and the distinct channels used."""
    rights.require(Right.READ, viewer)
    scope = rights.officer_scope(viewer, today)
    scoped.require_asked(tx, asked.unit_id, scope)
    rows = store.list_page(tx, scope, asked, after=after, limit=limit + 1)
    shown, more = cut(rows, limit, lambda row: (row.happened_on, row.post_id))
    return PostPage(
        items=shown,
        readings=store.list_readings(tx, [row.post_id for row in shown]),
        unit_names=channels.list_unit_names(tx, {row.unit_id for row in shown}, today=today),
        totals=store.tally(tx, scope, asked),
        after=more,
    )


def change(
    tx: Tx,
    viewer: Viewer,
    channel: ChannelRow,
    current: PostRow,
    changes: Mapping[str, Any],
    *,
    now: dt.datetime,
    today: dt.date,
) -> PostRow:
    """Change a post; `changes` holds the fields of NewPost that are to be different."""
    rights.require(Right.OFFICER, viewer)
    fields = _checked(tx, viewer, dict(changes), today)
    key = fields.get("url_key")
    if key and any(p.post_id != current.post_id for p in store.list_named(tx, channel.channel_id, [key], [])):
        raise _taken(tx, channel, key)
    if not store.change(tx, current.post_id, current.version, fields):
        raise AppError(Code.ETAG_STALE)
    facts = {"post_id": current.post_id, "fields": sorted(changes)}
    channels.note(tx, viewer, "channel.post_change", channel.channel_id, now=now, **facts)
    post = get(tx, viewer, channel, current.post_id)
    _restate(tx, viewer, current, post, now=now)
    return post


def find_article(tx: Tx, viewer: Viewer, address: str) -> int:
    """Find the collected article at an address, for a post that passed it on; none is refused (`field.invalid`)."""
    rights.require(Right.OFFICER, viewer)
    key = url_key(address)
    found = articles.list_known(tx, [key]) if key is not None else {}
    for article in found.values():
        return article.article_id
    raise AppError(Code.FIELD_INVALID, "no collected article stands at this address", field="article_url")


def remove(tx: Tx, viewer: Viewer, current: PostRow, *, now: dt.datetime) -> None:
    """Remove a post with what is known of it."""
    rights.require(Right.OFFICER, viewer)
    if not store.remove(tx, current.post_id, current.version):
        raise AppError(Code.ETAG_STALE)
    channels.note(tx, viewer, "channel.post_remove", current.channel_id, now=now, post_id=current.post_id)
    _restate(tx, viewer, current, None, now=now)


def _checked(tx: Tx, viewer: Viewer, fields: dict[str, Any], today: dt.date) -> dict[str, Any]:
    if "happened_on" in fields:
        check_day(fields["happened_on"], "happened_on")
        if fields["happened_on"] > today:
            raise AppError(Code.FIELD_INVALID, "happened_on: this day has not come yet", field="happened_on")
    if fields.get("title") is not None:
        fields["title"] = clean_text(fields["title"]) or None
    if "url" in fields:
        fields |= _address(fields["url"])
    article_id = fields.get("article_id")
    if article_id is not None and not store.has_article(tx, article_id):
        raise AppError(Code.FIELD_INVALID, "article_id: there is no such article", field="article_id")
    programmes.require_binding(tx, viewer, fields.get("programme_id"), today=today)
    return fields


def _restate(tx: Tx, viewer: Viewer, before: PostRow | None, after: PostRow | None, *, now: dt.datetime) -> None:
    row = after or before
    if row is None:
        raise AssertionError
    restate_row(tx, viewer, f"channel:{row.channel_id}", row.unit_id, entry_of, before, after, now=now)


def entry_of(row: PostRow) -> Entry:
    """Give what reports print of a post, for the restatement of a closed period."""
    named = {"post": row.title or row.url or "", "post_id": row.post_id}
    facts = {
        "on": row.happened_on.isoformat(),
        "article_id": row.article_id,
        "programme_id": row.programme_id,
    }
    return Entry(periods=[day_period(row.happened_on)], facts=facts, named=named)


def _address(url: str | None) -> dict[str, str | None]:
    if url is None:
        return {"url": None, "url_key": None}
    key = url_key(url)
    if key is None:
        raise AppError(Code.FIELD_INVALID, "url: an address that begins with http", field="url")
    return {"url": canonical_url(url), "url_key": key}


def _taken(tx: Tx, channel: ChannelRow, key: str | None) -> AppError:
    found = store.list_named(tx, channel.channel_id, [key] if key else [], [])
    return AppError(Code.POST_TAKEN, post_id=found[0].post_id if found else None)
