"""Pages, groups and associations that units run, with the stated totals of their months and their single posts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.day_marks import after_day, mark_day
from api.http import OfficerCall, ReadCall, listed, no_content, one, path_id, takes
from api.route import Route
from api.routes.assignments import find_period
from api.routes.claims import figure_json
from api.schemas.channels import ChannelIn, ChannelPatch, MonthIn, PostIn, PostPatch
from api.times import instant
from tracker.domain.channels import ChannelKind, ChannelTotals
from tracker.domain.errors import AppError, Code
from tracker.domain.types import Channel
from tracker.services import channels, channels_months, channels_posts
from tracker.services.channels import ChannelFilter, ChannelRow
from tracker.services.channels_posts import PostFilter

if TYPE_CHECKING:
    import enum
    from collections.abc import Iterable

    from api.http import Call
    from tracker.domain.channels import MonthTotal, PostReading
    from tracker.services.channels_posts import PostPage, PostRow
    from tracker.store.db import Tx

router = APIRouter(tags=["channels"], route_class=Route)


@router.get("/channels")
def list_channels(call: ReadCall) -> Response:
    """List the channels of a unit and all below it; how many posts they have is never added up."""
    page = call.page()
    asked = ChannelFilter(
        unit_id=call.query_id("unit"), kind=_word(call, "kind", ChannelKind), platform=_word(call, "platform", Channel)
    )
    with call.read() as tx:
        found = channels.list_page(
            tx, call.viewer, asked, after=call.after_id(page), limit=page.limit, today=call.today
        )
    items = [channel_json(row) | {"unit_name": found.unit_names.get(row.unit_id, "")} for row in found.items]
    return listed(items, None if found.after is None else (found.after,), totals=totals_json(found.totals))


@router.post("/channels", status_code=201, openapi_extra=takes(ChannelIn))
def create_channel(call: OfficerCall) -> Response:
    """Register a channel."""
    new = call.body(ChannelIn).to_new()

    def work(tx: Tx) -> Response:
        made = channels.create(tx, call.viewer, new, now=call.now, today=call.today)
        return one(channel_json(made), made.version, status=201)

    return call.create(work)


@router.get("/channels/posts")
def list_all_posts(call: ReadCall) -> Response:
    """List the single posts of all channels; totals: the posts, and the distinct channels they stand on."""
    return _posts(call, PostFilter(unit_id=call.query_id("unit"), programme_id=call.query_id("programme")))


@router.get("/channels/{channel_id}")
def get_channel(call: ReadCall, channel_id: str) -> Response:
    """Get a channel."""
    found = _load(call, channel_id)
    return one(channel_json(found), found.version)


@router.patch("/channels/{channel_id}", openapi_extra=takes(ChannelPatch))
def change_channel(call: OfficerCall, channel_id: str) -> Response:
    """Change a channel."""
    with call.write() as tx:
        current = channels.get_locked(tx, call.viewer, path_id(channel_id), today=call.today)
        call.if_match(current.version)
        changes = call.body(ChannelPatch).to_changes()
        changed = channels.change(tx, call.viewer, current, changes, now=call.now, today=call.today)
    return one(channel_json(changed), changed.version)


@router.delete("/channels/{channel_id}", status_code=204)
def remove_channel(call: OfficerCall, channel_id: str) -> Response:
    """Remove a channel for which nothing was entered."""
    with call.write() as tx:
        current = channels.get_locked(tx, call.viewer, path_id(channel_id), today=call.today)
        call.if_match(current.version)
        channels.remove(tx, call.viewer, current, now=call.now)
    return no_content()


@router.get("/channels/{channel_id}/months")
def list_months(call: ReadCall, channel_id: str) -> Response:
    """List the stated months of a channel inside a period, with what they come to."""
    channel, period = _load(call, channel_id), find_period(call)
    with call.read() as tx:
        found = channels_months.list_all(tx, call.viewer, channel, period)
    figures = [figure_json(f) for f in found.figures]
    return listed([month_json(m) for m in found.items], totals=totals_json(found.totals), figures=figures)


@router.post("/channels/{channel_id}/months", status_code=201, openapi_extra=takes(MonthIn))
def state_month(call: OfficerCall, channel_id: str) -> Response:
    """State a month's total, in place of what was stated before."""
    _load(call, channel_id)
    new = call.body(MonthIn).to_new()

    def work(tx: Tx) -> Response:
        channel = channels.get_locked(tx, call.viewer, path_id(channel_id), today=call.today)
        stated = channels_months.put(tx, call.viewer, channel, new, now=call.now, today=call.today)
        return one(month_json(stated), stated.version, status=201)

    return call.create(work)


@router.get("/channels/{channel_id}/months/{month}")
def get_month(call: ReadCall, channel_id: str, month: str) -> Response:
    """Get what is stated of a month."""
    channel = _load(call, channel_id)
    with call.read() as tx:
        found = channels_months.get(tx, call.viewer, channel, month)
    return one(month_json(found), found.version)


@router.delete("/channels/{channel_id}/months/{month}", status_code=204)
def remove_month(call: OfficerCall, channel_id: str, month: str) -> Response:
    """Take back what is stated of a month."""
    with call.write() as tx:
        channel = channels.get_locked(tx, call.viewer, path_id(channel_id), today=call.today)
        current = channels_months.get(tx, call.viewer, channel, month)
        call.if_match(current.version)
        channels_months.remove(tx, call.viewer, channel, current, now=call.now)
    return no_content()


@router.get("/channels/{channel_id}/posts")
def list_posts(call: ReadCall, channel_id: str) -> Response:
    """List the single posts of a channel in a period."""
    channel = _load(call, channel_id)
    return _posts(call, PostFilter(channel_id=channel.channel_id))


@router.post("/channels/{channel_id}/posts", status_code=201, openapi_extra=takes(PostIn))
def add_post(call: OfficerCall, channel_id: str) -> Response:
    """Enter a post of a channel."""
    _load(call, channel_id)
    new = call.body(PostIn).to_new()

    def work(tx: Tx) -> Response:
        channel = channels.get_locked(tx, call.viewer, path_id(channel_id), today=call.today)
        made = channels_posts.add(tx, call.viewer, channel, new, now=call.now, today=call.today)
        return one(post_json(made, ()), made.version, status=201)

    return call.create(work)


@router.get("/channels/{channel_id}/posts/{post_id}")
def get_post(call: ReadCall, channel_id: str, post_id: str) -> Response:
    """Get a post with its figures."""
    channel = _load(call, channel_id)
    with call.read() as tx:
        return _post(tx, call, channel, path_id(post_id))


@router.patch("/channels/{channel_id}/posts/{post_id}", openapi_extra=takes(PostPatch))
def change_post(call: OfficerCall, channel_id: str, post_id: str) -> Response:
    """Change a post."""
    with call.write() as tx:
        channel = channels.get_locked(tx, call.viewer, path_id(channel_id), today=call.today)
        current = channels_posts.get(tx, call.viewer, channel, path_id(post_id))
        call.if_match(current.version)
        changes = call.body(PostPatch).to_changes()
        channels_posts.change(tx, call.viewer, channel, current, changes, now=call.now, today=call.today)
        return _post(tx, call, channel, current.post_id)


@router.delete("/channels/{channel_id}/posts/{post_id}", status_code=204)
def remove_post(call: OfficerCall, channel_id: str, post_id: str) -> Response:
    """Remove a post."""
    with call.write() as tx:
        channel = channels.get_locked(tx, call.viewer, path_id(channel_id), today=call.today)
        current = channels_posts.get(tx, call.viewer, channel, path_id(post_id))
        call.if_match(current.version)
        channels_posts.remove(tx, call.viewer, current, now=call.now)
    return no_content()


def channel_json(row: ChannelRow) -> dict[str, Any]:
    """Give a channel as the API answers it."""
    return {
        "id": row.channel_id,
        "unit_id": row.unit_id,
        "name": row.name,
        "platform": row.platform,
        "kind": row.kind,
        "url": row.url,
        "followers": row.follower_count,
    }


def month_json(row: MonthTotal) -> dict[str, Any]:
    """Give a month's total; what is not known is null."""
    values = {measure.value: value for measure, value in row.values.items()}
    stated = {"id": f"{row.channel_id}:{row.month}", "channel_id": row.channel_id, "month": row.month}
    return stated | {"posts": row.post_count, **values, "entered_at": instant(row.entered_at)}


def post_json(row: PostRow, readings: Iterable[PostReading]) -> dict[str, Any]:
    """Give a post with the figures that exports state of it."""
    return {
        "id": row.post_id,
        "channel_id": row.channel_id,
        "channel": row.channel_name,
        "unit_id": row.unit_id,
        "happened_on": row.happened_on.isoformat(),
        "url": row.url,
        "title": row.title,
        "article_id": row.article_id,
        "article_title": row.article_title,
        "programme_id": row.programme_id,
        "figures": [figure_json(r.figure()) | {"file_id": r.file_id} for r in readings],
    }


def totals_json(totals: ChannelTotals) -> dict[str, Any]:
    """Give how much there is of what was asked."""
    return {"posts": totals.posts, "channels": totals.channels}


def _load(call: Call, channel_id: str) -> ChannelRow:
    with call.read() as tx:
        return channels.get(tx, call.viewer, path_id(channel_id), today=call.today)


def _posts(call: Call, asked: PostFilter) -> Response:
    page, period = call.page(), find_period(call)
    wanted = PostFilter(
        channel_id=asked.channel_id, unit_id=asked.unit_id, programme_id=asked.programme_id, period=period
    )
    with call.read() as tx:
        found = channels_posts.list_page(
            tx, call.viewer, wanted, after=after_day(page), limit=page.limit, today=call.today
        )
    return listed(_post_items(found), mark_day(found.after), totals=totals_json(found.totals))


def _post_items(found: PostPage) -> list[dict[str, Any]]:
    return [
        post_json(row, found.readings.get(row.post_id, ())) | {"unit_name": found.unit_names.get(row.unit_id, "")}
        for row in found.items
    ]


def _post(tx: Tx, call: Call, channel: ChannelRow, post_id: int) -> Response:
    row = channels_posts.get(tx, call.viewer, channel, post_id)
    return one(post_json(row, channels_posts.list_readings(tx, call.viewer, row)), row.version)


def _word(call: Call, name: str, words: type[enum.StrEnum]) -> Any:
    text = call.query(name)
    if text is not None and text not in set(words):
        raise AppError(Code.FIELD_INVALID, f"{name} is one of {', '.join(words)}", field=name)
    return None if text is None else words(text)
