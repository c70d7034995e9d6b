"""What a member answers to «is this yours?»."""

from __future__ import annotations

import enum

from api.schemas import Body


class Answer(enum.StrEnum):
    """The answers there are."""

    MINE = "mine"
    NOT_MINE = "not_mine"


class AnswerIn(Body):
    """An answer."""

    answer: Answer
