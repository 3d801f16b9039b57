"""Stack traces that are safe to log.

An exception's message may quote what a reader sent (a database error lists its
parameters, a decoder shows the bytes), so only types and code positions are kept.
"""

from __future__ import annotations

import traceback

_MOST_CAUSES = 5
_MOST_FRAMES = 30


def safe_trace(error: BaseException) -> list[str]:
    """Types and code positions of an exception and of what caused it.

    Args:
        error: the exception, with its traceback.

    Returns:
        For each exception its type, then its innermost frames, the last call first.
    """
    lines: list[str] = []
    cause: BaseException | None = error
    for _ in range(_MOST_CAUSES):
        if cause is None:
            break
        lines.append(f"{type(cause).__module__}.{type(cause).__qualname__}")
        frames = traceback.extract_tb(cause.__traceback__)[-_MOST_FRAMES:]
        lines += [f"  {f.filename}:{f.lineno} in {f.name}" for f in reversed(frames)]
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return lines
