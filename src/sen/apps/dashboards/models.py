"""What dashboards and walls keep: the chosen home, screens with their tokens, scenes, playlists, timed scenes and sendings.

Dashboards themselves are templates of the packs app; nothing of their content is stored here.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from sen.kernel.identifiers import uuid7


class HomeChoice(models.Model):
    """The dashboard that a unit's people see first."""

    unit = models.OneToOneField("organisations.Unit", models.CASCADE, primary_key=True, related_name="+")
    template_id = models.UUIDField()
    chosen_at = models.DateTimeField()
    chosen_by = models.CharField(max_length=150, blank=True)

    def __str__(self) -> str:
        return str(self.template_id)


class Layout(models.TextChoices):
    """How many panels a scene has and how they lie."""

    ONE = "one", _("Một khung")
    TWO = "two", _("Hai khung")
    THREE = "three", _("Một khung lớn, hai khung nhỏ")
    FOUR = "four", _("Bốn khung")


class Scene(models.Model):
    """One picture of a wall: a layout, and in each panel a dashboard, the map, the index board or a note."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("Đơn vị"))
    code = models.CharField(_("Mã cảnh"), max_length=64)
    name = models.CharField(_("Tên cảnh"), max_length=120)
    layout = models.CharField(_("Bố cục"), max_length=8, choices=Layout, default=Layout.ONE)
    panels = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(editable=False)
    changed_by = models.CharField(max_length=150, blank=True, editable=False)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("unit", "code"), name="dashboards_scene_code"),)

    def __str__(self) -> str:
        return self.name


class Playlist(models.Model):
    """Scenes shown one after the other. `started_at` is where the round began, so that screens with one list are in step."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("Đơn vị"))
    name = models.CharField(_("Tên danh sách phát"), max_length=120)
    started_at = models.DateTimeField(editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class PlaylistItem(models.Model):
    """A scene in its place in a playlist."""

    playlist = models.ForeignKey(Playlist, models.CASCADE, related_name="items")
    scene = models.ForeignKey(Scene, models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()
    seconds = models.PositiveIntegerField(default=30, validators=[MinValueValidator(5), MaxValueValidator(86_400)])

    class Meta:
        ordering = ("place",)
        constraints = (models.UniqueConstraint(fields=("playlist", "place"), name="dashboards_item_place"),)

    def __str__(self) -> str:
        return f"{self.place}: {self.scene_id}"


class Screen(models.Model):
    """A display on a wall. It signs in with a token in its address, of which only the SHA-256 is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("Đơn vị"))
    name = models.CharField(_("Tên màn hình"), max_length=120)
    place = models.CharField(_("Nơi đặt"), max_length=200, blank=True)
    theme = models.CharField(_("Nền"), max_length=5, choices=[("dark", _("Tối")), ("light", _("Sáng"))], default="dark")
    playlist = models.ForeignKey(Playlist, models.SET_NULL, null=True, blank=True, related_name="screens")
    token_hash = models.CharField(max_length=64, unique=True, null=True, editable=False)
    token_hint = models.CharField(max_length=8, blank=True, editable=False)
    token_made_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    pairing_hash = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    pairing_until = models.DateTimeField(null=True, editable=False)
    last_seen_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_size = models.CharField(max_length=16, blank=True, editable=False)
    created_at = models.DateTimeField(editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class TimedScene(models.Model):
    """A scene at set hours of set weekdays, on one screen or on all of the unit. Hours are those of Vietnam.

    An end at or before the beginning lies on the next day; the weekday is that of the beginning.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("Đơn vị"))
    screen = models.ForeignKey(Screen, models.CASCADE, null=True, blank=True, related_name="timed")
    scene = models.ForeignKey(Scene, models.CASCADE, related_name="timed")
    weekdays = ArrayField(models.PositiveSmallIntegerField(), help_text="0 is Monday, 6 is Sunday.")
    starts = models.TimeField()
    ends = models.TimeField()
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ("starts", "id")

    def __str__(self) -> str:
        return f"{self.starts:%H:%M}-{self.ends:%H:%M} {self.scene_id}"


class Sending(models.Model):
    """Something sent to a screen for a while: a scene or one panel. It ends by itself at `until`, earlier when given back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    batch = models.UUIDField(db_index=True)
    screen = models.ForeignKey(Screen, models.CASCADE, related_name="sendings")
    scene = models.ForeignKey(Scene, models.CASCADE, null=True, blank=True, related_name="+")
    panel = models.JSONField(null=True, blank=True)
    urgent = models.BooleanField(default=False, help_text="An incident: stands above what people send by hand.")
    reason = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField()
    sent_by = models.CharField(max_length=150, blank=True)
    until = models.DateTimeField()
    given_back_at = models.DateTimeField(null=True, blank=True)
    given_back_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ("-sent_at", "-id")
        indexes = (models.Index(fields=("screen", "until"), name="dashboards_sending_open"),)

    def __str__(self) -> str:
        return f"{self.screen_id} {self.sent_at:%Y-%m-%d %H:%M}"
