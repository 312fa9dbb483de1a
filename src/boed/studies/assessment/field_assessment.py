"""Errors of the modelled field before and after each calibration: whole, near the design, and at
the next stage (ad_eki Eq. 25).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Float

from boed.arrays import AnyArray
from boed.jobs.store import variable
from boed.numerics.field_errors import FieldErrors, field_errors
from boed.systems.plume.field_window import NODES, window_start
from boed.systems.plume.plume_solver import Moment
from boed.systems.plume.plume_system import PlumeSystem

# nodes along a side of the window around a design: the released code's, and ±0.04 as printed
WINDOWS = {"released": 4, "printed": 5}
UNITS = {"mean_squared": "concentration^2", "relative": "1"}
REGIONS = ("total", *(f"local_{name}" for name in WINDOWS))
Field = Float[AnyArray, "x y"]
Designs = Float[AnyArray, "replicate 2"]
Weights = Float[AnyArray, "replicate weight"]


class BeforeAndAfter(NamedTuple):
    """Errors by region with the weights before and after a calibration, of every replicate."""

    before: dict[str, FieldErrors]
    after: dict[str, FieldErrors]


def near(design: Float[AnyArray, "2"], modelled: Field, true: Field, size: int) -> FieldErrors:
    """Errors over the size × size nodes around a design."""
    corner = window_start(design, 1 / (NODES - 1), size, NODES)
    cut = (jax.lax.dynamic_slice(field, corner, (size, size)) for field in (modelled, true))
    return field_errors(*cut)


@dataclass(frozen=True, eq=False)
class RegionErrors:
    """Errors of every replicate's field by region, the source at its true place."""

    problem: PlumeSystem

    def __call__(self, weights: Weights, moment: Moment, designs: Designs) -> dict:
        """{region: its FieldErrors}, leading axis replicate."""
        return self._of_all(weights, moment, designs)

    @cached_property
    def _of_all(self):
        return jax.jit(self._errors)

    def _errors(self, weights, moment, designs):
        plume, truth, axis = self.problem.plume, self.problem.true, jnp.linspace(0.0, 1.0, NODES)

        def field(source):
            return plume.field(source, moment, truth.location, axis, axis)

        modelled = jax.vmap(lambda one: field(self.problem.source(one)))(weights)
        true = field(truth.source)
        whole = jax.vmap(field_errors, (0, None))(modelled, true)
        local = {
            f"local_{name}": jax.vmap(near, (0, 0, None, None))(designs, modelled, true, size)
            for name, size in WINDOWS.items()
        }
        return {"total": whole, **local}


class FieldAssessment(NamedTuple):
    """A study's fields: networks and designs by stage, from the first.

    uncalibrated: the designs of stages 3, 4 … that the weights before the calibration of the stage
    before would have chosen.
    """

    errors: RegionErrors
    moments: Sequence[Moment]
    networks: Sequence[Weights]
    designs: Sequence[Designs]
    uncalibrated: Float[np.ndarray, "stages replicate 2"]

    def now(self, stage: int) -> BeforeAndAfter:
        """Errors at a stage before and after its calibration, near its design."""
        return self._pair(stage, stage, (self.designs[stage - 1], self.designs[stage - 1]))

    def later(self, stage: int) -> BeforeAndAfter:
        """The same at the next stage, near the designs that either network chooses there."""
        designs = self.uncalibrated[stage - 2], self.designs[stage]
        return self._pair(stage, stage + 1, designs)

    def _pair(self, stage: int, at: int, designs: tuple[Designs, Designs]) -> BeforeAndAfter:
        networks = self.networks[stage - 2], self.networks[stage - 1]
        return BeforeAndAfter(
            *(
                self.errors(weights, self.moments[at - 1], design)
                for weights, design in zip(networks, designs, strict=True)
            )
        )


def error_variables(
    prefix: str, dim: str, pairs: Sequence[BeforeAndAfter], replicates: int
) -> dict[str, xr.Variable]:
    """The errors of pairs, one along `dim`, which may be none: both kinds of every region."""
    variables = {}
    for region in REGIONS:
        for field, unit in UNITS.items():
            values = np.array([[getattr(part[region], field) for part in pair] for pair in pairs])
            name = f"{prefix}{region}_{field}_error"
            variables[name] = variable(
                (dim, "calibration", "replicate"),
                values.reshape(len(pairs), 2, replicates),
                unit,
                name.replace("_", " "),
            )
    return variables
