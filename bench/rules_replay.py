"""Recorded data with known faults against the rules: each fault told once, in time, and nothing else. The cases: rules_faults.py."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from typing import Any


def main(arguments: Sequence[str] = ()) -> dict[str, Any]:
    """All cases for which the data are there; they lie in `data` below SEN_SHARED_DATA."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sen.project.settings")
    import django

    django.setup()
    from bench.rules_faults import CASES, SHARED, replay

    parser = argparse.ArgumentParser(prog="sen bench rules-replay")
    parser.add_argument("names", nargs="*", help=", ".join(CASES))
    chosen = parser.parse_args(list(arguments)).names or list(CASES)
    absent = [] if SHARED.is_dir() else [name for name in chosen if name != "simulators"]
    found = [replay(case) for name in chosen if name not in absent for case in CASES[name]()]
    passed = not absent and all(not one["missed"] and not one["extra"] and not one["doubled"] for one in found)
    return {"name": "rules-replay", "data_absent_for": absent, "cases": found, "passed": passed}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:]), indent=1, ensure_ascii=False))
