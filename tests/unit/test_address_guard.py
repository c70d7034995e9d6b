from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING

import httpcore
import pytest

from crawler.address import AddressPolicy, AddressRefusedError, GuardedBackend, NameUnknownError, SystemResolver
from tests.hostile import HostileSite

if TYPE_CHECKING:
    from collections.abc import Sequence

STRICT = AddressPolicy.parse([])


class Answers:
    """A resolver that gives one answer after another, the last one for ever, and counts."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.asked = 0

    async def __call__(self, host: str, port: int) -> Sequence[str]:  # noqa: ARG002 - every name has the same answers
        self.asked += 1
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


def checked(policy: AddressPolicy, *answers: Sequence[str]) -> list[str]:
    backend = GuardedBackend(policy, Answers(*answers))
    return [str(ip) for ip in asyncio.run(backend.checked("tin.example.vn", 443))]


def test_a_name_with_public_addresses_is_dialled_at_both_families_first() -> None:
    found = ["2606:4700::1", "2606:4700::2", "2606:4700::3", "2606:4700::4", "93.184.216.34"]
    assert checked(STRICT, found) == ["2606:4700::1", "93.184.216.34", "2606:4700::2", "2606:4700::3"]


@pytest.mark.parametrize("inward", ["127.0.0.1", "::1", "169.254.169.254", "::ffff:127.0.0.1", "fe80::1%lo"])
def test_a_name_that_also_leads_inward_is_refused_whole(inward: str) -> None:
    with pytest.raises(AddressRefusedError):
        checked(STRICT, ["93.184.216.34", inward])


def test_of_several_addresses_only_the_listed_ones_are_dialled() -> None:
    assert checked(AddressPolicy.parse(["127.0.0.1"]), ["::1", "127.0.0.1"]) == ["127.0.0.1"]


def test_a_name_without_an_address_is_unknown() -> None:
    with pytest.raises(NameUnknownError):
        checked(STRICT, [])


def test_a_rebinding_name_never_reaches_the_second_address() -> None:
    """S6: the good site and the trap share a port, so that only the address tells them apart."""
    with HostileSite() as good, HostileSite("127.0.0.2", port=good.port) as trap:
        policy = AddressPolicy.parse([good.host_port])

        async def dial(resolver: Answers) -> None:
            stream = await GuardedBackend(policy, resolver).connect_tcp("tin.example.vn", good.port)
            await stream.aclose()

        async def rounds() -> tuple[int, int]:
            refused = asked = 0
            for _ in range(200):
                resolver = Answers(["127.0.0.1"], ["127.0.0.2"])
                await dial(resolver)
                try:
                    await dial(resolver)
                except AddressRefusedError:
                    refused += 1
                asked += resolver.asked
            return refused, asked

        assert asyncio.run(rounds()) == (200, 400)
        assert good.connections > 0
        assert trap.connections == 0


def test_an_address_that_does_not_answer_gives_way_to_the_next() -> None:
    with HostileSite() as good:

        async def dial() -> object:
            backend = GuardedBackend(AddressPolicy.parse(["127.0.0.0/8"]), Answers(["127.0.0.77", "127.0.0.1"]))
            stream = await backend.connect_tcp("tin.example.vn", good.port)
            try:
                return stream.get_extra_info("peername")
            finally:
                await stream.aclose()

        assert asyncio.run(dial()) == ("127.0.0.1", good.port)


def test_a_closed_port_is_a_connection_error() -> None:
    with HostileSite() as gone:
        port = gone.port
    backend = GuardedBackend(AddressPolicy.parse(["127.0.0.1"]), Answers([]))
    with pytest.raises(httpcore.ConnectError):
        asyncio.run(backend.connect_tcp("127.0.0.1", port))


def test_no_unix_socket_is_ever_opened() -> None:
    with pytest.raises(AddressRefusedError):
        asyncio.run(GuardedBackend(STRICT, Answers([])).connect_unix_socket("/run/postgresql"))


def test_encryption_without_a_name_to_check_is_refused() -> None:
    with HostileSite() as site:

        async def dial() -> None:
            backend = GuardedBackend(AddressPolicy.parse(["127.0.0.1"]), Answers([]))
            stream = await backend.connect_tcp("127.0.0.1", site.port)
            try:
                with pytest.raises(AddressRefusedError):
                    await stream.start_tls(ssl.create_default_context())
            finally:
                await stream.aclose()
            with pytest.raises(httpcore.WriteError):
                await stream.write(b"GET / HTTP/1.1\r\n\r\n")
            with pytest.raises(httpcore.ConnectError):
                await stream.start_tls(ssl.create_default_context(), "tin.example.vn")

        asyncio.run(dial())


def test_the_system_resolver_knows_this_machine_and_no_invalid_name() -> None:
    async def look_up() -> Sequence[str]:
        resolver = SystemResolver()
        try:
            with pytest.raises(OSError, match="known"):
                await resolver("nobody.invalid", 80)
            return await resolver("localhost", 80)
        finally:
            resolver.close()

    assert "127.0.0.1" in asyncio.run(look_up())
