"""Tasks found in labelled official documents, against what a person marked; and the time a page takes.

`./sen bench extract-tasks [--documents DIR] [--seeds DIR] [--letters FOLDER]… [--errors]`. DIR holds dev_labels.json and the .txt files
it names; these real documents are not part of the project, and without them only the made-up letters of `bench/letters` and
`bench/letters_held_out` are measured, apart. `--letters` measures a further folder with labels.json of the same form: letters of your own.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sen.apps.directives.extraction import lexicon
from sen.apps.directives.interface import ProposedTask, extract_from_text
from sen.kernel.text import folded

ROOT = Path(__file__).resolve().parent.parent
LETTERS = ROOT / "bench" / "letters"
"""Made-up letters in shapes that the real documents do not have; labelled before their first reading.

l… by the one who wrote the rules, m… and n… by another hand that had not seen them (docs/benchmarks.md).
"""
HELD_OUT = ROOT / "bench" / "letters_held_out"
"""Made-up letters of the ordinary kinds that no rule may be mended against: what they give says what to expect elsewhere."""
LIMIT_F1 = 0.85
LIMIT_DEADLINES = 0.9
PAGE = 2000  # characters
SAME_WORDS = 0.4


@dataclass
class _Count:
    wanted: int = 0
    proposed: int = 0
    found: int = 0
    deadlines_right: int = 0
    invented: int = 0
    errors: list[str] = field(default_factory=list)


def main(argv: Sequence[str]) -> dict[str, Any]:
    """Run it; shares between 0 and 1."""
    parser = argparse.ArgumentParser(prog="sen bench extract-tasks", description=__doc__)
    parser.add_argument("--documents", type=Path, default=_default("documents"))
    parser.add_argument("--seeds", type=Path, default=_default("seeds"))
    parser.add_argument(
        "--letters", type=Path, action="append", default=[], help="a further folder with labels.json and its .txt files"
    )
    parser.add_argument("--errors", action="store_true", help="list every difference from the labels")
    arguments = parser.parse_args(list(argv))
    labels = arguments.documents / "dev_labels.json"
    folders = {folder: _counts_of_folder(folder) for folder in [LETTERS, HELD_OUT, *arguments.letters]}
    if not labels.exists():
        result = {"name": "extract-tasks", "skipped": f"không có {labels}; chỉ ra bằng --documents", "passed": None}
        counts = {}
    else:
        counts = _counts(labels, lambda name: _text(name, arguments))
        result = _summed(counts) | {"ms_per_page": _ms_per_page(arguments)}
    for folder, own in folders.items():
        said = {LETTERS: "letters", HELD_OUT: "letters held out"}.get(folder, f"letters of {folder}")
        result[said] = {name: value for name, value in _summed(own).items() if name not in ("name", "passed")}
    if arguments.errors:
        both = dict(counts)
        for own in folders.values():
            both |= own
        result["errors"] = {name: count.errors for name, count in both.items() if count.errors}
    return result


def _counts_of_folder(folder: Path) -> dict[str, _Count]:
    return _counts(folder / "labels.json", lambda name: (folder / name).read_text("utf8"))


def _counts(labels: Path, read: Callable[[str], str | None]) -> dict[str, _Count]:
    """Each labelled document that can be read, compared with what is proposed for it."""
    counts = {}
    for document in json.loads(labels.read_text("utf8")):
        text = read(document["doc"])
        if text is not None:
            counts[document["doc"]] = _compared(document["tasks"], extract_from_text(text).tasks)
    return counts


def _default(name: str) -> Path:
    """Beside the checkout, or where SEN_SHARED_DATA of the tests points."""
    shared = Path(os.environ.get("SEN_SHARED_DATA", ROOT.parent / "shared"))
    return shared / "data" / "documents" if name == "documents" else shared / "seeds"


def _text(name: str, arguments: argparse.Namespace) -> str | None:
    if name.startswith("seed_"):
        files = sorted(arguments.seeds.glob(name.removeprefix("seed_") + "_*.txt")) if arguments.seeds.exists() else []
        return files[0].read_text("utf8") if files else None
    file = arguments.documents / name
    return file.read_text("utf8") if file.exists() else None


def _compared(wanted: list[dict[str, Any]], proposed: Sequence[ProposedTask]) -> _Count:
    wanted = [task for task in wanted if not task.get("not_assigned")]
    count = _Count(len(wanted), len(proposed))
    pairs = sorted(
        ((_likeness(task, one), i, j) for i, task in enumerate(wanted) for j, one in enumerate(proposed)), reverse=True
    )
    taken_wanted: set[int] = set()
    taken: set[int] = set()
    for likeness, i, j in pairs:
        if likeness < SAME_WORDS or i in taken_wanted or j in taken:
            continue
        if not _leads_right(wanted[i], proposed[j]):
            continue
        taken_wanted.add(i)
        taken.add(j)
        count.found += 1
        _compare_deadlines(count, wanted[i], proposed[j])
    days = {task["deadline"] for task in wanted}
    for j, one in enumerate(proposed):
        if j not in taken:
            count.errors.append(f"thừa: {', '.join(one.agencies)}: {one.task[:80]} [{one.deadline}]")
            count.invented += one.deadline is not None and one.deadline.isoformat() not in days
    count.errors += [
        f"sót: {', '.join(task['agencies'])}: {task['task'][:80]}"
        for i, task in enumerate(wanted)
        if i not in taken_wanted
    ]
    return count


def _compare_deadlines(count: _Count, task: dict[str, Any], one: ProposedTask) -> None:
    said = one.deadline.isoformat() if one.deadline else None
    if said in {task["deadline"], *task.get("accept_deadlines", [])}:
        count.deadlines_right += 1
        return
    count.errors.append(f"thời hạn {said} thay vì {task['deadline']}: {task['task'][:80]}")
    count.invented += said is not None and task["deadline"] is None


def _likeness(task: dict[str, Any], one: ProposedTask) -> float:
    """Words of the label's task in the proposal, plus one where the evidence of either holds the other's."""
    wanted = set(re.findall(r"\w{2,}", folded(task["task"])))
    there = set(re.findall(r"\w{2,}", folded(f"{one.task} {one.evidence}")))
    evidence, own = folded(task["evidence"]), folded(one.evidence)
    same_day = 0.5 if one.deadline and one.deadline.isoformat() == task["deadline"] else 0.0
    return len(wanted & there) / max(1, len(wanted)) + (evidence in own or own in evidence) + same_day


def _leads_right(task: dict[str, Any], one: ProposedTask) -> bool:
    readings = [task["agencies"]] + ([task["accept_agencies_as"]] if "accept_agencies_as" in task else [])
    return any(
        len(reading) == len(one.agencies) and all(any(lexicon.same(a, b) for b in one.agencies) for a in reading)
        for reading in readings
    )


def _summed(counts: dict[str, _Count]) -> dict[str, Any]:
    wanted, proposed, found, right, invented = (
        sum(getattr(count, name) for count in counts.values())
        for name in ("wanted", "proposed", "found", "deadlines_right", "invented")
    )
    f1 = 2 * found / max(1, wanted + proposed)
    # The worst that any one document could hide: F1 of the others without it.
    without = [
        2 * (found - count.found) / max(1, wanted + proposed - count.wanted - count.proposed)
        for count in counts.values()
    ]
    deadlines = right / max(1, found)
    return {
        "name": "extract-tasks",
        "documents": len(counts),
        "tasks": wanted,
        "proposed": proposed,
        "precision": round(found / max(1, proposed), 3),
        "recall": round(found / max(1, wanted), 3),
        "f1": round(f1, 3),
        "f1_limit": LIMIT_F1,
        "f1_without_one_document": [round(min(without, default=0.0), 3), round(max(without, default=0.0), 3)],
        "deadlines_right": round(deadlines, 3),
        "deadlines_limit": LIMIT_DEADLINES,
        "invented_deadlines": invented,
        "passed": f1 >= LIMIT_F1 and deadlines >= LIMIT_DEADLINES and invented == 0,
    }


def _ms_per_page(arguments: argparse.Namespace) -> float:
    texts = [file.read_text("utf8") for file in sorted(arguments.documents.glob("*.txt"))]
    began = time.perf_counter()
    for text in texts:
        extract_from_text(text)
    return round((time.perf_counter() - began) * 1000 / max(1.0, sum(map(len, texts)) / PAGE), 1)
