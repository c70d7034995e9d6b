"""The application of a web process: API and pages, and the redirects of tracked links in front of them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from api.app import create_app
from api.http import Deps
from api.redirect import in_front_of
from lantoa import wiring
from lantoa.agents import LiveAgents, common_agents
from lantoa.catalogue import shipped_catalogue
from lantoa.methods import method_versions

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from lantoa.wiring import House


def assemble(house: House) -> ASGIApp:
    """Put the application of one web process together."""
    settings, agents = house.settings, LiveAgents(house.db)
    deps = Deps(
        db=house.db,
        clock=house.clock,
        zone=house.zone,
        base_url=settings.base_url,
        secret=house.secret,
        crawl=house.crawler,
        sandbox=house.sandbox,
        files=house.files,
        version=wiring.program_version(),
        check_ready=house.check_ready,
        handbook_url=settings.handbook_url,
        trusted_proxies=settings.trusted_proxies,
        method=lambda: method_versions(house.db),
        agents=agents,
        common_agents=common_agents,
        catalogue=shipped_catalogue,
    )
    return in_front_of(
        create_app(deps),
        db=house.db,
        zone=house.zone,
        clock=house.clock,
        agents=agents,
        base_url=settings.base_url,
        trusted_proxies=settings.trusted_proxies,
    )


def describe() -> dict[str, Any]:
    """Give the API description (OpenAPI) of the routes; nothing is opened for it."""
    nothing: Any = None
    deps = Deps(
        db=nothing,
        clock=lambda: dt.datetime.min.replace(tzinfo=dt.UTC),
        zone=ZoneInfo("UTC"),
        base_url="http://127.0.0.1",
        secret=b"",
        crawl=nothing,
        sandbox=nothing,
        version=wiring.program_version(),
        check_ready=nothing,
    )
    app = create_app(deps)
    app.openapi_url = None
    return app.openapi()
