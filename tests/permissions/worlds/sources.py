"""What the matrix needs of sources and assets: one of each, and what waits at the connection desk."""

from __future__ import annotations

from django.test import Client
from tests.permissions.callers import post


def furnish(clients: dict[str, Client], values: dict[str, str]) -> dict[str, str]:
    """The department's source and asset on the ground of the first commune, a proposal and a dead letter."""
    made = _source_and_asset(clients["administrator"], values["commune"])
    return made | _inbox(made)


def _source_and_asset(client: Client, code: str) -> dict[str, str]:
    from sen.apps.organisations import interface as organisations

    commune = organisations.unit(code)
    source = {"code": "nguon", "name": "Nguồn", "connector": "http_push", "owner": "82-snnmt"}
    post(client, "/api/v1/sources", source)
    point = {"type": "Point", "coordinates": [commune.seat_lon, commune.seat_lat]}
    asset = {
        "code": "tram",
        "name": "Trạm",
        "kind": "air_station",
        "owner": "82-snnmt",
        "location": point,
        "source": "nguon",
        "device": "T1",
    }
    post(client, "/api/v1/assets", asset)
    return {"source": "nguon", "asset": "tram"}


def _inbox(values: dict[str, str]) -> dict[str, str]:
    """One proposal and one dead letter of the source."""
    from sen.apps.sources import interface as sources
    from sen.apps.sources.models import DeadLetter, Proposal
    from sen.kernel import clock

    number = next(one.number for one in sources.credentials() if one.code == values["source"])
    now = clock.now()
    sources.propose_devices([sources.ProposedDevice(number, "thiet-bi-la", ["pm25"], now, now)])
    sources.add_dead_letters([sources.DeadLetterRow(number, now, "http_push", "readings.x", b"{", "bad_json", "hỏng")])
    return {"proposal": str(Proposal.objects.get().pk), "letter": str(DeadLetter.objects.get().pk)}
