"""`lantoa inspect`: what the program sees in a feed, a page, an address, an agent or a text; no database, no network.

Answers are JSON lines, ASCII-escaped, one an input, in the order of the inputs; a bad one gets a record with `error`
and the run goes on. Lines of input end at LF only and are echoed as they came. One module a family of commands,
imported when called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lantoa.cli.lazy import LazyGroup

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMANDS: Mapping[str, tuple[str, str]] = {
    "feed": ("lantoa.cli.inspect.feeds:inspect_feed", "Read feeds (RSS, RDF, Atom, JSON Feed) in the sandbox."),
    "listing": ("lantoa.cli.inspect.listings:inspect_listing", "List the articles that a section page leads to."),
    "page": ("lantoa.cli.inspect.pages:inspect_page", "Read articles' pages in the sandbox."),
    "html": ("lantoa.cli.inspect.feeds:inspect_html", "Sanitise HTML as it is stored and shown."),
    "url": ("lantoa.cli.inspect.words:inspect_url", "Tell what an address is: spelling, key, network, kind, post."),
    "agent": ("lantoa.cli.inspect.words:inspect_agent", "Tell persons, robots and previewers apart."),
    "address": ("lantoa.cli.inspect.words:inspect_address", "Tell whether the crawler may go to an address."),
    "duplicates": (
        "lantoa.cli.inspect.duplicates:inspect_duplicates",
        "Put texts into clusters of copies, the earliest first.",
    ),
    "byline": ("lantoa.cli.inspect.bylines:inspect_byline", "Tell the names, source, unit and code of a byline."),
    "authors": ("lantoa.cli.inspect.authors:inspect_authors", "Tell which members would be asked «is this yours?»."),
    "fold": ("lantoa.cli.inspect.words:inspect_fold", "Give the form that search and name matching compare."),
}


@click.group(cls=LazyGroup, commands_table=COMMANDS)
def inspect() -> None:
    """Show what the program sees; no database, no network."""
