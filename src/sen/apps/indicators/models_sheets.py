"""Plans and targets, the sheets that units fill in with every change of a cell, and what leaders noted. Values that count are in models.py."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from sen.kernel.identifiers import uuid7


class PlanKind(models.TextChoices):
    """A plan is what was assigned for a period; a target is where a longer programme wants to be."""

    PLAN = "plan", _("kế hoạch")
    TARGET = "target", _("mục tiêu")


class IndicatorPlan(models.Model):
    """What a unit is to reach in a period. Rows are never changed: the newest of a code, unit, period and kind counts, without a value none does.

    `code` also names computed indicators, which have no row of their own.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=64)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    period = models.CharField(max_length=10)
    period_start = models.DateField()
    kind = models.CharField(max_length=6, choices=PlanKind.choices, default=PlanKind.PLAN)
    value = models.FloatField(null=True, blank=True)
    source = models.CharField(max_length=300, help_text="The document that assigns it.")
    issued_on = models.DateField(null=True, blank=True)
    simulated = models.BooleanField(default=False)
    recorded_by = models.CharField(max_length=150, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("-recorded_at", "-id")
        indexes = (models.Index(fields=("code", "unit", "period_start", "-recorded_at"), name="indicator_plans"),)

    def __str__(self) -> str:
        return f"{self.code} {self.unit_id} {self.period}: {self.value}"


class SheetState(models.TextChoices):
    DRAFT = "draft", _("đang nhập")
    SUBMITTED = "submitted", _("chờ duyệt")
    SENT_BACK = "sent_back", _("trả lại")
    APPROVED = "approved", _("đã duyệt")


class SheetEntry(models.Model):
    """A sheet of one unit and period, opened when the period ends. `round` counts submissions after an approval; `revision` every change."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sheet = models.CharField(max_length=64)
    template_id = models.UUIDField()
    version = models.PositiveIntegerField(help_text="Version of the template that the unit filled in.")
    name = models.CharField(max_length=300)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    period = models.CharField(max_length=10)
    period_start = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=SheetState.choices, default=SheetState.DRAFT)
    round = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(
        max_length=12, default="preliminary", help_text="Status that the unit declares its figures to have."
    )
    revision = models.PositiveIntegerField(default=0)
    simulated = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    first_submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ("due_on", "sheet", "unit_id")
        constraints = (models.UniqueConstraint(fields=("sheet", "unit", "period"), name="one_entry_per_sheet"),)
        indexes = (models.Index(fields=("unit", "due_on"), name="sheet_entries_of_unit"),)

    def __str__(self) -> str:
        return f"{self.sheet} {self.unit_id} {self.period}"


class SheetCell(models.Model):
    """One figure of a sheet as it was typed. `value` is None where `text` is empty or no number; `remark` is what an approver asks for."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(SheetEntry, models.CASCADE, related_name="cells")
    code = models.CharField(max_length=64)
    text = models.CharField(max_length=60, blank=True)
    value = models.FloatField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)
    remark = models.CharField(max_length=500, blank=True)
    remark_by = models.CharField(max_length=150, blank=True)
    changed_by = models.CharField(max_length=150, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("entry", "code"), name="one_cell_per_code"),)

    def __str__(self) -> str:
        return f"{self.entry_id} {self.code}: {self.text}"


class CellChange(models.Model):
    """The history of a cell: what stood in it before and after, by whom and how. Never changed."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(SheetEntry, models.CASCADE, related_name="changes")
    code = models.CharField(max_length=64)
    before = models.CharField(max_length=60, blank=True)
    after = models.CharField(max_length=60, blank=True)
    how = models.CharField(max_length=10, help_text="typed, pasted, excel, undone, api.")
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=("entry", "code", "-at"), name="cell_changes_of_cell"),)

    def __str__(self) -> str:
        return f"{self.entry_id} {self.code}: {self.before} → {self.after}"


class SheetEvent(models.Model):
    """What happened to a sheet: opened, submitted (with its figures), sent back (with the remarks), approved, reopened. Never changed."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(SheetEntry, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10)
    words = models.CharField(max_length=1000, blank=True)
    detail = models.JSONField(default=dict)
    by = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.entry_id} {self.kind}"


class SheetApproval(models.Model):
    """Sheets that were approved in one go: what the approval overwrote of each, so that it can be taken back for a while."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    before = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    undone_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.made_by} {self.made_at:%Y-%m-%d %H:%M}"


class IndicatorNote(models.Model):
    """What a leader wrote beside a figure of a unit and period; taken away, it stays with the name of who took it away."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=64)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    period = models.CharField(max_length=10)
    words = models.CharField(max_length=1000)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=("code", "unit", "period"), name="indicator_notes"),)

    def __str__(self) -> str:
        return f"{self.code} {self.unit_id} {self.period}"
