"""A module of a unit: its answers to the readiness gate, whether it is switched on, and everything that happened to it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from sen.kernel.identifiers import uuid7


class UnitModule(models.Model):
    """A module of a pack in one unit. Whether its sources are in time is no column: that is asked of the assets each time."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("Đơn vị"))
    code = models.CharField(_("Phân hệ"), max_length=64, help_text="The code of the pack whose module it is.")
    on = models.BooleanField(default=False)

    owner = models.ForeignKey("access.User", models.SET_NULL, null=True, blank=True, related_name="+")
    procedure_number = models.CharField(max_length=100, blank=True)
    procedure_title = models.CharField(max_length=300, blank=True)
    procedure_minutes = models.PositiveIntegerField(null=True, blank=True, help_text="Until somebody has answered.")
    procedure_contact = models.CharField(max_length=200, blank=True, help_text="Who answers.")
    upkeep_who = models.CharField(max_length=200, blank=True)
    upkeep_money = models.CharField(max_length=200, blank=True)
    upkeep_until = models.DateField(null=True, blank=True, help_text="The last day that is paid for.")
    baseline_value = models.FloatField(null=True, blank=True, help_text="In the unit of the pack's measure.")
    baseline_on = models.DateField(null=True, blank=True)
    baseline_source = models.CharField(max_length=300, blank=True)
    target_value = models.FloatField(null=True, blank=True)
    target_on = models.DateField(null=True, blank=True)

    switched_at = models.DateTimeField(null=True, blank=True)
    switched_by = models.CharField(max_length=150, blank=True)
    switch_reason = models.TextField(blank=True, help_text="Why it was switched on although something was missing.")
    switched_missing = ArrayField(models.CharField(max_length=20), default=list, blank=True)

    ready = models.BooleanField(default=False, help_text="At the last daily evaluation.")
    missing = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    ready_since = models.DateTimeField(null=True, blank=True, help_text="Since when `ready` is as it is.")
    evaluated_at = models.DateTimeField(null=True, blank=True)

    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ("code",)
        constraints = (
            models.UniqueConstraint(fields=("unit", "code"), name="effectiveness_module_once_per_unit"),
            models.CheckConstraint(
                condition=models.Q(procedure_minutes=None) | models.Q(procedure_minutes__gte=1),
                name="effectiveness_minutes_positive",
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit_id} {self.code}"


class ModuleChange(models.Model):
    """What happened to a module; rows are never changed."""

    class Kind(models.TextChoices):
        TAKEN_UP = "taken_up", _("Đưa vào chuẩn bị")
        EDITED = "edited", _("Cập nhật điều kiện")
        SWITCHED_ON = "switched_on", _("Bật")
        SWITCHED_OFF = "switched_off", _("Tắt")
        BECAME_READY = "became_ready", _("Đủ điều kiện")
        STOPPED_READY = "stopped_ready", _("Không còn đủ điều kiện")

    module = models.ForeignKey(UnitModule, models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=16, choices=Kind)
    at = models.DateTimeField()
    by = models.CharField(max_length=150, blank=True, help_text="Empty for the daily evaluation.")
    reason = models.TextField(blank=True)
    missing = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    fields = models.JSONField(default=dict, blank=True, help_text="field → [before, after]")

    class Meta:
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=("module", "at"), name="effectiveness_change_by_time"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.kind}"
