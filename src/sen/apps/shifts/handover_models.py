"""A hand-over with its lines and the promises that outlive it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from sen.kernel.identifiers import uuid7


class Handover(models.Model):
    """One shift handed to the next. While it is a draft its lines follow the world; once the outgoing signs they stand still."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Đang lập")
        GIVEN = "given", _("Chờ ca nhận ký")
        DONE = "done", _("Đã giao xong")
        CANCELLED = "cancelled", _("Đã bỏ")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField(help_text="Counts from 1 in each unit and year, without a gap.")
    turn = models.CharField(max_length=40)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    outgoing = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    incoming = models.ForeignKey("access.User", models.PROTECT, null=True, related_name="+")
    remark = models.TextField(max_length=4000, blank=True)
    created_at = models.DateTimeField()
    filled_at = models.DateTimeField(null=True)
    given_at = models.DateTimeField(null=True)
    given_by_means = models.CharField(max_length=10, blank=True)
    given_digest = models.CharField(max_length=64, blank=True)
    taken_at = models.DateTimeField(null=True)
    taken_by_means = models.CharField(max_length=10, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    file_id = models.UUIDField(null=True)
    simulated = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "sequence"], name="handover_number_once"),
            models.UniqueConstraint(
                fields=["unit"], condition=models.Q(state__in=("draft", "given")), name="handover_one_open_per_unit"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """As it stands on the document: `12/BBGC`, with the year elsewhere."""
        return f"{self.sequence:02d}/BBGC"


class HandoverLine(models.Model):
    """One thing handed over. `key` finds it again when the draft is filled anew, so that its note stays."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    handover = models.ForeignKey(Handover, models.CASCADE, related_name="lines")
    section = models.CharField(max_length=30)
    section_title = models.CharField(max_length=100)
    section_order = models.PositiveSmallIntegerField(default=50)
    order = models.PositiveSmallIntegerField(default=0)
    key = models.CharField(max_length=120)
    words = models.CharField(max_length=500)
    detail = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=300, blank=True)
    severity = models.CharField(max_length=10, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    received_at = models.DateTimeField(null=True)
    question = models.CharField(max_length=500, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("section_order", "section", "order", "key")
        constraints = [models.UniqueConstraint(fields=["handover", "section", "key"], name="handover_line_once")]

    def __str__(self) -> str:
        return self.words


class Promise(models.Model):
    """Something that a shift promised somebody; it is handed on until it is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    words = models.CharField(max_length=500)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    kept_at = models.DateTimeField(null=True)
    kept_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ("made_at",)

    def __str__(self) -> str:
        return self.words
