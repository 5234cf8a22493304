"""Compiles the catalogues (.po, the reviewed source) into what gettext reads (.mo), without the gettext tools."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import polib
from django.conf import settings


def compile_catalogues() -> list[Path]:
    """Write every .mo that is missing or older than its .po; the answer lists those written.

    Several processes may start at once, so a file is written beside its place and moved there. An installed package ships
    its .mo files and may be read-only: then nothing is to do.
    """
    written = []
    for folder in settings.LOCALE_PATHS:
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
            compiled = source.with_suffix(".mo")
            if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
                continue
            handle, beside = tempfile.mkstemp(dir=compiled.parent, suffix=".tmp")
            os.close(handle)
            polib.pofile(str(source)).save_as_mofile(beside)
            Path(beside).replace(compiled)
            written.append(compiled)
    return written
