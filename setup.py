"""Only what pyproject.toml cannot say: the sector packs beside src/ travel inside the package."""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).parent


class WithPacks(build_py):
    """Copies packs/ to sen/packs of the wheel, where sen.apps.packs.catalogue looks first."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            shutil.copytree(HERE / "packs", Path(self.build_lib) / "sen" / "packs", dirs_exist_ok=True)


setup(cmdclass={"build_py": WithPacks})
