"""The source inversion in the configuration: where to put a sensor that shall find a source."""

from collections.abc import Iterator
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from boed.config.model.base import (
    Block,
    Count,
    Different,
    Name,
    NotNegative,
    Positive,
    Problem,
    key,
)
from boed.systems.diffusion import layout
from boed.systems.diffusion.layout import Building, LayoutError

Share = Annotated[float, Field(gt=0, lt=1)]
Rectangle = Annotated[list[float], Field(min_length=4, max_length=4)]
Aversions = Annotated[list[float], Field(min_length=1), Different]


class GaussianSource(Block):
    """The Gaussian source whose place is unknown."""

    strength: Positive = key("Its strength s.", "concentration·length²/time", source="text")
    width: Positive = key("Its width h.", "length", source="text")


class TimeStepping(Block):
    """The time-stepping solver, which makes the training data."""

    cells: int = key("Cells a side.", "1", source="chosen", ge=4)
    steps: Count = key("Time steps up to the measurement.", "1", source="chosen")
    together: Count = key(
        "Sources that are solved together; sets speed and memory.", "1", source="chosen"
    )


class Training(Block):
    """What the surrogate learns from."""

    sources: int = key("Random sources.", "1", source="text: 1000", ge=10)
    nodes: int = key(
        "Points a side at which their fields are kept, from wall to wall.",
        "1",
        source="chosen",
        ge=2,
    )
    batch: Count = key(
        "Sources after which a batch is kept for a run that is killed.", "1", source="chosen"
    )


class Surrogate(Block):
    """The network in place of the solver, and its training by Muon."""

    symmetry: Literal["fold", "none"] = key(
        "Whether pairs of source and sensor that the layout's own mirrors and turns take to each "
        "other are one to it; none is the paper's.",
        source="chosen",
    )
    hidden: Annotated[list[Count], Field(min_length=1)] = key(
        "Units of each hidden layer.", "1", source="text"
    )
    training_share: Share = key(
        "Part of the sources that it learns from; the rest test it.", "1", source="text: 0.8"
    )
    validation_share: Share = key("Part of those that only say when to stop.", "1", source="chosen")
    batch: Count = key("Random pairs of source and point a step.", "1", source="chosen")
    steps: int = key("Steps of Muon (Adam for the biases) at most.", "1", source="chosen", ge=2)
    rate: Positive = key(
        "Its highest learning rate, from which it falls again.", "1", source="chosen"
    )
    warm_up: Share = key("Part of the steps over which the rate rises.", "1", source="chosen")
    weight_decay: NotNegative = key(
        "Part of the rate by which each weight shrinks in a step.", "1", source="chosen"
    )
    check_every: Count = key(
        "Steps between two looks at the validation error; divides steps.", "1", source="chosen"
    )
    patience: Count = key(
        "Looks without improvement after which training stops.", "1", source="chosen"
    )

    def contradictions(self) -> Iterator[Problem]:
        """Looks that do not come out even with the steps."""
        if self.steps % self.check_every:
            yield Problem(
                "check_every", self.check_every, f"a number that divides steps = {self.steps}"
            )


class Validation(Block):
    """Sensors at which the surrogate's utilities are held against exact ones."""

    sensors: int = key("Places a side.", "1", source="chosen", ge=2)


class Pairs(Block):
    """Two sensors at random places."""

    random: int = key("Random pairs.", "1", source="text: 1000", ge=2)


class Exploration(Block):
    """Deviations of the Gaussian process above its mean in the acquisition function."""

    one_sensor: NotNegative = key("For one sensor.", "1", source="library")
    two_sensors: NotNegative = key(
        "For two, whose four coordinates leave too much to explore in 20 evaluations.",
        "1",
        source="chosen",
    )


class Searches(Block):
    """Bayesian optimisation of one sensor and of two."""

    one_sensor: Annotated[list[str], Different] = key(
        "Layouts in which one sensor is searched for.", source="text"
    )
    two_sensors: Annotated[list[str], Different] = key(
        "Layouts in which two sensors are placed.", source="text"
    )
    runs: Count = key(
        "Searches from independent random numbers for every weight of the variance.",
        "1",
        source="chosen",
    )
    initial: Count = key("Random designs that a search begins with.", "1", source="chosen")
    iterations: Count = key("Designs that it chooses after them.", "1", source="chosen")
    exploration: Exploration = key("How far it explores, by the number of sensors.")
    noise_level: Positive = key(
        "Variance of the objective's noise, part of the objective's own variance.",
        "1",
        source="library",
    )
    image: Positive = key(
        "How near to an image of the best place an evaluation counts as having looked there.",
        "length",
        source="chosen",
    )
    near: NotNegative = key(
        "How far below the best of the map, or of the random pairs, a search counts as done, part "
        "of it.",
        "1",
        source="chosen",
    )


class SensorOutcomes(Block):
    """Simulated outcomes of the best sensors, and the worst of them."""

    aversions: Annotated[list[float], Field(min_length=2), Different] = key(
        "Weights λ whose best sensors are compared, among aversions.", "1/nat", source="inferred"
    )
    samples: int = key("Outcomes of each.", "1", source="text", ge=2)
    worst: Count = key(
        "Outcomes of least information whose posteriors are shown.", "1", source="text"
    )

    def contradictions(self) -> Iterator[Problem]:
        """More outcomes shown than sampled."""
        if self.worst > self.samples:
            yield Problem("worst", self.worst, f"at most samples = {self.samples}")


class Front(Block):
    """The search for pairs that no other beats in both expected utility and variance."""

    draws: Count = key("Outcomes of every place of the prior.", "1", source="chosen")
    random: int = key("Random pairs that it begins with.", "1", source="chosen", ge=2)
    strides: Annotated[list[Count], Field(min_length=1)] = key(
        "Distances at which neighbours are looked at, in turn.",
        "places of the grid of sensors",
        source="chosen",
    )
    evaluations: int = key("Pairs that are evaluated at most.", "1", source="chosen", ge=2)


class SourceInversion(Block):
    """Where to put a sensor that shall find a source of contaminant in a diffusion field."""

    source: GaussianSource = key("The Gaussian source whose place is unknown.")
    noise: Positive = key("Deviation of the sensor's noise.", "concentration", source="lineage")
    time: Positive = key("When the sensor reads.", "time", source="inferred")
    cells: int = key(
        "Cells a side of the exact way, adjoint solutions.", "1", source="chosen", ge=4
    )
    prior_nodes: int = key("Places a side where the source may be.", "1", source="chosen", ge=2)
    sensors: int = key(
        "Places a side where the sensor may stand, from wall to wall.", "1", source="chosen", ge=2
    )
    batch: Count = key(
        "Sensors that are worked on together; sets the memory.", "1", source="chosen"
    )
    aversions: Aversions = key("Weights λ of U − λV.", "1/nat", source="inferred")
    model: Literal["surrogate", "solver", "adjoint"] = key(
        "Forward model of sampled maps, searches and outcomes: the paper's; time stepping, of "
        "every sample once; or exact in time, without training.",
        source="text",
    )
    samples: int = key(
        "Samples N of each estimate, common to all designs.", "1", source="text: 10000", ge=2
    )
    solver: TimeStepping = key("The time-stepping solver, which makes the training data.")
    training: Training = key("What the surrogate learns from.")
    surrogate: Surrogate = key("The network in place of the solver, and its training.")
    validation: Validation = key("Sensors at which it is held against exact utilities.")
    pairs: Pairs = key("Two sensors at random places.")
    searches: Searches = key("Bayesian optimisation of one sensor and of two.")
    outcomes: SensorOutcomes = key("Simulated outcomes of the best sensors.")
    front: Front = key("Search for the Pareto front of two sensors.")
    layouts: Annotated[dict[Name, list[Rectangle] | None], Field(min_length=1)] = key(
        "Domains by name, each a list of buildings [left, right, bottom, top] with walls on the "
        "edges between cells; `open` has none; null leaves one out.",
        "length",
        source="chosen",
    )

    def contradictions(self) -> Iterator[Problem]:
        """Layouts and weights that are not there."""
        known = [name for name, walls in self.layouts.items() if walls is not None]
        for name in ("one_sensor", "two_sensors"):
            for wanted in getattr(self.searches, name):
                if wanted not in known:
                    yield Problem(f"searches.{name}", wanted, f"one of {', '.join(known)}")
        for wanted in self.outcomes.aversions:
            if wanted not in self.aversions:
                accepted = f"one of the weights in aversions, {self.aversions}"
                yield Problem("outcomes.aversions", wanted, accepted)
        yield from self._unresolved()
        yield from self._empty_parts()

    def _unresolved(self) -> Iterator[Problem]:
        """Grids on which the source is too narrow: one cell a width leaves 1 % of the field, half a
        cell 3 to 6 %, of the exact series without buildings.
        """
        for name, cells in (("cells", self.cells), ("solver.cells", self.solver.cells)):
            needed = 1 / self.source.width
            if cells < needed * (1 - 1e-9):
                accepted = f"at least {needed:.3g}: a source of one cell a width, source.width"
                yield Problem(name, cells, accepted)

    def _empty_parts(self) -> Iterator[Problem]:
        """Shares of the training data that leave no source to one of its parts."""
        shares, sources = self.surrogate, self.training.sources
        held = shares.training_share * shares.validation_share
        for name, part in (
            ("training_share", 1 - shares.training_share),
            ("validation_share", held),
        ):
            if round(part * sources) < 1:
                accepted = f"a share that leaves at least one of {sources} sources"
                yield Problem(f"surrogate.{name}", getattr(shares, name), accepted)

    def faulty_layouts(self) -> Iterator[str]:
        """What is wrong with each layout's buildings, or with the grids that are laid on it."""
        for name, rectangles in self.layouts.items():
            try:
                buildings = [Building(*rectangle) for rectangle in rectangles or []]
                layout.check(buildings)
                for cells in {self.cells, self.solver.cells}:
                    layout.open_cells(buildings, cells)
            except LayoutError as error:
                yield f"layouts.{name}: {error}"
                continue
            yield from map(str, self._without_places(name, buildings))

    def _without_places(self, built: str, buildings: list[Building]) -> Iterator[Problem]:
        """Grids of which the buildings leave less than two places."""
        middles = layout.cell_centres(self.prior_nodes)
        grids = {
            "prior_nodes": (self.prior_nodes, middles),
            "sensors": (self.sensors, np.linspace(0.0, 1.0, self.sensors)),
            "training.nodes": (self.training.nodes, np.linspace(0.0, 1.0, self.training.nodes)),
            "validation.sensors": (
                self.validation.sensors,
                np.linspace(0.0, 1.0, self.validation.sensors),
            ),
        }
        for name, (nodes, axis) in grids.items():
            places = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1)
            if layout.accessible(buildings, places).sum() < 2:
                accepted = f"so many that two places at least lie outside the buildings of {built}"
                yield Problem(name, nodes, accepted)
