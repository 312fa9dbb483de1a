"""The plume as a system: parameters are the source's position, designs are places of a sensor.

Everything here is of one replicate. Predictions for all cells come from one solution, and those of
all designs in a window from one table of it, since the plume moves with its source.
"""

from collections.abc import Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray, Scalar
from boed.inference import grid_belief
from boed.inference.grid_belief import Cells, LogBelief
from boed.inference.noise import Noise
from boed.numerics.field_errors import field_errors
from boed.systems.discrepancy_network import Weights
from boed.systems.plume import assumed_flow, plume_solver, reading_table, weight_prior
from boed.systems.plume.assumed_flow import Flow
from boed.systems.plume.field_window import NODES
from boed.systems.plume.plume_solver import ModelledSource, Moment, Plume, Reading, Solution
from boed.systems.plume.reading_table import Table
from boed.systems.plume.sources import Sharp, Source
from boed.systems.quantities import Quantities, Quantity
from boed.systems.weight_prior import Penalty

Position = Float[AnyArray, "2"]
Predicted = Float[AnyArray, "x y"]
Designs = Float[AnyArray, "*any 2"]


class TrueSource(NamedTuple):
    """The true system: its source and where that is."""

    source: Source
    location: Position


class PlumeSystem(NamedTuple):
    """What a study knows and believes of a plume.

    sharp: the part of the modelled source that no weights change; source: the modelled source by
    weights; flow: what the model takes the velocity for; offsets: places of the sensors of an array
    around its design; growth_precision: of the prior of a learned growth of the velocity.
    """

    plume: Plume
    true: TrueSource
    sharp: Sharp
    source: ModelledSource
    noise: Noise
    cells: Cells
    flow: Flow
    offsets: Float[AnyArray, "sensors 2"]
    growth_precision: float | None = None

    @property
    def quantities(self) -> Quantities:
        """Positions of source and sensor, and the concentration."""
        source, sensor = (
            tuple(Quantity(axis, "length", f"{whose} position {axis}") for axis in "xy")
            for whose in ("source", "sensor")
        )
        return Quantities(source, sensor, (Quantity("concentration", "concentration"),))

    @property
    def prior(self) -> LogBelief:
        """Every cell is as probable as any other."""
        return grid_belief.uniform(self.cells)

    @property
    def distance_unit(self) -> str:
        """A length."""
        return "length"

    def distance(self, parameters: Position) -> Float[AnyArray, ""]:
        """Distance of a position from the true source."""
        return jnp.linalg.norm(parameters - self.true.location)

    @property
    def allowed(self) -> None:
        """A sensor may stand anywhere."""
        return None

    def first_design(self, experiment: dict) -> Position:
        """The place `initial`."""
        return jnp.asarray(experiment["initial"])

    def in_units(self, designs: Designs) -> Designs:
        """Positions as they are."""
        return designs

    def slopes_in_units(self, gradients: Designs) -> Designs:
        """Derivatives as they are."""
        return gradients

    def from_units(self, designs: Designs) -> Designs:
        """Positions as they are."""
        return designs

    @property
    def outputs(self) -> tuple[int, ...]:
        """A sensor reads one number."""
        return ()

    @property
    def true_parameters(self) -> Position:
        """Where the true source is."""
        return self.true.location

    def moments(self, times: Sequence[float]) -> Moment:
        """The moments of several times under the true and the modelled flow, stacked."""
        return self.flow.moments(times)

    def moment(self, time: float) -> Moment:
        """That of one time."""
        return jax.tree.map(lambda leaf: leaf[0], self.flow.moments([time]))

    def truth(self, moment: Moment) -> Solution:
        """The plume of the true source in the true flow."""
        return self.plume.solve(self.true.source, self.flow.actual(moment))

    def observe(self, truth: Solution, design: Position) -> Float[AnyArray, ""]:
        """The true concentration at a design."""
        x, y = self.true.location
        return self.plume.over_centres(truth, design, x[None], y[None])[0, 0]

    def modelled(self, weights: Weights, moment: Moment) -> Solution:
        """The plume of the modelled source in the modelled flow, wherever the source is."""
        return self.plume.solve(self.source(weights), self.flow.modelled(weights, moment))

    def predict(
        self, parameters: Position, weights: Weights, design: Position, moment: Moment
    ) -> Float[AnyArray, ""]:
        """The modelled concentration at a design, the source at `parameters`."""
        x, y = parameters
        solution = self.modelled(weights, moment)
        return self.plume.over_centres(solution, design, x[None], y[None])[0, 0]

    def over_cells(self, weights: Weights, moment: Moment, design: Position) -> Predicted:
        """The modelled concentration for a source in every cell, from one solution."""
        return self.plume.over_centres(self.modelled(weights, moment), design, *self.cells)

    def tabulate(
        self, weights: Weights, moment: Moment, lower: Position, reach: Scalar | float
    ) -> Table | Solution:
        """A table of the plume, if it moves with its source; else its solution."""
        solution = self.modelled(weights, moment)
        if not self.plume.translation_invariant:
            return solution
        return reading_table.tabulate(self.plume, solution, self.cells, lower, reach)

    def in_window(self, table: Table | Solution, lower: Position, design: Position) -> Predicted:
        """Concentration at a design of the window for a source in every cell."""
        if not self.plume.translation_invariant:
            return self.plume.over_centres(table, design, *self.cells)
        return reading_table.read(self.plume, table, self.cells, lower, design)

    def prepare(self, moment: Moment, parameters: Position, design: Position) -> Reading:
        """A reading of one point for a source at `parameters`, to be used for any weights."""
        return self.flow.prepare(
            lambda moment: self.plume.prepare(self.sharp, moment, parameters, design), moment
        )

    def read_members(
        self, reading: Reading, ensemble: Float[AnyArray, "members weights"]
    ) -> Float[AnyArray, " members"]:
        """The model's value of one reading for every member of an ensemble."""

        def of_member(weights):
            return self.plume.read(self.flow.reading(weights, reading), self.source(weights))

        if self.plume.together is None:
            return jax.vmap(of_member)(ensemble)
        return jax.lax.map(of_member, ensemble, batch_size=self.plume.together)

    def read_all(self, readings: Reading, weights: Weights) -> Float[AnyArray, "centres data"]:
        """The model's value of every prepared reading: the map that a calibration fits."""
        # all readings share the network's values, and one derivative serves them all
        source = self.source(weights)._replace(integral=None)

        def read(reading):
            return self.plume.read(self.flow.reading(weights, reading), source)

        return jax.vmap(jax.vmap(read))(readings).T

    def error(self, weights: Weights, moment: Moment) -> Float[AnyArray, ""]:
        """Relative error of the modelled field on the unit square, the source at its true place."""
        axis = jnp.linspace(0.0, 1.0, NODES)
        modelled, true = (
            self.plume.field(source, moment, self.true.location, axis, axis)
            for source in (self.source(weights), self.true.source)
        )
        return field_errors(modelled, true).relative

    def penalty(self, calibration: dict, first: Weights) -> Penalty:
        """The priors that the settings `calibration` ask for, around the weights `first`."""
        return weight_prior.penalty(calibration, self.source, first, self.growth_precision)


def plume_system(settings: dict) -> PlumeSystem:
    """The system that the blocks plume, truth, model, network, noise, belief and array describe."""
    grid, solver = settings["belief"], plume_solver.solver(settings["plume"])
    return PlumeSystem(
        plume=solver,
        true=TrueSource(
            Source(plume_solver.sharp_source(settings["truth"])),
            jnp.asarray(settings["truth"]["location"]),
        ),
        sharp=plume_solver.sharp_source(settings["model"]),
        source=plume_solver.modelled_source(settings["model"], settings.get("network")),
        noise=Noise(settings["noise"]["constant"], settings["noise"]["relative"]),
        cells=Cells.square(grid["lower"], grid["upper"], grid["cells"]),
        flow=assumed_flow.flow(solver, settings),
        offsets=array_offsets(settings.get("array")),
        growth_precision=settings["model"].get("growth", {}).get("precision"),
    )


def array_offsets(array: dict | None) -> Float[np.ndarray, "sensors 2"]:
    """Sensors of a square array about its middle, side × side of them `spacing` apart, x slower;
    without one, one.
    """
    if array is None:
        return np.zeros((1, 2))
    axis = array["spacing"] * (np.arange(array["side"]) - (array["side"] - 1) / 2)
    return np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
