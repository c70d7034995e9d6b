"""Where the crawler may go: the judgement of addresses without a network, and the guard that every connection passes.

No HTTP, no fetching. P1 of the product stands here: no TCP connection is ever opened to an address that was not judged.
"""

from __future__ import annotations

import asyncio
import enum
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Any, Protocol

import httpcore
from typing_extensions import override

from crawler.ranges import IPAddress, IPNetwork, is_house, is_public
from crawler.spelling import Fault, Target, read_ipv4, read_url
from crawler.wire import Wire
from tracker.domain.errors import AppError, Code

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

OPEN_PORTS = frozenset({80, 443})
HEAD_BYTES = 256 * 1024  # what a site may send before its answer's headers end
DIAL_LIMIT = 4
DIAL_S = 8
RESOLVER_THREADS = 32
WIDEST_4 = 8
WIDEST_6 = 7

# Names that lead inward whatever DNS says of them (RFC 6761, 6762, 8375; private TLDs in use; clouds).
INWARD_SUFFIXES = tuple(
    f".{zone}"
    for zone in ("local", "internal", "localdomain", "lan", "intranet", "home.arpa", "private", "corp", "home", "svc")
)
METADATA_NAMES = frozenset(
    {"metadata.tencentyun.com", "metadata.goog", "metadata.platformequinix.com", "metadata.packet.net"}
)
UNREADABLE = frozenset({Fault.SCHEME, Fault.FORM, Fault.NAME, Fault.LENGTH})
LOOPBACKS = (IPv4Address("127.0.0.1"), IPv6Address("::1"))


class Ground(enum.StrEnum):
    """On what a judgement rests."""

    PUBLIC = "public"
    LISTED = "listed"  # named in LANTOA_ALLOW_PRIVATE_HOSTS
    UNREADABLE = "unreadable"  # no http(s) address in a spelling that all parsers read alike
    PORT = "port"
    NAME = "name"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressJudgement:
    """May the crawler go there, and why; `target` where the text could be read."""

    allowed: bool
    reason: str
    ground: Ground
    target: Target | None = None


class AddressRefusedError(Exception):
    """A connection was asked for that is not allowed; says no more, so that nothing inside can be probed by it."""


class NameUnknownError(Exception):
    """A host name has no address."""


class Resolver(Protocol):
    """Gives the addresses of a name as text; OSError or an empty list where it has none."""

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """Resolve `host` for a TCP connection to `port`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressPolicy:
    """What may be reached beside the public web; entries pair a network or a name with a port, None for every port."""

    networks: tuple[tuple[IPNetwork, int | None], ...] = ()
    names: frozenset[tuple[str, int | None]] = frozenset()

    @classmethod
    def parse(cls, allow: Sequence[str]) -> AddressPolicy:
        """Read the entries of LANTOA_ALLOW_PRIVATE_HOSTS: host, CIDR or host:port."""
        networks: list[tuple[IPNetwork, int | None]] = []
        names: set[tuple[str, int | None]] = set()
        for entry in filter(None, map(str.strip, allow)):
            what, port = _read_entry(entry)
            if isinstance(what, str):
                names.add((what, port))
            else:
                networks.append((what, port))
        return cls(networks=tuple(networks), names=frozenset(names))

    def judge_ip(self, ip: IPAddress, port: int, host: str = "") -> AddressJudgement:
        """Judge one address that `host` stands for; the last word before a connection is opened."""
        if self._lists_ip(ip, port) or (self._lists_name(host, port) and (is_public(ip) or is_house(ip))):
            return _allowed(Ground.LISTED, "listed in LANTOA_ALLOW_PRIVATE_HOSTS")
        if not is_public(ip):
            return _refused(Ground.ADDRESS, "not an address of the public internet")
        if port not in OPEN_PORTS:
            return _refused(Ground.PORT, "only the ports 80 and 443 are open")
        return _allowed(Ground.PUBLIC, "a public address")

    def judge_url(self, url: str) -> AddressJudgement:
        """Judge a URL as text; a name that passes is judged again, address by address, when it is connected to."""
        target = read_url(url)
        if isinstance(target, Fault):
            return _refused(Ground.UNREADABLE if target in UNREADABLE else Ground.ADDRESS, str(target))
        judged = self._judge_name(target) if target.ip is None else self.judge_ip(target.ip, target.port, target.host)
        return AddressJudgement(allowed=judged.allowed, reason=judged.reason, ground=judged.ground, target=target)

    def _judge_name(self, target: Target) -> AddressJudgement:
        name, port = target.name, target.port
        if self._lists_name(name, port):
            return _allowed(Ground.LISTED, "listed in LANTOA_ALLOW_PRIVATE_HOSTS")
        if name == "localhost" or name.endswith(".localhost"):
            loopbacks = [self.judge_ip(ip, port, name) for ip in LOOPBACKS]
            return next((one for one in loopbacks if one.allowed), loopbacks[0])
        if "." not in name or name.endswith(INWARD_SUFFIXES) or name in METADATA_NAMES:
            return _refused(Ground.NAME, "a name of a local network")
        if port not in OPEN_PORTS:
            return _refused(Ground.PORT, "only the ports 80 and 443 are open")
        return _allowed(Ground.PUBLIC, "a public name; its addresses are judged when connecting")

    def _lists_ip(self, ip: IPAddress, port: int) -> bool:
        if isinstance(ip, IPv6Address) and ip.scope_id is not None:
            return False
        return any(open_port in {None, port} and ip in net for net, open_port in self.networks)

    def _lists_name(self, host: str, port: int) -> bool:
        name = host.removesuffix(".")
        return (name, None) in self.names or (name, port) in self.names


def _allowed(ground: Ground, reason: str) -> AddressJudgement:
    return AddressJudgement(allowed=True, reason=reason, ground=ground)


def _refused(ground: Ground, reason: str) -> AddressJudgement:
    return AddressJudgement(allowed=False, reason=reason, ground=ground)


def _read_entry(entry: str) -> tuple[IPNetwork | str, int | None]:
    if "/" in entry:
        return _read_network(entry), None
    bare = f"[{entry}]" if entry.count(":") > 1 and not entry.startswith("[") else entry
    target = read_url(f"http://{bare}/")
    if isinstance(target, Fault) or set(bare) & set("?#"):
        raise _entry_error(entry, "is no host, CIDR or host:port")
    port = target.port if bare.rpartition("]")[2].partition(":")[1] else None
    return (target.name if target.ip is None else ip_network(target.ip)), port


def _read_network(entry: str) -> IPNetwork:
    try:
        network = ip_network(entry)
    except ValueError as exc:
        raise _entry_error(entry, "is no network; a CIDR begins at its first address") from exc
    if network.prefixlen < (WIDEST_4 if isinstance(network, IPv4Network) else WIDEST_6):
        raise _entry_error(entry, "is too wide: it would open the whole internet")
    return network


def _entry_error(entry: str, words: str) -> AppError:
    return AppError(
        Code.SETTINGS_INVALID, f"LANTOA_ALLOW_PRIVATE_HOSTS: {entry!r} {words}", field="allow_private_hosts"
    )


class SystemResolver:
    """The operating system's resolver in threads of its own, so that slow names starve nothing else."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(max_workers=RESOLVER_THREADS, thread_name_prefix="resolve")

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """Give every address of a name, in the order the system prefers."""
        found = await asyncio.get_running_loop().run_in_executor(self._threads, self._look_up, host, port)
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))

    @staticmethod
    def _look_up(host: str, port: int) -> list[Any]:
        # Bytes: as text the name would pass Python's own IDNA codec, which reads some names differently.
        return socket.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM)

    def close(self) -> None:
        """Let the threads end; a look-up under way is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class GuardedStream(httpcore.AsyncNetworkStream):
    """A `Wire` as httpcore wants it. Time-outs of single operations are not kept: a fetch has one deadline for all."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire

    @override
    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return await self.wire.read(max_bytes)
        except OSError as exc:
            raise httpcore.ReadError from exc

    @override
    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if not buffer:
            return
        try:
            self.wire.write(buffer)
        except OSError as exc:
            raise httpcore.WriteError from exc

    @override
    async def aclose(self) -> None:
        await self.wire.drop()

    @override
    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        if server_hostname is None:
            raise AddressRefusedError  # a certificate that is checked for no name proves nothing
        try:
            await self.wire.start_tls(ssl_context, server_hostname.removesuffix("."))
        except ssl.SSLError as exc:
            raise httpcore.ConnectError from exc  # the fetch knows it by its cause
        except OSError as exc:  # many servers hang up on encryption they do not speak, without a word
            raise httpcore.ConnectError from ssl.SSLError(str(exc))
        return self

    @override
    def get_extra_info(self, info: str) -> Any:
        return None if self.wire.transport is None else self.wire.transport.get_extra_info(info)


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves a name once, judges every address, and dials what was judged: DNS has no second chance to answer."""

    def __init__(self, policy: AddressPolicy, resolver: Resolver) -> None:
        self._policy = policy
        self._resolver = resolver

    @override
    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self.checked(host, port)
        for ip in addresses[:-1]:
            try:
                return await _dial(ip, port)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await _dial(addresses[-1], port)

    @override
    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise AddressRefusedError

    async def checked(self, host: str, port: int) -> list[IPAddress]:
        """Give the addresses of `host` that may be dialled, never none.

        A name that leads inward as well as outward is refused whole, unless the inward address is a listed one: then
        the listed ones alone are dialled.
        """
        found = await self._addresses(host, port)
        judged = [(ip, self._policy.judge_ip(ip, port, host)) for ip in found]
        if listed := [ip for ip, one in judged if one.ground is Ground.LISTED]:
            return listed[:DIAL_LIMIT]
        if not all(one.allowed for _, one in judged):
            raise AddressRefusedError
        return found[:DIAL_LIMIT]

    async def _addresses(self, host: str, port: int) -> list[IPAddress]:
        literal = IPv6Address(host) if ":" in host else read_ipv4(host)
        if literal is not None:
            return [literal]
        try:
            texts = await self._resolver(host, port)
        except OSError as exc:  # socket.gaierror is one
            raise NameUnknownError from exc
        if not texts:
            raise NameUnknownError
        return _both_families([ip_address(text) for text in texts])


def _both_families(found: list[IPAddress]) -> list[IPAddress]:
    """Put the first address of the other family second: a network with a broken IPv6 still gets through in time."""
    other = next((ip for ip in found if ip.version != found[0].version), None)
    if other is None:
        return found
    return [found[0], other, *(ip for ip in found[1:] if ip != other)]


async def _dial(ip: IPAddress, port: int) -> GuardedStream:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(DIAL_S):
            _, wire = await loop.create_connection(lambda: Wire(HEAD_BYTES), str(ip), port)
    except TimeoutError as exc:
        raise httpcore.ConnectTimeout from exc
    except OSError as exc:
        raise httpcore.ConnectError from exc
    return GuardedStream(wire)
