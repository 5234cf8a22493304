"""English is complete: every msgid of pages and messages, every word of the islands, and the compiled catalogue is what is served."""

from __future__ import annotations

import json
import re
from pathlib import Path

import polib
from django.conf import settings
from django.utils import translation

from sen.console.messages import SOURCE, msgids
from sen.console.translations import compile_catalogues

CATALOGUE = Path(settings.LOCALE_PATHS[0]) / "en" / "LC_MESSAGES" / "django.po"
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def test_every_message_has_an_english_translation() -> None:
    translated = {
        entry.msgid
        for entry in polib.pofile(str(CATALOGUE))
        if entry.msgstr or all(entry.msgstr_plural.values() or [""])
    }
    missing = {msgid: where for msgid, where in msgids().items() if msgid not in translated}
    assert not missing, f"{len(missing)} messages without English, for example {dict(list(missing.items())[:5])}"


def test_translations_keep_their_placeholders() -> None:
    for entry in polib.pofile(str(CATALOGUE)):
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            if text:
                assert set(_PLACEHOLDER.findall(text)) == set(_PLACEHOLDER.findall(entry.msgid)), entry.msgid


def test_islands_speak_english() -> None:
    words = json.loads((SOURCE / "web_components" / "src" / "words.en.json").read_text("utf-8"))
    calls = re.compile(r"\bt\(\s*\"((?:[^\"\\]|\\.)*)\"")
    used = {
        found
        for path in (SOURCE / "web_components" / "src").rglob("*.ts")
        for found in calls.findall(path.read_text("utf-8"))
    }
    assert used, "no words found: the pattern no longer fits the sources"
    assert not used - set(words)


def test_compiled_catalogue_is_served() -> None:
    compile_catalogues()
    with translation.override("en"):
        assert translation.gettext("Bàn kết nối") == "Connection desk"
    with translation.override("vi"):
        assert translation.gettext("Bàn kết nối") == "Bàn kết nối"
