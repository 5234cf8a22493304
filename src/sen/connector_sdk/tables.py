"""What a connector that reads uploaded tables returns: an answer for every row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sen.connector_sdk.messages import ReadingMessage


@dataclass(frozen=True)
class RowProblem:
    """Why a row (counted from 1 as the person sees it in the file) was not taken, or a part of it."""

    row: int
    column: str
    code: str
    message: str


@dataclass(frozen=True)
class TableResult:
    """`messages` of the good rows, one problem per bad cell or row, and the first rows as they were understood."""

    layout: str
    rows: int
    accepted_rows: int
    messages: Sequence[ReadingMessage]
    problems: Sequence[RowProblem]
    columns: Sequence[str]
    preview: Sequence[dict[str, Any]]


class TableReader(Protocol):
    """Reads one uploaded file. Raises sen.kernel.errors.InvalidInput where the file as a whole cannot be read."""

    def __call__(self, content: bytes, *, file_name: str, settings: dict[str, Any]) -> TableResult: ...
