"""The demonstration's province, installed from the reference files.

Imports wait for the fixture: pytest reads this file before the engines and Django's settings are there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sen.apps.organisations.interface import UnitRef


@pytest.fixture
def dong_thap(db: None) -> UnitRef:
    from sen.apps.organisations import interface as organisations
    from sen.kernel.scopes import SYSTEM

    organisations.install_province("82", scope=SYSTEM)
    return organisations.unit("82")
