"""Why an address is not taken, said to the person who pasted it: by what the address names instead of a post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain.urls import UrlKind
from web import forms
from web.words import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.domain.errors import AppError

ARTICLE_INSTEAD = mark(
    "This is the address of an article, not of your post. Put it into “Link to the article”; "
    "if you posted on a website, choose that as the place"
)
PRIVATE_MESSAGE = mark("This is a private message, which nobody else can open; paste the address of the post itself")
_BY_KIND: Mapping[str, str] = {
    UrlKind.PROFILE: mark("This is the address of a profile, not of a post"),
    UrlKind.PAGE: mark("This is the address of a page, not of a post on it"),
    UrlKind.GROUP: mark("This is the address of a group, not of a post in it"),
    UrlKind.OTHER: mark("This opens a share dialog or a list; paste the address of the post once it is published"),
}
_BY_PROBLEM: Mapping[str, str] = {
    "url.scheme": mark("This is no web address; it begins with https://"),
    "url.host": mark("This is no web address; it begins with https://"),
    "url.too_long": mark("This is too long"),
}


def link_problem(error: AppError) -> str:
    """Give the sentence beside the field."""
    kind, problem = error.extra.get("kind"), error.extra.get("problem")
    if error.extra.get("private"):
        return PRIVATE_MESSAGE
    return _BY_KIND.get(str(kind)) or _BY_PROBLEM.get(str(problem)) or forms.NOT_A_POST
