"""What bench/dossiers.py runs in a process with Django: seeds, asks through procedures.interface, kills a writer. Prints a line of JSON."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

KILL_AFTER = 0.4
"""Share of the changed dossiers after which the first writer is killed."""
RECENT_MS = 120 * 86_400_000
"""What usually changes was received lately: a year-old dossier is finished."""


def run(count: int, changed: int, rounds: int, spread: str) -> dict[str, Any]:
    """Fill where there is nothing yet, then measure."""
    _django()
    from bench.dossiers_seed import fill

    from sen.apps.procedures import interface as procedures
    from sen.apps.procedures.storage.engine import engine
    from sen.kernel import clock
    from sen.kernel.scopes import SYSTEM

    at, found = engine(), {"rows": count, "changed": changed, "spread": spread}
    units = _records()
    now = clock.now()
    seeded = (
        _seconds(lambda: fill(at, count, units["agencies"], units["procedures"], clock.to_ms(now)))
        if not _number(at)
        else 0.0
    )
    found["first_count_s"] = _seconds(lambda: procedures.recount(everything=True))
    full = _seconds(lambda: procedures.recount(everything=True))
    before = _census(at)
    month = procedures.Period(clock.local(now).date().replace(day=1), "month")
    last = procedures.Period((month.start - timedelta(days=1)).replace(day=1), "month")
    year = procedures.Period(month.start.replace(month=1), "year")
    biggest = units["biggest"]

    def unit_page() -> None:
        procedures.overview(SYSTEM, biggest, month)
        procedures.service_quality(SYSTEM, biggest, month)
        procedures.longest_waiting(SYSTEM, biggest, 10)

    asked: dict[str, Callable[[], object]] = {
        "overview": lambda: procedures.overview(SYSTEM, None, month),
        "overview_of_last_month": lambda: procedures.overview(SYSTEM, None, last),
        "overview_of_year": lambda: procedures.overview(SYSTEM, None, year),
        "province_page": lambda: (procedures.overview(SYSTEM, None, month), procedures.service_quality(SYSTEM, None, month),
                                  procedures.ranking(SYSTEM, month)),
        "unit_page": unit_page,
        "list_of_province": lambda: procedures.dossiers(SYSTEM, procedures.DossierFilter()),
        "list_of_unit_late": lambda: procedures.dossiers(SYSTEM, procedures.DossierFilter(unit_id=biggest, bucket=procedures.Bucket.OVERDUE)),
        "will_be_late_of_unit": lambda: procedures.will_be_late(SYSTEM, biggest),
        "will_be_late_of_province": lambda: procedures.will_be_late(SYSTEM, None),
        "one_dossier": lambda: procedures.dossier(SYSTEM, _some_code(at)),
    }  # fmt: skip
    times = {name: sorted(_seconds(work) for _round in range(rounds)) for name, work in asked.items()}
    found["sync"], sync = _sync(changed, spread)
    touched = _touched(at)
    recounted = _seconds(procedures.recount)
    after = _census(at)
    procedures.recount(everything=True)
    found["checks"] = {
        "no_dossier_lost_or_doubled": after["dossiers"] == before["dossiers"] == after["keys"],
        "counters_as_after_a_full_recount": _census(at) == after,
        "every_counted_dossier_in_the_counters": after["counted"] == after["dossiers"],
    }
    found["seconds_to_seed"] = round(seeded, 1)
    found["slowest_s"] = {name: round(values[-1], 3) for name, values in times.items()} | {
        "full_recount": round(full, 2), "sync": round(sync + recounted, 2),
    }  # fmt: skip
    found["median_s"] = {name: round(values[len(values) // 2], 3) for name, values in times.items()}
    found["cohorts_touched"] = touched
    found["recount_after_sync_s"] = round(recounted, 2)
    found["bare_s"] = {"overview": round(_bare(at, month, clock.to_ms(now)), 3), "scan_of_all": round(_scan(at), 3)}
    found["overview_over_bare"] = round(found["median_s"]["overview"] / found["bare_s"]["overview"], 2)
    return found


def change(changed: int, first: int, spread: str) -> None:
    """Store a new version of `changed` dossiers in batches of 5,000, saying after each how many are durable."""
    _django()
    import pyarrow as pa

    from sen.apps.procedures import interface as procedures
    from sen.apps.procedures.interface import Dossier, State
    from sen.apps.procedures.models import Agency, Procedure
    from sen.apps.procedures.storage.engine import engine, rows
    from sen.kernel import clock

    now = clock.now()
    since = clock.to_ms(now) - RECENT_MS if spread == "recent" else 0
    stamp = clock.from_ms(clock.to_ms(now) // 60_000 * 60_000 + 600_000)
    agencies, named = (
        dict(Agency.objects.values_list("pk", "written")),
        dict(Procedure.objects.values_list("pk", "code")),
    )
    kinds = {
        "code": pa.string(),
        "agency": pa.uint32(),
        "procedure": pa.uint32(),
        "received": pa.int64(),
        "promised": pa.int64(),
    }
    some = rows(
        engine(),
        f"SELECT {', '.join(kinds)} FROM dossiers FINAL WHERE received >= {since} ORDER BY hash LIMIT {changed}",
        kinds,
    )
    for start in range(first, len(some), 5_000):
        procedures.store([
            Dossier(
                code=row["code"], procedure=named[row["procedure"]], agency=agencies[row["agency"]], state=State.RETURNED,
                received_at=clock.from_ms(row["received"]), promised_at=clock.from_ms(row["promised"]),
                returned_at=max(clock.from_ms(row["received"]), now), updated_at=stamp,
            )
            for row in some[start : start + 5_000]
        ])  # fmt: skip
        print(start + 5_000, flush=True)


def _sync(changed: int, spread: str) -> tuple[dict[str, Any], float]:
    """A writer that is killed half way, and another that begins where the first one's last answer was lost: one batch earlier."""
    begun = time.perf_counter()
    first = subprocess.Popen(
        [sys.executable, "-m", "bench.dossiers_measured", "change", str(changed), "0", spread],
        stdout=subprocess.PIPE,
        text=True,
    )
    done = 0
    assert first.stdout is not None
    for line in first.stdout:
        done = int(line)
        if done >= changed * KILL_AFTER:
            time.sleep(0.15)  # into the middle of the next batch
            first.send_signal(signal.SIGKILL)
            break
    first.wait()
    subprocess.run(
        [sys.executable, "-m", "bench.dossiers_measured", "change", str(changed), str(max(0, done - 5_000)), spread], check=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return {"killed_after": done}, time.perf_counter() - begun


def _records() -> dict[str, Any]:
    from sen.apps.organisations import interface as organisations
    from sen.apps.procedures.agencies import numbers_of
    from sen.apps.procedures.models import Procedure
    from sen.kernel.scopes import SYSTEM

    organisations.install_province("82", scope=SYSTEM)
    units = [unit for unit in organisations.units_on(organisations_day()).values() if unit.level != "province"]
    found = numbers_of(sorted(unit.code for unit in units))
    Procedure.objects.bulk_create(
        [
            Procedure(code=f"1.{n:06}.000.00.00.H20", name=f"Thủ tục đo {n}", limit=2 + n % 20, catalogued=True, level="commune")
            for n in range(1, 151)
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    agencies = [number for number, _unit in sorted(found.values())]
    owner = dict(found.values())
    return {
        "agencies": agencies,
        "procedures": list(Procedure.objects.values_list("pk", flat=True)),
        "biggest": owner[agencies[0]],
    }


def organisations_day() -> Any:
    """Today where the centre is."""
    from sen.kernel import clock

    return clock.local(clock.now()).date()


def _number(at: Any) -> int:
    import pyarrow as pa

    from sen.apps.procedures.storage.engine import rows

    return int(rows(at, "SELECT count() AS n FROM dossiers", {"n": pa.uint64()})[0]["n"])


def _census(at: Any) -> dict[str, int]:
    """How many dossiers there are by the rows, by the keys, and by the counters of the last day."""
    import pyarrow as pa

    from sen.apps.procedures.storage.engine import rows

    statements = {
        "dossiers": "SELECT count() AS n FROM dossiers FINAL",
        "keys": "SELECT count() AS n FROM dossier_keys FINAL",
        "counted": "SELECT sum(delta) AS n FROM dossier_unit_changes FINAL",
        "by_standing": "SELECT sum(delta * standing * standing) AS n FROM dossier_changes FINAL",
        "received": "SELECT sum(received) AS n FROM dossier_unit_receipts FINAL",
    }
    return {name: int(rows(at, sql, {"n": pa.int64()})[0]["n"]) for name, sql in statements.items()}


def _touched(at: Any) -> int:
    """How many cohorts are to be counted anew."""
    import pyarrow as pa

    from sen.apps.procedures.storage.engine import rows

    sql = "SELECT count() AS n FROM (SELECT 1 FROM dossier_touched GROUP BY agency, cohort HAVING sum(mark) != 0)"
    return int(rows(at, sql, {"n": pa.uint64()})[0]["n"])


def _some_code(at: Any) -> str:
    import pyarrow as pa

    from sen.apps.procedures.storage.engine import rows

    return str(rows(at, "SELECT code FROM dossiers WHERE closed = 0 LIMIT 1", {"code": pa.string()})[0]["code"])


def _bare(at: Any, month: Any, now: int) -> float:
    """The overview's two statements alone."""
    from sen.apps.procedures.storage import reading

    span = reading.Span.of(month.start, month.last_day, now)
    return min(_seconds(lambda: reading.by_agency(at, None, span)) for _round in range(3))


def _scan(at: Any) -> float:
    """What the overview would cost without counters: every dossier judged."""
    import pyarrow as pa

    from sen.apps.procedures.on_time_sql import standing_at
    from sen.apps.procedures.storage.engine import rows
    from sen.kernel import clock

    sql = f"SELECT {standing_at(str(clock.now_ms()))} AS s, count() AS n FROM dossiers FINAL GROUP BY s"
    return _seconds(lambda: rows(at, sql, {"s": pa.uint8(), "n": pa.uint64()}))


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sen.project.settings")
    import django

    django.setup()


if __name__ == "__main__":
    if sys.argv[1] == "change":
        change(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
    else:
        print(json.dumps(run(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])))
