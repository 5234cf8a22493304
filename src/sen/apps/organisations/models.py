"""Units as a dated tree: identities with a period, dated edges, former names, the events that made them, their territory."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sen.kernel.identifiers import uuid7
from sen.kernel.scopes import Role


class UnitKind(models.TextChoices):
    """What a unit is in law, `level` says where it stands in the tree."""

    PROVINCE = "province", _("Tỉnh")
    CITY = "city", _("Thành phố trực thuộc Trung ương")
    WARD = "ward", _("Phường")
    COMMUNE = "commune", _("Xã")
    SPECIAL_ZONE = "special_zone", _("Đặc khu")
    TOWNSHIP = "township", _("Thị trấn")
    DISTRICT = "district", _("Đơn vị hành chính cấp huyện")
    DEPARTMENT = "department", _("Sở, ban, ngành")


class Level(models.TextChoices):
    PROVINCE = "province", _("Cấp tỉnh")
    DISTRICT = "district", _("Cấp huyện")
    COMMUNE = "commune", _("Cấp xã")
    DEPARTMENT = "department", _("Sở, ban, ngành")


class Unit(models.Model):
    """An administrative unit or department. Codes are used again after a reorganisation: (code, period) names a unit, `id` is it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=64)
    name = models.CharField(max_length=200, help_text="Current or last official name, with its kind: `Phường Mỹ Tho`.")
    short_name = models.CharField(max_length=200)
    folded_name = models.CharField(max_length=200, help_text="Name without diacritics, for searching.")
    kind = models.CharField(max_length=20, choices=UnitKind.choices)
    level = models.CharField(max_length=20, choices=Level.choices)
    valid_from = models.DateField(null=True, blank=True, help_text="First day; empty where the source does not say.")
    valid_to = models.DateField(
        null=True, blank=True, help_text="First day on which it is no more; empty while it stands."
    )
    seat_lon = models.FloatField(null=True, blank=True)
    seat_lat = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "level"], condition=Q(valid_to=None), name="unit_one_standing_per_code"
            ),
            models.UniqueConstraint(fields=["code", "level", "valid_to"], name="unit_one_per_code_and_end"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_from__lt=F("valid_to")),
                name="unit_period_forward",
            ),
        ]
        indexes = [models.Index(fields=["folded_name"], name="unit_by_folded_name")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class TreeEdge(models.Model):
    """`unit` belongs to `parent` for a period."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="edges_up")
    parent = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="edges_down")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=Q(valid_to=None), name="edge_one_parent_now"),
            models.CheckConstraint(condition=~Q(unit=F("parent")), name="edge_not_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} < {self.parent_id}"


class FormerName(models.Model):
    """What a unit was called before a rename."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="former_names")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=UnitKind.choices)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField()

    def __str__(self) -> str:
        return f"{self.name} (đến {self.valid_to})"


class UnitEvent(models.Model):
    """A dated act that changed the tree."""

    class Kind(models.TextChoices):
        MERGE = "merge", _("Hợp nhất, sáp nhập")
        SPLIT = "split", _("Chia tách")
        RENAME = "rename", _("Đổi tên")
        MOVE = "move", _("Đổi đơn vị cấp trên")
        FOUND = "found", _("Thành lập")
        END = "end", _("Kết thúc hoạt động")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    on = models.DateField()
    legal_source = models.CharField(max_length=300)
    verified = models.BooleanField(default=False, help_text="Whether somebody compared it with the legal text.")

    class Meta:
        ordering = ["-on", "id"]

    def __str__(self) -> str:
        return f"{self.on} {self.kind}"


class Succession(models.Model):
    """`predecessor` went over into `successor`, wholly or (`is_split`) in part, through `event`."""

    event = models.ForeignKey(UnitEvent, on_delete=models.CASCADE, related_name="successions")
    predecessor = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="successions_down", null=True)
    successor = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="successions_up", null=True)
    is_split = models.BooleanField(default=False)
    is_main = models.BooleanField(default=True, help_text="The successor to assume where only the old unit is known.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "predecessor", "successor"], name="succession_once"),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"


class SplitShare(models.Model):
    """How much of a split unit went over into one successor, measured by population, area…: a recorded rule, with its source.

    Never changed: new shares of the same split and basis replace the former ones, which stay with the moment of their replacement.
    """

    class Basis(models.TextChoices):
        POPULATION = "population", _("Dân số")
        HOUSEHOLDS = "households", _("Số hộ")
        AREA = "area", _("Diện tích")
        OTHER = "other", _("Căn cứ khác")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    succession = models.ForeignKey(Succession, on_delete=models.CASCADE, related_name="shares")
    basis = models.CharField(max_length=20, choices=Basis.choices)
    share = models.FloatField(help_text="Part of the split unit, 0 to 1.")
    measured_on = models.DateField(help_text="The day to which the population, area… refers.")
    source = models.CharField(max_length=300)
    recorded_by = models.CharField(max_length=150, blank=True)
    recorded_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["succession", "basis"], condition=Q(replaced_at=None), name="split_share_one_in_force"
            ),
            models.CheckConstraint(condition=Q(share__gte=0, share__lte=1), name="split_share_is_a_part"),
        ]

    def __str__(self) -> str:
        return f"{self.succession_id} {self.basis} {self.share}"


class TreeVersion(models.Model):
    """One row with the version of the tree and the working days, new with every write to them: triggers of migration 0004 see to it."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    version = models.UUIDField()

    def __str__(self) -> str:
        return str(self.version)


class Territory(models.Model):
    """The ground of a unit for a period: an imported boundary, or an approximate cell around its seat."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="territories")
    geometry = models.JSONField(help_text="GeoJSON Polygon or MultiPolygon, longitude and latitude of WGS 84.")
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    approximate = models.BooleanField(default=True)
    source = models.CharField(max_length=300)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=Q(valid_to=None), name="territory_one_now"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} ({self.source})"


class Membership(models.Model):
    """A person's role in a unit for a period."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user_id = models.UUIDField(
        db_index=True, help_text="The account. An id, not a key: access knows units, units know no accounts."
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=[(role.value, role.value) for role in Role])
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user_id", "unit", "role"], condition=Q(valid_to=None), name="membership_once_now"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.unit_id}"


class CalendarChange(models.Model):
    """One act that changed the days or office hours of a unit: what it wrote can be taken back together. Never changed itself."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="calendar_changes")
    words = models.CharField(max_length=300)
    made_by = models.CharField(max_length=150, blank=True)
    made_at = models.DateTimeField()
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.words}"


class CalendarRow(models.Model):
    """What one change wrote for a unit; in force until another change ends it, then kept."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=300)
    verified = models.BooleanField(default=False, help_text="Whether somebody compared it with the document.")
    made_in = models.ForeignKey(CalendarChange, on_delete=models.PROTECT, related_name="made_%(class)s")
    ended_in = models.ForeignKey(
        CalendarChange, on_delete=models.PROTECT, null=True, blank=True, related_name="ended_%(class)s"
    )

    class Meta:
        abstract = True


class WorkingDay(CalendarRow):
    """A day on which a unit and those below it differ from the calendar above: rest, or work on a day of rest."""

    day = models.DateField()
    working = models.BooleanField()
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "day"], condition=Q(ended_in=None), name="working_day_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.day} {self.name}"


class OfficeHours(CalendarRow):
    """When the offices of a unit and those below it are open, from a day on."""

    valid_from = models.DateField()
    spans = models.JSONField(null=True, help_text='[["07:30", "11:30"], …] local; null: as the unit above again.')

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "valid_from"], condition=Q(ended_in=None), name="office_hours_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.valid_from} {self.spans}"


class CompleteYear(CalendarRow):
    """A year whose days of rest and compensated days a unit has all on file, so that counting in it needs no warning."""

    year = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year"], condition=Q(ended_in=None), name="complete_year_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.year}"
