"""Sen: an open operations centre for Vietnamese provinces."""

__version__ = "0.1.0"
"""The release; pyproject.toml takes it from here, packs name the one they need."""
