"""What the matrix needs of incidents and procedures."""

from __future__ import annotations

from django.test import Client
from tests.permissions.callers import post


def furnish(clients: dict[str, Client], values: dict[str, str]) -> dict[str, str]:
    """A procedure of the province and incidents that the owner leads on the first commune's ground."""
    return _incidents(clients["owner"])


def _incidents(owner: Client) -> dict[str, str]:
    """A procedure of the province; an incident that the owner leads on the first commune's ground, with a step, an order to that
    commune and a message; one split off it; one closed, with review and lesson."""
    from sen.apps.organisations import interface as organisations
    from sen.apps.packs import interface as packs
    from sen.kernel.scopes import SYSTEM

    step = {"code": "xac-minh", "words": "Xác minh", "role": "duty_officer", "minutes": 30}
    content = {"code": "quy-trinh", "name": "Quy trình thử", "steps": [step]}
    made = packs.create_template(
        scope=SYSTEM,
        kind="sop",
        code="quy-trinh",
        name="Quy trình thử",
        owner_id=organisations.province().id,
        content=content,
    )
    packs.publish(scope=SYSTEM, template_id=made.id, audience=packs.Audience("all"), mandatory=True)
    told = {
        "kind": "air",
        "title": "Khói ở cụm công nghiệp",
        "severity": "warning",
        "territory": "28249",
        "procedure": "",
    }
    number = post(owner, "/api/v1/incidents", told)["summary"]["number"]
    post(
        owner,
        f"/api/v1/incidents/{number}/steps",
        {"words": "Kiểm tra ống khói", "role": "department_officer", "minutes": 60},
    )
    order = {"to": ["28249"], "words": "Cử người kiểm tra"}
    [sent] = post(owner, f"/api/v1/incidents/{number}/dispatches", order)["dispatches"]
    message = post(owner, f"/api/v1/incidents/{number}/messages", {})
    split = post(owner, f"/api/v1/incidents/{number}/split", {"title": "Khói ở nơi thứ hai"})
    closed = post(owner, "/api/v1/incidents", {**told, "title": "Khói đã hết"})["summary"]["number"]
    post(owner, f"/api/v1/incidents/{closed}/state", {"state": "closed", "words": "Đã hết khói"})
    lesson = post(owner, f"/api/v1/incidents/{closed}/lessons", {"words": "Lắp thêm cảm biến"})
    return {
        "incident": number, "other_incident": split["target"], "rearrangement": split["id"], "dispatch": sent["id"],
        "public_message": message["id"], "closed_incident": closed, "lesson": lesson["id"], "procedure": str(made.id),
    }  # fmt: skip
