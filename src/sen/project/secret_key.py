"""The key that signs sessions: made once, kept in the data folder, readable by its owner only."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path


def secret_key(data: Path) -> str:
    """The kept key, made at the first call. Without a data folder (linting, type checks) a key for this process only."""
    if not data.is_dir():
        return secrets.token_urlsafe(48)
    file = data / "secrets" / "session_key"
    if not file.exists():
        file.parent.mkdir(mode=0o700, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=file.parent)  # mode 0600
        with os.fdopen(descriptor, "w") as handle:
            handle.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, file)  # whole or not at all, and only the first of several processes wins
        except FileExistsError:
            pass
        finally:
            Path(draft).unlink()
    return file.read_text()
