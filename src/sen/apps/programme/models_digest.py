"""The weekly digests that were made, and when each unit wants one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sen.kernel.identifiers import uuid7


class DigestSchedule(models.Model):
    """Every week on `weekday` (0 Monday) at `hour` local time; on the working day before where that is a day of rest.

    `department` and `agency` are the two lines of the head, `place` stands before the date, `signer_title` and `signer` below.
    """

    unit = models.OneToOneField("organisations.Unit", models.PROTECT, related_name="+")
    weekday = models.PositiveSmallIntegerField(default=4)
    hour = models.PositiveSmallIntegerField(default=15)
    active = models.BooleanField(default=True)
    agency = models.CharField(max_length=150, blank=True)
    department = models.CharField(max_length=150, blank=True)
    symbol = models.CharField(max_length=40, default="BC-VP")
    place = models.CharField(max_length=60, blank=True)
    signer_title = models.CharField(max_length=100, blank=True)
    signer = models.CharField(max_length=100, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6) & Q(hour__lte=23), name="digest_schedule_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.weekday}/{self.hour}"


class Digest(models.Model):
    """One digest that was made. `week` is its Monday; the scheduled one of a week exists once (`scheduled`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    week = models.DateField()
    scheduled = models.BooleanField(default=False)
    file_id = models.UUIDField()
    name = models.CharField(max_length=200)
    totals = models.JSONField(default=dict)
    simulated = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ("-made_at",)
        constraints = [
            models.UniqueConstraint(fields=["unit", "week"], condition=Q(scheduled=True), name="digest_scheduled_once"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.week}"
