"""What little of procedures is in PostgreSQL: the catalogue, whose agency codes are whose, how far each source was read."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class LimitUnit(models.TextChoices):
    """What a statutory limit is counted in."""

    HOUR = "hour", _("giờ")
    DAY = "day", _("ngày")
    WORKING_DAY = "working_day", _("ngày làm việc")
    MONTH = "month", _("tháng")


class Procedure(models.Model):
    """One administrative procedure. `id` is its number in ClickHouse. One that only dossiers named is not `catalogued`."""

    id = models.AutoField(primary_key=True)
    code = models.CharField(_("Mã thủ tục"), max_length=64, unique=True)
    name = models.CharField(_("Tên thủ tục"), max_length=1000)
    field = models.CharField(_("Lĩnh vực"), max_length=200, blank=True)
    level = models.CharField(_("Cấp thực hiện"), max_length=20, blank=True, help_text="province or commune")
    limit = models.FloatField(_("Thời hạn giải quyết"), null=True, blank=True)
    limit_unit = models.CharField(max_length=20, choices=LimitUnit, default=LimitUnit.WORKING_DAY)
    catalogued = models.BooleanField(default=False)
    has_fee = models.BooleanField(_("Có phí, lệ phí"), default=False)
    online = models.BooleanField(_("Có dịch vụ trực tuyến"), default=False)
    online_since = models.DateField(null=True, blank=True)
    payable_online = models.BooleanField(_("Thanh toán trực tuyến"), default=False)
    announced_on = models.DateField(_("Ngày công bố"), null=True, blank=True)
    announce_due = models.DateField(_("Hạn công bố"), null=True, blank=True)
    published_on = models.DateField(_("Ngày công khai"), null=True, blank=True)
    publish_due = models.DateField(_("Hạn công khai"), null=True, blank=True)
    fully_described = models.BooleanField(_("Đầy đủ nội dung"), null=True, blank=True)
    source = models.CharField(max_length=300, blank=True)
    simulated = models.BooleanField(default=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Agency(models.Model):
    """An agency code of a source and the unit it means. `id` is its number in ClickHouse, so that another unit can be named
    later without touching a dossier. `code` is the canonical rendering (`H55.02.03`), `written` as the source first wrote it."""

    id = models.AutoField(primary_key=True)
    code = models.CharField(_("Mã định danh"), max_length=64, unique=True)
    written = models.CharField(max_length=64)
    unit = models.ForeignKey(
        "organisations.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Đơn vị")
    )
    first_seen = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.code


class SyncState(models.Model):
    """How far a source was read: `cursor` moves only after the durable log has the page before it."""

    source_key = models.CharField(max_length=64, primary_key=True)
    cursor = models.JSONField(default=dict)
    rows = models.BigIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.source_key


class Feed(models.Model):
    """Where dossiers come from: a source's number (0 = files), and when it last brought something."""

    number = models.IntegerField(primary_key=True)
    name = models.CharField(max_length=200)
    simulated = models.BooleanField(default=False)
    stored = models.BigIntegerField(default=0)
    stored_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Recount(models.Model):
    """When the counters were last brought up to date; one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    finished_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.finished_at:%Y-%m-%d %H:%M}"


class ForecastCheck(models.Model):
    """How good the forecast of late dossiers was when past days were foretold again (forecast_check.py); one row, the newest.

    `late` of `foretold` dossiers were late in the end; `named_late` of the `named` ones. `brier` is the mean square of (foretold share
    minus what became), `brier_plain` that of the procedure's own share; `named_late_plain`: late ones among as many that had used up most
    of their time; `hours_ahead` the mean time left when a late one was named.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    made_at = models.DateTimeField()
    first_day = models.DateField()
    last_day = models.DateField()
    days = models.IntegerField()
    foretold = models.BigIntegerField()
    late = models.BigIntegerField()
    named = models.BigIntegerField()
    named_late = models.BigIntegerField()
    named_late_plain = models.BigIntegerField(default=0)
    brier = models.FloatField()
    brier_plain = models.FloatField()
    hours_ahead = models.FloatField(null=True)
    simulated = models.BooleanField(default=False)

    @property
    def precision(self) -> float | None:
        """Percent of the named ones that were late in the end; None where none was named."""
        return 100 * self.named_late / self.named if self.named else None

    @property
    def recall(self) -> float | None:
        """Percent of the late ones that had been named; None where none was late."""
        return 100 * self.named_late / self.late if self.late else None

    @property
    def better(self) -> bool:
        """Whether it was better than both plain guesses."""
        return self.brier < self.brier_plain and self.named_late > self.named_late_plain

    def __str__(self) -> str:
        return f"{self.first_day} … {self.last_day}"
