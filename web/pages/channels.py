"""Pages and groups that units run: the list, one channel with its months and posts, and what is entered there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.day_marks import after_day, mark_day
from api.http import Call, OfficerCall, ReadCall, mark, path_id
from api.problems import STATUS
from api.route import Route
from tracker.domain.channels import COUNT_MOST, ChannelKind, say_about
from tracker.domain.errors import AppError, Code
from tracker.domain.figures import Measure
from tracker.domain.periods import FIRST_YEAR, Period
from tracker.domain.types import Channel
from tracker.services import channels, channels_months, channels_posts, insights
from tracker.services.channels import ChannelFilter, NewChannel
from tracker.services.channels_months import NewMonth
from tracker.services.channels_posts import NewPost, PostFilter
from web import flash, forms, render
from web.forms import Fields
from web.programme_choice import programme_options
from web.saving import check_version, save
from web.unit_choice import unit_options

if TYPE_CHECKING:
    from tracker.domain.channels import MonthTotal
    from tracker.services.channels import ChannelRow
    from tracker.store.db import Tx

router = APIRouter(route_class=Route)

PAGE_SIZE = 50
FILES_SHOWN = 10
VALUE_MOST = 10**12
_MEASURES = (Measure.REACH, Measure.ENGAGEMENTS, Measure.REACH_ENGAGEMENTS)


@router.get("/channels")
def channels_page(call: ReadCall) -> Response:
    """List the channels of the units in one's scope."""
    return _list(call, Fields())


@router.post("/channels")
def add_channel(call: OfficerCall) -> Response:
    """Register a channel."""
    form = forms.read(call)
    values = {"unit_id": form.identity("unit_id", needed=True)} | _read(form)

    def work(tx: Tx) -> str:
        made = channels.create(tx, call.viewer, NewChannel(**values), now=call.now, today=call.today)
        return f"/channels/{made.channel_id}"

    return save(call, form, work, lambda status: _list(call, form, status))


@router.get("/channels/{channel_id}")
def channel_page(call: ReadCall, channel_id: str) -> Response:
    """Show a channel: its months of a year, its posts, its exports."""
    return show(call, load(call, channel_id), Fields())


@router.post("/channels/{channel_id}")
def change_channel(call: OfficerCall, channel_id: str) -> Response:
    """Change a channel."""
    current, form = load(call, channel_id), forms.read(call)
    values = _read(form)
    check_version(call, form, current.version)
    return _entered(
        call,
        current,
        form,
        lambda tx, _: channels.change(tx, call.viewer, current, values, now=call.now, today=call.today),
    )


@router.post("/channels/{channel_id}/remove")
def remove_channel(call: OfficerCall, channel_id: str) -> Response:
    """Remove a channel for which nothing was entered."""
    current = load(call, channel_id)

    def work(tx: Tx) -> None:
        row = channels.get_locked(tx, call.viewer, current.channel_id, today=call.today)
        channels.remove(tx, call.viewer, row, now=call.now)

    try:
        with call.write() as tx:
            work(tx)
    except AppError as error:
        return flash.go_refused(f"/channels/{current.channel_id}", error)
    return flash.go("/channels", "deleted")


@router.post("/channels/{channel_id}/months")
def state_months(call: OfficerCall, channel_id: str) -> Response:
    """State the months of a year; a line that was emptied is taken back, one that was not touched is left alone."""
    current, form = load(call, channel_id), forms.read(call)
    year = _year(call, form)
    stated = {month: _read_month(form, month) for month in _months(year)}

    def work(tx: Tx, row: ChannelRow) -> None:
        known = {m.month: m for m in channels_months.list_all(tx, call.viewer, row, Period.parse(str(year))).items}
        for month, new in stated.items():
            if not _touched(form, month, new, known.get(month)):
                continue
            if new is not None:
                channels_months.put(tx, call.viewer, row, new, now=call.now, today=call.today)
            else:
                channels_months.remove(tx, call.viewer, row, known[month], now=call.now)

    return _entered(call, current, form, work, query=f"?year={year}")


@router.post("/channels/{channel_id}/posts")
def add_post(call: OfficerCall, channel_id: str) -> Response:
    """Enter a post."""
    current, form = load(call, channel_id), forms.read(call)
    day, address = form.day("happened_on", needed=True), form.text("post_url", most=forms.WORDS_MOST)
    title, programme_id = form.text("title"), form.identity("programme_id")
    if not form.sound or day is None:
        return show(call, current, form, STATUS[Code.FIELD_INVALID])
    new = NewPost(happened_on=day, url=address or None, title=title or None, programme_id=programme_id)
    return _entered(
        call,
        current,
        form,
        lambda tx, row: channels_posts.add(tx, call.viewer, row, new, now=call.now, today=call.today),
    )


@router.post("/channels/{channel_id}/posts/{post_id}/remove")
def remove_post(call: OfficerCall, channel_id: str, post_id: str) -> Response:
    """Remove a post."""
    current, number = load(call, channel_id), path_id(post_id)

    def work(tx: Tx) -> None:
        row = channels.get_locked(tx, call.viewer, current.channel_id, today=call.today)
        post = channels_posts.get(tx, call.viewer, row, number)
        channels_posts.remove(tx, call.viewer, post, now=call.now)

    return flash.act(call, f"/channels/{current.channel_id}", "deleted", work)


def load(call: Call, channel_id: str) -> ChannelRow:
    """Get the channel of a page."""
    with call.read() as tx:
        return channels.get(tx, call.viewer, path_id(channel_id), today=call.today)


def show(call: Call, channel: ChannelRow, form: Fields, status: int = 200, **more: Any) -> Response:
    """Show a channel, with a form as it was sent where something is wrong with it."""
    year = _year(call, form)
    with call.read() as tx:
        months = channels_months.list_all(tx, call.viewer, channel, Period.parse(str(year)))
        whole = channels_months.list_all(tx, call.viewer, channel, None)
        asked = PostFilter(channel_id=channel.channel_id)
        posts = channels_posts.list_page(
            tx, call.viewer, asked, after=after_day(call.page()), limit=PAGE_SIZE, today=call.today
        )
        files, _ = insights.list_files(tx, call.viewer, channel, after=None, limit=FILES_SHOWN)
        unit_name = channels.list_unit_names(tx, {channel.unit_id}, today=call.today).get(channel.unit_id, "")
        offered = programme_options(tx, call.viewer, today=call.today)
    last = mark_day(posts.after)
    return render.page(
        call,
        "channel.html",
        status=status,
        channel=channel,
        unit_name=unit_name,
        form=_filled(channel, months.items, form),
        year=year,
        years=_years(year, whole.items, call.today.year),
        months=[(month, Period.parse(month)) for month in _months(year) if Period.parse(month).start_on <= call.today],
        stated={month.month: month for month in months.items},
        were={month.month: _line(month) for month in months.items},
        whole=whole,
        about=say_about(whole.totals.posts or 0),
        rounded=[(figure.measure, say_about(figure.value)) for figure in whole.figures if figure.value is not None],
        posts=posts,
        files=files,
        programmes=offered,
        cursor=None if last is None else mark(*last),
        **({"told": None, "kept": "", "kept_name": ""} | more),
    )


def _entered(call: Call, current: ChannelRow, form: Fields, work: Any, *, query: str = "") -> Response:
    """Carry out what was typed while nobody else enters anything for the channel."""

    def held(tx: Tx) -> str:
        work(tx, channels.get_locked(tx, call.viewer, current.channel_id, today=call.today))
        return f"/channels/{current.channel_id}{query}"

    return save(call, form, held, lambda status: show(call, current, form, status))


def _list(call: Call, form: Fields, status: int = 200) -> Response:
    asked = Fields.filled(within=call.query("within"), only=call.query("only"))
    wanted = ChannelFilter(unit_id=asked.identity("within"), kind=asked.choice("only", ChannelKind))
    with call.read() as tx:
        found = channels.list_page(
            tx, call.viewer, wanted, after=call.after_id(call.page()), limit=PAGE_SIZE, today=call.today
        )
        units = unit_options(tx, call.viewer, today=call.today)
    return render.page(
        call,
        "channels.html",
        status=status,
        form=form,
        asked=asked,
        found=found,
        units=units,
        cursor=None if found.after is None else mark(found.after),
    )


def _read(form: Fields) -> dict[str, Any]:
    name, url = form.text("name", needed=True), form.text("url", most=forms.WORDS_MOST)
    platform = form.choice("platform", Channel, needed=True)
    kind = form.choice("kind", ChannelKind, needed=True)
    followers = form.whole("followers", most=VALUE_MOST)
    return {"name": name, "platform": platform, "kind": kind, "url": url or None, "follower_count": followers}


def _read_month(form: Fields, month: str) -> NewMonth | None:
    posts = form.whole(f"posts-{month}", most=COUNT_MOST)
    values = {measure: form.whole(f"{measure}-{month}", most=VALUE_MOST) for measure in _MEASURES}
    if posts is None and any(value is not None for value in values.values()):
        form.errors.setdefault(f"posts-{month}", forms.NEEDED)
    return None if posts is None else NewMonth(month=Period.parse(month), post_count=posts, values=values)


def _touched(form: Fields, month: str, new: NewMonth | None, stands: MonthTotal | None) -> bool:
    """Tell whether a line is to be written; refuse one that two people have changed since the page was shown."""
    typed, there = _line(new), _line(stands)
    was = form.get(f"was-{month}") if f"was-{month}" in form.sent else there
    if typed in {there, was}:
        return False
    if was != there:
        raise AppError(Code.ETAG_STALE)
    return True


def _line(month: NewMonth | MonthTotal | None) -> str:
    """Give a month's numbers as the page carries them along, to tell what was changed; empty: nothing is stated."""
    if month is None:
        return ""
    told = (month.post_count, *(month.values.get(measure) for measure in _MEASURES))
    return ",".join("" if number is None else str(number) for number in told)


def _filled(channel: ChannelRow, months: list[MonthTotal], form: Fields) -> Fields:
    """Give the forms of the page filled in: as stored, and over it what was sent with one of them."""
    stated: dict[str, object] = {}
    for month in months:
        stated |= {f"{measure}-{month.month}": value for measure, value in month.values.items()}
        stated[f"posts-{month.month}"] = month.post_count
    stored = Fields.filled(
        name=channel.name,
        platform=channel.platform,
        kind=channel.kind,
        url=channel.url,
        followers=channel.follower_count,
        **stated,
    )
    return Fields(stored.sent | form.sent, form.errors, form.problem)


def _year(call: Call, form: Fields) -> int:
    """Give the year whose months are shown: the one asked for, else the running one."""
    text = form.get("year") or call.query("year") or ""
    known = text.isascii() and text.isdigit() and FIRST_YEAR <= int(text[:5]) <= call.today.year
    return int(text) if known else call.today.year


def _years(shown: int, stated: list[MonthTotal], running: int) -> list[int]:
    """List the years that are led to, the latest first: those with something stated, those beside the one shown."""
    beside = {shown, shown - 1, min(shown + 1, running)}
    return sorted(beside | {int(month.month[:4]) for month in stated}, reverse=True)


def _months(year: int) -> list[str]:
    return [f"{year:04d}-{month:02d}" for month in range(1, 13)]
