"""One row per kept file; its bytes lie in the store under their SHA-256, once for all rows that share them."""

from __future__ import annotations

from django.db import models

from sen.kernel.identifiers import uuid7


class StoredFile(models.Model):
    """A file under the name that its sender gave it. `about` is `<prefix>:<id>` of what it belongs to.

    `media_type` was recognised by the content. `personal` files leave a trace in the record each time somebody reads them.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    about = models.CharField(max_length=120, db_index=True)
    personal = models.BooleanField(default=False)
    kept_at = models.DateTimeField()
    kept_by = models.CharField(max_length=150)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ("kept_at", "id")

    def __str__(self) -> str:
        return self.name
