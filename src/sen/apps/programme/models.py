"""Yearly programmes with their items, and inspections with what they looked at and what they found."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sen.apps.programme.choices import FindingSeverity, InspectionState, Outcome
from sen.apps.programme.models_digest import Digest, DigestSchedule
from sen.apps.programme.models_meetings import AgendaItem, Attendance, Decision, Meeting
from sen.kernel.identifiers import uuid7

__all__ = [
    "AgendaItem", "Attendance", "ChecklistLine", "Decision", "Digest", "DigestSchedule", "Finding", "ImportBatch", "Inspection", "Meeting",
    "Numbering", "Programme", "ProgrammeItem",
]  # fmt: skip


class Numbering(models.Model):
    """The last number given in a series (`HOP-2026`)."""

    series = models.CharField(primary_key=True, max_length=20)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series}: {self.last}"


class Programme(models.Model):
    """The work programme of a committee or unit for a year. `symbol`: number and symbol of the document that issued it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=20, unique=True)
    year = models.PositiveIntegerField()
    title = models.CharField(max_length=300)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    symbol = models.CharField(max_length=100, blank=True)
    issued = models.DateField(null=True, blank=True)
    signer = models.CharField(max_length=150, blank=True)
    simulated = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-year", "number")

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class ImportBatch(models.Model):
    """Items that came from one table; taken back together while none of them was given as a task."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="batches")
    name = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.programme_id} {self.name}"


class ProgrammeItem(models.Model):
    """One piece of work: when, who leads, what comes out of it. `lead_words` is what the table says where no unit was found."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="items")
    number = models.CharField(max_length=30, unique=True)
    month = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=2000)
    lead = models.ForeignKey("organisations.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    lead_words = models.CharField(max_length=300, blank=True)
    cooperating_words = models.CharField(max_length=1000, blank=True)
    product = models.CharField(max_length=500, blank=True)
    due = models.DateField(null=True, blank=True)
    said_state = models.CharField(max_length=12, blank=True, help_text="Said by hand where the item has no task.")
    batch = models.ForeignKey(ImportBatch, models.SET_NULL, null=True, blank=True, related_name="items")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("month", "due", "number")
        constraints = [models.CheckConstraint(condition=Q(month__gte=1, month__lte=12), name="programme_item_month")]

    def __str__(self) -> str:
        return f"{self.number} {self.words[:60]}"


class Inspection(models.Model):
    """A look at how a unit does its work: planned, carried out against a checklist, concluded with findings."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=300)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    inspected = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    item = models.ForeignKey(ProgrammeItem, models.SET_NULL, null=True, blank=True, related_name="inspections")
    decision = models.CharField(max_length=100, blank=True, help_text="Number and symbol of the decision behind it.")
    team = models.CharField(max_length=500, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=10, choices=InspectionState, default=InspectionState.PLANNED)
    conclusion = models.TextField(blank=True)
    report_file = models.UUIDField(null=True, blank=True)
    simulated = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-starts_on", "-number")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="inspection_forward")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class ChecklistLine(models.Model):
    """A question of an inspection and what was seen."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    words = models.CharField(max_length=500)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True, default=Outcome.OPEN)
    note = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=["inspection", "position"], name="checklist_line_once")]

    def __str__(self) -> str:
        return self.words[:60]


class Finding(models.Model):
    """What an inspection found wrong, and what has to be done about it until when; then a task carries it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="findings")
    severity = models.CharField(max_length=8, choices=FindingSeverity)
    words = models.CharField(max_length=1000)
    basis = models.CharField(max_length=500, blank=True)
    remedy = models.CharField(max_length=1000, blank=True)
    due = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ("made_at",)

    def __str__(self) -> str:
        return self.words[:60]
