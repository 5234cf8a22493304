"""What an import did: rows taken, and a problem per row that was not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from django.db import transaction

from sen.kernel.errors import SenError

T = TypeVar("T")


@dataclass(frozen=True)
class ImportProblem:
    """Why a row was left out. `row` is counted as the person sees it: lines of a table, features of a GeoJSON from 1."""

    row: int
    code: str
    message: str

    def __str__(self) -> str:
        named = f" ({self.code})" if self.code else ""
        return f"Dòng {self.row}{named}: {self.message}"


@dataclass
class ImportOutcome:
    """`imported` rows were written (or would be), `problems` were not."""

    imported: int = 0
    problems: list[ImportProblem] = field(default_factory=list)

    def refuse(self, row: int, code: str, message: str) -> None:
        """Note a row that is left out."""
        self.problems.append(ImportProblem(row, code, message))


def write_rows(
    rows: Iterable[tuple[int, str, T]], write: Callable[[T], None], outcome: ImportOutcome, *, dry_run: bool
) -> ImportOutcome:
    """Write every row (number, code, value) in a savepoint of its own; good rows stay, bad ones are listed.

    A dry run writes too and takes everything back, so that it finds exactly what a real run would.
    """
    with transaction.atomic():
        for number, code, value in rows:
            try:
                with transaction.atomic():
                    write(value)
            except SenError as error:
                outcome.refuse(number, code, f"{error.message} {error.action}".strip())
            else:
                outcome.imported += 1
        if dry_run:
            transaction.set_rollback(True)
    outcome.problems.sort(key=lambda problem: problem.row)
    return outcome
