"""Pages from templates: one environment, English ids and the catalogue's Vietnamese, everything escaped.

The reader's language and the zone of times are set for the length of one rendering.
"""

from __future__ import annotations

import datetime as dt
import functools
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, cast

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context, select_autoescape

from api import auth
from tracker.domain import rights
from tracker.domain.numbers import format_int
from tracker.domain.periods import Period
from tracker.domain.rights import Right
from tracker.labels import LABELS, label
from tracker.translation import translate
from web import flash
from web.addresses import safe_next, with_query
from web.forms import Fields
from web.menu import bar_of, is_current, menu_of
from web.static_files import static_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import Request

    from api.http import Call
    from tracker.domain.periods import Lang

_language: ContextVar[Lang] = ContextVar("language", default="vi")
_zone: ContextVar[dt.tzinfo] = ContextVar("zone", default=dt.UTC)


def page(call: Call, template: str, /, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Give a page to whoever asks; `form` is always there, empty where the page has none."""
    account = None if call.signed_in is None else call.signed_in.account
    viewer = None if call.signed_in is None else call.signed_in.viewer
    path = call.request.url.path
    context: dict[str, Any] = {
        "account": account,
        "viewer": viewer,
        "menu": [] if viewer is None else menu_of(viewer),
        "bar": [] if viewer is None else bar_of(viewer),
        "may": (lambda right: viewer is not None and rights.allows(Right(right), viewer)),
        "csrf": auth.form_token(call.deps.secret, auth.cookie(call.request)),
        "handbook_url": call.deps.handbook_url,
        "today": call.today,
        "now": call.now,
        "is_current": lambda entry: is_current(entry, path),
        "form": Fields(),
    }
    return _answer(call.request, template, context | values, status=status, zone=call.deps.zone)


def bare_page(request: Request, template: str, /, *, status: int, **values: Any) -> HTMLResponse:
    """Give a page outside any call: nobody's menu, no form."""
    zone: dt.tzinfo = request.app.state.deps.zone
    context: dict[str, Any] = {"account": None, "viewer": None, "menu": [], "bar": [], "csrf": "", "handbook_url": None}
    return _answer(request, template, context | values, status=status, zone=zone)


def language_of(request: Request) -> Lang:
    """Give the language a page is written in."""
    return cast("Lang", auth.language(request))


def _answer(request: Request, template: str, context: dict[str, Any], *, status: int, zone: dt.tzinfo) -> HTMLResponse:
    language = language_of(request)
    here = safe_next(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
    said = flash.read(request, language)
    shared = {"lang": language, "here": here if request.method == "GET" else "/", "said": said}
    text = _render(template, shared | context, language, zone)
    response = HTMLResponse(text, status, headers={"Content-Language": language, "Vary": "Cookie, Accept-Language"})
    if flash.COOKIE in request.cookies:
        response.delete_cookie(flash.COOKIE, path="/")
    return response


def _render(template: str, context: dict[str, Any], language: Lang, zone: dt.tzinfo) -> str:
    spoken, shown = _language.set(language), _zone.set(zone)
    try:
        return environment().get_template(template).render(context)
    finally:
        _language.reset(spoken)
        _zone.reset(shown)


@functools.cache
def environment() -> Environment:
    """Make the environment, once a process."""
    made = Environment(
        loader=PackageLoader("web"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    install: Any = made
    install.install_gettext_callables(_gettext, _ngettext, newstyle=True)
    made.policies["ext.i18n.trimmed"] = True
    shown: dict[str, Callable[..., str]] = {
        "day": show_day,
        "last_day": show_last_day,
        "moment": show_moment,
        "number": show_number,
        "period": show_period,
        "label": show_label,
    }
    made.filters |= {name: _when_rendered(function) for name, function in shown.items()}
    made.filters |= {"with_query": with_query, "outside": outside_link}
    made.globals |= {"static": static_url, "options": label_options}
    return made


def _when_rendered(shown: Callable[..., str]) -> Callable[..., str]:
    """Keep a filter of the reader's language from being carried out once, when its template is compiled."""

    @pass_context
    def filtered(_context: object, *args: object) -> str:
        return shown(*args)

    return filtered


def outside_link(address: str | None) -> str:
    """Give an address of another site as a link may carry it; what is no web address leads nowhere."""
    return address if address and address.lower().startswith(("http://", "https://")) else "#"


def show_last_day(after: dt.date) -> str:
    """Print the last day of what is over on a day: a stay `until` the 15th ended with the 14th."""
    return show_day(after - dt.timedelta(days=1))


def show_day(value: dt.date | None) -> str:
    """Print a day as offices here do: `05/02/2026`; an instant as its local day."""
    if value is None:
        return "–"
    if isinstance(value, dt.datetime):
        value = to_local(value).date()
    return f"{value:%d/%m/%Y}"


def show_moment(value: dt.datetime | None) -> str:
    """Print an instant as local day and time."""
    return "–" if value is None else f"{to_local(value):%d/%m/%Y %H:%M}"


def show_number(value: int | None) -> str:
    """Print a whole number with grouping; not known is not zero."""
    if value is None:
        return _gettext("not measurable")
    return format_int(value) if _language.get() == "vi" else f"{value:,}"


def show_label(value: str, kind: str) -> str:
    """Give the words of an enum value."""
    return label(kind, value, _language.get())


def label_options(kind: str) -> list[tuple[str, str]]:
    """Give the values of an enumeration with their words, for a list to choose from."""
    return [(str(value), show_label(value, kind)) for value in LABELS[kind]]


def show_period(value: Period | str) -> str:
    """Name a period."""
    return (Period.parse(value) if isinstance(value, str) else value).label(_language.get())


def to_local(value: dt.datetime) -> dt.datetime:
    """Give an instant in the zone of the organisation."""
    return value.astimezone(_zone.get())


def _gettext(message: str) -> str:
    return translate(message, _language.get())


def _ngettext(one: str, many: str, count: int) -> str:
    return _gettext(one if count == 1 and _language.get() == "en" else many)
