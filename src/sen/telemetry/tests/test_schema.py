"""The DDL of both worlds, held by snapshots: a change to a released table shows here first."""

from __future__ import annotations

from syrupy.assertion import SnapshotAssertion

from sen.telemetry import ddl, flags
from sen.telemetry.flags import Flag


def test_embedded_ddl(snapshot: SnapshotAssertion) -> None:
    assert "\n\n".join(ddl.all_statements()) == snapshot


def test_cluster_ddl(snapshot: SnapshotAssertion) -> None:
    assert "\n\n".join(ddl.all_statements("tinh")) == snapshot


def test_flags_have_names_descriptions_and_a_class() -> None:
    for flag in Flag:
        assert flags.names(flag) == [str(flag.name).lower()]
        assert flags.parse(flags.names(flag)) == flag
        assert flags.describe(flag)
    assert flags.names(0) == []
    assert flags.is_valid(Flag.LATE | Flag.SIMULATED)
    assert flags.quality_class(Flag.DEVICE_FAULT | Flag.NO_VALUE) == "fault"
    assert flags.quality_class(0) == "good"
