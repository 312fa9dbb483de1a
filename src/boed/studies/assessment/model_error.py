"""How right a model is at one instant: its field, and what drives that besides diffusion
(active_learning Eq. 23).
"""

from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray, Scalar
from boed.numerics.field_errors import FieldErrors, field_errors
from boed.numerics.replicates import over_replicates
from boed.systems.plume import assumed_flow
from boed.systems.plume.field_window import NODES, window_start
from boed.systems.plume.plume_solver import Moment, Plume, Solution
from boed.systems.plume.plume_system import PlumeSystem
from boed.systems.plume.sources import Source

Field = Float[AnyArray, "x y"]

# a side of the window around a design in which errors are told as well: 0.06 to either side of its
# node
NEAR = 7


class System(NamedTuple):
    """A field and its right-hand side without diffusion, −v·∇u + S, on the nodes of the unit
    square; slope: ∂u/∂x.
    """

    field: Field
    right_hand_side: Field
    slope: Field


class Errors(NamedTuple):
    """Errors of both, over all nodes and near a design."""

    field: FieldErrors
    near_field: FieldErrors
    right_hand_side: FieldErrors
    near_right_hand_side: FieldErrors


def nodes() -> Float[AnyArray, " nodes"]:
    """Nodes along a side of the unit square."""
    return jnp.linspace(0.0, 1.0, NODES)


def system(
    plume: Plume,
    source: Source,
    solution: Solution,
    velocity: Float[AnyArray, "2"],
    centre: Float[AnyArray, "2"],
) -> System:
    """Field and −v·∇u + S at one instant, for a source at `centre` and the velocity (2,) of that
    instant.
    """
    axis = nodes()

    def field(centre):
        return plume.over_centres(solution, -centre, -axis, -axis)

    # the plume moves with its source: ∇u is minus the derivative by the source's place
    slopes = jax.jacfwd(field)(centre)
    offsets = jnp.stack(jnp.meshgrid(axis, axis, indexing="ij"), axis=-1) - centre
    return System(field(centre), slopes @ velocity + source(offsets), -slopes[..., 0])


def true_system(problem: PlumeSystem, moment: Moment, time: Scalar) -> System:
    """The true system at a time, its source where it is."""
    velocity = assumed_flow.at(problem.plume.velocity, time)
    centre = jnp.asarray(problem.true.location)
    return system(problem.plume, problem.true.source, problem.truth(moment), velocity, centre)


def modelled_system(
    problem: PlumeSystem,
    moment: Moment,
    time: Scalar,
    weights: Float[AnyArray, " weights"],
    centre: Float[AnyArray, "2"] | None = None,
) -> System:
    """The modelled system at a time, its source at a centre; without one, where the
    true source is.
    """
    solution, velocity = problem.modelled(weights, moment), problem.flow.velocity(weights, time)
    centre = jnp.asarray(problem.true.location) if centre is None else centre
    return system(problem.plume, problem.source(weights), solution, velocity, centre)


def errors(modelled: System, true: System, design: Float[AnyArray, "2"]) -> Errors:
    """All errors of a modelled system; design: around which they are told as well."""
    corner = window_start(design - 1 / (NODES - 1), 1 / (NODES - 1), NEAR, NODES)

    def near(field):
        return jax.lax.dynamic_slice(field, corner, (NEAR, NEAR))

    field, side = zip(modelled[:2], true[:2], strict=True)
    return Errors(
        field=field_errors(*field),
        near_field=field_errors(*map(near, field)),
        right_hand_side=field_errors(*side),
        near_right_hand_side=field_errors(*map(near, side)),
    )


def attributed_growth(
    problem: PlumeSystem, moment: Moment, time: Scalar, weights: Float[AnyArray, " weights"]
) -> Float[AnyArray, ""]:
    """Growth a of v_x = a·t by which the model without its network explains most of what it has
    learned.

    argmin_a Σ (R + (a t, v_y)·∇u − S)² over the nodes, R being the learned right-hand side: what of
    the network a change of the flow can express is attributed to the flow (active_learning §4).
    """
    learned = modelled_system(problem, moment, time, weights)
    axis = nodes()
    offsets = jnp.stack(jnp.meshgrid(axis, axis, indexing="ij"), axis=-1) - jnp.asarray(
        problem.true.location
    )
    network = problem.source(weights).smooth(offsets)
    growth = problem.flow.velocity(weights, time)[0] / time
    return growth - jnp.sum(network * learned.slope) / (time * jnp.sum(learned.slope**2))


@dataclass(frozen=True, eq=False)
class Attribution:
    """The attributed growth of every replicate, see `attributed_growth`."""

    problem: PlumeSystem

    def __call__(
        self, moment: Moment, time: Scalar, weights: Float[AnyArray, "replicate weight"]
    ) -> Float[AnyArray, " replicate"]:
        """The growths at a time, length/time²."""
        return self._of_all(moment, time, weights)

    @cached_property
    def _of_all(self):
        return over_replicates(partial(attributed_growth, self.problem), shared=2)


@dataclass(frozen=True, eq=False)
class Assessment:
    """Errors of every replicate's model, its source where the true one is."""

    problem: PlumeSystem

    def __call__(
        self,
        moment: Moment,
        time: Scalar,
        weights: Float[AnyArray, "replicate weight"],
        designs: Float[AnyArray, "replicate 2"],
    ) -> Errors:
        """The errors at a time, over all nodes and near the designs."""
        return self._of_all(moment, time, weights, designs)

    @cached_property
    def _of_all(self):
        return over_replicates(self._of_one, shared=2)

    def _of_one(self, moment, time, weights, design):
        modelled = modelled_system(self.problem, moment, time, weights)
        return errors(modelled, true_system(self.problem, moment, time), design)


@dataclass(frozen=True, eq=False)
class SimulatedAssessment:
    """Errors of every replicate's model as it is simulated: its source at a centre."""

    problem: PlumeSystem

    def __call__(
        self,
        moment: Moment,
        time: Scalar,
        weights: Float[AnyArray, "replicate weight"],
        designs: Float[AnyArray, "replicate 2"],
        centres: Float[AnyArray, "replicate 2"],
    ) -> Errors:
        """The errors at a time, over all nodes and near the designs."""
        return self._of_all(moment, time, weights, designs, centres)

    @cached_property
    def _of_all(self):
        return over_replicates(self._of_one, shared=2)

    def _of_one(self, moment, time, weights, design, centre):
        modelled = modelled_system(self.problem, moment, time, weights, centre)
        return errors(modelled, true_system(self.problem, moment, time), design)
