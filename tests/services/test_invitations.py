"""One-time sign-in links: for whom they are made, what opens them, and that each opens once."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from tests import make
from tests.services.importing import load, undo
from tests.services.test_claim_races import at_once
from tracker.domain.errors import AppError, Code
from tracker.domain.invitations import VALID_DAYS, read_token
from tracker.domain.types import Role
from tracker.services import accounts, erasure, invitations, own_account, record, sessions
from tracker.services.invitations import SLIPS_MOST, VALID, Batch, Slip
from tracker.store.tables.accounts import Account, Invitation, Session
from tracker.store.tables.operations import AuditEvent
from tracker.store.tables.organisation import Member

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse
    from tracker.domain.types import MemberId, UnitId, Viewer
    from tracker.services.sessions import NewSession

PASSWORD = "một mật khẩu dài"
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


def make_all(house: ClaimsHouse, unit_id: UnitId, *, renew_before: dt.datetime | None = None) -> Batch:
    with house.db.write() as tx:
        return invitations.make_for_unit(
            tx, house.admin, unit_id, renew_before=renew_before, now=house.now, today=house.today
        )


def make_one(house: ClaimsHouse, member_id: MemberId, *, asked_at: dt.datetime | None = None) -> Slip:
    house.now += MINUTE
    with house.db.write() as tx:
        asked = asked_at or house.now
        return invitations.make_for_member(tx, house.admin, member_id, asked_at=asked, now=house.now, today=house.today)


def accept(house: ClaimsHouse, slip: Slip, password: str = PASSWORD) -> NewSession:
    return invitations.accept(house.db, slip.token, password, kind="web", now=house.now)


def refusal(house: ClaimsHouse, slip: Slip | str) -> Code:
    token = slip if isinstance(slip, str) else slip.token
    with pytest.raises(AppError) as refused:
        invitations.get(house.db, token, now=house.now)
    with pytest.raises(AppError) as again:
        invitations.accept(house.db, token, PASSWORD, kind="web", now=house.now)
    assert again.value.code is refused.value.code
    return refused.value.code


def logins(batch: Batch) -> set[str]:
    return {slip.login for slip in batch.slips}


def actions(house: ClaimsHouse) -> list[str]:
    with house.db.read() as tx:
        return list(tx.scalars(select(AuditEvent.action).order_by(AuditEvent.event_id)))


def test_a_slip_is_made_for_everybody_of_a_unit_and_below_who_cannot_sign_in(house: ClaimsHouse) -> None:
    with house.db.write() as tx:
        dung = make.member(tx, house.branch, "004", "Phạm Văn Dũng")
    assert logins(make_all(house, house.branch)) == {"an", "binh", "004"}
    assert logins(make_all(house, house.committee)) == {"above"}  # an officer who is a member of the other branch
    with house.db.read() as tx:
        (made,) = tx.all(select(Account.role, Account.member_id).where(Account.login == "004"))
    assert (made.role, made.member_id) == (Role.MEMBER, dung)


def test_who_can_sign_in_was_closed_or_erased_gets_no_slip(house: ClaimsHouse) -> None:
    with house.db.write() as tx:
        tx.execute(update(Account).where(Account.login == "an").values(password_hash="$argon2id$x"))
        tx.execute(update(Account).where(Account.login == "binh").values(disabled=True))
        gone = make.member(tx, house.branch, "005", "Đã xóa")
        tx.execute(update(Member).where(Member.member_id == gone).values(erased_at=house.now))
    with house.db.read() as tx:
        told = invitations.tally_waiting(tx, house.admin, house.branch, now=house.now, today=house.today)
    assert (told.member_count, told.slipless_count) == (0, 0)
    assert make_all(house, house.branch).slips == ()


def test_a_slip_tells_name_unit_login_and_a_link_of_which_the_house_keeps_a_hash_alone(house: ClaimsHouse) -> None:
    slip = make_one(house, house.an)
    assert (slip.full_name, slip.unit_name, slip.login) == ("Nguyễn Văn An", "Chi bộ 1", "an")
    assert slip.expires_at == house.now + VALID == house.now + dt.timedelta(days=VALID_DAYS)
    told = read_token(slip.token)
    assert told is not None
    assert len(told[1]) * 5 >= 128
    with house.db.read() as tx:
        kept = str([tuple(row) for table in (Invitation, AuditEvent) for row in tx.all(select(*table.__table__.c))])
        assert tx.scalar(select(Invitation.token_hash)) == sessions.hash_token(told[1])
    assert told[1] not in kept


def test_the_link_sets_the_password_signs_in_and_is_used_up(house: ClaimsHouse) -> None:
    slip = make_one(house, house.an)
    assert invitations.get(house.db, slip.token, now=house.now).full_name == "Nguyễn Văn An"
    assert invitations.get(house.db, slip.token, now=house.now).account.login == "an"  # looking uses nothing up
    opened = accept(house, slip)
    assert sessions.find_signed_in(house.db, opened.token, now=house.now) is not None
    assert sessions.sign_in(house.db, "an", PASSWORD, kind="web", now=house.now).account.member_id == house.an
    assert refusal(house, slip) is Code.INVITATION_USED
    assert actions(house)[-3:] == ["account.invite_use", "session.open", "session.open"]


def test_a_weak_password_leaves_the_link_open(house: ClaimsHouse) -> None:
    slip = make_one(house, house.an)
    with pytest.raises(AppError) as refused:
        accept(house, slip, "1234567")
    assert refused.value.code is Code.PASSWORD_WEAK
    assert accept(house, slip).account.login == "an"


def test_using_a_link_ends_what_was_signed_in_before(house: ClaimsHouse) -> None:
    first = accept(house, make_one(house, house.an))
    second = make_one(house, house.an)
    assert sessions.find_signed_in(house.db, first.token, now=house.now) is not None  # until the link is used
    sessions.sign_in(house.db, "an", PASSWORD, kind="web", now=house.now)
    accept(house, second, "một mật khẩu khác")
    assert sessions.find_signed_in(house.db, first.token, now=house.now) is None
    with pytest.raises(AppError):
        sessions.sign_in(house.db, "an", PASSWORD, kind="web", now=house.now)


def test_a_link_ends_after_fourteen_days_and_is_forgotten(house: ClaimsHouse) -> None:
    slip = make_one(house, house.an)
    house.now += 14 * DAY - MINUTE
    invitations.get(house.db, slip.token, now=house.now)
    house.now += MINUTE
    assert refusal(house, slip) is Code.INVITATION_LINK
    with house.db.write() as tx:
        assert sessions.purge_ended(tx, house.now) == 1
        assert tx.all(select(Invitation.account_id)) == []
    assert make_all(house, house.branch).slips != ()


def test_a_newer_slip_replaces_the_one_before(house: ClaimsHouse) -> None:
    older, newer = make_one(house, house.an), make_one(house, house.an)
    assert refusal(house, older) is Code.INVITATION_LINK
    accept(house, newer)


def test_slips_that_still_hold_are_kept_unless_new_ones_are_asked_for_and_sending_again_makes_none(
    house: ClaimsHouse,
) -> None:
    (an, binh) = make_all(house, house.branch).slips
    assert make_all(house, house.branch).slips == ()
    invitations.get(house.db, an.token, now=house.now)
    house.now += DAY
    asked_at = house.now
    anew = make_all(house, house.branch, renew_before=asked_at)
    assert len(anew.slips) == 2
    house.now += MINUTE
    assert make_all(house, house.branch, renew_before=asked_at).slips == ()
    assert refusal(house, binh) is Code.INVITATION_LINK
    accept(house, anew.slips[0])
    with house.db.write() as tx, pytest.raises(AppError) as refused:
        invitations.make_for_member(tx, house.admin, house.binh, asked_at=asked_at, now=house.now, today=house.today)
    assert refused.value.code is Code.INVITATION_MADE


def close(house: ClaimsHouse, viewer: Viewer) -> None:
    with house.db.write() as tx:
        current = accounts.get(tx, house.admin, viewer.account_id)
        accounts.change(tx, house.admin, current, {"disabled": True}, now=house.now)


def open_again(house: ClaimsHouse, viewer: Viewer) -> None:
    with house.db.write() as tx:
        current = accounts.get(tx, house.admin, viewer.account_id)
        accounts.change(tx, house.admin, current, {"disabled": False}, now=house.now)


def test_the_link_of_a_closed_account_is_dead_also_when_it_is_opened_again(house: ClaimsHouse) -> None:
    slip = make_one(house, house.an)
    close(house, house.as_an)
    assert refusal(house, slip) is Code.INVITATION_LINK
    with pytest.raises(AppError) as refused:
        make_one(house, house.an)
    assert refused.value.code is Code.ACCOUNT_CLOSED
    open_again(house, house.as_an)
    assert refusal(house, slip) is Code.INVITATION_LINK


def test_a_password_set_otherwise_ends_the_link(house: ClaimsHouse) -> None:
    accept(house, make_one(house, house.an))
    slip = make_one(house, house.an)
    with house.db.read() as tx:
        account = accounts.get(tx, house.admin, house.as_an.account_id)
    changed = {"current": PASSWORD, "new": "một mật khẩu khác", "kind": "web", "now": house.now}
    own_account.change_password(house.db, house.as_an, account, **changed)  # type: ignore[arg-type]
    assert refusal(house, slip) is Code.INVITATION_LINK
    slip = make_one(house, house.binh)
    with house.db.write() as tx:
        current = accounts.get(tx, house.admin, house.as_binh.account_id)
        accounts.change(tx, house.admin, current, {"password_hash": "$argon2id$x"}, now=house.now)
    assert refusal(house, slip) is Code.INVITATION_LINK


def test_an_erased_person_s_link_is_gone(house: ClaimsHouse) -> None:
    slip = make_one(house, house.an)
    with house.db.write() as tx:
        erasure.carry_out(tx, house.admin, house.an, now=house.now)
        assert tx.all(select(Invitation.account_id)) == []
    assert refusal(house, slip) is Code.INVITATION_LINK
    with pytest.raises(AppError) as refused:
        make_one(house, house.an)
    assert refused.value.code is Code.FIELD_INVALID


def test_an_import_is_undone_while_slips_of_its_accounts_are_out_and_not_once_one_was_used(house: ClaimsHouse) -> None:
    text = "code,full_name,unit_code,since,login\n{0},Lê Bảy,CB1,2020-01-01,{0}\n"
    first = load(house.db, house.admin, "members", text.format("bay"))
    (slip,) = [s for s in make_all(house, house.branch).slips if s.login == "bay"]
    undo(house.db, house.admin, first)
    assert refusal(house, slip) is Code.INVITATION_LINK
    second = load(house.db, house.admin, "members", text.format("tam"))
    accept(house, make_all(house, house.branch).slips[0])
    with pytest.raises(AppError) as refused:
        undo(house.db, house.admin, second)
    assert refused.value.code is Code.IMPORT_CHANGED


@pytest.mark.parametrize("token", ["", "abc", "1", "1-", "1-abc", "99999-" + "a" * 26, "9" * 20 + "-" + "a" * 26, "\0"])
def test_what_is_no_link_opens_nothing(house: ClaimsHouse, token: str) -> None:
    make_one(house, house.an)
    assert refusal(house, token) is Code.INVITATION_LINK


def test_a_link_typed_in_capitals_without_hyphens_opens_too(house: ClaimsHouse) -> None:
    number, _, secret = make_one(house, house.an).token.partition("-")
    typed = f"{number}-{secret.replace('-', '').upper()}"
    assert invitations.get(house.db, typed, now=house.now).account.login == "an"


def test_guessing_a_link_slows_its_account_as_guessing_a_password_does(house: ClaimsHouse) -> None:
    slip = make_one(house, house.an)
    number, _, secret = slip.token.partition("-")
    wrong = f"{number}-{'a' * 26}"
    codes = []
    for _ in range(8):
        with pytest.raises(AppError) as refused:
            invitations.get(house.db, wrong, now=house.now)
        codes.append(refused.value.code)
    assert codes == [Code.INVITATION_LINK] * 5 + [Code.SIGN_IN_SLOWED] * 3
    assert refusal(house, slip) is Code.SIGN_IN_SLOWED
    house.now += MINUTE
    accept(house, slip)
    assert actions(house).count("account.invite_refused") == 5
    for _ in range(9):  # a link that is used up is no way to slow somebody down
        assert refusal(house, wrong) is Code.INVITATION_LINK
    sessions.sign_in(house.db, "an", PASSWORD, kind="web", now=house.now)
    assert secret not in str(actions(house))


def test_a_login_is_derived_from_the_code_and_is_free(house: ClaimsHouse) -> None:
    with house.db.write() as tx:
        for code in ("AN", "an ", "Đ-9", "x" * 120):
            make.member(tx, house.branch, code, "Phạm Văn Dũng")
        make.account(tx, "an-2", Role.ADMIN)
    made = sorted(logins(make_all(house, house.branch)) - {"an", "binh"})
    assert made[:2] == ["AN-3", "an-4"]
    assert set(made[2:]) == {"x" * 90, "Đ-9"}


def test_an_officer_makes_no_slips_and_an_unknown_unit_has_none(house: ClaimsHouse) -> None:
    for viewer in (house.officer, house.auditor, house.as_an):
        with house.db.write() as tx, pytest.raises(AppError) as refused:
            invitations.make_for_unit(tx, viewer, house.branch, now=house.now, today=house.today)
        assert refused.value.code is Code.RIGHT_MISSING
    with pytest.raises(AppError) as unknown:
        make_all(house, house.branch.__class__(9999))
    assert unknown.value.code is Code.NOT_FOUND


def test_an_account_that_is_no_member_s_gets_a_slip_of_its_own(house: ClaimsHouse) -> None:
    with house.db.write() as tx:
        slip = invitations.make_for_account(
            tx, house.admin, house.officer.account_id, asked_at=house.now, now=house.now, today=house.today
        )
    assert (slip.login, slip.full_name, slip.unit_name) == ("officer", "", None)
    assert invitations.get(house.db, slip.token, now=house.now).full_name is None
    assert accept(house, slip).account.role is Role.OFFICER


def test_slips_are_made_a_bounded_number_at_a_time_until_nobody_is_left(house: ClaimsHouse) -> None:
    with house.db.write() as tx:
        for number in range(SLIPS_MOST):
            make.member(tx, house.branch, f"m{number}")
    first, second = make_all(house, house.branch), make_all(house, house.branch)
    assert (len(first.slips), first.left_count) == (SLIPS_MOST, 2)
    assert (len(second.slips), second.left_count) == (2, 0)
    assert not logins(first) & logins(second)


@pytest.mark.thorough
def test_of_two_who_use_a_link_at_once_one_signs_in(house: ClaimsHouse) -> None:
    slip = make_one(house, house.an)
    done = at_once(*(lambda n=n: accept(house, slip, f"mật khẩu số {n}") for n in range(6)))
    codes = [d.code for d in done if isinstance(d, AppError)]
    assert codes == [Code.INVITATION_USED] * 5
    with house.db.read() as tx:
        assert len(tx.all(select(Session.token_hash))) == 1


@pytest.mark.thorough
def test_two_who_make_slips_at_once_replace_none_of_each_other(house: ClaimsHouse) -> None:
    with house.db.write() as tx:
        make.member(tx, house.branch, "004", "Phạm Văn Dũng")
    batches = at_once(*(lambda: make_all(house, house.committee) for _ in range(4)))
    slips = [slip for batch in batches for slip in batch.slips]
    assert sorted(s.login for s in slips) == ["004", "above", "an", "binh"]
    for slip in slips:
        invitations.get(house.db, slip.token, now=house.now)


@pytest.mark.thorough
def test_closing_an_account_and_using_its_link_at_once_leaves_it_closed(house: ClaimsHouse) -> None:
    slip = make_one(house, house.an)
    at_once(lambda: accept(house, slip), lambda: close(house, house.as_an))
    with house.db.read() as tx:
        row = tx.all(select(Account.disabled, Account.version).where(Account.login == "an"))[0]
        live = tx.all(select(Session.token_hash))
    assert live == [] or not row.disabled  # the closing may have found the account changed and be asked again


def test_a_person_finds_the_slips_made_for_them_in_their_record(house: ClaimsHouse) -> None:
    make_one(house, house.an)
    with house.db.read() as tx:
        (row,) = record.get(tx, house.as_an).list_rows("invitations")
    assert row["used_at"] is None
    assert "token_hash" not in row
