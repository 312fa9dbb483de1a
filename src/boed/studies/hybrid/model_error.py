"""How right a model is at one instant: its field, and what drives that besides diffusion
(active_learning Eq. 23).
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray, Scalar
from boed.numerics.replicates import over_replicates
from boed.studies.hybrid import inverse_problem
from boed.studies.hybrid.inverse_problem import Inversion
from boed.systems.plume import assumed_flow
from boed.systems.plume.field_errors import NODES, FieldErrors, field_errors, window_start
from boed.systems.plume.plume_solver import Plume, Solution
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
    plume: Plume, source: Source, solution: Solution, velocity, centre: Float[AnyArray, "2"]
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


def true_system(study: Inversion, moment, time: Scalar | float) -> System:
    """The true system at a time, its source where it is."""
    velocity = assumed_flow.at(study.plume.velocity, time)
    solution, centre = inverse_problem.true_plume(study, moment), jnp.asarray(study.truth.location)
    return system(study.plume, study.truth.source, solution, velocity, centre)


def modelled_system(study: Inversion, moment, time: Scalar | float, weights, centre=None) -> System:
    """The modelled system at a time, its source at a centre; without one, where the
    true source is.
    """
    solution, velocity = (
        inverse_problem.modelled_plume(study, weights, moment),
        study.flow.velocity(weights, time),
    )
    centre = jnp.asarray(study.truth.location) if centre is None else centre
    return system(study.plume, study.source(weights), solution, velocity, centre)


def errors(modelled: System, true: System, design: Float[AnyArray, "2"]) -> Errors:
    """All errors of a modelled system; design: around which they are told as well."""
    corner = window_start(design - 1 / (NODES - 1), 1 / (NODES - 1), NEAR, NODES)

    def near(field):
        return jax.lax.dynamic_slice(field, corner, (NEAR, NEAR))

    each = list(zip(modelled[:2], true[:2], strict=True))
    whole = [field_errors(*pair) for pair in each]
    close = [field_errors(*map(near, pair)) for pair in each]
    return Errors(whole[0], close[0], whole[1], close[1])


def attributed_growth(study: Inversion, moment, time, weights) -> Float[AnyArray, ""]:
    """Growth a of v_x = a·t by which the model without its network explains most of what it has
    learned.

    argmin_a Σ (R + (a t, v_y)·∇u − S)² over the nodes, R being the learned right-hand side: what of
    the network a change of the flow can express is attributed to the flow (active_learning §4).
    """
    learned = modelled_system(study, moment, time, weights)
    axis = nodes()
    offsets = jnp.stack(jnp.meshgrid(axis, axis, indexing="ij"), axis=-1) - jnp.asarray(
        study.truth.location
    )
    network = study.source(weights).smooth(offsets)
    own = study.flow.velocity(weights, time)[0] / time
    return own - jnp.sum(network * learned.slope) / (time * jnp.sum(learned.slope**2))


def attribution(study: Inversion) -> Callable:
    """(moment, time, weights) → attributed growth of every replicate."""
    return over_replicates(partial(attributed_growth, study), shared=2)


def assessment(study: Inversion) -> Callable:
    """(moment, time, weights, designs) → Errors of every replicate's model, its source where the
    true one is.
    """

    def one(moment, time, weights, design):
        return errors(
            modelled_system(study, moment, time, weights), true_system(study, moment, time), design
        )

    return over_replicates(one, shared=2)


def simulated_assessment(study: Inversion) -> Callable:
    """The same of the system as it is simulated: (moment, time, weights, designs, centres), its
    source at a centre.
    """

    def one(moment, time, weights, design, centre):
        modelled = modelled_system(study, moment, time, weights, centre)
        return errors(modelled, true_system(study, moment, time), design)

    return over_replicates(one, shared=2)
