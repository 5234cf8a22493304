"""Every page of the console and the apps, in the order of the rail."""

from __future__ import annotations

from django.urls import include, path

from sen.apps.access import pages as access
from sen.apps.alerts import pages as alerts
from sen.apps.assets import pages as assets
from sen.apps.audit import pages as audit
from sen.apps.centres import pages as centres
from sen.apps.dashboards import pages as dashboards
from sen.apps.effectiveness import pages as effectiveness
from sen.apps.files import pages as files
from sen.apps.indicators import pages as indicators
from sen.apps.notifications import pages as notifications
from sen.apps.organisations import pages as organisations
from sen.apps.packs import pages as packs
from sen.apps.reports import pages as reports
from sen.apps.sources import pages as sources
from sen.console import bar, centre_home, home, views

app_name = "console"

urlpatterns = [
    path("", home.overview, name="home"),
    path("map/", assets.map_page, name="map"),
    path("map/table/", assets.map_table, name="map-table"),
    path("map/territories.json", organisations.territories, name="territories"),
    path("assets/<str:code>/", assets.asset_page, name="asset"),
    path("assets/<str:code>/now/", assets.asset_now, name="asset-now"),
    path("assets/<str:code>/near/", assets.asset_near, name="asset-near"),
    path("assets/<str:code>/chart/<str:property>/", assets.asset_chart, name="asset-chart"),
    path("assets/<str:code>/provenance/<str:property>/", assets.asset_provenance, name="asset-provenance"),
    path("assets/<str:code>/download/<str:form>/", assets.asset_download, name="asset-download"),
    path("rules/", alerts.rules_page, name="rules"),
    path("rules/new/", alerts.new_rule, name="rule-new"),
    path("rules/sentence/", alerts.rule_sentence, name="rule-sentence"),
    path("rules/<uuid:template>/", alerts.rule_page, name="rule"),
    path("rules/<uuid:template>/edit/", alerts.rule_edit, name="rule-edit"),
    path("rules/<uuid:template>/test/", alerts.rule_test, name="rule-test"),
    path("rules/<uuid:template>/do/<str:action>/", alerts.rule_action, name="rule-action"),
    path("figures/", indicators.figures_page, name="figures"),
    path("figures/table.csv", indicators.figures_csv, name="figures-csv"),
    path("figures/<str:code>/<str:unit>/", indicators.history_page, name="figure-history"),
    path("figures/<str:code>/<str:unit>/provenance/", indicators.provenance, name="figure-provenance"),
    path("data/connections/", sources.connections, name="connections"),
    path("data/connections.csv", sources.connections_csv, name="connections-csv"),
    path("data/connections/remind/", sources.remind, name="remind"),
    path("data/reminders/<str:batch>/undo/", sources.undo_reminder, name="undo-reminder"),
    path("data/sources/of/", sources.sources_of, name="sources-of"),
    path("data/sources/new/", sources.new_source, name="new-source"),
    path("data/sources/<str:code>/", sources.source_page, name="source"),
    path("data/sources/<str:code>/<str:action>/", sources.source_action, name="source-action"),
    path("data/proposals/", sources.proposals, name="proposals"),
    path("data/proposals/<str:proposal>/<str:action>/", sources.proposal_action, name="proposal-action"),
    path("data/dead-letters/", sources.dead_letters, name="dead-letters"),
    path("data/dead-letters/<str:letter>/", sources.dead_letter, name="dead-letter"),
    path("data/dead-letters/<str:letter>/<str:action>/", sources.dead_letter_action, name="dead-letter-action"),
    path("data/limits/", packs.limits_page, name="limits"),
    path("templates/", packs.templates_page, name="templates"),
    path("templates/decide/", packs.decide_many, name="templates-decide"),
    path("templates/undo/", packs.template_undo, name="template-undo"),
    path("templates/new/", packs.new_template, name="new-template"),
    path("templates/drift/", packs.drift_page, name="template-drift"),
    path("templates/drift.csv", packs.drift_csv, name="template-drift-csv"),
    path("templates/<uuid:template>/", packs.template_page, name="template"),
    path("templates/<uuid:template>/field/", packs.template_field, name="template-field"),
    path("templates/<uuid:template>/edit/", packs.template_edit, name="template-edit"),
    path("templates/<uuid:template>/publish/", packs.template_publish, name="template-publish"),
    path("templates/<uuid:template>/receivers/", packs.template_receivers, name="template-receivers"),
    path("templates/<uuid:template>/do/<str:action>/", packs.template_action, name="template-action"),
    path("templates/<uuid:template>/versions/<int:number>/", packs.version_page, name="template-version"),
    path("templates/<uuid:template>/versions/<int:number>/decide/", packs.version_decide, name="template-decide"),
    path("dashboards/", dashboards.dashboards, name="dashboards"),
    path("dashboards/new/", dashboards.new, name="dashboard-new"),
    path("dashboards/preview/", dashboards.preview, name="dashboard-preview"),
    path("dashboards/series/", dashboards.series, name="dashboard-series"),
    path("dashboards/<uuid:template>/", dashboards.page, name="dashboard"),
    path("dashboards/<uuid:template>/tiles/", dashboards.tiles, name="dashboard-tiles"),
    path("dashboards/<uuid:template>/edit/", dashboards.edit, name="dashboard-edit"),
    path("dashboards/<uuid:template>/draft/", dashboards.draft, name="dashboard-draft"),
    path("dashboards/<uuid:template>/save/", dashboards.save, name="dashboard-save"),
    path("dashboards/<uuid:template>/duplicate/", dashboards.duplicate, name="dashboard-duplicate"),
    path("dashboards/<uuid:template>/home/", dashboards.set_home, name="dashboard-home"),
    path("dashboards/<uuid:template>/take/", dashboards.take, name="dashboard-take"),
    path("centres/", centres.centres_page, name="centres"),
    path("centres.csv", centres.centres_csv, name="centres-csv"),
    path("centres/bulk/", centres.start_bulk, name="centres-start-bulk"),
    path("centres/bulk/<str:bulk_id>/", centres.bulk_page, name="centres-bulk"),
    path("centres/bulk/<str:bulk_id>/<str:action>/", centres.bulk_action, name="centres-bulk-action"),
    path("centres/<str:unit>/", centres.centre_page, name="centre"),
    path("centres/<str:unit>/open/", centre_home.open_centre, name="centre-open"),
    path("centres/<str:unit>/<str:action>/", centres.centre_action, name="centre-action"),
    path("modules/", effectiveness.modules_page, name="modules"),
    path("modules/<str:unit>/<str:module>/", effectiveness.module_page, name="module"),
    path("modules/<str:unit>/<str:module>/<str:action>/", effectiveness.module_action, name="module-action"),
    path("admin/units/", organisations.units_page, name="admin-units"),
    path("admin/units/<str:code>/", organisations.unit_page, name="unit"),
    path("admin/units/<str:code>/split-shares/", organisations.record_shares, name="record-shares"),
    path("admin/packs/", packs.packs_page, name="packs"),
    path("admin/packs/import/", packs.pack_import, name="pack-import"),
    path("admin/packs/<str:code>/", packs.pack_page, name="pack"),
    path("admin/packs/<str:code>/export/", packs.pack_export, name="pack-export"),
    path("admin/packs/<str:code>/<str:action>/", packs.pack_action, name="pack-action"),
    path("admin/people/", access.people_page, name="people"),
    path("admin/audit/", audit.audit_page, name="audit"),
    path("admin/health/", views.health, name="health"),
    path("console/style/", views.style, name="style"),
    path("console/search/", views.search, name="search"),
    path("console/bar/", bar.bar, name="bar"),
    path("console/units/", views.units, name="units"),
    path("console/language/", views.language, name="language"),
    path("console/account/", access.account_page, name="account"),
    path("console/account/tokens/", access.make_token, name="make-token"),
    path("console/account/tokens/<str:token>/revoke/", access.revoke_token, name="revoke-token"),
    path("notifications/", notifications.inbox, name="notifications"),
    path("notifications/settings/", notifications.settings_page, name="notification-settings"),
    path("notifications/deliveries/", notifications.deliveries_page, name="notification-deliveries"),
    path("notifications/deliveries/<str:action>/", notifications.delivery_action, name="notification-delivery-action"),
    path("notifications/do/<str:action>/", notifications.inbox_action, name="notification-action"),
    path("xn/<str:code>/", notifications.confirm_page, name="notification-confirm"),
    path("gateways/<str:carrier>/", notifications.gateway_call, name="gateway-call"),
    path("files/<uuid:file>/", files.file_page, name="file"),
    path("verify/", reports.verify_page, name="verify"),
    path("", include("sen.apps.shifts.urls")),
    path("", include("sen.apps.dashboards.urls_walls")),
]
