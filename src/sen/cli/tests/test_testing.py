"""What is repeated at the end of a run that failed, and which files are run with whole centres."""

from __future__ import annotations

from sen.cli.data_folder import ROOT
from sen.cli.testing import FAILURE_LINES, failures_in, whole_centres


def test_the_first_failures_and_the_name_of_each_are_repeated() -> None:
    report = [f"line {number}" for number in range(2 * FAILURE_LINES)]
    named = ["FAILED tests/a.py::test_one - AssertionError", "ERROR tests/b.py::test_two"]
    output = "\n".join(["....F", "=========== FAILURES ===========", *report, "== short test summary info ==", *named])
    repeated = failures_in(output).splitlines()
    assert repeated[1:FAILURE_LINES] == report[: FAILURE_LINES - 1]
    assert repeated[FAILURE_LINES:] == named


def test_a_part_that_broke_before_any_test_shows_its_last_words() -> None:
    output = "\n".join([*("noise" for _ in range(FAILURE_LINES)), "INTERNALERROR> no engine"])
    assert failures_in(output).splitlines()[-1] == "INTERNALERROR> no engine"
    assert len(failures_in(output).splitlines()) == FAILURE_LINES


def test_all_journeys_are_run_with_whole_centres() -> None:
    found = whole_centres()
    journeys = {str(path.relative_to(ROOT)) for path in (ROOT / "tests" / "e2e").glob("test_*.py")}
    assert journeys <= set(found)
    assert "src/sen/project/tests/test_supervisor.py" in found
    assert "tests/permissions/test_matrix.py" not in found
