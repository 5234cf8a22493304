"""Observations in flight as numpy columns, and their way into Arrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sen.telemetry.schema import OBSERVATIONS

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.uint32]


@dataclass
class Rows:
    """Columns of equal length n. Times are milliseconds since the epoch; `value` NaN means that there is none.

    `seq` is the log's time stamp of the message in nanoseconds: the same at every delivery, comparable between streams, growing.
    """

    series: npt.NDArray[np.uint32]
    time: Ints
    value: npt.NDArray[np.float64]
    flags: Flags
    source: npt.NDArray[np.uint32]
    seq: npt.NDArray[np.uint64]
    received: Ints

    def __len__(self) -> int:
        return len(self.series)

    def take(self, which: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> Rows:
        """The rows of an index or a mask."""
        return Rows(*(getattr(self, column.name)[which] for column in fields(self)))

    @classmethod
    def empty(cls) -> Rows:
        """No rows."""
        return cls.build([], [], [], [], [], [], [])

    @classmethod
    def build(  # noqa: PLR0917
        cls,
        series: Sequence[int],
        time: Sequence[int],
        value: Sequence[float | None],
        flags: Sequence[int],
        source: Sequence[int],
        seq: Sequence[int],
        received: Sequence[int],
    ) -> Rows:
        """From Python lists; None in `value` becomes NaN."""
        return cls(
            np.array(series, np.uint32),
            np.array(time, np.int64),
            np.array(value, np.float64),
            np.array(flags, np.uint32),
            np.array(source, np.uint32),
            np.array(seq, np.uint64),
            np.array(received, np.int64),
        )

    @classmethod
    def concatenate(cls, parts: Sequence[Rows]) -> Rows:
        """One after the other."""
        if len(parts) == 1:
            return parts[0]
        if not parts:
            return cls.empty()
        return cls(*(np.concatenate([getattr(part, column.name) for part in parts]) for column in fields(cls)))

    @classmethod
    def of_table(cls, table: pa.Table) -> Rows:
        """From the columns of the OBSERVATIONS schema."""
        times = [table[name].cast(pa.int64()).to_numpy() for name in ("time", "received")]
        series, value, flags, source, seq = (
            table[name].to_numpy() for name in ("series", "value", "flags", "source", "seq")
        )
        return cls(series, times[0], value, flags, source, seq, times[1])

    def table(self) -> pa.Table:
        """With the OBSERVATIONS schema."""
        return pa.table(
            [pa.array(getattr(self, name), type=OBSERVATIONS.field(name).type) for name in OBSERVATIONS.names],
            schema=OBSERVATIONS,
        )
