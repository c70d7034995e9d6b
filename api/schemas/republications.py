"""What an officer says of a republication."""

from __future__ import annotations

from api.schemas import Body
from tracker.domain.republications import RepublicationVerdict


class RepublicationIn(Body):
    """A verdict."""

    verdict: RepublicationVerdict
