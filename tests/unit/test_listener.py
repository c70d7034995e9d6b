"""The port of the server and of the demo: taken, or refused in one line."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from lantoa import wiring
from lantoa.cli.demo import demo
from lantoa.listener import check_port, listening
from tests import make
from tests.postgres import free_port
from tracker.domain.errors import AppError, Code
from tracker.domain.types import Role
from tracker.services import accounts

if TYPE_CHECKING:
    from pathlib import Path


def test_a_port_is_listened_on_and_meanwhile_refused_to_others() -> None:
    port = free_port()
    with listening("127.0.0.1", port) as listener:
        assert listener.getsockname() == ("127.0.0.1", port)
        with pytest.raises(AppError) as refused:
            check_port("127.0.0.1", port)
    assert refused.value.code is Code.SETTINGS_INVALID
    check_port("127.0.0.1", port)


def test_an_ipv6_address_is_listened_on_as_such() -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as other:
        port = other.getsockname()[1]
        with pytest.raises(AppError, match="in use"):
            check_port("::1", port)


def test_a_host_that_is_not_written_in_ascii_is_refused() -> None:
    with pytest.raises(AppError, match="in ASCII"):
        check_port("đ..b", 80)


@pytest.mark.thorough
def test_the_demo_leaves_an_installation_alone_that_is_no_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DATABASE_URL", "BASE_URL", "ALLOW_PRIVATE_HOSTS"):
        monkeypatch.setenv(f"LANTOA_{name}", "")  # so that what the demo sets is taken back
    monkeypatch.setenv("LANTOA_DATA", str(tmp_path))
    with wiring.open_house() as house, house.db.write() as tx:
        make.account(tx, "quantri", Role.ADMIN)
    monkeypatch.setenv("LANTOA_DATABASE_URL", "postgresql+psycopg://u@127.0.0.1:1/of-the-office")
    told = CliRunner().invoke(demo, ["--port", str(free_port()), "--site-port", str(free_port())])
    assert isinstance(told.exception, AppError)
    assert "no whole sample" in told.exception.detail
    with wiring.open_house() as house:
        assert not accounts.is_new(house.db)
        assert house.db.dialect == "sqlite"
