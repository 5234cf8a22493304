"""The pages of the emergency mode, included by the console under its own name."""

from __future__ import annotations

from django.urls import path

from sen.apps.emergency import pages, pages_area, pages_broadcasts

urlpatterns = [
    path("emergency/", pages.overview, name="emergency"),
    path("emergency/mode/<str:action>/", pages.mode_action, name="emergency-mode"),
    path("emergency/contacts/", pages.contacts_page, name="emergency-contacts"),
    path("emergency/contacts/<uuid:contact>/unmask/", pages.unmask, name="emergency-unmask"),
    path("emergency/resources/", pages.resources_page, name="emergency-resources"),
    path("emergency/resources/<str:code>/state/", pages.resource_state, name="emergency-resource-state"),
    path("emergency/area/", pages_area.area_page, name="emergency-area"),
    path("emergency/area/affected/", pages_area.affected_part, name="emergency-affected"),
    path("emergency/area/export/", pages_area.affected_csv, name="emergency-affected-csv"),
    path("emergency/bulletins/", pages_broadcasts.bulletins_page, name="emergency-bulletins"),
    path("emergency/bulletins/<str:code>/", pages_broadcasts.bulletin_page, name="emergency-bulletin"),
    path("emergency/broadcasts/", pages_broadcasts.broadcasts_page, name="emergency-broadcasts"),
    path("emergency/broadcasts/new/", pages_broadcasts.new_broadcast, name="emergency-broadcast-new"),
    path("emergency/broadcasts/<uuid:broadcast>/", pages_broadcasts.broadcast_page, name="emergency-broadcast"),
    path("emergency/broadcasts/<uuid:broadcast>/people/", pages_broadcasts.people_part, name="emergency-people"),
    path("emergency/broadcasts/<uuid:broadcast>/people.csv", pages_broadcasts.people_csv, name="emergency-people-csv"),
    path("emergency/broadcasts/<uuid:broadcast>/do/<str:action>/", pages_broadcasts.action, name="emergency-broadcast-action"),
]  # fmt: skip
