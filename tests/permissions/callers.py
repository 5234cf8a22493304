"""Who asks in the permission matrix, and how the objects of its centre are made over REST."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

# caller → account of the demonstration
ACCOUNTS = {
    "administrator": "quantri",
    "leader": "lanhdao",
    "duty_officer": "trucban",
    "agent_1022": "tongdai",
    "data_steward": "dulieu",
    "auditor": "kiemtoan",
    "owner": "moitruong",
    "neighbour_department": "xaydung",
    "ground": "xa-a",
    "neighbour_commune": "xa-b",
}
SIGNED_OUT = "signed_out"


def post(client: Client, path: str, body: dict[str, Any]) -> Any:
    """The answer to a POST that must succeed."""
    answer = client.post(path, json.dumps(body), content_type="application/json")
    if answer.status_code >= 300:
        raise AssertionError(f"{path}: {answer.status_code} {answer.content.decode()}")
    return answer.json()
