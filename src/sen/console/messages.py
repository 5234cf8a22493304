"""Finds every msgid of templates and Python files without the gettext tools, for the test that the English catalogue is complete."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parents[1]
_CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext"}
_IN_TEMPLATE = re.compile(
    r"\b(n?gettext|_)\((u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"))\s*(?:,\s*(u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")))?"
)


def msgids(folder: Path = SOURCE) -> dict[str, str]:
    """Every msgid with the file that it was found in first."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if "node_modules" in path.parts or "tests" in path.parts or "migrations" in path.parts:
            continue
        where = str(path.relative_to(folder))
        if path.suffix == ".html":
            ids = set(_of_template(path.read_text("utf-8")))
        elif path.suffix == ".py" and ("gettext" in (text := path.read_text("utf-8"))):
            ids = set(_of_python(text))
        else:
            continue
        for msgid in ids:
            found.setdefault(msgid, where)
    return found


def _of_template(text: str) -> Iterator[str]:
    for _call, one, other in _IN_TEMPLATE.findall(templatize(text)):
        for literal in (one, other):
            if literal:
                yield ast.literal_eval(literal.removeprefix("u"))


def _of_python(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name not in _CALLS:
            continue
        for argument in node.args[: 2 if name.startswith("ngettext") else 1]:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and argument.value:
                yield argument.value
