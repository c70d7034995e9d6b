"""Programmes with their targets: registered, changed, removed. Turns of a target stand in targets.py."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.http import Call, OfficerCall, ReadCall, mark, path_id
from api.problems import STATUS
from api.route import Route
from tracker.domain.claims import ClaimKind
from tracker.domain.errors import AppError, Code
from tracker.domain.explain_words import rule_words
from tracker.domain.numbers import Qualifier
from tracker.domain.outcomes import Outcome, read_outcome
from tracker.domain.periods import FIRST_YEAR, LAST_YEAR, PeriodKind
from tracker.domain.programme_years import programme_years
from tracker.domain.programmes import TargetWho
from tracker.domain.types import Role
from tracker.services import directives, programmes, targets
from web import flash, forms, render
from web.forms import Fields
from web.programme_choice import list_choices
from web.saving import check_version, require_version
from web.unit_choice import unit_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.services.directives import Directive
    from tracker.services.programmes import ChainLink, ProgrammeRow
    from tracker.store.db import Tx

router = APIRouter(route_class=Route)

PAGE_SIZE = 50
COUNT_MOST = 1_000
OPTIONS_MOST = 200
DIRECTIVES_MOST = 50
YEARS_SHOWN = 6
_ONE_DAY = dt.timedelta(days=1)


@router.get("/programmes")
def programmes_page(call: ReadCall) -> Response:
    """List programmes with their totals; the form may be filled in to continue one of them."""
    continued = call.query_id("continues")
    return _list(call, Fields() if continued is None else _continuing(_load(call, str(continued)), call.today))


@router.post("/programmes")
def add_programme(call: OfficerCall) -> Response:
    """Register a programme of a unit."""
    form = forms.read(call)
    unit_id = form.identity("unit_id", needed=True)
    values = _read(form)
    if not form.sound or unit_id is None:
        return _list(call, form, STATUS[Code.FIELD_INVALID])
    try:
        with call.write() as tx:
            new = programmes.NewProgramme(unit_id=unit_id, **values)
            made = programmes.create(tx, call.viewer, new, now=call.now, today=call.today)
    except AppError as error:
        _refused(form, error, call)
        return _list(call, form, STATUS[error.code])
    return flash.go(f"/programmes/{made.programme_id}", "saved")


@router.get("/programmes/{programme_id}")
def programme_page(call: ReadCall, programme_id: str) -> Response:
    """Show a programme with its targets."""
    return _one(call, _load(call, programme_id), Fields())


@router.post("/programmes/{programme_id}")
def change_programme(call: OfficerCall, programme_id: str) -> Response:
    """Change a programme."""
    current, form = _load(call, programme_id), forms.read(call)
    values = _read(form)
    check_version(call, form, current.version)
    if not form.sound:
        return _one(call, current, form, STATUS[Code.FIELD_INVALID])
    try:
        with call.write() as tx:
            own = programmes.get_own(tx, call.viewer, current.programme_id, today=call.today)
            require_version(own.version, current.version)
            programmes.change(tx, call.viewer, own, values, now=call.now, today=call.today)
    except AppError as error:
        _refused(form, error, call)
        return _one(call, current, form, STATUS[error.code])
    return flash.go(f"/programmes/{current.programme_id}", "saved")


@router.post("/programmes/{programme_id}/remove")
def remove_programme(call: OfficerCall, programme_id: str) -> Response:
    """Remove a programme that nothing names."""
    current = _load(call, programme_id)

    def work(tx: Tx) -> None:
        own = programmes.get_own(tx, call.viewer, current.programme_id, today=call.today)
        programmes.remove(tx, call.viewer, own, now=call.now)

    return flash.act(call, "/programmes", "deleted", work)


@router.post("/programmes/{programme_id}/targets")
def add_target(call: OfficerCall, programme_id: str) -> Response:
    """Set a target of a programme."""
    current, form = _load(call, programme_id), forms.read(call)
    who, what = form.choice("who", TargetWho, needed=True), form.choice("what", ClaimKind, needed=True)
    per, minimum = (
        form.choice("per", PeriodKind, needed=True),
        form.whole("minimum", needed=True, least=1, most=COUNT_MOST),
    )
    aim = form.whole("aim", least=1, most=COUNT_MOST)
    if aim is not None and minimum is not None and aim < minimum:
        form.errors["aim"] = forms.BELOW_MINIMUM
    if not form.sound or who is None or what is None or per is None or minimum is None:
        return _one(call, current, form, STATUS[Code.FIELD_INVALID])
    new = targets.NewTarget(
        programme_id=current.programme_id,
        who=who,
        what=what,
        minimum=minimum,
        per=per,
        aim=aim,
        topics=form.lines("target_topics"),
        slots=form.lines("slots"),
    )
    try:
        with call.write() as tx:
            targets.create(tx, call.viewer, new, now=call.now, today=call.today)
    except AppError as error:
        form.refuse(error, call.language)
        return _one(call, current, form, STATUS[error.code])
    return flash.go(f"/programmes/{current.programme_id}", "saved")


def _read(form: Fields) -> dict[str, Any]:
    outcome = read_outcome(form.text("outcome"))
    qualifier = outcome.qualifier
    return {
        "name": form.text("name", needed=True),
        "from_on": form.day("from_on"),
        "until_on": form.day("until_on"),
        "is_new": form.has("is_new"),
        "continues_id": form.identity("continues_id"),
        "measures": form.lines("measures"),
        "directive_ids": form.identities("directive", most=DIRECTIVES_MOST),
        "wide_reach_clicks": form.whole("wide_reach_clicks", least=1),
        "outcome_amount": outcome.amount,
        "outcome_qualifier": None if qualifier is None else qualifier.value,
        "outcome_words": outcome.words,
    }


def _refused(form: Fields, error: AppError, call: Call) -> None:
    form.refuse(error, call.language)
    if error.code is Code.DATE_ORDER:
        form.errors["until_on"] = forms.ENDS_BEFORE


def _list(call: Call, form: Fields, status: int = 200) -> Response:
    asked = Fields.filled(unit=call.query("unit"), year=call.query("year"), new=call.query("new"))
    year = asked.whole("year", least=FIRST_YEAR, most=LAST_YEAR)
    with call.read() as tx:
        found = programmes.list_page(
            tx,
            call.viewer,
            unit_id=asked.identity("unit"),
            year=year,
            new_only=asked.has("new"),
            after=call.after_id(call.page()),
            limit=PAGE_SIZE,
            today=call.today,
        )
        units = unit_options(tx, call.viewer, today=call.today)
        around = _choices(call, tx, continued=form.identity("continues_id"))
    return render.page(
        call,
        "programmes.html",
        **around,
        status=status,
        form=form,
        asked=asked,
        found=found.items,
        totals=found.totals,
        outcomes={p.programme_id: outcome_text(p) for p in found.items},
        units=units,
        cursor=None if found.after is None else mark(found.after),
    )


def _one(call: Call, programme: ProgrammeRow, form: Fields, status: int = 200) -> Response:
    if not form.sent:
        form = _filled(
            programme,
            from_on=programme.from_on,
            until_on=programme.until_on,
            is_new=programme.is_new,
            continues_id=programme.continues_id,
            outcome=outcome_text(programme),
        )
    with call.read() as tx:
        found, _ = targets.list_page(
            tx,
            call.viewer,
            programme_id=programme.programme_id,
            unit_id=None,
            after=None,
            limit=PAGE_SIZE,
            today=call.today,
        )
        own = _is_own(call, tx, programme)
        chain = programmes.list_chain(tx, call.viewer, programme, today=call.today)
        cited = directives.list_cited(tx, [programme.programme_id])
        around = _choices(call, tx) if own else {}
    if own:
        _keep_choices(around, programme, chain, cited)
    rules = {row.target.target_id: rule_words(row.target, render.language_of(call.request)) for row in found}
    return render.page(
        call,
        "programme.html",
        status=status,
        programme=programme,
        form=form,
        targets=found,
        rules=rules,
        own=own,
        assigned=TargetWho.ASSIGNED,
        outcome=outcome_text(programme),
        chain=chain,
        cited=cited,
        years=_years(call, programme),
        **around,
    )


def _filled(programme: ProgrammeRow, **more: object) -> Fields:
    """Fill a form with what a programme and its continuation share, and what is told beside."""
    form = Fields.filled(
        name=programme.name, measures=programme.measures, wide_reach_clicks=programme.wide_reach_clicks, **more
    )
    form.sent["directive"] = [str(i) for i in programme.directive_ids]
    return form


def _continuing(programme: ProgrammeRow, today: dt.date) -> Fields:
    """Fill the form of a programme that begins where another one's last year ends."""
    years = [] if programme.from_on is None else programme_years(programme.from_on, programme.until_on, today)
    last_on = programme.until_on or (years[-1][1] if years else None)
    return _filled(
        programme,
        unit_id=programme.unit_id,
        from_on=None if last_on is None else last_on + _ONE_DAY,
        continues_id=programme.programme_id,
    )


def outcome_text(programme: ProgrammeRow) -> str:
    """Print what a programme brought, as it was stated."""
    qualifier = Qualifier(programme.outcome_qualifier) if programme.outcome_qualifier else None
    return Outcome(amount=programme.outcome_amount, qualifier=qualifier, words=programme.outcome_words).text()


def _years(call: Call, programme: ProgrammeRow) -> list[tuple[str, dt.date, dt.date]]:
    """List the programme's own years, each as a period and with its days; none where its beginning is not known."""
    if programme.from_on is None:
        return []
    found = programme_years(programme.from_on, programme.until_on, call.today)
    return [(f"{first.isoformat()}..{last.isoformat()}", first, last) for first, last in found[-YEARS_SHOWN:]]


def _choices(call: Call, tx: Tx, *, continued: int | None = None) -> dict[str, Any]:
    """Gather what a form on a programme offers: programmes to be continued, the latest directives to be cited."""
    others = list_choices(tx, call.viewer, chosen=continued, today=call.today)
    latest = directives.list_latest(tx, call.viewer, limit=OPTIONS_MOST)
    return {
        "continuable": [(int(p.programme_id), _continuable(p)) for p in others],
        "citable": [_citable(d) for d in latest],
    }


def _keep_choices(
    around: dict[str, Any], programme: ProgrammeRow, chain: Sequence[ChainLink], cited: Sequence[Directive]
) -> None:
    """Offer also what the programme continues and cites already, and not itself: saving takes nothing away unseen."""
    offered = dict(around["continuable"])
    offered.pop(int(programme.programme_id), None)
    if programme.continues_id is not None:
        before = next((link.name for link in chain if link.programme_id == programme.continues_id), "–")
        offered.setdefault(int(programme.continues_id), before)
    around["continuable"] = list(offered.items())
    around["citable"] = list((dict(_citable(d) for d in cited) | dict(around["citable"])).items())


def _continuable(programme: ProgrammeRow) -> str:
    """Name a programme with its years: one that goes on bears the same name again and again."""
    years = "–".join(dict.fromkeys(str(day.year) for day in (programme.from_on, programme.until_on) if day))
    return f"{programme.name} ({', '.join(part for part in (programme.unit_name, years) if part)})"


def _citable(directive: Directive) -> tuple[int, str]:
    return directive.directive_id, f"{directive.code}, {render.show_day(directive.issued_on)}"


def _is_own(call: Call, tx: Tx, programme: ProgrammeRow) -> bool:
    """Tell whether the viewer may change it; one of a unit above only binds."""
    if call.viewer.role not in (Role.OFFICER, Role.ADMIN):
        return False
    try:
        programmes.get_own(tx, call.viewer, programme.programme_id, today=call.today)
    except AppError:
        return False
    return True


def _load(call: Call, programme_id: str) -> ProgrammeRow:
    with call.read() as tx:
        return programmes.get(tx, call.viewer, path_id(programme_id), today=call.today)
