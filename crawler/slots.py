"""The desk at which a process asks for turns at hosts: what comes in during one transaction is settled by the next.

So fifty requests at once cost a few transactions, not a hundred. No event loop here, no HTTP.
"""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from tracker.domain.sites import Admission, HoldOff, SlotReturn, SlotWish
from tracker.services import hosts

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.domain.sites import SlotAsk
    from tracker.store.db import Database, Tx

    Asked = tuple[SlotAsk, Future[Admission]]

PAUSES_KNOWN: Final = dt.timedelta(seconds=30)  # for how long the pauses that sources ask for are remembered


class SlotDesk:
    """Takes asks from any thread; a thread of its own settles them, all that wait at once."""

    def __init__(
        self, db: Database, clock: Callable[[], dt.datetime], *, owner: str, slots: int, delay_s: float
    ) -> None:
        self._db, self._clock = db, clock
        self._owner, self._slots, self._delay_s = owner, slots, delay_s
        self._lock = threading.Lock()
        self._waiting: list[Asked] = []
        self._is_busy = False
        self._pauses: dict[str, int] = {}
        self._pauses_at: dt.datetime | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="gate")

    def wish(self, host_port: str, *, insists: bool) -> Future[Admission]:
        """Ask for a place."""
        return self._put(SlotWish(host_key=host_port, insists=insists))

    def give_back(self, host_port: str, slot: int, *, pause_s: float) -> Future[Admission]:
        """Give a place back; the next request goes after the longest of the pauses asked for."""
        return self._put(SlotReturn(host_key=host_port, slot=slot, pause_s=pause_s))

    def hold_off(self, host_port: str, wait_s: int) -> Future[Admission]:
        """Let everyone wait, in every process."""
        return self._put(HoldOff(host_key=host_port, wait_s=wait_s))

    def close(self) -> None:
        """Settle what waits and let the thread go."""
        self._thread.shutdown()

    def _put(self, ask: SlotAsk) -> Future[Admission]:
        answer: Future[Admission] = Future()
        with self._lock:
            self._waiting.append((ask, answer))
            if not self._is_busy:
                self._is_busy = True
                self._thread.submit(self._work)
        return answer

    def _work(self) -> None:
        while True:
            with self._lock:
                asked, self._waiting = self._waiting, []
                self._is_busy = bool(asked)
            if not asked:
                return
            self._settle([one for one in asked if one[1].set_running_or_notify_cancel()])

    def _settle(self, asked: list[Asked]) -> None:
        try:
            admissions = self._db.write_retrying(lambda tx: self._settle_in(tx, [ask for ask, _ in asked]))
        except BaseException as error:  # noqa: BLE001 - whoever asked is told, whatever it was
            for _, answer in asked:
                answer.set_exception(error)
        else:
            for (_, answer), admission in zip(asked, admissions, strict=True):
                answer.set_result(admission)

    def _settle_in(self, tx: Tx, asks: list[SlotAsk]) -> list[Admission]:
        now = self._clock()
        self._learn_pauses(tx, now)
        return hosts.settle(tx, [self._with_pause(ask) for ask in asks], self._owner, slots=self._slots, now=now)

    def _learn_pauses(self, tx: Tx, now: dt.datetime) -> None:
        if self._pauses_at is None or now - self._pauses_at >= PAUSES_KNOWN:
            self._pauses, self._pauses_at = hosts.list_pauses(tx), now

    def _with_pause(self, ask: SlotAsk) -> SlotAsk:
        if not isinstance(ask, SlotReturn):
            return ask
        longest = max(ask.pause_s, self._delay_s, self._pauses.get(ask.host_key, 0))
        return SlotReturn(host_key=ask.host_key, slot=ask.slot, pause_s=longest)
