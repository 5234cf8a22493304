"""The append-only record: one row per event, each carrying the hash of the one before."""

from __future__ import annotations

from django.db import models


class AuditEvent(models.Model):
    """Who did what to which object, or looked at it. Rows are never changed: the database refuses it."""

    seq = models.BigIntegerField(primary_key=True, help_text="Position in the chain, without gaps, from 1.")
    at = models.DateTimeField(db_index=True)
    actor_id = models.UUIDField(null=True, db_index=True)
    actor = models.CharField(max_length=150)
    token_id = models.UUIDField(null=True)
    action = models.CharField(max_length=100)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=100)
    unit_id = models.UUIDField(null=True, db_index=True)
    detail = models.TextField(default="{}", help_text="Canonical JSON: the very bytes that the hash covers.")
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["seq"]
        indexes = [
            models.Index(fields=["object_type", "object_id", "seq"], name="audit_by_object"),
            models.Index(fields=["action", "seq"], name="audit_by_action"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.actor} {self.action} {self.object_type} {self.object_id}"


class AuditAnchor(models.Model):
    """The end of a part of the chain that was exported and removed after its retention: where verification starts."""

    seq = models.BigIntegerField(primary_key=True, help_text="The last removed position.")
    hash = models.CharField(max_length=64)
    removed_at = models.DateTimeField()
    export = models.CharField(max_length=300, help_text="File that holds the removed events as JSON lines.")

    def __str__(self) -> str:
        return f"…{self.seq} {self.export}"
