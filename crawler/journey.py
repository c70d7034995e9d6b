"""The way of one fetch through its redirects: each step judged, counted, and a permanent move noted. No network."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urldefrag, urljoin

from crawler.address import Ground
from tracker.domain.feeds import FetchErrorCode, FetchProblem

if TYPE_CHECKING:
    from crawler.address import AddressJudgement, AddressPolicy
    from crawler.spelling import Target

PERMANENT: Final = frozenset({301, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward:
    """An answer that sends us elsewhere."""

    status: int
    location: str | None
    sets_cookie: bool


@dataclass(slots=True, kw_only=True)
class Journey:
    """Where a fetch stands; `permanent_url` is where an unbroken chain of 301/308 from the asked address led."""

    policy: AddressPolicy
    max_hops: int
    url: str = ""
    target: Target | None = None
    permanent_url: str | None = None
    in_circle: bool = False  # it came back to where it was, and is gone on with what cookies were set
    downgraded: bool = False
    _hops: int = 0
    _unbroken: bool = True
    _cookie_offered: bool = False
    _seen: set[str] = field(default_factory=set)

    @property
    def host_port(self) -> str:
        """Name the server about to be asked, as the gate counts it: `host:port`, an IPv6 address in brackets."""
        if self.target is None:
            return ""
        host = self.target.host
        return f"[{host}]:{self.target.port}" if ":" in host else f"{host}:{self.target.port}"

    @property
    def site(self) -> str:
        """Name that server with its scheme."""
        return f"{self.target.scheme if self.target else ''}://{self.host_port}"

    def start(self, url: str) -> FetchProblem | None:
        """Set out for the asked address; a problem where it is not allowed."""
        judged = self.policy.judge_url(url)
        if not judged.allowed:
            return refusal()
        self._go(_without_fragment(url), judged)
        return None

    def follow(self, onward: Onward) -> FetchProblem | None:
        """Go where a redirect points; a problem where it leads nowhere, in circles, too far or inward."""
        self._hops += 1
        self._cookie_offered = self._cookie_offered or onward.sets_cookie
        if self._hops > self.max_hops:
            return _astray("The site redirects too often.", onward.status)
        url = self._resolve(onward.location)
        if url is None:
            return _astray("The site redirects without saying where to.", onward.status)
        judged = self.policy.judge_url(url)
        if not judged.allowed:
            return self.refused(judged, onward.status)
        if url in self._seen and not self._try_with_cookies():
            return _astray("The site redirects in a circle.", onward.status)
        self._note_move(url, onward.status)
        self._go(url, judged)
        return None

    def refused(self, judged: AddressJudgement, status: int) -> FetchProblem:
        """Say why a redirect is not followed, without telling what would have been there."""
        if judged.ground is Ground.UNREADABLE:
            return _astray("The site redirects to something that is no web address.", status)
        return refusal()

    def _go(self, url: str, judged: AddressJudgement) -> None:
        self.url, self.target = url, judged.target
        self._seen.add(url)

    def _resolve(self, location: str | None) -> str | None:
        if not location:
            return None
        if any(ord(c) < ord(" ") or c == "\\" for c in location):
            return location  # to be judged, and refused, as it stands: joining would tidy it
        try:
            return _without_fragment(urljoin(self.url, location))
        except ValueError:
            return location

    def _try_with_cookies(self) -> bool:
        """Answer a circle that sets a cookie once with that cookie: some sites (qdnd.vn) let no one in without."""
        if self.in_circle or not self._cookie_offered:
            return False
        self.in_circle = True
        return True

    def _note_move(self, url: str, status: int) -> None:
        downgrade = self.url.lower().startswith("https:") and url.lower().startswith("http:")
        self.downgraded = self.downgraded or downgrade
        # A move from https to http is followed, never adopted: whoever is on the way could have written it.
        self._unbroken = self._unbroken and status in PERMANENT and not downgrade and url not in self._seen
        if self._unbroken:
            self.permanent_url = url


def refusal() -> FetchProblem:
    """Refuse an address, with the same words whatever it is."""
    return FetchProblem(code=FetchErrorCode.ADDRESS_REFUSED, message="This address is not allowed.")


def _astray(message: str, status: int) -> FetchProblem:
    return FetchProblem(code=FetchErrorCode.REDIRECT, message=message, http_status=status)


def _without_fragment(url: str) -> str:
    return urldefrag(url).url
