"""The pages of documents, included by the console under its own name."""

from __future__ import annotations

from django.urls import path

from sen.apps.documents import pages, pages_exchange

urlpatterns = [
    path("documents/", pages.documents_page, name="documents"),
    path("documents/table.csv", pages.documents_csv, name="documents-csv"),
    path("documents/units/", pages.units_page, name="document-units"),
    path("documents/units.csv", pages.units_csv, name="document-units-csv"),
    path("documents/provenance/", pages.provenance, name="document-provenance"),
    path("documents/do/<str:action>/", pages.act_on_many, name="documents-act"),
    path("documents/undo/", pages.undo, name="documents-undo"),
    path("documents/exchange/", pages_exchange.exchange_page, name="document-exchange"),
    path("documents/exchange/replay/", pages_exchange.replay_many, name="document-messages-replay"),
    path("documents/exchange/agencies/", pages_exchange.name_agency, name="document-agencies"),
    path("documents/exchange/<uuid:message>/", pages_exchange.message_page, name="document-message"),
    path("documents/exchange/<uuid:message>/payload/", pages_exchange.payload, name="document-message-payload"),
    path("documents/exchange/<uuid:message>/<str:action>/", pages_exchange.act, name="document-message-action"),
    path("documents/<uuid:document>/", pages.document_page, name="document"),
    path("documents/<uuid:document>/<str:action>/", pages.act, name="document-action"),
]
