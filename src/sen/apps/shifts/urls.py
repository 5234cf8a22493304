"""Addresses of shifts: the roster, escalation chains, hand-overs. Included by the console."""

from __future__ import annotations

from django.urls import path

from sen.apps.shifts import pages, pages_chains, pages_handover, pages_roster

urlpatterns = [
    path("shifts/", pages.roster_page, name="shifts"),
    path("shifts/roster.<str:form>", pages_roster.export, name="roster-export"),
    path("shifts/import/", pages_roster.import_page, name="roster-import"),
    path("shifts/roster/<str:action>/", pages_roster.roster_action, name="roster-action"),
    path("shifts/duties/<uuid:duty>/", pages_roster.duty_page, name="duty"),
    path("shifts/swaps/<uuid:swap>/<str:action>/", pages_roster.swap_action, name="swap-action"),
    path("shifts/me/<str:action>/", pages.own_action, name="shift-action"),
    path("shifts/chains/", pages_chains.chains_page, name="chains"),
    path("shifts/chains/save/", pages_chains.save_chain, name="chain-save"),
    path("shifts/handover/", pages_handover.handovers_page, name="handovers"),
    path("shifts/handover/begin/", pages_handover.begin, name="handover-begin"),
    path("shifts/handover/<uuid:handover>/", pages_handover.handover_page, name="handover"),
    path("shifts/handover/<uuid:handover>/<str:action>/", pages_handover.handover_action, name="handover-action"),
    path("shifts/promises/<str:action>/", pages_handover.promise_action, name="promise-action"),
]
