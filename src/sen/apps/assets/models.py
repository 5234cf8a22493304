"""Assets (stations, sensors, gauges…) and their series. A series is one property of one asset, known to telemetry by its number."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from sen.kernel.identifiers import uuid7
from sen.kernel.text import folded


class NextNumber(models.Func):
    """`nextval` of a sequence: small integers that telemetry stores instead of UUIDs."""

    function = "nextval"
    output_field = models.IntegerField()

    def __init__(self, sequence: str) -> None:
        super().__init__(models.Value(sequence))


class Asset(models.Model):
    """Something in the field that has a place, an owner and series."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.IntegerField(unique=True, db_default=NextNumber("assets_asset_number"), editable=False)
    code = models.CharField(_("Mã"), max_length=64, unique=True)
    name = models.CharField(_("Tên"), max_length=200)
    kind = models.CharField(_("Loại"), max_length=64, db_index=True)
    owner = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("Đơn vị chủ quản"))
    territory = models.ForeignKey(
        "organisations.Unit", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("Địa bàn")
    )
    lon = models.FloatField(_("Kinh độ"), null=True, blank=True)
    lat = models.FloatField(_("Vĩ độ"), null=True, blank=True)
    address = models.CharField(_("Địa chỉ"), max_length=300, blank=True)
    simulated = models.BooleanField(_("Số liệu mô phỏng"), default=False)
    active = models.BooleanField(_("Đang dùng"), default=True)
    attributes = models.JSONField(default=dict, blank=True)
    search_text = models.TextField(editable=False, default="")
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ("code",)
        indexes = (models.Index(fields=("lon", "lat"), name="assets_place"),)
        constraints = (
            models.CheckConstraint(
                name="assets_place_on_earth",
                condition=models.Q(lon__isnull=True, lat__isnull=True)
                | models.Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90),
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} · {self.name}"

    def refresh_search_text(self) -> None:
        """What `q` looks through: code, name and address without diacritics."""
        self.search_text = folded(f"{self.code} {self.name} {self.address}")[:600]


class RetentionClass(models.TextChoices):
    """How long observations of a series are kept; the days are settings of telemetry."""

    REGULATORY = "regulatory", _("Quan trắc theo quy định")
    OPERATIONAL = "operational", _("Vận hành")
    TEST = "test", _("Thử nghiệm")


class Series(models.Model):
    """One property of one asset, and the source and device that feed it.

    `source_number` refers to sources.Source.number. It is no foreign key, because the sources app depends on this one;
    sources are stopped, never deleted. `interval_s` and `allowed_delay_s` repeat the promise of the source, so that the
    directory is one query.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.IntegerField(unique=True, db_default=NextNumber("assets_series_number"), editable=False)
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="series")
    property = models.CharField(_("Thông số"), max_length=64)
    source_number = models.IntegerField(null=True, blank=True, db_index=True)
    device = models.CharField(_("Mã thiết bị tại nguồn"), max_length=128, blank=True)
    interval_s = models.PositiveIntegerField(default=300)
    allowed_delay_s = models.PositiveIntegerField(default=600)
    active = models.BooleanField(default=True)
    retention = models.CharField(max_length=16, choices=RetentionClass, default=RetentionClass.OPERATIONAL)

    class Meta:
        ordering = ("asset__code", "property")
        verbose_name_plural = "series"
        constraints = (
            models.UniqueConstraint(fields=("asset", "property"), name="assets_one_series_per_property"),
            models.UniqueConstraint(
                fields=("source_number", "device", "property"),
                condition=models.Q(source_number__isnull=False),
                name="assets_one_series_per_device_property",
            ),
        )

    def __str__(self) -> str:
        return f"{self.asset_id}/{self.property}"


class AssetPlacement(models.Model):
    """Who owned an asset and on whose ground it stood, for a period. Written with every change; the newest one has no end.

    `valid_from` None reaches back as far as there are figures: nobody knows of another owner or ground before.
    """

    asset = models.ForeignKey(Asset, models.CASCADE, related_name="placements")
    owner = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    territory = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", null=True, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("asset", "valid_from")
        constraints = (
            models.UniqueConstraint(
                fields=("asset",), condition=models.Q(valid_to=None), name="assets_one_placement_now"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_from=None)
                | models.Q(valid_to=None)
                | models.Q(valid_from__lt=models.F("valid_to")),
                name="assets_placement_forward",
            ),
        )

    def __str__(self) -> str:
        return f"{self.asset_id}: {self.owner_id}, {self.territory_id}"


class DirectoryVersion(models.Model):
    """One row; its number grows with every change that processes with a copy of the directory must learn of."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    version = models.BigIntegerField(default=1)

    class Meta:
        constraints = (models.CheckConstraint(name="assets_single_version_row", condition=models.Q(id=1)),)

    def __str__(self) -> str:
        return str(self.version)
