"""REST of alerts and the rules that raise them."""

from __future__ import annotations

from ninja import Router

from sen.apps.alerts.rest_alerts import router as alerts_router
from sen.apps.alerts.rules.rest import router as rules_router

router = Router()
router.add_router("", rules_router)
router.add_router("", alerts_router)
