"""The demonstration's wall: one screen of the province, two scenes, a playlist. Its address is made at the wall page when somebody hangs it."""

from __future__ import annotations

from django.db import transaction

from sen.apps.access.interface import SYSTEM
from sen.apps.dashboards import interface as dashboards
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs


@transaction.atomic
def create() -> None:
    """Make them where the province has no screen yet. Dashboards of the packs are shown where the province has inherited or made some."""
    province = organisations.province()
    if dashboards.has_screens(province.id):
        return
    boards = packs.effective(SYSTEM, province.id, kind="dashboard")
    by_code = {one.template.code: {"kind": "dashboard", "template": one.template.id} for one in boards}
    first = dashboards.create_scene(
        scope=SYSTEM, unit_id=province.id, code="toan-tinh", name="Toàn tỉnh", layout="two",
        panels=[{"kind": "map"}, by_code.get("thuy-van", {"kind": "index"})],
    )  # fmt: skip
    second = dashboards.create_scene(
        scope=SYSTEM, unit_id=province.id, code="moi-truong", name="Môi trường và nguồn nước", layout="three",
        panels=[
            by_code.get("moi-truong", {"kind": "index"}),
            {"kind": "map"},
            {"kind": "note", "text": "Trực ban: bàn điều hành tầng 2.\n\nSố liệu mô phỏng, dùng để tập huấn."},
        ],
    )  # fmt: skip
    playlist = dashboards.create_playlist(
        scope=SYSTEM, unit_id=province.id, name="Phòng trực", items=[(first, 45), (second, 30)]
    )
    dashboards.create_screen(
        scope=SYSTEM, unit_id=province.id, name="Phòng trực, tường chính", place="Trung tâm điều hành, tầng 2",
        playlist_id=playlist,
    )  # fmt: skip
