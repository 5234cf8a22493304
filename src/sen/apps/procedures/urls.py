"""Addresses of dossiers. Included by the console; `<code>` comes last because codes are the offices' own."""

from __future__ import annotations

from django.urls import path

from sen.apps.procedures import pages_answers, pages_dossiers, pages_figures, pages_procedures

urlpatterns = [
    path("dossiers/", pages_figures.overview_page, name="dossiers"),
    path("dossiers/units/<str:unit>/", pages_figures.unit_page, name="dossiers-unit"),
    path("dossiers/units/<str:unit>/remind/", pages_figures.remind_unit, name="dossiers-remind"),
    path("dossiers/index/", pages_figures.index_page, name="dossiers-index"),
    path("dossiers/index.csv", pages_figures.index_csv, name="dossiers-index-csv"),
    path("dossiers/procedures/", pages_procedures.procedures_page, name="dossiers-procedures"),
    path("dossiers/procedures/<path:code>/", pages_procedures.procedure_page, name="dossiers-procedure"),
    path("dossiers/provenance/", pages_answers.provenance, name="dossiers-provenance"),
    path("dossiers/ranking.csv", pages_figures.ranking_csv, name="dossiers-ranking"),
    path("dossiers/list/", pages_dossiers.list_page, name="dossiers-list"),
    path("dossiers/list.csv", pages_dossiers.list_csv, name="dossiers-csv"),
    path("dossiers/list.xlsx", pages_dossiers.list_workbook, name="dossiers-workbook"),
    path("dossiers/<str:code>/", pages_dossiers.dossier_page, name="dossier"),
    path("dossiers/<str:code>/applicant/", pages_dossiers.applicant, name="dossier-applicant"),
]
