"""Addresses of sheets. Included by the console, before the addresses of single indicators."""

from __future__ import annotations

from django.urls import path

from sen.apps.indicators import pages_approving, pages_notes, pages_sheets

urlpatterns = [
    path("figures/sheets/", pages_sheets.sheets_page, name="sheets"),
    path("figures/sheets/approve/", pages_approving.approve_many, name="sheets-approve"),
    path("figures/sheets/approvals/<uuid:approval>/undo/", pages_approving.undo, name="sheets-approval-undo"),
    path("figures/sheets/<uuid:entry>/", pages_sheets.sheet_page, name="sheet"),
    path("figures/sheets/<uuid:entry>/rows.json", pages_sheets.sheet_rows, name="sheet-rows"),
    path("figures/sheets/<uuid:entry>/sheet.xlsx", pages_sheets.sheet_workbook, name="sheet-workbook"),
    path("figures/sheets/<uuid:entry>/cells/", pages_sheets.sheet_cells, name="sheet-cells"),
    path("figures/sheets/<uuid:entry>/here/", pages_sheets.sheet_here, name="sheet-here"),
    path("figures/sheets/<uuid:entry>/cells/<str:code>/", pages_sheets.cell_history, name="sheet-cell"),
    path("figures/sheets/<uuid:entry>/do/<str:action>/", pages_sheets.sheet_action, name="sheet-action"),
    path("figures/<str:code>/<str:unit>/notes/", pages_notes.note_action, name="figure-note"),
]
