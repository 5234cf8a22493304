"""Files of programmes, meetings, inspections and digests: kept by files, readable by whoever sees the thing."""

from __future__ import annotations

from uuid import UUID

from sen.apps.access.interface import Scope
from sen.apps.files import interface as files
from sen.apps.programme import policies, seeing

PROGRAMME, MEETING, INSPECTION, DIGEST = "programme", "meeting", "inspection", "digest"


def register() -> None:
    """Let `files` ask who may read; called once from AppConfig.ready."""
    files.register_reader(PROGRAMME, lambda scope, about: _sees(seeing.programmes(scope), scope, about))
    files.register_reader(MEETING, lambda scope, about: _sees(seeing.meetings(scope), scope, about))
    files.register_reader(INSPECTION, lambda scope, about: _sees(seeing.inspections(scope), scope, about))
    files.register_reader(DIGEST, _reads_digest)


def about(kind: str, which: UUID) -> str:
    """Under what the files of a thing are kept; of a digest, its unit."""
    return f"{kind}:{which}"


def _sees(found: object, scope: Scope, which: str) -> bool:
    key = _id(which)
    return key is not None and scope.allows(policies.VIEW) and bool(found.filter(pk=key).exists())  # type: ignore[attr-defined]


def _reads_digest(scope: Scope, which: str) -> bool:
    key = _id(which)
    return key is not None and scope.allows(policies.VIEW) and scope.sees(key)


def _id(which: str) -> UUID | None:
    try:
        return UUID(which.partition(":")[2])
    except ValueError:
        return None
