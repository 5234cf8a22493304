"""Keeps the head of the chain outside the database, so that a cut-off or rewritten end shows."""

from __future__ import annotations

import json
from pathlib import Path

from sen.apps.audit.services import head
from sen.kernel import clock
from sen.kernel.configuration import settings


def heads_file() -> Path:
    """One line per witnessed head; copy it to another machine and even the owner of the database cannot rewrite."""
    return settings().data / "audit" / "heads.jsonl"


def witness_head() -> None:
    """Append the present head where it has moved."""
    seq, digest = head()
    file = heads_file()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    last = file.read_text().splitlines()[-1:] if file.exists() else []
    if seq and (not last or json.loads(last[0])["seq"] != seq):
        with file.open("a") as handle:
            handle.write(json.dumps({"at": clock.now().isoformat(), "seq": seq, "hash": digest}) + "\n")
