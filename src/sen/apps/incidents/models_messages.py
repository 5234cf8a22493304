"""Messages to the public in the fields of CAP 1.2, from draft to publication."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from sen.apps.incidents.choices import (
    CapSeverity,
    Category,
    Certainty,
    MessageState,
    MessageType,
    ResponseType,
    Urgency,
)
from sen.kernel.identifiers import uuid7


class PublicMessage(models.Model):
    """One CAP message. An update or a cancellation is a new row that `replaces` the one before.

    `polygon`: ring of [lon, lat], the last point equal to the first. `circle`: {lon, lat, radius_km}. `geocodes`: codes of units.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey("incidents.Incident", models.CASCADE, related_name="messages")
    identifier = models.CharField(max_length=60, unique=True)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaced_by")
    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.DRAFT)
    message_type = models.CharField(max_length=6, choices=MessageType, default=MessageType.ALERT)
    exercise = models.BooleanField(default=False, help_text="CAP status Exercise; such a message is never published.")
    category = models.CharField(max_length=10, choices=Category)
    event = models.CharField(max_length=200)
    event_en = models.CharField(max_length=200, blank=True)
    response_type = models.CharField(max_length=10, choices=ResponseType, default=ResponseType.MONITOR)
    urgency = models.CharField(max_length=10, choices=Urgency)
    severity = models.CharField(max_length=10, choices=CapSeverity)
    certainty = models.CharField(max_length=10, choices=Certainty)
    headline = models.CharField(max_length=160)
    headline_en = models.CharField(max_length=160, blank=True)
    description = models.TextField(max_length=4000)
    description_en = models.TextField(max_length=4000, blank=True)
    instruction = models.TextField(max_length=4000, blank=True)
    instruction_en = models.TextField(max_length=4000, blank=True)
    area = models.CharField(max_length=500)
    area_en = models.CharField(max_length=500, blank=True)
    polygon = models.JSONField(default=list)
    circle = models.JSONField(null=True)
    geocodes = ArrayField(models.CharField(max_length=64), default=list)
    effective_at = models.DateTimeField()
    onset_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    drafted_at = models.DateTimeField()
    drafted_by = models.CharField(max_length=150)
    author_ids = ArrayField(
        models.UUIDField(), default=list, help_text="Everybody who wrote in it: none of them approves it."
    )
    approved_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=150, blank=True)
    returned_words = models.CharField(max_length=1000, blank=True, help_text="Why it was sent back to its author.")
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=150, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("drafted_at", "id")
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("effective_at")), name="message_period_forward"),
            models.CheckConstraint(
                condition=~Q(exercise=True, state=MessageState.PUBLISHED), name="message_no_drill_in_public"
            ),
        ]
        indexes = [models.Index(fields=["state", "published_at"], name="message_by_state")]

    def __str__(self) -> str:
        return self.identifier
