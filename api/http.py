"""One request as a route sees it: who asks, by which right, when, with what body; its transactions and its answer.

Rights are judged before the body (contract.md): a route names the right it needs, loads the thing, then reads the body.
A transaction is committed when its `with` block ends, before any answer is made, so a failed commit never gives a 2xx.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import Depends, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError
from pydantic_core import to_json
from starlette.requests import ClientDisconnect
from typing_extensions import override

from api import auth
from tracker.domain import catalogue, rights
from tracker.domain.agents import NO_LISTS, AgentClassifier
from tracker.domain.errors import AppError, Code
from tracker.domain.methods import MethodVersions
from tracker.domain.rights import Right
from tracker.services import idempotency

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from zoneinfo import ZoneInfo

    from tracker.domain.types import Viewer
    from tracker.services.sessions import SignedIn
    from tracker.store.db import Database, Tx

M = TypeVar("M", bound=BaseModel)

LIMIT_DEFAULT = 50
LIMIT_MOST = 200
KEY_LENGTH_MOST = 255
PROBLEM_FIELDS_MOST = 10
ID_DIGITS_MOST = 16  # below 2**53
KEPT_INT_MOST = 2**63 - 1  # what both databases compare
_NO = dict.fromkeys(("", "0", "false", "no", "off"), False)
_YES = dict.fromkeys(("1", "true", "yes", "on"), True)
_FLAGS = _NO | _YES
FORM_FIELDS_MOST = 200
FORM_FIELD_BYTES_MOST = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """What the routes are handed; assembled in lantoa/wiring.py and kept on the application's state."""

    db: Database
    clock: Callable[[], dt.datetime]
    zone: ZoneInfo
    base_url: str
    secret: bytes
    crawl: Any  # crawler.run.Crawler
    sandbox: Any  # sandbox.pool.Sandbox
    version: str
    check_ready: Callable[[], None]  # refuses where the database is away, behind or newer
    files: Any = None  # tracker.services.evidence_files.FileRoom
    handbook_url: str | None = None
    trusted_proxies: tuple[str, ...] = ()
    method: Callable[[], MethodVersions] = lambda: MethodVersions(bot_list="")  # by which figures are made
    agents: Callable[[], AgentClassifier] = lambda: AgentClassifier(NO_LISTS)
    common_agents: Callable[[], tuple[str, ...]] = tuple  # how most readers' browsers call themselves
    catalogue: Callable[[], catalogue.Catalogue] = lambda: catalogue.EMPTY  # of official sources, as shipped


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """Which page of a keyset list is asked for; `after` is what `mark` was given, as JSON values."""

    limit: int
    after: tuple[Any, ...] | None


class Call:
    """One request by somebody known (or by anyone, on a public route)."""

    def __init__(
        self, request: Request, deps: Deps, signed_in: SignedIn | None, raw: bytes, *, now: dt.datetime
    ) -> None:
        self.request = request
        self.deps = deps
        self.signed_in = signed_in
        self.raw = raw
        self.compared = raw  # by what an Idempotency-Key tells requests apart
        self.now = now
        self.today = self.now.astimezone(deps.zone).date()

    @property
    def viewer(self) -> Viewer:
        """For whom the call is made; only where the route's right is not PUBLIC."""
        if self.signed_in is None:
            raise AppError(Code.SIGN_IN_NEEDED)
        return self.signed_in.viewer

    @property
    def language(self) -> str:
        """Give `vi` or `en`, as the caller prefers."""
        return auth.language(self.request)

    def write(self) -> AbstractContextManager[Tx]:
        """Open the transaction of a changing request."""
        return self.deps.db.write()

    def read(self) -> AbstractContextManager[Tx]:
        """Open the snapshot of a reading request."""
        return self.deps.db.read()

    def body(self, model: type[M]) -> M:
        """Read the JSON body as a model; unknown fields, wrong types and broken JSON are `body.invalid` (422)."""
        return parse_body(model, self.raw)

    def query(self, name: str) -> str | None:
        """Give a query parameter as sent; None when absent or empty."""
        text = self.request.query_params.get(name) or None
        if text is not None and "\0" in text:
            raise AppError(Code.FIELD_INVALID, f"{name} is a text without NUL")  # PostgreSQL takes none
        return text

    def query_id(self, name: str) -> int | None:
        """Give a query parameter that is an id."""
        text = self.query(name)
        if text is None:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < ID_DIGITS_MOST):
            raise AppError(Code.FIELD_INVALID, f"{name} is an id")
        return int(text)

    def query_instant(self, name: str) -> dt.datetime | None:
        """Give a query parameter that is a local date (its first instant) or an instant with its zone, as UTC."""
        text = self.query(name)
        if text is None:
            return None
        try:
            at = dt.datetime.fromisoformat(text)
            return (at if at.tzinfo is not None else at.replace(tzinfo=self.deps.zone)).astimezone(dt.UTC)
        except (ValueError, OverflowError) as error:
            raise AppError(Code.FIELD_INVALID, f"{name} is a date or an instant") from error

    def query_flag(self, name: str) -> bool | None:
        """Give a query parameter that is true or false."""
        text = self.query(name)
        return None if text is None else _flag(text, name)

    def after_id(self, page: PageRequest) -> int | None:
        """Give the id after which a page of a list by id begins."""
        if page.after is None:
            return None
        if len(page.after) != 1 or not isinstance(page.after[0], int):
            raise AppError(Code.CURSOR_INVALID)
        return page.after[0]

    def page(self) -> PageRequest:
        """Read `limit` and `cursor`."""
        return PageRequest(limit=_limit(self.query("limit")), after=_unmark(self.query("cursor")))

    def if_match(self, version: int) -> None:
        """Refuse a change of a thing whose `ETag` the caller did not state (428) or that has changed since (412)."""
        stated = self.request.headers.get("if-match")
        if stated is None:
            raise AppError(Code.ETAG_MISSING)
        tags = {tag.strip().removeprefix("W/") for tag in stated.split(",")}
        if "*" not in tags and etag(version) not in tags:
            raise AppError(Code.ETAG_STALE, current=etag(version))

    def create(self, work: Callable[[Tx], Response]) -> Response:
        """Run a creating request in one transaction, once per Idempotency-Key: the same answer to the same request."""
        key = self.request.headers.get("idempotency-key")
        if key is None:
            with self.write() as tx:
                return work(tx)
        if not 1 <= len(key) <= KEY_LENGTH_MOST or not key.isprintable():
            raise AppError(Code.FIELD_INVALID, f"Idempotency-Key is 1 to {KEY_LENGTH_MOST} printable characters")
        asked = idempotency.Asked(account_id=self.viewer.account_id, key=key, request_hash=self._request_hash())
        with self.write() as tx:
            kept = idempotency.find_answer(tx, asked)
            if kept is not None:
                return Response(kept.body, kept.status, headers=kept.headers)
            response = work(tx)
            idempotency.record_answer(tx, asked, _kept(response), now=self.now)
        return response

    def _request_hash(self) -> str:
        """Give the hash that tells a request from others; keyed, for a body may hold a password."""
        told = f"{self.request.method} {self.request.url.path}?{self.request.url.query}\n".encode()
        return hmac.digest(self.deps.secret, b"lantoa request\n" + told + self.compared, "sha256").hex()


async def raw_body(request: Request) -> bytes:
    """Read the body, but for uploads, which their routes read as a form."""
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        return b""
    try:
        return await request.body()
    except ClientDisconnect as error:
        raise AppError(Code.BODY_INVALID, "the body broke off") from error


def needs(right: Right) -> Callable[[Request, bytes], Call]:
    """Give the dependency of a route that needs a right; every route has exactly one."""

    def call(request: Request, raw: Annotated[bytes, Depends(raw_body)]) -> Call:
        deps: Deps = request.app.state.deps
        now = deps.clock()
        made = Call(request, deps, auth.find_signed_in(request, deps.db, now=now), raw, now=now)
        if right is not Right.PUBLIC:
            rights.require(right, made.viewer)
        if any("\0" in str(part) for part in request.path_params.values()):
            raise AppError(Code.NOT_FOUND)
        return made

    call.right = right  # type: ignore[attr-defined]  # read by the rule test that walks all routes
    return call


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form as sent: text fields, and files by field name with their original name and bytes."""

    fields: Mapping[str, str]
    files: Mapping[str, tuple[str, bytes]]

    def flag(self, name: str) -> bool:
        """Give a field that is true or false; false where it is missing."""
        return _flag(self.fields.get(name, ""), name)

    def told(self) -> bytes:
        """Give the same bytes for the same form, whose own differ each time by their boundary."""
        files = {name: hashlib.sha256(content).hexdigest() for name, (_, content) in self.files.items()}
        return json.dumps([dict(self.fields), files], sort_keys=True).encode()


async def read_form(request: Request, *, files: int = 4) -> Form:
    """Read a multipart or url-encoded form; call it only once the right was judged."""
    try:
        sent = await request.form(max_files=files, max_fields=FORM_FIELDS_MOST, max_part_size=FORM_FIELD_BYTES_MOST)
    except HTTPException as error:
        raise AppError(Code.BODY_INVALID, str(error.detail)) from error
    except ClientDisconnect as error:
        raise AppError(Code.BODY_INVALID, "the form broke off") from error
    except OSError as error:  # files wait on disk while they are read
        raise AppError(Code.STORE_FULL, "there is no room to take the file in") from error
    fields: dict[str, str] = {}
    kept: dict[str, tuple[str, bytes]] = {}
    for name, value in sent.multi_items():
        if isinstance(value, str):
            fields[name] = value
        else:
            kept[name] = (value.filename or "", await value.read())
    await sent.close()
    return Form(fields=fields, files=kept)


async def form_of(request: Request, call: Call) -> Form:
    """Read the form of an upload, by which an Idempotency-Key tells requests apart from then on."""
    form = await read_form(request)
    call.compared = call.raw or form.told()
    return form


def needs_form(right: Right) -> Callable[..., Any]:
    """Give the dependency of an upload route: the call, and the form read after its right was judged."""

    # A default, not Annotated: annotations are strings here, and FastAPI could not see `right` in one.
    async def call(request: Request, made: Call = Depends(needs(right))) -> tuple[Call, Form]:  # noqa: B008
        return made, await form_of(request, made)

    return call


Public = Annotated[Call, Depends(needs(Right.PUBLIC))]
SignedInCall = Annotated[Call, Depends(needs(Right.SIGNED_IN))]
MemberCall = Annotated[Call, Depends(needs(Right.MEMBER))]
FileCall = Annotated[Call, Depends(needs(Right.FILE))]
ReadCall = Annotated[Call, Depends(needs(Right.READ))]
ReadOrSelfCall = Annotated[Call, Depends(needs(Right.READ_OR_SELF))]
OfficerCall = Annotated[Call, Depends(needs(Right.OFFICER))]
AdminCall = Annotated[Call, Depends(needs(Right.ADMIN))]
AuditCall = Annotated[Call, Depends(needs(Right.AUDIT))]


def parse_body(model: type[M], raw: bytes) -> M:
    """Read JSON bytes as a model, or refuse with the fields that are wrong."""
    try:
        return model.model_validate_json(raw or b"{}")
    except ValidationError as error:
        fields = [
            {"field": ".".join(str(p) for p in e["loc"]) or "body", "words": e["msg"]}
            for e in error.errors(include_url=False, include_context=False, include_input=False)
        ]
        told = "; ".join(f"{f['field']}: {f['words']}" for f in fields[:PROBLEM_FIELDS_MOST])
        raise AppError(Code.BODY_INVALID, told, fields=fields[:PROBLEM_FIELDS_MOST]) from error


def etag(version: int) -> str:
    """Give the ETag of a thing at a version."""
    return f'"{version}"'


class Json(JSONResponse):
    """Writes an answer's plain values (texts, numbers without fractions, lists, mappings) as its base does, faster."""

    @override
    def render(self, content: Any) -> bytes:
        return to_json(content)


def one(thing: Mapping[str, Any], version: int, *, status: int = 200) -> JSONResponse:
    """Answer one thing, with its ETag."""
    return Json(thing, status, headers={"ETag": etag(version)})


def listed(items: list[dict[str, Any]], after: tuple[Any, ...] | None = None, **more: Any) -> JSONResponse:
    """Answer a page of a list; `after` are the sort values of its last row where more may follow."""
    return Json({"items": items, "next": mark(*after) if after is not None else None, **more})


def no_content() -> Response:
    """Answer 204."""
    return Response(status_code=204)


def mark(*values: Any) -> str:
    """Make the opaque cursor after a row whose sort values are given (numbers and strings)."""
    told = json.dumps(values, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(told).decode().rstrip("=")


def path_id(text: str) -> int:
    """Read a numeric id of a path; what is no id is not found."""
    if not (text.isascii() and text.isdigit() and len(text) < ID_DIGITS_MOST):
        raise AppError(Code.NOT_FOUND)
    return int(text)


def takes(model: type[BaseModel]) -> dict[str, Any]:
    """Describe a route's JSON body for the API description (routes read the body themselves, after the rights)."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _limit(text: str | None) -> int:
    if text is None:
        return LIMIT_DEFAULT
    if not (text.isascii() and text.isdigit() and len(text) < ID_DIGITS_MOST and 1 <= int(text) <= LIMIT_MOST):
        raise AppError(Code.FIELD_INVALID, f"limit is a whole number from 1 to {LIMIT_MOST}")
    return int(text)


def _unmark(cursor: str | None) -> tuple[Any, ...] | None:
    if cursor is None:
        return None
    try:
        values = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error) as error:
        raise AppError(Code.CURSOR_INVALID) from error
    if not isinstance(values, list) or not all(_is_kept(v) for v in values):
        raise AppError(Code.CURSOR_INVALID)
    return tuple(values)


def _is_kept(value: Any) -> bool:
    """Tell whether a value of a cursor is one that a database takes; ours always are."""
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= c <= "\udfff" for c in value)
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= KEPT_INT_MOST


def _flag(text: str, name: str) -> bool:
    told = text.strip().lower()
    if told not in _FLAGS:
        raise AppError(Code.FIELD_INVALID, f"{name} is true or false")
    return _FLAGS[told]


def _kept(response: Response) -> idempotency.Answer:
    headers = {k: v for k, v in response.headers.items() if k in ("content-type", "etag", "location")}
    return idempotency.Answer(status=response.status_code, headers=headers, body=bytes(response.body))
