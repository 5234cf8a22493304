"""Recorded faults, each told once and in time, and nothing told that is none. The data lie outside the project; without them this is skipped."""

from __future__ import annotations

import pytest
from bench.rules_faults import CASES, SHARED, replay

STEP_S = 3600


@pytest.mark.parametrize("name", list(CASES))
def test_each_fault_is_told_once_and_nothing_else(name: str) -> None:
    if name != "simulators" and not SHARED.is_dir():
        pytest.skip(f"no recorded data below {SHARED}: set SEN_SHARED_DATA")
    for case in CASES[name]():
        found = replay(case)
        assert (found["missed"], found["extra"], found["doubled"]) == ([], [], 0), case.name
        assert found["alerts"] == found["faults"], case.name
        assert found["longest_delay_s"] <= STEP_S, case.name
