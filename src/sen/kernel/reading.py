"""What a request that only reads has found out already, so that none of its parts asks for the same again. No Django here.

Kept for the one request and thrown away with it: whoever may do something else from now on may do it from the next request on.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
_found: ContextVar[dict[Hashable, Any] | None] = ContextVar("sen_reading", default=None)


@contextmanager
def reading() -> Iterator[None]:
    """While it lasts `once` remembers; for what changes nothing that it reads."""
    token = _found.set({})
    try:
        yield
    finally:
        _found.reset(token)


def once(key: Hashable, make: Callable[[], T]) -> T:
    """The answer of `make`, asked for once within `reading` and every time outside of it. The caller does not change the answer."""
    found = _found.get()
    if found is None:
        return make()
    if key not in found:
        found[key] = make()
    answer: T = found[key]
    return answer
