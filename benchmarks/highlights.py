"""How many forward batches an explanation takes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from moderation.scoring.engine import TokenIds
from moderation.scoring.explain import highlights
from moderation.scoring.onnx_scorer import OnnxEngine
from moderation.scoring.pipeline import PipelineScorer

BATCHES_MOST = 10
SIXTY_WORDS = (
    "The council has talked about this bridge for nine years and nothing was built. "
    "I pay my taxes and drive around the river every single morning because of it. "
    "You are a pathetic idiot if you believe the mayor will ever keep a promise. "
    "We should ask the others what they would do and vote for one of them in May."
)


class CountingEngine(OnnxEngine):
    """Counts the batches that go through the model."""

    batches = 0

    def forward(self, rows: Sequence[TokenIds]) -> np.ndarray[Any, Any]:
        """See :class:`OnnxEngine`."""
        self.batches += 1
        return super().forward(rows)


def forward_batches(assets: Path) -> int:
    """Batches for the highlights of ``SIXTY_WORDS``.

    Args:
        assets: folder of the model.
    """
    engine = CountingEngine(assets, threads=1)
    highlights(PipelineScorer("counted", engine), SIXTY_WORDS)
    return engine.batches
