"""What is known about a data folder from outside: which kind of centre it holds, whether one runs, where, with which processes."""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from sen.kernel.errors import Conflict

CHOICE_FILE = "centre.json"


@dataclass(frozen=True)
class Choice:
    """How the folder was first started. `filled` says that the demo's data are in."""

    demo: bool = False
    filled: bool = False


@dataclass(frozen=True)
class Running:
    """A running centre, as its supervisor describes it in DATA/run/centre.json."""

    pid: int
    url: str
    processes: tuple[str, ...]
    demo: bool
    restarts: dict[str, int]
    embedded: tuple[str, ...] = ()  # engines that are its children


def is_new(data: Path) -> bool:
    """Whether no centre was ever started on the folder."""
    return not (data / CHOICE_FILE).exists()


def read_choice(data: Path) -> Choice:
    """How the folder was first started."""
    try:
        return Choice(**json.loads((data / CHOICE_FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return Choice()


def write_choice(data: Path, choice: Choice) -> None:
    """Remember it."""
    _replace(data / CHOICE_FILE, asdict(choice))


def publish(data: Path, running: Running) -> None:
    """Say that a centre runs here."""
    _replace(data / "run" / "centre.json", asdict(running))


def withdraw(data: Path) -> None:
    """Say that none runs any more."""
    (data / "run" / "centre.json").unlink(missing_ok=True)


def running(data: Path) -> Running | None:
    """The centre that runs on the folder, None where none does."""
    try:
        body = json.loads((data / "run" / "centre.json").read_text())
        tuples = {name: tuple(body[name]) for name in ("processes", "embedded")}
        found = Running(**(body | tuples))
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return found if Path(f"/proc/{found.pid}").exists() else None


def take(data: Path) -> IO[str]:
    """The folder's lock, held as long as the file stays open. Raises Conflict where another centre has it."""
    (data / "run").mkdir(parents=True, exist_ok=True)
    file = (data / "run" / "lock").open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        other = running(data)
        where = f" tại {other.url} (tiến trình {other.pid})" if other else ""
        raise Conflict(
            f"Một trung tâm khác đang chạy trên thư mục dữ liệu {data}{where}.",
            action="Dừng trung tâm đó trước, hoặc chọn thư mục khác bằng --data.",
        ) from error
    return file


def _replace(path: Path, body: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(body, ensure_ascii=False))
    draft.replace(path)
