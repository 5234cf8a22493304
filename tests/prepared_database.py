"""A PostgreSQL cluster with every migration applied: made once per state of the migrations, copied by each test session.

Migrating takes ten seconds of a processor, copying a fifth of one. The copies do not wait for the disc: no test outlives the machine.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHELF = ROOT / "build" / "test-database"
KEPT_S = 3600
"""Clusters of other states of the migrations are kept for an hour: somebody may be copying one."""
FAILED_S = 600
"""Seconds until migrations that failed are tried again: it may have been the machine."""
HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def put_into(data: Path, *, hasty: bool = True) -> None:
    """Give the data folder `data` a cluster with the migrated databases `sen` and `test_sen`, and its password.

    Not `hasty` where a test kills the server: then what was committed is on its way to the disc, as in a centre.
    Nothing where there is none: then the first test that wants the database migrates it, and says how that fails.
    """
    cluster = _made()
    if not cluster.exists():
        return
    data.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", "--reflink=auto", f"{cluster}/.", str(data)], check=True)
    if not hasty:
        settings = data / "postgres" / "postgresql.conf"
        settings.write_text(settings.read_text("utf-8").replace(_hasty_lines(), ""), encoding="utf-8")


def _made() -> Path:
    """The cluster of this very state of the migrations; not there where they fail, or where somebody else is making it just now."""
    SHELF.mkdir(parents=True, exist_ok=True)
    found = SHELF / _digest()
    failed = found.with_suffix(".failed")
    if found.exists() or (failed.exists() and time.time() - failed.stat().st_mtime < FAILED_S):
        return found
    with (SHELF / "making").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return found
        if not found.exists():
            _clear_away()
            _make(found)
            if not found.exists():
                failed.touch()
    return found


def _make(found: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="sen-prepare-") as folder:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SEN_")}
        environment |= {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "SEN_ROOT": str(ROOT), "SEN_DATA": folder}
        call = [sys.executable, "-m", "tests.prepared_database"]
        if subprocess.run(call, check=False, env=environment, cwd=ROOT).returncode:
            return
        made = Path(tempfile.mkdtemp(prefix="new-", dir=SHELF))
        for name in ("postgres", "secrets"):
            subprocess.run(["cp", "-a", f"{folder}/{name}", str(made)], check=True)
        made.chmod(0o755)
        made.rename(found)


def _clear_away() -> None:
    for old in SHELF.iterdir():
        if old.is_dir() and time.time() - old.stat().st_mtime > KEPT_S:
            shutil.rmtree(old, ignore_errors=True)


def _digest() -> str:
    """What the cluster follows from: the migrations, those of the packages, the engine's settings and this file.

    An app that was added to the settings meanwhile is migrated by the session itself.
    """
    found = hashlib.sha256()
    files = [*(ROOT / "src" / "sen").glob("**/migrations/*.py"), ROOT / "requirements" / "runtime.lock"]
    files += [ROOT / "src/sen/engines/postgres.py", Path(__file__)]
    for path in sorted(files):
        found.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:24]


def _migrate() -> None:
    """Make the cluster in the folder `SEN_DATA`."""
    import django
    import psycopg

    from sen.engines.postgres import SETTINGS, Postgres
    from sen.kernel import configuration

    SETTINGS.update(HASTY)
    server = Postgres(configuration.settings().data)
    server.start()
    try:
        os.environ["SEN_DATABASE_URL"] = server.url
        configuration.settings.cache_clear()
        os.environ["DJANGO_SETTINGS_MODULE"] = "sen.project.settings"
        django.setup()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
        connections.close_all()
        connections["default"].close_pool()  # nobody may be connected to what is copied
        with psycopg.connect(server.url.replace("@/sen?", "@/postgres?"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE test_sen TEMPLATE sen")
    finally:
        server.stop()
        server.discard()
    with (server.folder / "postgresql.conf").open("a") as settings:
        settings.write(_hasty_lines())


def _hasty_lines() -> str:
    return "".join(f"{name} = {value}\n" for name, value in HASTY.items())


if __name__ == "__main__":
    _migrate()
