"""Where the evaluator's state is kept over restarts of ingest, and what it says about rules that it cannot judge."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from sen.kernel import clock


class EvaluationState(models.Model):
    """One row: the last snapshot of the evaluator, compressed, and why which rules are not judged."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    content = models.BinaryField(help_text="As Evaluator.dump() made it.")
    taken_at = models.DateTimeField()
    faults = models.JSONField(default=dict, help_text="Family of a rule → why it is not judged.")

    class Meta:
        constraints = (models.CheckConstraint(name="alerts_single_evaluation_state", condition=models.Q(id=1)),)

    def __str__(self) -> str:
        return str(self.taken_at)


def load() -> tuple[bytes, datetime] | None:
    """The last snapshot and when it was taken."""
    row = EvaluationState.objects.filter(id=1).first()
    return None if row is None else (bytes(row.content), row.taken_at)


def save(content: bytes, faults: dict[str, str]) -> None:
    """Replace the snapshot."""
    values = {"content": content, "taken_at": clock.now(), "faults": faults}
    EvaluationState.objects.update_or_create(id=1, defaults=values)


def faults() -> dict[str, str]:
    """Why which families of rules are not judged now."""
    row = EvaluationState.objects.filter(id=1).values_list("faults", flat=True).first()
    return dict(row or {})
