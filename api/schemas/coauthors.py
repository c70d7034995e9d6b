"""What co-authors and officers say of co-authorship."""

from __future__ import annotations

from api.schemas import Body
from tracker.domain.coauthors import CoauthorAnswer, CoauthorVerdict


class CoauthorAnswerIn(Body):
    """Agree or object."""

    answer: CoauthorAnswer


class CoauthorVerdictIn(Body):
    """Accept or refuse."""

    verdict: CoauthorVerdict
