"""Every template compiles, and none holds what the content security policy would block."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

from sen.console.messages import SOURCE

TEMPLATES = sorted(path for path in SOURCE.rglob("templates/**/*.html") if "node_modules" not in path.parts)
_INLINE = re.compile(r"<style|\sstyle=|\son\w+=\"|<script(?![^>]*(\ssrc=|application/json))")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template_compiles_without_inline_code(path: Path) -> None:
    get_template(str(path).partition("/templates/")[2])
    assert not _INLINE.search(path.read_text("utf-8"))


def test_only_the_token_file_holds_colours() -> None:
    colour = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(")
    for path in (SOURCE / "web_components" / "css").glob("*.css"):
        if path.name != "tokens.css":
            assert not colour.search(path.read_text("utf-8")), path.name
