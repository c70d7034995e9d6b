"""What is passed on or written about, as directives on spreading content list it."""

from __future__ import annotations

import enum


class ContentKind(enum.StrEnum):
    """A kind that forms offer; a claim may state another one in words."""

    DIRECTIVE = "directive"
    ARTICLE = "article"
    MODEL = "model"
    PRACTICE = "practice"
    GOOD_EXAMPLE = "good_example"
