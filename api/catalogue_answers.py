"""Entries of the catalogue as the API and the command line answer them; no web framework, so commands start fast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.catalogue import Difference
    from tracker.services.catalogue import EntryView, Installed, Offer


def entry_json(view: EntryView) -> dict[str, Any]:
    """Give an entry with what is installed of it."""
    entry = view.entry
    return {
        "key": entry.key,
        "name": entry.name,
        "organ": entry.organ or None,
        "class": entry.outlet_class.value,
        "home": entry.home or None,
        "hosts": list(entry.hosts),
        "family": entry.family or None,
        "confidence": None if entry.confidence is None else entry.confidence.value,
        "valid_from": _day(entry.valid_from),
        "valid_to": _day(entry.valid_to),
        "ended": view.ended,
        "successor": entry.successor,
        "absorbs": list(entry.absorbs),
        "notes": list(entry.notes),
        "outlet_id": None if view.outlet is None else view.outlet.outlet_id,
        "feeds": [_offer_json(number, offer) for number, offer in enumerate(view.offers, 1)],
        "differences": [_difference_json(one) for one in view.differences],
    }


def installed_json(done: Installed) -> dict[str, Any]:
    """Give what an installation did, and the entry after it."""
    return {"added": list(done.added), "articles": done.article_count, "entry": entry_json(done.view)}


def _offer_json(number: int, offer: Offer) -> dict[str, Any]:
    feed = offer.feed
    return {
        "number": number,
        "title": feed.title,
        "url": feed.url,
        "kind": feed.kind.value,
        "confidence": feed.confidence.value,
        "date_order": feed.date_order.value,
        "keeps_cookies": feed.keeps_cookies,
        "pause_s": feed.pause_s,
        "selectors": feed.selectors,
        "topic": feed.topic or None,
        "first_choice": offer.first_choice,
        "feed_id": offer.feed_id,
    }


def _difference_json(one: Difference) -> dict[str, Any]:
    return {"field": one.field, "feed": one.feed or None, "installed": one.installed, "catalogue": one.offered}


def _day(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()
