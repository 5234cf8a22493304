"""Signed documents: which file, under which number, with which signature."""

from __future__ import annotations

from django.db import models

from sen.kernel.identifiers import uuid7


class SignedDocument(models.Model):
    """A document that the centre signed. `sha256` is of its PDF, by which a copy is found again; `signers` are people's names."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sha256 = models.CharField(max_length=64, unique=True)
    file_id = models.UUIDField()
    number = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    signers = models.JSONField(default=list)
    signed_at = models.DateTimeField()
    public_key = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)

    class Meta:
        ordering = ("-signed_at",)

    def __str__(self) -> str:
        return self.number
