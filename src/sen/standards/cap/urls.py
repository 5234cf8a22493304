"""Addresses of CAP, below /cap/."""

from __future__ import annotations

from django.urls import path

from sen.standards.cap import views

urlpatterns = [
    path("feed.xml", views.feed, name="cap-feed"),
    path("preview/<uuid:message_id>.xml", views.preview, name="cap-preview"),
    path("<str:identifier>.xml", views.message, name="cap-message"),
]
