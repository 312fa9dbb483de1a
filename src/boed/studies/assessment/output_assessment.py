"""What the truth and a described system's models give over all designs, stage by stage."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Float

from boed.arrays import AnyArray
from boed.jobs.store import variable
from boed.numerics.field_errors import field_errors
from boed.systems.quantities import common_unit
from boed.systems.sequential import SequentialSystem

Curves = Float[AnyArray, "stage replicate designs outputs"]


class History(NamedTuple):
    """Weights before any data and after every stage, and what the beliefs then hold most probable;
    of stage 0, before any data, the prior's most probable parameters.
    """

    weights: Float[AnyArray, "stage replicate weight"]
    estimates: Float[AnyArray, "stage replicate parameters"]


class OutputErrors(NamedTuple):
    """Curves of the models, with the true and with the most probable parameters, and of the truth,
    and their errors.
    """

    true: Float[AnyArray, "designs outputs"]
    modelled: Curves
    estimated: Curves
    error: Float[AnyArray, "stage replicate"]
    estimated_error: Float[AnyArray, "stage replicate"]


def relative_error(
    modelled: Float[AnyArray, "designs outputs"], true: Float[AnyArray, "designs outputs"]
) -> Float[AnyArray, ""]:
    """Σ|modelled − true| / Σ|true| of every output, in the mean over them."""
    return jnp.mean(jax.vmap(field_errors, (1, 1))(modelled, true).relative)


def assess(system: SequentialSystem, history: History) -> OutputErrors:
    """Errors with the true parameters, which say what the model misses, and with those that are
    most probable, which say how wrong its predictions are.
    """
    moment = jnp.zeros(())

    def one(stage):
        """Curves and errors of one stage of one replicate."""
        weights, estimate = stage
        at_truth, true = system.curves(system.true_parameters, weights, moment)
        at_estimate, _ = system.curves(estimate, weights, moment)
        errors = (relative_error(curve, true) for curve in (at_truth, at_estimate))
        return true, at_truth, at_estimate, *errors

    shape = np.shape(history.weights)[:2]
    flat = [jnp.reshape(values, (-1, np.shape(values)[-1])) for values in history]
    true, *curves = jax.jit(lambda rows: jax.lax.map(one, rows))(tuple(flat))
    by_stage = [np.reshape(values, (*shape, *values.shape[1:])) for values in curves]
    return OutputErrors(np.asarray(true[0]), *by_stage)


def outputs_dataset(system: SequentialSystem, errors: OutputErrors) -> xr.Dataset:
    """Curves and errors, with the designs in their units."""
    quantities = system.quantities
    unit, stages = common_unit(quantities.outputs), errors.error.shape[0]
    curve, by_stage = ("place", "output"), ("stage", "replicate")
    designs = np.asarray(system.in_units(jnp.asarray(system.everywhere)))
    words = "relative error over all allowed designs"
    return xr.Dataset(
        {
            "design": variable(
                ("place", "coordinate"), designs, common_unit(quantities.designs), "design"
            ),
            "true": variable(curve, errors.true, unit, "what the true system gives"),
            "modelled": variable(
                (*by_stage, *curve),
                errors.modelled,
                unit,
                "what the model gives with the true parameters",
            ),
            "estimated": variable(
                (*by_stage, *curve),
                errors.estimated,
                unit,
                "what the model gives with the most probable parameters",
            ),
            "error": variable(by_stage, errors.error, "1", f"{words}, with the true parameters"),
            "estimated_error": variable(
                by_stage, errors.estimated_error, "1", f"{words}, with the most probable parameters"
            ),
        }
        | _forbidden(system),
        coords={
            "stage": variable("stage", np.arange(stages), "1", "stage, 0 before any data"),
            "coordinate": (
                "coordinate",
                [quantity.name for quantity in quantities.designs],
                {"units": "1", "long_name": "coordinate of the design"},
            ),
            "output": (
                "output",
                [quantity.name for quantity in quantities.outputs],
                {"units": "1", "long_name": "output"},
            ),
        },
    )


def _forbidden(system: SequentialSystem) -> dict[str, xr.Variable]:
    """Where designs with one coordinate are not allowed, if there are such."""
    there = system.described.designs
    if system.offsets.shape[1] > 1 or not there.forbidden:
        return {}
    ends = np.clip(np.array(there.forbidden)[:, :, 0], there.lower, there.upper)
    words = "ends of the designs that are not allowed"
    return {"forbidden": variable(("interval", "end"), ends, there.units[0], words)}
