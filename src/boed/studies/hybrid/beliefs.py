"""Beliefs of either kind: log probabilities of a grid's cells, or weighted particles; and one point
for each.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import jax
import jax.numpy as jnp
from jaxtyping import Float

from boed.arrays import AnyArray
from boed.inference.particle_belief import ParticleBelief
from boed.inference.point_estimates import estimate
from boed.numerics.replicates import over_replicates
from boed.systems.system import System

# of one replicate, or of all of them with a leading axis
Belief = Float[AnyArray, "..."] | ParticleBelief


def of_particles(system: System) -> bool:
    """Whether beliefs about a system's parameters are particles."""
    return isinstance(system.prior, ParticleBelief)


def held(system: System, belief: Belief) -> tuple[System, Float[AnyArray, "*cells"]]:
    """A system whose predictions are for the points of a belief of one replicate, and the log
    probabilities of these points.
    """
    if isinstance(belief, ParticleBelief):
        return system.holding(belief.particles), belief.log_weights
    return system, belief


def of_update(updated: Mapping) -> Belief:
    """The belief among what an update says, or what a file of one holds."""
    if "particles" in updated:
        return ParticleBelief(
            jnp.asarray(updated["particles"]), jnp.asarray(updated["log_probability"])
        )
    return jnp.asarray(updated["log_probability"])


def of_replicates(belief: Belief, replicates: int) -> Belief:
    """The same belief for every replicate."""
    return jax.tree.map(
        lambda leaf: jnp.broadcast_to(jnp.asarray(leaf), (replicates, *leaf.shape)), belief
    )


@dataclass(frozen=True, eq=False)
class Estimate:
    """Where a calibration holds the parameters: the estimate that the settings `calibration` name;
    of particles the most probable one.
    """

    problem: System
    settings: dict

    def __call__(self, belief: Mapping) -> Float[AnyArray, "replicate parameters"]:
        """Of what `BeliefUpdate` says."""
        if "particles" in belief:
            return jnp.asarray(belief["most_probable"])
        return self._of_all(belief["log_probability"])

    @cached_property
    def _of_all(self):
        return over_replicates(estimate(self.settings, self.problem.cells), shared=0)
