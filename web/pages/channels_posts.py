"""One post of a unit's page or group: what it passed on, which programme it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.http import Call, OfficerCall, path_id
from api.problems import STATUS
from api.route import Route
from tracker.domain.errors import AppError, Code
from tracker.services import articles, channels, channels_posts
from web import flash, forms, render
from web.forms import Fields
from web.pages.channels import load
from web.programme_choice import programme_options

if TYPE_CHECKING:
    from tracker.services.channels import ChannelRow
    from tracker.services.channels_posts import PostRow
    from tracker.store.db import Tx

router = APIRouter(route_class=Route)


@router.get("/channels/{channel_id}/posts/{post_id}")
def post_page(call: OfficerCall, channel_id: str, post_id: str) -> Response:
    """Show a post with what may be changed of it."""
    channel = load(call, channel_id)
    with call.read() as tx:
        post = channels_posts.get(tx, call.viewer, channel, path_id(post_id))
        form = _filled(call, tx, post)
    return _page(call, channel, post, form)


@router.post("/channels/{channel_id}/posts/{post_id}")
def change_post(call: OfficerCall, channel_id: str, post_id: str) -> Response:
    """Change a post."""
    channel = load(call, channel_id)
    with call.read() as tx:
        post = channels_posts.get(tx, call.viewer, channel, path_id(post_id))
    form = forms.read(call)
    changes = _read(form)
    if form.sound and form.whole("version") != post.version:
        form.refuse(AppError(Code.ETAG_STALE), call.language)
    if not form.sound:
        return _page(call, channel, post, form, STATUS[Code.FIELD_INVALID])
    try:
        with call.write() as tx:
            _change(call, tx, channel, post, changes, form.text("article_url", most=forms.WORDS_MOST))
    except AppError as error:
        form.refuse(error, call.language)
        return _page(call, channel, post, form, STATUS[error.code])
    return flash.go(f"/channels/{channel.channel_id}", "saved")


def _change(call: Call, tx: Tx, channel: ChannelRow, post: PostRow, changes: dict[str, Any], address: str) -> None:
    current = channels.get_locked(tx, call.viewer, channel.channel_id, today=call.today)
    changes["article_id"] = channels_posts.find_article(tx, call.viewer, address) if address else None
    channels_posts.change(tx, call.viewer, current, post, changes, now=call.now, today=call.today)


def _read(form: Fields) -> dict[str, Any]:
    url, title = form.text("post_url", most=forms.WORDS_MOST), form.text("title")
    return {
        "happened_on": form.day("happened_on", needed=True),
        "url": url or None,
        "title": title or None,
        "programme_id": form.identity("programme_id"),
    }


def _filled(call: Call, tx: Tx, post: PostRow) -> Fields:
    article = None if post.article_id is None else articles.get(tx, call.viewer, post.article_id, today=call.today)
    return Fields.filled(
        happened_on=post.happened_on,
        post_url=post.url,
        title=post.title,
        programme_id=post.programme_id,
        article_url=article.url if article is not None else None,
    )


def _page(call: Call, channel: ChannelRow, post: PostRow, form: Fields, status: int = 200) -> Response:
    with call.read() as tx:
        offered = programme_options(tx, call.viewer, chosen=post.programme_id, today=call.today)
    return render.page(
        call,
        "channel_post.html",
        status=status,
        channel=channel,
        post=post,
        form=form,
        programmes=offered,
    )
