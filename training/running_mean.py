"""An exponentially weighted mean of the weights over the steps of a run."""

from __future__ import annotations

import copy

import torch


class RunningMean:
    """A second copy of the model that follows the first slowly.

    It is smoother than the weights of any one step and does better on texts unlike those
    trained on (Polyak averaging).

    Args:
        model: in its state before the first step.
        decay: share of the old mean kept at each step; in the first steps less, so that
            the beginning is soon forgotten.
    """

    def __init__(self, model: torch.nn.Module, decay: float) -> None:
        self.model = copy.deepcopy(model).requires_grad_(False)
        self._decay = decay
        self._steps = 0

    @torch.no_grad()
    def after_step(self, model: torch.nn.Module) -> None:
        """Take in the weights of the step just made."""
        self._steps += 1
        kept = min(self._decay, (1 + self._steps) / (10 + self._steps))
        for own, new in zip(self.model.parameters(), model.parameters(), strict=True):
            if new.requires_grad:
                own.lerp_(new, 1 - kept)
