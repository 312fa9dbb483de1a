"""A described system as the sequential methods take it: a belief about its parameters on a grid,
designs in the unit cube, weights of what its model misses.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.inference import gaussian_noise
from boed.inference.grid_belief import Cells, LogBelief
from boed.inference.joint_priors import Empirical
from boed.inference.noise import OutputNoise
from boed.inference.particle_belief import ParticleBelief
from boed.inference.priors import Prior
from boed.numerics.field_errors import FieldErrors, field_errors
from boed.systems.described import DescribedSystem, described
from boed.systems.described_priors import cells_of
from boed.systems.design_region import all_over, nearest
from boed.systems.output_noise import output_noise
from boed.systems.quantities import Quantities, Quantity, believed
from boed.systems.system import (
    Allowed,
    Design,
    Designs,
    FromPredictions,
    Moment,
    Outputs,
    Parameters,
    Truth,
    Weights,
)
from boed.systems.weight_prior import Gaussian, Penalty

PARTICLES = 2000


@dataclass(frozen=True, eq=False)
class SequentialSystem(FromPredictions):
    """A described system and how a belief about its parameters is kept: on the cells of a grid, or,
    where there are none, as so many particles.

    known: parameters of a simulated truth; experiments: so many at once, each with a design of its
    own, one after the other; points: parameters of the particles that are held now.
    """

    described: DescribedSystem
    cells: Cells | None
    known: Float[AnyArray, " parameters"]
    noise: OutputNoise
    particles: int = PARTICLES
    experiments: int = 1
    points: Float[AnyArray, "points parameters"] | None = None

    @cached_property
    def quantities(self) -> Quantities:
        """As the configuration names them."""
        parts = self.described.parameters, self.described.designs, self.described.outputs
        parameters, designs, outputs = (
            tuple(Quantity(n, u, n) for n, u in zip(part.names, part.units, strict=True))
            for part in parts
        )
        missing = len(self.described.believed_missing)
        return Quantities(parameters, self._numbered(designs), self._numbered(outputs), missing)

    def _numbered(self, once: tuple[Quantity, ...]) -> tuple[Quantity, ...]:
        """Those of every experiment, one after the other, with its number where there are more."""
        if self.experiments == 1:
            return once
        numbers = range(1, self.experiments + 1)
        return tuple(
            q._replace(name=f"{q.name}_{n}", words=f"{q.name} of experiment {n}")
            for n in numbers
            for q in once
        )

    @property
    def offsets(self) -> Float[np.ndarray, "1 coordinates"]:
        """One experiment, at its design."""
        return np.zeros((1, len(self.described.designs.names) * self.experiments))

    @property
    def outputs(self) -> tuple[int, ...]:
        """As many as the configuration names."""
        return (len(self.described.outputs.names) * self.experiments,)

    def holding(self, points: Float[AnyArray, "points parameters"]) -> "SequentialSystem":
        """The system whose predictions `over_cells` are for these parameters."""
        return replace(self, points=points)

    def over_cells(
        self, weights: Weights, moment: Moment, design: Design
    ) -> Float[AnyArray, "*points_and_outputs"]:
        """One prediction a cell, or a particle."""
        if self.points is None:
            return super().over_cells(weights, moment, design)
        return jax.vmap(lambda p: self.predict(p, weights, design, moment))(self.points)

    @cached_property
    def prior(self) -> LogBelief | ParticleBelief:
        """The prior's density at the cells, or samples of it."""
        if self.cells is None:
            given = self._parameter_prior
            draws = given.samples if isinstance(given, Empirical) else None
            if draws is None:
                draws = given.sample(jax.random.key(1), self.particles)
            return ParticleBelief(jnp.asarray(draws), jnp.full(len(draws), -np.log(len(draws))))
        points = jnp.stack(jnp.meshgrid(*map(jnp.asarray, self.cells), indexing="ij"), axis=-1)
        with jax.ensure_compile_time_eval():
            density = np.asarray(self._parameter_prior.log_density(points))
        return density - np.logaddexp.reduce(density.ravel())

    def most_probable(self) -> Float[np.ndarray, " parameters"]:
        """The cell that the prior holds most probable; its mean, where there are none."""
        if self.cells is None:
            return np.asarray(self._parameter_prior.mean)
        place = np.unravel_index(np.argmax(self.prior), self.prior.shape)
        return np.array([axis[index] for axis, index in zip(self.cells, place, strict=True)])

    @property
    def true_parameters(self) -> Parameters:
        """Those of the simulated truth."""
        return jnp.asarray(self.known)

    @property
    def distance_unit(self) -> str:
        """A distance has none: it is in deviations of the prior."""
        return "1"

    def distance(self, parameters: Parameters) -> Float[AnyArray, ""]:
        """Distance from the true parameters, each in deviations of its prior; of what is missing
        none counts.
        """
        scaled = (parameters - self.true_parameters) / self._parameter_prior.deviation
        return jnp.linalg.norm(scaled[: len(self.quantities.sought)])

    @cached_property
    def allowed(self) -> Allowed | None:
        """Whether designs, as they would be measured, lie outside of all forbidden boxes, in every
        experiment; None where there are no boxes.
        """
        region = self.described.designs.repeated(self.experiments)
        if not region.forbidden:
            return None
        return lambda designs: region.clear(self.in_units(designs))

    def first_design(self, experiment: dict) -> Design:
        """The design `initial`, in parts of the ranges, or the middle of the bounds."""
        initial = experiment.get("initial")
        if initial is None:
            return jnp.full(self.offsets.shape[1], 0.5)
        return jnp.asarray(initial, dtype=float)

    def in_units(self, designs: Designs) -> Designs:
        """Designs of the unit cube within their bounds; of coordinates with candidates, the
        nearest.
        """
        lower, region = self._each(self.described.designs.lower), self.described.designs
        places = lower + self._range * designs
        columns = [
            places[..., index] if values is None else nearest(places[..., index], values)
            for index, values in enumerate(region.candidates * self.experiments)
        ]
        return jnp.stack(columns, axis=-1)

    def from_units(self, designs: Designs) -> Designs:
        """Designs as parts of the way from lower to upper bound."""
        return (designs - self._each(self.described.designs.lower)) / self._width

    def slopes_in_units(self, gradients: Designs) -> Designs:
        """Derivatives by designs in their units."""
        return gradients / self._width

    def moments(self, times: Sequence[float]) -> Moment:
        """A number a stage: nothing of the system changes with it."""
        return np.asarray(times, dtype=float)

    def moment(self, time: float) -> Moment:
        """That of one stage."""
        return np.asarray(time, dtype=float)

    def predict(
        self, parameters: Parameters, weights: Weights, design: Design, moment: Moment
    ) -> Outputs:
        """What the model gives, corrected where something is missing that is no parameter."""
        system = self.described

        def one(place):
            if system.missing is None:
                return system.predict(parameters, place)
            return system.predict_with(parameters, weights, place)

        return self._of_experiments(one, design)

    def truth(self, moment: Moment) -> Truth:
        """Nothing to prepare."""
        return moment

    def observe(self, truth: Truth, design: Design) -> Outputs:
        """What the user's `observe` gives."""
        return self._of_experiments(self.described.observe, design)

    def error(self, weights: Weights, moment: Moment) -> Float[AnyArray, ""]:
        """Σ|modelled − true| / Σ|true| over `everywhere`, with the true parameters; the mean over
        the outputs.
        """
        return self.errors(self.true_parameters, weights, moment).relative

    def errors(self, parameters: Parameters, weights: Weights, moment: Moment) -> FieldErrors:
        """The model's errors over `everywhere`, with these parameters: the mean of those of all
        outputs.
        """
        each = jax.vmap(field_errors, (1, 1))(*self.curves(parameters, weights, moment))
        return jax.tree.map(jnp.mean, each)

    def curves(
        self, parameters: Parameters, weights: Weights, moment: Moment
    ) -> tuple[Float[AnyArray, "designs outputs"], Float[AnyArray, "designs outputs"]]:
        """What the model with these parameters and the truth give at `everywhere`, as measured."""
        designs, truth = jnp.asarray(self.everywhere), self.truth(moment)
        modelled = jax.vmap(lambda d: self.predict(parameters, weights, d, moment))(designs)
        true = jax.vmap(lambda design: self.observe(truth, design))(designs)
        return self.noise.in_units(modelled), self.noise.in_units(true)

    @cached_property
    def everywhere(self) -> Float[np.ndarray, "designs coordinates"]:
        """Allowed designs all over the unit cube, those over which a model's error is told: it may
        fail where it is never asked.
        """
        return all_over(self.offsets.shape[1], self.allowed)

    def penalty(self, calibration: dict, first: Weights) -> Penalty:
        """What is known of the weights before any data."""
        missing = self.described.missing
        return Gaussian(first, 0.0) if missing is None else missing.penalty(calibration, first)

    def _of_experiments(self, one: Callable, design: Design) -> Outputs:
        """Outputs of all experiments, one after the other, in the coordinates of their noise."""
        places = self.in_units(design)
        if self.experiments == 1:
            return self.noise.coordinates(one(places))
        each = jax.vmap(one)(places.reshape(self.experiments, -1))
        return self.noise.coordinates(each.ravel())

    def _each(self, values: Float[AnyArray, "..."]) -> Float[AnyArray, "..."]:
        """Values of one experiment's designs, for every experiment."""
        return jnp.tile(jnp.asarray(values), self.experiments)

    @property
    def _parameter_prior(self) -> Prior:
        return self.described.parameters.prior

    @property
    def _range(self) -> Design:
        region = self.described.designs
        return self._each(np.asarray(region.upper) - np.asarray(region.lower))

    @property
    def _width(self) -> Design:
        """The ranges, and one of a coordinate with a single candidate, which has none."""
        return jnp.where(self._range > 0, self._range, 1.0)


def sequential_system(settings: dict) -> SequentialSystem:
    """The described system of a sequential study's settings."""
    system, experiments = described(settings), settings.get("experiments", 1)
    noise = gaussian_noise.repeated(system.noise, experiments)
    known = settings.get("true_parameters") or {}
    return SequentialSystem(
        described=system,
        cells=None if "prior_samples" in settings else cells_of(believed(settings)),
        particles=settings.get("particles", PARTICLES),
        known=np.array([known.get(name, np.nan) for name in system.parameters.names]),
        experiments=experiments,
        noise=output_noise(noise),
    )
