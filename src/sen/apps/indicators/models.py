"""Indicators: what they mean, and every value ever recorded of them. A value belongs to the unit of its own time."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from sen.kernel.identifiers import uuid7


class Direction(models.TextChoices):
    """Whether more is better."""

    UP = "up", _("càng cao càng tốt")
    DOWN = "down", _("càng thấp càng tốt")
    NONE = "none", _("không có chiều")


class PeriodKind(models.TextChoices):
    MONTH = "month", _("Tháng")
    QUARTER = "quarter", _("Quý")
    HALF_YEAR = "half_year", _("6 tháng")
    YEAR = "year", _("Năm")


class AcrossUnits(models.TextChoices):
    """How the values of units become the value of the unit that they merge into."""

    SUM = "sum", _("cộng")
    MEAN = "mean", _("lấy trung bình")
    WEIGHTED_MEAN = "weighted_mean", _("lấy trung bình có trọng số")
    NONE = "none", _("không gộp được")


class IndicatorDefinition(models.Model):
    """What is counted or measured. `pack` is the pack that it comes from, empty for the province's own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300, blank=True)
    unit_label = models.CharField(max_length=60, blank=True)
    decimals = models.PositiveSmallIntegerField(default=0)
    direction = models.CharField(max_length=4, choices=Direction.choices, default=Direction.NONE)
    period = models.CharField(max_length=10, choices=PeriodKind.choices)
    cumulative = models.BooleanField(
        default=False, help_text="Whether each period counts from the beginning of the year."
    )
    across_units = models.CharField(max_length=14, choices=AcrossUnits.choices, default=AcrossUnits.NONE)
    weight = models.CharField(max_length=64, blank=True, help_text="Code of the indicator that weighs a weighted mean.")
    formula = models.CharField(max_length=500, blank=True, help_text="Of other indicators' codes; empty: recorded.")
    source_agency = models.CharField(max_length=200, blank=True)
    due_day = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Day after the period's end, counted from 1."
    )
    source = models.CharField(max_length=300, blank=True, help_text="The document that defines it.")
    pack = models.CharField(max_length=64, blank=True)
    simulated = models.BooleanField(default=False)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} · {self.name}"


class Status(models.TextChoices):
    """How final a value is. After an official value only a revision may follow."""

    ESTIMATED = "estimated", _("ước tính")
    PRELIMINARY = "preliminary", _("sơ bộ")
    OFFICIAL = "official", _("chính thức")
    REVISED = "revised", _("đã điều chỉnh")


class IndicatorValue(models.Model):
    """One recorded value. Rows are never changed: a revision is a new row, and the newest row of a unit and period counts."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    definition = models.ForeignKey(IndicatorDefinition, models.PROTECT, related_name="values")
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    period = models.CharField(max_length=10, help_text="2025-03, 2025-Q1, 2025-H1 or 2025.")
    period_start = models.DateField()
    value = models.FloatField()
    status = models.CharField(max_length=12, choices=Status.choices)
    by_hand = models.BooleanField(default=True)
    simulated = models.BooleanField(default=False)
    source = models.CharField(max_length=300)
    note = models.CharField(max_length=1000, blank=True, help_text="Evidence, or why it was revised.")
    recorded_by = models.CharField(max_length=150, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("-recorded_at", "-id")
        indexes = (
            models.Index(fields=("definition", "period_start", "unit", "-recorded_at"), name="indicators_by_period"),
            models.Index(fields=("definition", "unit", "period_start", "-recorded_at"), name="indicators_by_unit"),
        )

    def __str__(self) -> str:
        return f"{self.definition_id} {self.unit_id} {self.period}: {self.value}"


# Django finds the models of an app in this module.
from sen.apps.indicators.models_sheets import (  # noqa: E402
    CellChange,
    IndicatorNote,
    IndicatorPlan,
    SheetApproval,
    SheetCell,
    SheetEntry,
    SheetEvent,
)

__all__ = [
    "AcrossUnits", "CellChange", "Direction", "IndicatorDefinition", "IndicatorNote", "IndicatorPlan", "IndicatorValue", "PeriodKind",
    "SheetApproval", "SheetCell", "SheetEntry", "SheetEvent", "Status",
]  # fmt: skip
