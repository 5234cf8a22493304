"""chDB connections of one process: all share one engine, each has its own settings, so that requests cannot disturb each other."""

from __future__ import annotations

import itertools
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import chdb

from sen.engines.clickhouse.statements import StatementError

SETTING = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,127}")
IDLE_LIMIT = 16
SESSION_LIMIT = 256
CHDB_TARGET = (
    "store?config-file=config.xml"  # relative to the working folder: a path with `?` or `&` cannot be written there
)


@dataclass(frozen=True)
class Profile:
    """What a connection was prepared with; connections of the same profile are interchangeable."""

    database: str = "default"
    settings: tuple[tuple[str, str], ...] = ()
    read_only: bool = False


@dataclass
class Lease:
    """A connection on loan. `tag` finds its running query in `system.processes`."""

    connection: Any
    profile: Profile
    tag: str
    session: str | None = None
    dirty: bool = False  # its state was changed: not for the next request


@dataclass
class _Session:
    lease: Lease | None
    expires: float


class Pool:
    """Hands out prepared connections; keeps the idle ones and those of named sessions."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: OrderedDict[Profile, list[Lease]] = OrderedDict()
        self._sessions: dict[str, _Session] = {}
        self._numbers = itertools.count(1)
        self._keeper = chdb.connect(CHDB_TARGET)  # as long as one connection is open the engine stays up
        self.running: dict[str, Lease] = {}

    def acquire(self, profile: Profile, session: str | None = None) -> Lease:
        """A connection with exactly this profile. Raises StatementError where the session is busy, RuntimeError from chDB."""
        with self._lock:
            self._expire()
            lease = self._from_session(session) if session else self._from_idle(profile)
        try:
            if lease is None:
                lease = Lease(chdb.connect(CHDB_TARGET), profile, f"sen-{next(self._numbers)}", session)
                _prepare(lease.connection, profile, lease.tag)
            elif session and lease.profile != profile:
                _forget(lease.connection, lease.profile)
                _prepare(lease.connection, profile, lease.tag)
                lease.profile = profile
        except Exception:
            if session:
                with self._lock:
                    self._sessions.pop(session, None)
            raise
        with self._lock:
            self.running[lease.tag] = lease
        return lease

    def release(self, lease: Lease, session_timeout: float = 60) -> None:
        """Take the connection back."""
        with self._lock:
            self.running.pop(lease.tag, None)
            if lease.session:
                self._sessions[lease.session] = _Session(lease, time.monotonic() + session_timeout)
                return
            if not lease.dirty:
                self._idle.setdefault(lease.profile, []).append(lease)
                self._idle.move_to_end(lease.profile)
            surplus = [lease] if lease.dirty else self._surplus()
        for old in surplus:
            old.connection.close()

    def cancel(self, lease: Lease) -> None:
        """Ask the engine to end what the lease is running; its caller then sees QUERY_WAS_CANCELLED."""
        killer = chdb.connect(CHDB_TARGET)
        try:
            killer.query(f"KILL QUERY WHERE Settings['log_comment'] = '{lease.tag}' ASYNC", "Null")
        finally:
            killer.close()

    def close(self) -> None:
        """Close everything; the engine shuts down with its last connection."""
        with self._lock:
            idle = [lease for leases in self._idle.values() for lease in leases]
            idle += [session.lease for session in self._sessions.values() if session.lease]
            self._idle.clear()
            self._sessions.clear()
        for lease in idle:
            lease.connection.close()
        self._keeper.close()

    def _from_idle(self, profile: Profile) -> Lease | None:
        leases = self._idle.get(profile)
        return leases.pop() if leases else None

    def _from_session(self, name: str) -> Lease | None:
        session = self._sessions.get(name)
        if session is None:
            if len(self._sessions) >= SESSION_LIMIT:
                raise StatementError(
                    202, "TOO_MANY_SIMULTANEOUS_QUERIES", f"Too many sessions, the limit is {SESSION_LIMIT}"
                )
            self._sessions[name] = _Session(None, float("inf"))
            return None
        if session.lease is None:
            raise StatementError(373, "SESSION_IS_LOCKED", f"Session {name} is locked by a concurrent client")
        lease, session.lease, session.expires = session.lease, None, float("inf")
        return lease

    def _expire(self) -> None:
        moment = time.monotonic()
        for name in [name for name, session in self._sessions.items() if session.expires < moment]:
            if lease := self._sessions.pop(name).lease:
                lease.connection.close()

    def _surplus(self) -> list[Lease]:
        surplus = []
        while sum(map(len, self._idle.values())) > IDLE_LIMIT:
            oldest = next(iter(self._idle))
            surplus.append(self._idle[oldest].pop(0))
            if not self._idle[oldest]:
                del self._idle[oldest]
        return surplus


def settings_of(parameters: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The settings among URL parameters, checked for the form of a name. Raises StatementError."""
    for name in parameters:
        if not SETTING.fullmatch(name):
            raise StatementError(115, "UNKNOWN_SETTING", f"Unknown setting '{name[:64]}'")
    return tuple(sorted(parameters.items()))


def quoted(text: str) -> str:
    """`text` as a string literal."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _forget(connection: Any, profile: Profile) -> None:
    """Settings of a URL hold for one request, also within a session."""
    if profile.settings:
        connection.query("SET " + ", ".join(f"{name} = DEFAULT" for name, _ in profile.settings), "Null")


def _prepare(connection: Any, profile: Profile, tag: str) -> None:
    wanted = [*profile.settings, ("log_comment", tag)]
    connection.query("SET " + ", ".join(f"{name} = {quoted(value)}" for name, value in wanted), "Null")
    if profile.database != "default":
        connection.query("USE `" + profile.database.replace("\\", "\\\\").replace("`", "\\`") + "`", "Null")
    if profile.read_only:  # last: from here on nothing can be set
        connection.query("SET readonly = 1", "Null")
