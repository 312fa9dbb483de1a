"""What a method may ask of a system: the protocol, and shortcuts made of its predictions.

A method knows named parameters on a grid, designs, outputs, noise and weights of what the model
misses; how a prediction comes about is the system's own business.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol, runtime_checkable

import jax
import jax.numpy as jnp
from jaxtyping import Bool, Float, PyTree

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray, Scalar
from boed.inference.grid_belief import Cells, LogBelief
from boed.inference.noise import OutputNoise
from boed.inference.particle_belief import ParticleBelief
from boed.systems.quantities import Quantities
from boed.systems.weight_prior import Penalty

Parameters = Float[AnyArray, " parameters"]
Weights = Float[AnyArray, " weights"]
Design = Float[AnyArray, " coordinates"]
Designs = Float[AnyArray, "*any coordinates"]
Allowed = Callable[[Designs], Bool[AnyArray, "*any"]]
Outputs = Float[AnyArray, "*outputs"]
# what a system has to know of one stage, of its truth there, of one prepared reading, of a window
Moment = PyTree[AnyArray]
Truth = PyTree[AnyArray]
Reading = PyTree[AnyArray]
Table = PyTree[AnyArray]


@runtime_checkable
class System(Protocol):
    """A system as believed and, where it is simulated, as it truly is.

    noise: of every output; cells: the grid of the parameters; offsets: designs of the sensors of an
    array around its design. Designs and outputs are in coordinates that suit a search, which
    `in_units` and `from_units` turn into those of `quantities` and back.
    """

    noise: OutputNoise
    cells: Cells
    offsets: Float[AnyArray, "sensors coordinates"]

    @property
    def quantities(self) -> Quantities:
        """Names and units."""

    @property
    def outputs(self) -> tuple[int, ...]:
        """Shape of what one design gives, () for a single number."""

    @property
    def prior(self) -> LogBelief | ParticleBelief:
        """The belief about the parameters before any data: of a grid's cells, or particles."""

    @property
    def true_parameters(self) -> Parameters:
        """The parameters of the true system."""

    @property
    def distance_unit(self) -> str:
        """The unit of `distance`."""

    def distance(self, parameters: Parameters) -> Float[AnyArray, ""]:
        """How far parameters are from the true ones."""

    @property
    def allowed(self) -> Allowed | None:
        """Whether designs of a search may be chosen, within its bounds; None where all may."""

    def first_design(self, experiment: dict) -> Design:
        """Where the first search starts, by the settings `experiment`."""

    def in_units(self, designs: Designs) -> Designs:
        """Designs of a search, in the units of `quantities`."""

    def slopes_in_units(self, gradients: Designs) -> Designs:
        """Derivatives by the designs of a search, as those by designs in units."""

    def from_units(self, designs: Designs) -> Designs:
        """Designs in the units of `quantities`, as a search takes them."""

    def moments(self, times: Sequence[float]) -> Moment:
        """What there is to know of several stages, stacked along a leading axis."""

    def moment(self, time: float) -> Moment:
        """What there is to know of one stage."""

    def predict(
        self, parameters: Parameters, weights: Weights, design: Design, moment: Moment
    ) -> Outputs:
        """What the model gives at a design."""

    def truth(self, moment: Moment) -> Truth:
        """The true system at a stage, to be observed at many designs."""

    def observe(self, truth: Truth, design: Design) -> Outputs:
        """What the true system gives at a design, without noise."""

    def over_cells(
        self, weights: Weights, moment: Moment, design: Design
    ) -> Float[AnyArray, "*cells_and_outputs"]:
        """What the model gives at a design for the parameters of every cell."""

    def tabulate(
        self, weights: Weights, moment: Moment, lower: Design, reach: Scalar | float
    ) -> Table:
        """What all designs in [lower, lower + reach] have in common, once a search."""

    def in_window(
        self, table: Table, lower: Design, design: Design
    ) -> Float[AnyArray, "*cells_and_outputs"]:
        """`over_cells` at a design of the window, by what `tabulate` gave for it."""

    def prepare(self, moment: Moment, parameters: Parameters, design: Design) -> Reading:
        """All of a reading that needs no weights, to be done once and read for many of them."""

    def read_members(
        self, reading: Reading, ensemble: Float[AnyArray, "members weights"]
    ) -> Float[AnyArray, "members *outputs"]:
        """A prepared reading for every member of an ensemble of weights."""

    def read_all(
        self, readings: Reading, weights: Weights
    ) -> Float[AnyArray, "parameters data *outputs"]:
        """Every prepared reading, which have the leading axes (data, parameters), for one vector of
        weights.
        """

    def error(self, weights: Weights, moment: Moment) -> Float[AnyArray, ""]:
        """Relative error of what the model gives over all designs, its parameters the true ones."""

    def penalty(self, calibration: dict, first: Weights) -> Penalty:
        """−log prior of the weights, by the settings `calibration`; first: those before any
        data.
        """


class Unprepared(NamedTuple):
    """A reading of which nothing can be done beforehand."""

    moment: Moment
    parameters: Parameters
    design: Design


class FromPredictions:
    """Every shortcut of a system, made of its `predict`; one that has a faster way replaces it."""

    def over_cells(
        self, weights: Weights, moment: Moment, design: Design
    ) -> Float[AnyArray, "*cells_and_outputs"]:
        """One prediction a cell."""
        shape = tuple(axis.size for axis in self.cells)
        points = jnp.stack(jnp.meshgrid(*self.cells, indexing="ij"), axis=-1)

        def one(parameters):
            return self.predict(parameters, weights, design, moment)

        values = jax.vmap(one)(points.reshape(-1, len(shape)))
        return values.reshape(*shape, *values.shape[1:])

    def tabulate(
        self, weights: Weights, moment: Moment, lower: Design, reach: Scalar | float
    ) -> Table:
        """Nothing: designs have nothing in common unless a system says so."""
        return weights, moment

    def in_window(
        self, table: Table, lower: Design, design: Design
    ) -> Float[AnyArray, "*cells_and_outputs"]:
        """One prediction a cell, at this very design."""
        return self.over_cells(*table, design)

    def prepare(self, moment: Moment, parameters: Parameters, design: Design) -> Unprepared:
        """What a prediction needs, as it is."""
        return Unprepared(moment, parameters, design)

    def read_members(
        self, reading: Unprepared, ensemble: Float[AnyArray, "members weights"]
    ) -> Float[AnyArray, "members *outputs"]:
        """One prediction a member."""
        return jax.vmap(lambda weights: self._read(reading, weights))(ensemble)

    def read_all(
        self, readings: Unprepared, weights: Weights
    ) -> Float[AnyArray, "parameters data *outputs"]:
        """One prediction a reading."""
        one = jax.vmap(jax.vmap(lambda reading: self._read(reading, weights)))
        return jnp.swapaxes(one(readings), 0, 1)

    def _read(self, reading: Unprepared, weights: Weights) -> Outputs:
        return self.predict(reading.parameters, weights, reading.design, reading.moment)
