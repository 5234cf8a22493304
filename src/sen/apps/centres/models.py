"""A unit's own centre, what happened to it, and the opening of many at once."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from sen.kernel.identifiers import uuid7


class Centre(models.Model):
    """The centre of one unit. Closing it keeps the row, and with it everything that hangs on the unit."""

    unit = models.OneToOneField("organisations.Unit", models.PROTECT, primary_key=True, related_name="+")
    name = models.CharField(_("Tên trung tâm"), max_length=200)
    is_open = models.BooleanField(default=False)
    opened_at = models.DateTimeField(null=True)
    opened_by = models.CharField(max_length=150, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=150, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    def __str__(self) -> str:
        return self.name


class CentreChange(models.Model):
    """An opening, a closing, or an opening taken back. `made` says what an opening made, so that it can be taken back."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("Mở trung tâm")
        CLOSED = "closed", _("Đóng trung tâm")
        UNDONE = "undone", _("Hoàn tác việc mở")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    centre = models.ForeignKey(Centre, models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    by = models.CharField(max_length=150, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    made = models.JSONField(default=dict)
    bulk = models.ForeignKey("centres.BulkOpening", models.PROTECT, null=True, related_name="changes")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.kind} {self.centre_id}"


class BulkOpening(models.Model):
    """Centres of many communes opened one after the other by a job. `results`: code of unit → empty, or why it failed."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Đang chờ")
        RUNNING = "running", _("Đang mở")
        DONE = "done", _("Đã xong")
        CANCELLED = "cancelled", _("Đã dừng")
        UNDOING = "undoing", _("Đang hoàn tác")
        UNDONE = "undone", _("Đã hoàn tác")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    codes = ArrayField(models.CharField(max_length=64))
    results = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    started_by = models.CharField(max_length=150)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-started_at",)

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} {len(self.codes)}"
