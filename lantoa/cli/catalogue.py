"""The catalogue of official sources from the command line: what is offered, and installing it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from lantoa.cli.words import TEXT

if TYPE_CHECKING:
    from tracker.services.catalogue import EntryView

FEEDS_MOST = 200
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")


@click.command(help="List the official sources that can be installed; those with feeds are shown with their numbers.")
@click.option("--find", default="", type=TEXT, help="Only where these words stand, with or without marks.")
@json_option
def catalogue(find: str, *, as_json: bool) -> None:
    """List the catalogue beside what is installed."""
    from api.catalogue_answers import entry_json
    from lantoa import wiring
    from lantoa.catalogue import shipped_catalogue
    from tracker.services import catalogue as service

    asked = service.CatalogueFilter(find=find)
    with wiring.open_house() as house, house.db.read() as tx:
        found = service.list_entries(tx, wiring.console_viewer(), shipped_catalogue(), asked, today=house.today())
    if as_json:
        click.echo(json.dumps([entry_json(view) for view in found]))
        return
    for view in found:
        click.echo("\n".join(_lines(view)))


@click.command(help="Install an outlet of the catalogue: KEY and numbers as «lantoa feeds catalogue» prints them.")
@click.argument("key", type=TEXT)
@click.option(
    "--feed",
    "numbers",
    multiple=True,
    type=click.IntRange(1, FEEDS_MOST),
    help="Only the feed of this number; may be given again. Without it: the surest ones.",
)
@click.option("--take-over", is_flag=True, help="Set what is installed to what the catalogue says now.")
@json_option
def install(key: str, numbers: tuple[int, ...], *, take_over: bool, as_json: bool) -> None:
    """Install an outlet; warnings go to standard error."""
    from api.catalogue_answers import installed_json
    from lantoa import wiring
    from lantoa.catalogue import shipped_catalogue
    from tracker.services import catalogue as service

    viewer, offered = wiring.console_viewer(), shipped_catalogue()
    with wiring.open_house() as house, house.db.write() as tx:
        before = service.get_entry(tx, viewer, offered, key, today=house.today())
        chosen = _chosen(before, numbers) if numbers else None
        done = service.install(
            tx, viewer, offered, key, chosen, take_over=take_over, now=house.clock(), zone=house.zone
        )
    _warn(done.view)
    if as_json:
        click.echo(json.dumps(installed_json(done)))
        return
    click.echo("\n".join(_lines(done.view)))
    click.echo(f"{len(done.added)} sources added, {done.article_count} articles counted to the outlet")


def _chosen(view: EntryView, numbers: tuple[int, ...]) -> list[str]:
    from tracker.domain.errors import AppError, Code

    if max(numbers) > len(view.offers):
        raise AppError(Code.FIELD_INVALID, f"--feed: «{view.entry.key}» has feeds 1 to {len(view.offers)}")
    return [view.offers[number - 1].feed.url for number in numbers]


def _lines(view: EntryView) -> list[str]:
    """Say an entry in lines: itself, then each address by its number."""
    entry = view.entry
    state = f"{view.feed_count} collected" if view.feed_count else "known" if view.outlet is not None else "-"
    ended = f"\tended {entry.valid_to}, now {entry.successor or '-'}" if view.ended else ""
    lines = [f"{entry.key}\t{entry.outlet_class}\t{state}\t{entry.name}{ended}"]
    for number, offer in enumerate(view.offers, 1):
        mark = "+" if offer.feed_id is not None else " "
        lines.append(
            f"  {mark}{number}\t{offer.feed.confidence}\t{offer.feed.kind}\t{offer.feed.title}\t{offer.feed.url}"
        )
    return lines


def _warn(view: EntryView) -> None:
    if view.ended:
        after = f"; «{view.entry.successor}» has taken its place" if view.entry.successor else ""
        click.echo(f"warning: this outlet ended on {view.entry.valid_to}{after}", err=True)
    for one in view.differences:
        about = f" of {one.feed}" if one.feed else ""
        click.echo(
            f"warning: {one.field}{about} is «{one.installed}», the catalogue now says «{one.offered}»", err=True
        )
    if view.differences:
        click.echo("take it over with --take-over", err=True)
