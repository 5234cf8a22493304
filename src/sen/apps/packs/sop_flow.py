"""How the steps of a procedure follow each other, and what is wrong with them. Shared by packs, templates, the editor and incidents."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Literal

import msgspec

from sen.apps.packs.schema_sops import HAZARDS, PLACEHOLDERS, START, Sop, Step
from sen.kernel.identifiers import is_code

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
LONGEST_MINUTES = 60 * 24 * 90
KNOWN_RECEIVERS = ("owner", "territory", "neighbours")

FlowFault = Literal[
    "no_name", "no_steps", "twice", "no_words", "minutes", "unknown_after", "after_itself", "cycle", "behind_cycle", "bad_when",
    "unknown_question", "unknown_answer", "question_later", "few_answers", "answer_twice", "unknown_message", "bad_dispatch", "bad_form",
    "unknown_placeholder", "empty_message", "unknown_hazard",
]  # fmt: skip


class FlowProblem(msgspec.Struct, frozen=True):
    """One thing that is wrong: its kind, where (`steps/<code>`, `messages/<code>` or empty) and the names that it is about."""

    kind: FlowFault
    path: str
    about: tuple[str, ...] = ()


def predecessors(steps: Sequence[Step]) -> dict[str, tuple[str, ...]]:
    """For each step the codes of the steps that must be done or skipped before its turn comes; none = it begins with the incident."""
    found: dict[str, tuple[str, ...]] = {}
    for index, step in enumerate(steps):
        if step.after:
            found[step.code] = tuple(code for code in step.after if code != START)
        else:
            found[step.code] = (steps[index - 1].code,) if index else ()
    return found


def condition(step: Step) -> tuple[str, str] | None:
    """The question and the answer on which a step depends; None without a condition."""
    if not step.when:
        return None
    question, _equals, answer = step.when.partition("=")
    return question.strip(), answer.strip()


def order(steps: Sequence[Step]) -> list[str]:
    """The codes in an order in which every step stands after its predecessors; steps in or behind a circle are left out."""
    before = predecessors(steps)
    placed: list[str] = []
    waiting = [step.code for step in steps]
    while True:
        ready = [code for code in waiting if all(one in placed for one in before[code])]
        if not ready:
            return placed
        placed += ready
        waiting = [code for code in waiting if code not in ready]


def ancestors(steps: Sequence[Step], code: str) -> frozenset[str]:
    """All steps that come before a step, however far."""
    before = predecessors(steps)
    seen: set[str] = set()
    waiting = list(before.get(code, ()))
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting += before.get(one, ())
    return frozenset(seen)


def placeholders(words: str) -> list[str]:
    """The names in braces, in order."""
    return PLACEHOLDER.findall(words)


def problems(sop: Sop) -> list[FlowProblem]:
    """Everything that keeps a procedure from being carried out; empty for a sound one."""
    found = list(_head(sop))
    codes = [step.code for step in sop.steps]
    for step in sop.steps:
        found += _step(step, sop, codes)
    if not any(one.kind in ("twice", "unknown_after") for one in found):
        found += _circles(sop.steps)
        found += _conditions(sop.steps)
    for message in sop.messages:
        at = f"messages/{message.code}"
        if not message.words.strip():
            found.append(FlowProblem("empty_message", at))
        unknown = [name for name in placeholders(message.words + message.words_en) if name not in PLACEHOLDERS]
        found += [FlowProblem("unknown_placeholder", at, (name,)) for name in dict.fromkeys(unknown)]
    return found


def _head(sop: Sop) -> Iterator[FlowProblem]:
    if not sop.name.strip():
        yield FlowProblem("no_name", "")
    if not sop.steps:
        yield FlowProblem("no_steps", "")
    if sop.hazard and sop.hazard not in HAZARDS:
        yield FlowProblem("unknown_hazard", "", (sop.hazard,))
    codes = [step.code for step in sop.steps]
    for code in dict.fromkeys(codes):
        if codes.count(code) > 1 or code == START:
            yield FlowProblem("twice", f"steps/{code}", (code,))


def _step(step: Step, sop: Sop, codes: Collection[str]) -> Iterator[FlowProblem]:
    at = f"steps/{step.code}"
    if not step.words.strip():
        yield FlowProblem("no_words", at)
    if not 0 < step.minutes <= LONGEST_MINUTES:
        yield FlowProblem("minutes", at)
    for code in step.after:
        if code == step.code:
            yield FlowProblem("after_itself", at)
        elif code != START and code not in codes:
            yield FlowProblem("unknown_after", at, (code,))
    if step.question is not None:
        answers = [one.code for one in step.question.answers]
        if len(answers) < 2 or not step.question.words.strip():
            yield FlowProblem("few_answers", at)
        if len(set(answers)) < len(answers):
            yield FlowProblem("answer_twice", at)
    if step.message and step.message not in {one.code for one in sop.messages}:
        yield FlowProblem("unknown_message", at, (step.message,))
    if step.dispatch and step.dispatch not in KNOWN_RECEIVERS and not is_code(step.dispatch):
        yield FlowProblem("bad_dispatch", at, (step.dispatch,))
    if step.form and not is_code(step.form):
        yield FlowProblem("bad_form", at, (step.form,))


def _circles(steps: Sequence[Step]) -> Iterator[FlowProblem]:
    """Steps that wait for each other, and steps that wait for those."""
    reached = set(order(steps))
    for step in steps:
        if step.code not in reached:
            inside = step.code in ancestors(steps, step.code)
            yield FlowProblem("cycle" if inside else "behind_cycle", f"steps/{step.code}")


def _conditions(steps: Sequence[Step]) -> Iterator[FlowProblem]:
    """Branches that lead nowhere: no such question, no such answer, or a question that is asked later."""
    by_code = {step.code: step for step in steps}
    for step in steps:
        depends = condition(step)
        if depends is None:
            continue
        at, (asked, answer) = f"steps/{step.code}", depends
        question = by_code[asked].question if asked in by_code else None
        if not asked or not answer:
            yield FlowProblem("bad_when", at, (step.when,))
        elif question is None:
            yield FlowProblem("unknown_question", at, (asked,))
        elif answer not in {one.code for one in question.answers}:
            yield FlowProblem("unknown_answer", at, (asked, answer))
        elif asked not in ancestors(steps, step.code):
            yield FlowProblem("question_later", at, (asked,))
