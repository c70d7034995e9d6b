"""The application: routes under /api/v1, pages, problem documents for every error, the shield around all of it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

from api import auth, problems
from api.route import Section
from api.routes import ROUTERS
from api.shield import Shield, add_headers, is_secure
from tracker.domain.errors import AppError, Code
from web.pages import install_pages, page_refusal, wants_page

if TYPE_CHECKING:
    from api.http import Deps

PREFIX = "/api/v1"
BODY_BYTES_MOST = 25 * 1024 * 1024

log = structlog.get_logger()

_CODES = {404: Code.NOT_FOUND, 405: Code.METHOD, 413: Code.BODY_SIZE, 401: Code.SIGN_IN_NEEDED, 415: Code.MEDIA_TYPE}


def create_app(deps: Deps) -> FastAPI:
    """Assemble the application on what wiring hands it. No documentation pages, no open description."""
    app = FastAPI(
        title="Lantoa",
        version=deps.version,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,  # it would lead to whatever host the request names
    )
    app.state.deps = deps
    for router, prefixed in ROUTERS:
        prefix = PREFIX if prefixed else ""
        app.include_router(Section(router, prefix=prefix), prefix=prefix)
    install_pages(app)
    app.add_exception_handler(AppError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _failed)
    # Added first, so within the shield: its refusals carry the security headers, and ours are not replaced by it.
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=BODY_BYTES_MOST)
    app.add_middleware(
        Shield, base_url=deps.base_url, secret=deps.secret, body_bytes_most=BODY_BYTES_MOST, refuse=_shielded
    )
    return app


def _answer(request: Request, error: AppError, headers: dict[str, str] | None = None) -> Response:
    if wants_page(request):
        return page_refusal(request, error)
    return problems.refusal(error, auth.language(request), headers=headers)


async def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, AppError):
        raise TypeError
    return _answer(request, error)


def _shielded(request: Request, code: Code) -> Response:
    return _answer(request, AppError(_named(request, code)))


def _named(request: Request, code: Code) -> Code:
    """Call what is too large by the name that its route knows it by."""
    return Code.EVIDENCE_SIZE if code is Code.BODY_SIZE and request.url.path.endswith("/evidence") else code


async def _invalid(request: Request, error: Exception) -> Response:
    fields = error.errors() if isinstance(error, RequestValidationError) else []
    told = "; ".join(f"{'.'.join(str(p) for p in f['loc'])}: {f['msg']}" for f in fields[:10])
    return _answer(request, AppError(Code.BODY_INVALID, told))


async def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise TypeError
    headers = {k: v for k, v in (error.headers or {}).items() if k.lower() == "allow"}
    return _answer(request, AppError(_named(request, _CODES.get(error.status_code, Code.BODY_INVALID))), headers)


async def _failed(request: Request, error: Exception) -> Response:
    """Answer a bug: an id to look up in the log, nothing of what went wrong."""
    incident = secrets.token_hex(6)
    log.error("request.failed", incident=incident, method=request.method, exc_info=error)
    answer = _answer(request, AppError(Code.INTERNAL, incident=incident))
    # This one answer is made outside the shield, where the framework catches what nobody expected.
    add_headers(answer.headers, secure=is_secure(request.app.state.deps.base_url))
    return answer
