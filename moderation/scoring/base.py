"""The port through which the service obtains scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from moderation.domain.scores import Scores


@runtime_checkable
class Scorer(Protocol):
    """Turns texts into scores.

    Attributes:
        name: what an admin configured, such as ``compact`` or ``unbiased``.
        version: changes whenever the same text could score differently.
        labels: the labels this model supports, in Detoxify's names.
    """

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def labels(self) -> tuple[str, ...]: ...

    def score(self, texts: Sequence[str]) -> list[Scores]:
        """Score each text, in order.

        Raises:
            ScoringUnavailable: when no trustworthy score can be had.
        """
        ...
