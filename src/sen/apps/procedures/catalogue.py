"""The catalogue of administrative procedures: what they are, their statutory limit, what of them is announced and online."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sen.apps.procedures.models import Procedure
from sen.apps.procedures.on_time import Limit
from sen.apps.procedures.values import Dossier, LimitUnit


def numbers_of(dossiers: Iterable[Dossier]) -> dict[str, tuple[int, Limit | None]]:
    """Procedure code → its number in ClickHouse and its limit. A procedure that only a dossier names is kept as not catalogued."""
    named = {one.procedure: one for one in dossiers}
    known = {one.code: one for one in Procedure.objects.filter(code__in=named)}
    missing = [one for code, one in sorted(named.items()) if code not in known]
    if missing:
        Procedure.objects.bulk_create(
            [
                Procedure(
                    code=one.procedure, name=(one.procedure_name or one.procedure)[:1000], field=one.field[:200], level=one.level[:20],
                    simulated=one.simulated,
                )
                for one in missing
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        known |= {one.code: one for one in Procedure.objects.filter(code__in=[one.procedure for one in missing])}
    return {code: (known[code].pk, limit_of(known[code])) for code in named}


def limit_of(procedure: Procedure) -> Limit | None:
    """The statutory limit, None where the catalogue has none."""
    return None if procedure.limit is None else Limit(procedure.limit, LimitUnit(procedure.limit_unit))


def by_number(numbers: Iterable[int]) -> Mapping[int, Procedure]:
    """Procedures by their numbers."""
    return Procedure.objects.in_bulk(list(set(numbers)))
