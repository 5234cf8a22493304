"""Addresses of walls: the manager for people below /walls/, the displays below /tv/. Included by the console."""

from __future__ import annotations

from django.urls import path

from sen.apps.dashboards import pages_scenes as scenes
from sen.apps.dashboards import pages_tv as tv
from sen.apps.dashboards import pages_walls as walls

urlpatterns = [
    path("walls/", walls.walls, name="walls"),
    path("walls/send/", walls.send, name="wall-send"),
    path("walls/sendings/<uuid:batch>/give-back/", walls.give_back, name="give-back"),
    path("walls/screens/new/", walls.new_screen, name="new-wall-screen"),
    path("walls/screens/<uuid:screen>/", walls.screen_page, name="wall-screen"),
    path("walls/screens/<uuid:screen>/thumb/", walls.thumb, name="wall-thumb"),
    path("walls/screens/<uuid:screen>/<str:action>/", walls.screen_action, name="wall-screen-action"),
    path("walls/scenes/new/", scenes.new_scene, name="new-scene"),
    path("walls/scenes/<uuid:scene>/", scenes.scene_page, name="scene"),
    path("walls/playlists/new/", scenes.new_playlist, name="new-playlist"),
    path("walls/playlists/<uuid:playlist>/", scenes.playlist_page, name="playlist"),
    path("walls/timed/new/", scenes.new_timed, name="new-timed"),
    path("walls/<str:part>/<uuid:key>/<str:action>/", scenes.part_action, name="wall-part"),
    path("tv/", tv.pairing, name="tv"),
    path("tv/waiting/", tv.waiting, name="tv-waiting"),
    path("tv/worker.js", tv.worker, name="tv-worker"),
    path("tv/<str:token>/", tv.screen_page, name="tv-screen"),
    path("tv/<str:token>/state/", tv.screen_state, name="tv-state"),
    path("tv/<str:token>/map/", tv.screen_map, name="tv-map"),
    path("tv/<str:token>/territories.json", tv.screen_ground, name="tv-ground"),
    path("tv/<str:token>/panel/<int:place>/", tv.screen_panel, name="tv-panel"),
]
