"""The plume model: what a solver offers a study, and solvers and sources made from its settings."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol, runtime_checkable

from jaxtyping import Float, PyTree

from boed.arrays import AnyArray
from boed.systems.discrepancy_network import Discrepancy, Weights, tanh_network
from boed.systems.plume import sources
from boed.systems.plume.propagator import Propagator
from boed.systems.plume.rollout import Rollout
from boed.systems.plume.sources import Sharp, Source
from boed.systems.plume.velocity import Velocity

Point = Float[AnyArray, "2"]
Moment = PyTree[AnyArray]
Reading = PyTree[AnyArray]
Solution = PyTree[AnyArray]


@runtime_checkable
class Plume(Protocol):
    """Concentration at a time T of a steady source switched on at time 0 in a moving, diffusing
    medium.

    Functions take the time as a `Moment`, arrays made once by `moment`: one compiled function
    serves all times.
    """

    @property
    def resolution(self) -> float:
        """Length over which a solution is sampled."""

    @property
    def translation_invariant(self) -> bool:
        """Whether the plume moves with its source, so that a design d reads u(d − θ): then, and
        only then, one table serves all designs of a window.
        """

    @property
    def together(self) -> int | None:
        """Sources that are best read side by side: None for all; few where their fields would fill
        the cache.
        """

    def moment(self, time: float) -> Moment:
        """What the solver has to know of the time T."""

    def moments(self, times: Sequence[float]) -> Moment:
        """The moments of several times, stacked along a leading axis."""

    def field(
        self, source: Source, moment: Moment, centre: Point, xs, ys
    ) -> Float[AnyArray, "a b"]:
        """Concentration on the tensor grid xs × ys."""

    def solve(self, source: Source, moment: Moment) -> Solution:
        """The plume around its source, wherever that is: one evaluation of the model, to be read
        many times.
        """

    def over_centres(self, solution: Solution, point: Point, xs, ys) -> Float[AnyArray, "a b"]:
        """Concentration at one point for every source centre in xs × ys, from one solution."""

    def prepare(self, sharp: Sharp, moment: Moment, centre: Point, point: Point) -> Reading:
        """What reading one point of one moment has to know; arrays, to be made once and read for
        many sources.
        """

    def read(self, reading: Reading, source: Source) -> Float[AnyArray, ""]:
        """Concentration of a source, whose sharp part is the prepared one, at the prepared moment
        and point.
        """


def solver(settings: dict) -> Plume:
    """The solver that the block `plume` names; raises ValueError for an unknown name."""
    velocity = Velocity(tuple(settings["velocity"]["x"]), tuple(settings["velocity"]["y"]))
    name, kinds = settings["solver"], {"propagator": Propagator, "rollout": Rollout}
    if name not in kinds:
        raise ValueError(f"unknown plume solver {name!r}: choose one of {', '.join(kinds)}")
    block = settings.get(name, {})
    numbers = {key: tuple(v) if isinstance(v, list) else v for key, v in block.items()}
    return kinds[name](diffusivity=settings["diffusivity"], velocity=velocity, **numbers)


def sharp_source(settings: dict) -> Sharp:
    """The source with fixed parameters that a block `truth` or `model` describes."""
    return sources.make(settings["source"], settings["strength"], settings["width"])


@runtime_checkable
class ModelledSource(Protocol):
    """Weights → the modelled source, its form being known but for a discrepancy."""

    def __call__(self, weights: Weights) -> Source:
        """The source with these weights."""


@dataclass(frozen=True)
class WithNetwork:
    """A network, whose weights come first, is added to the form."""

    sharp: Sharp
    network: Discrepancy

    def __call__(self, weights: Weights) -> Source:
        first = weights[: self.network.count]
        return Source(
            self.sharp,
            smooth=partial(self.network.apply, first),
            integral=partial(self.network.integrate, first),
        )


@dataclass(frozen=True)
class WithStrength:
    """The form's strength is the only weight; strength: that which `sharp` has."""

    sharp: Sharp
    strength: float

    def __call__(self, weights: Weights) -> Source:
        return Source(self.sharp, amplitude=weights[0] / self.strength)


@dataclass(frozen=True)
class Fixed:
    """The form alone, whatever the weights."""

    sharp: Sharp

    def __call__(self, weights: Weights) -> Source:
        return Source(self.sharp)


def modelled_source(settings: dict, network_shape: dict | None) -> ModelledSource:
    """What the block `model` calls its discrepancy: `network`, of the given shape; `strength`;
    `none`.

    Raises ValueError for another name.
    """
    sharp, kind = sharp_source(settings), settings["discrepancy"]
    if kind == "network":
        size = (network_shape[key] for key in ("hidden", "depth", "precision"))
        return WithNetwork(sharp, tanh_network(*size))
    if kind == "strength":
        return WithStrength(sharp, settings["strength"])
    if kind == "none":
        return Fixed(sharp)
    raise ValueError(f"unknown discrepancy {kind!r}: choose one of network, strength, none")
