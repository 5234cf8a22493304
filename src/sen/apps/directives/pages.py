"""The pages of tasks, as the console's addresses name them."""

from __future__ import annotations

from sen.apps.directives.pages_figures import calendar_page, ranking_csv, ranking_page, settings_page
from sen.apps.directives.pages_intake import intake_page, new_page
from sen.apps.directives.pages_list import board_page, bulk_action, bulk_undo, list_csv, list_page
from sen.apps.directives.pages_task import directive_page, extension_action, take_back, task_action, task_page

__all__ = [
    "board_page", "bulk_action", "bulk_undo", "calendar_page", "directive_page", "extension_action", "intake_page",
    "list_csv", "list_page", "new_page", "ranking_csv", "ranking_page", "settings_page", "take_back", "task_action", "task_page",
]  # fmt: skip
