"""Addresses of plans and targets. Included by the console, before the addresses of single indicators."""

from __future__ import annotations

from django.urls import path

from sen.apps.indicators import pages_plans

urlpatterns = [
    path("figures/plans/", pages_plans.plans_page, name="figure-plans"),
    path("figures/plans/template/", pages_plans.plans_template, name="figure-plans-template"),
    path("figures/plans/undo/", pages_plans.plans_undo, name="figure-plans-undo"),
]
