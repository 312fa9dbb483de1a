"""Where the data of a study stand whose physical designs teach the model."""

from typing import NamedTuple

import jax
import numpy as np
from jaxtyping import Int

from boed.systems.system import Moment


class ActiveSlots(NamedTuple):
    """Where the data of stages stand: the arrays of all physical designs, then those of designs in
    their place.

    proposals: whether there may be such designs; without, there is no room for them.
    """

    stages: int
    sensors: int
    proposals: bool

    @property
    def count(self) -> int:
        """Number of slots."""
        return (1 + self.proposals) * self.stages * self.sensors

    def physical(self, stage: int) -> Int[np.ndarray, " sensors"]:
        """Slots of a stage's physical data."""
        return (stage - 1) * self.sensors + np.arange(self.sensors)

    def first(self, stage: int) -> int:
        """The first of them: all share one moment."""
        return (stage - 1) * self.sensors

    def improved(self, stage: int) -> Int[np.ndarray, " sensors"]:
        """Slots of the data that Algorithm 1 took in their place."""
        return self.stages * self.sensors + self.physical(stage)

    def of_stage(self, stage: int) -> Int[np.ndarray, " slots"]:
        """All slots of a stage: its physical data's, then those in their place where there is room
        for them.
        """
        physical = self.physical(stage)
        return np.concatenate([physical, self.improved(stage)]) if self.proposals else physical

    def moments(self, by_stage: Moment) -> Moment:
        """One moment a slot, from one a stage."""
        return jax.tree.map(
            lambda leaf: np.concatenate(
                [np.repeat(leaf, self.sensors, axis=0)] * (1 + self.proposals)
            ),
            by_stage,
        )
