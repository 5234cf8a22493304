"""What the matrix needs of tasks."""

from __future__ import annotations

from django.test import Client
from tests.permissions.callers import post


def furnish(clients: dict[str, Client], values: dict[str, str]) -> dict[str, str]:
    """A task that the province gave to the owner, with the first commune beside it, and its wish for more time; a document being read."""
    leader, owner = clients["leader"], clients["owner"]
    text = "Giao Sở Nông nghiệp và Môi trường kiểm tra khí thải, báo cáo trước ngày 31/12/2029."
    told = {
        "title": "Thông báo về khí thải lò đốt", "origin": "document", "text": text,
        "tasks": [
            {"words": "Kiểm tra khí thải lò đốt", "leads": ["82-snnmt"], "cooperating": ["28249"], "deadline": "2029-12-31"}
        ],
    }  # fmt: skip
    made = post(leader, "/api/v1/directives", told)
    [number] = made["tasks"]
    wish = {"deadline": "2030-01-31", "reason": "Chờ kết quả phân tích mẫu"}
    extended = post(owner, f"/api/v1/tasks/{number}/extend", wish)
    other = post(leader, "/api/v1/directives", {**told, "title": "Thông báo thứ hai về khí thải"})
    paused = post(leader, "/api/v1/task-bulk", {"action": "pause", "tasks": other["tasks"], "words": "Chờ kinh phí"})
    read = leader.post("/tasks/new/", {"by": "document", "text": text})
    return {
        "task": number, "directive": made["id"], "extension": extended["extensions"][0]["id"], "task_bulk": paused["id"],
        "intake": read["Location"].rstrip("/").rpartition("/")[2],
    }  # fmt: skip
