"""What the console may reach of procedures' pages."""

from __future__ import annotations

from sen.apps.procedures.urls import urlpatterns

__all__ = ["urlpatterns"]
