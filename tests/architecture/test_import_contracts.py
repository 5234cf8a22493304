"""The import contracts hold, and each of them really catches its kind of violation: one is planted per contract."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# contract name (as printed) → file to append to, offending line
PLANTED = {
    "Arrows point down": ("kernel/clock.py", "import sen.telemetry\n"),
    "An app is reached only through interface.py": ("ingest/__init__.py", "import sen.apps.sources.models\n"),
    "Apps do not import each other in circles": (
        "apps/organisations/interface.py",
        "import sen.apps.assets.interface\n",
    ),
    "A connector knows the SDK and nothing else": (
        "connectors/mqtt/__init__.py",
        "import sen.connectors.station_files\n",
    ),
    "Connectors, telemetry, event bus, engines and kernel never touch Django apps": (
        "telemetry/__init__.py",
        "import django.conf\n",
    ),
}


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter's own command on a copy of the sources at `root`."""
    command = Path(sys.executable).with_name("lint-imports")
    environment = {**os.environ, "PYTHONPATH": str(root / "src"), "COLUMNS": "200"}
    return subprocess.run(
        [str(command), "--no-cache", "--config", str(root / "pyproject.toml")],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A throw-away copy of what import-linter reads."""
    shutil.copytree(
        ROOT / "src" / "sen",
        tmp_path / "src" / "sen",
        ignore=shutil.ignore_patterns("node_modules", "built", "__pycache__"),
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_contract_is_kept(copy: Path) -> None:
    result = lint_imports(copy)
    assert result.returncode == 0, result.stdout
    assert f"Contracts: {len(PLANTED)} kept, 0 broken." in result.stdout


def test_every_contract_catches_its_violation(copy: Path) -> None:
    """All violations are planted at once: the report names each contract as broken."""
    for name, line in PLANTED.values():
        file = copy / "src" / "sen" / name
        file.write_text(file.read_text("utf8") + "\n" + line, "utf8")
    result = lint_imports(copy)
    assert result.returncode == 1
    broken = {line.split(" BROKEN")[0].strip() for line in result.stdout.splitlines() if " BROKEN" in line}
    unnoticed = [name for name in PLANTED if not any(line.startswith(name) for line in broken)]
    assert not unnoticed, f"planted but not caught: {unnoticed}\n{result.stdout}"
