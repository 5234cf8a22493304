"""The demonstration: a filled province with invented stations whose simulators speak over the real ports.

`fill` makes records and sixty days of history once; `simulate.main` drives the stations from then on. Everything is marked as
simulated. Nothing here is imported where there is no demonstration.
"""

from __future__ import annotations

from pathlib import Path


def fill(data: Path) -> None:
    """Fill the installation whose data folder is `data` (the one of the settings); see filling.fill."""
    from sen.kernel.configuration import settings
    from sen.project.demo import filling

    if data.resolve() != settings().data.resolve():
        raise ValueError(f"the demonstration fills the data folder of the settings, {settings().data}, not {data}")
    filling.fill()
