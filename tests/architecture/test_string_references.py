"""What import-linter cannot see: string foreign keys and `get_model` must respect the same arrows as imports."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField, OneToOneField

APPS = Path(__file__).resolve().parents[2] / "src" / "sen" / "apps"


def imported_apps(app: str) -> set[str]:
    """The apps that `app` imports, by reading its files."""
    found: set[str] = set()
    for file in (APPS / app).rglob("*.py"):
        if "tests" in file.parts or "migrations" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                found.update(re.findall(r"^sen\.apps\.(\w+)", node.module))
    return found - {app}


def referenced_apps(app: str) -> set[str]:
    """The apps of this project that `app`'s models point to."""
    found: set[str] = set()
    for model in apps.get_app_config(app).get_models():
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey | OneToOneField | ManyToManyField):
                label = field.related_model._meta.app_label
                if (APPS / label).is_dir():
                    found.add(label)
    return found - {app}


def test_imports_and_foreign_keys_together_have_no_circle() -> None:
    names = sorted(p.name for p in APPS.iterdir() if (p / "models.py").exists())
    arrows = {name: imported_apps(name) | referenced_apps(name) for name in names}
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, "circle: " + " → ".join((*path[path.index(name) :], name))
        if name in done:
            return
        for following in sorted(arrows.get(name, ())):
            visit(following, (*path, name))
        done.add(name)

    assert len(names) >= 5
    for name in names:
        visit(name, ())


def test_nobody_reaches_another_app_by_name() -> None:
    """`get_model("x", …)` would go round the one door to another app's objects."""
    offenders = [
        f"{file.relative_to(APPS)}: {match[0]}"
        for file in APPS.rglob("*.py")
        if "migrations" not in file.parts
        for match in re.finditer(r"get_model\(\s*[\"'](\w+)", file.read_text("utf8"))
        if match[1] != file.relative_to(APPS).parts[0]
    ]
    assert not offenders, offenders
