"""Writes any number of dossiers straight into ClickHouse: an engine's own generator, so that ten million take minutes.

They follow a plain model: agencies and procedures of very different size, three years, a tenth with supplements, some late, the newest open.
"""

from __future__ import annotations

from sen.apps.procedures.on_time import DAY_MS, LOCAL_MS
from sen.apps.procedures.storage.engine import Engine
from sen.apps.procedures.storage.schema import ROWS, Flag

BLOCK = 1_000_000
YEARS_MS = 3 * 365 * DAY_MS


def fill(at: Engine, count: int, agencies: list[int], procedures: list[int], now: int) -> None:
    """`count` dossiers that were received in the three years before `now`; code `B.<agency>-<number>`."""
    for start in range(0, count, BLOCK):
        at.command(
            f"INSERT INTO dossiers ({', '.join(ROWS.names)}) {_rows(start, min(BLOCK, count - start), agencies, procedures, now)}"
        )
    at.command(
        "INSERT INTO dossier_keys (hash, code, closed, agency, day, digest, version) "
        "SELECT hash, code, closed, agency, day, 0, version FROM dossiers"
    )
    at.command(
        "INSERT INTO dossier_personal (hash, code, name, identity, phone, address, version) SELECT hash, code, "
        "concat('Nguyễn Văn ', toString(hash % 977)), leftPad(toString(hash % 1000000000000), 12, '0'), "
        "concat('09', leftPad(toString(hash % 100000000), 8, '0')), concat('Số ', toString(hash % 500), ', Phường Mỹ Tho, Đồng Tháp'), version "
        "FROM dossiers"
    )


def _rows(start: int, count: int, agencies: list[int], procedures: list[int], now: int) -> str:
    def chance(salt: int) -> str:
        return f"(cityHash64(n, {salt}) % 1000000) / 1000000"

    flags = " + ".join(
        f"if({chance(salt)} < {share}, {int(flag)}, 0)"
        for salt, (flag, share) in enumerate(
            (
                (Flag.PAID_ONLINE, 0.5), (Flag.COMPONENT_FILES, 0.7), (Flag.DIGITAL_RESULT, 0.8), (Flag.RETURNS_PAPER, 0.6),
                (Flag.REUSED, 0.3), (Flag.SHARED, 0.2), (Flag.POPULATION_DATA, 0.6), (Flag.SYNCHRONISED, 0.97), (Flag.COMPLAINT, 0.002),
                (Flag.HAS_FEE, 0.4),
            ),
            start=20,
        )
    )  # fmt: skip
    local_day = f"intDiv(begun + {LOCAL_MS}, {DAY_MS})"
    return f"""
WITH {list(agencies)} AS agency_list, {list(procedures)} AS procedure_list
SELECT toUInt8(finished_at != 0) AS closed, toUInt32(agency_of) AS agency, toDate({local_day}) AS day,
    reinterpretAsUInt64(substring(MD5(code), 1, 8)) AS hash, concat('B.', toString(agency_of), '-', toString(n)) AS code,
    toUInt32(procedure_of) AS procedure,
    toUInt8(multiIf(finished_at = 0, if(asked != 0 AND back = 0, 5, 4), {chance(9)} < 0.02, 7, {chance(10)} < 0.3, 9, 10)) AS state,
    toUInt8(if({chance(11)} < 0.7, 2, 1)) AS channel, toUInt8(1) AS counted,
    toUInt8(multiIf(finished_at = 0, 0, state = 7, 4, 1)) AS ended_as, toUInt8(1) AS due_from,
    begun AS start, finished_at AS finish, due_at AS due, if(back = 0, due_at, due_at + back - asked) AS due_extended,
    asked AS wait_from, back AS wait_to, toInt64(0) AS second,
    if(ended_as = 1, finished_at - begun - if(back = 0, 0, back - asked), 0) AS handling,
    begun AS submitted, begun AS received, due_at AS promised, if(ended_as = 1, finished_at, 0) AS completed,
    if(state = 10, finished_at, 0) AS returned, if(state = 7, finished_at, 0) AS ended,
    toFloat32(handling / 86400000) AS handling_units, toUInt32({flags} + {int(Flag.SIMULATED)}) AS flags, toUInt64(0) AS fee,
    toUInt16(0) AS reused_parts, 'citizen' AS applicant_kind, '[]' AS supplements, '[]' AS steps, toUInt32(0) AS source,
    toUInt64(greatest(begun, finished_at)) AS version, toUInt8(0) AS deleted
FROM (
    SELECT n, agency_of, procedure_of, begun, due_at, asked, if(asked = 0 OR back_at > {now}, 0, back_at) AS back,
        if((asked != 0 AND back_at > {now}) OR begun + took > {now}, 0, begun + took) AS finished_at
    FROM (
        SELECT n, agency_list[1 + toUInt32(pow({chance(1)}, 2) * {len(agencies)})] AS agency_of,
            procedure_list[1 + toUInt32(pow({chance(2)}, 4) * {len(procedures)})] AS procedure_of,
            toInt64({now} - {chance(3)} * {YEARS_MS}) AS begun, 2 + procedure_of % 20 AS days,
            toInt64(begun + days * {DAY_MS}) AS due_at,
            toInt64(days * {DAY_MS} * (0.15 + 0.85 * pow({chance(4)}, 1.3) + if({chance(5)} < 0.02 + agency_of % 7 / 100, {chance(6)} * 2, 0))) AS took,
            if({chance(7)} < 0.08, toInt64(begun + took * 0.3), 0) AS asked, if(asked = 0, 0, toInt64(asked + took * 0.4)) AS back_at
        FROM (SELECT number + {start} AS n FROM numbers({count}))
    )
)"""
