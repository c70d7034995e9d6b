"""How a source is read, as it is said on the command line: its kind, selectors in a file, dates, pauses, cookies."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from lantoa.cli.words import TEXT

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from lantoa.wiring import House
    from tracker.domain.feeds import FeedKind
    from tracker.domain.sources import NewFeed

    F = TypeVar("F", bound=Callable[..., Any])

SELECTORS_BYTES_MOST: Final = 10_000
PAUSE_MOST_S: Final = 3600  # as tracker.domain.sources has it, which help texts need not import
KINDS: Final = ("feed", "listing", "sitemap")
ORDERS: Final = ("auto", "dmy", "mdy")

kind_option = click.option(
    "--kind", type=click.Choice(KINDS), help="Take the address as that, without looking for a feed behind it."
)
selectors_option = click.option(
    "--selectors",
    type=click.Path(path_type=Path),
    help="A TOML file that says where a list page's articles stand: selectors, or paths into JSON.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """What is asked of a source beside its address and name; None and False leave it as usual."""

    date_order: str | None = None
    pause: int | None = None
    keep_cookies: bool = False
    read_pages: bool = False
    compare_with: str | None = None

    def apply(self, new: NewFeed, house: House) -> NewFeed:
        """Give the source with these options."""
        from dataclasses import replace

        from tracker.domain.feeds import DateOrder

        compared = house.crawler.check_address(self.compare_with) if self.compare_with else self.compare_with
        return replace(
            new,
            date_order=None if self.date_order is None else DateOrder(self.date_order),
            pause_s=self.pause or None,
            keeps_cookies=self.keep_cookies,
            reads_pages=self.read_pages,
            compare_url=new.compare_url if compared is None else compared,
        )


def source_options(command: F) -> F:
    """Let a command take the options of SourceOptions."""
    for option in reversed(
        (
            click.option("--date-order", type=click.Choice(ORDERS), help="Day or month first in its dates' numbers."),
            click.option(
                "--pause",
                type=click.IntRange(0, PAUSE_MOST_S),
                metavar="SECONDS",
                help="Pause between two requests to its host, where it asks for a longer one.",
            ),
            click.option(
                "--keep-cookies", is_flag=True, help="Show it the cookies that it set: it lets nobody in else."
            ),
            click.option("--read-pages", is_flag=True, help="Read the pages of all its articles."),
            click.option(
                "--compare-with",
                type=TEXT,
                metavar="URL",
                help='Section page that it is compared with once a day; "" for none.',
            ),
        )
    ):
        command = option(command)
    return command


def kind_of(kind: str | None) -> FeedKind | None:
    """Give the kind that was named."""
    from tracker.domain.feeds import FeedKind

    return None if kind is None else FeedKind(kind)


def read_selectors_file(file: Path | None) -> dict[str, Any] | None:
    """Read a file of selectors; one that is no TOML, or too long, is refused. None where there is none."""
    from tracker.domain.errors import AppError, Code

    if file is None:
        return None
    try:
        with file.open("rb") as opened:
            told = opened.read(SELECTORS_BYTES_MOST + 1)
        if len(told) > SELECTORS_BYTES_MOST:
            raise AppError(Code.FIELD_INVALID, f"selectors: {file} has more than {SELECTORS_BYTES_MOST} bytes")
        return tomllib.loads(told.decode())
    except OSError as error:
        raise AppError(Code.FILE_UNREADABLE, f"{file}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise AppError(Code.FIELD_INVALID, f"selectors: {file} is no TOML: {error}") from error
