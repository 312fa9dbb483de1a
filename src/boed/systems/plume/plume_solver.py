"""The plume model: what a solver offers a study, and solvers and sources made from its settings."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol, runtime_checkable

from jaxtyping import Float, PyTree

from boed.arrays import AnyArray
from boed.systems.plume import discrepancy_network, sources
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
    name = settings["solver"]
    own = {key: tuple(v) if isinstance(v, list) else v for key, v in settings.get(name, {}).items()}
    kinds = {"propagator": Propagator, "rollout": Rollout}
    if name not in kinds:
        raise ValueError(f"unknown plume solver {name!r}: choose one of {', '.join(kinds)}")
    return kinds[name](diffusivity=settings["diffusivity"], velocity=velocity, **own)


def sharp_source(settings: dict):
    """The source with fixed parameters that a block `truth` or `model` describes."""
    return sources.make(settings["source"], settings["strength"], settings["width"])


def modelled_source(settings: dict, network_shape: dict | None) -> Callable[..., Source]:
    """Weights → the modelled source, its form being known but for what the block `model` calls its
    discrepancy.

    `network`: a network of the given shape is added to the form, whose weights come first;
    `strength`: its strength is the only weight; `none`: the form alone, whatever the weights.
    Raises ValueError for another name.
    """
    sharp, kind = sharp_source(settings), settings["discrepancy"]
    if kind == "network":
        learned = discrepancy_network.tanh_network(
            network_shape["hidden"], network_shape["depth"], network_shape["precision"]
        )

        def with_network(weights):
            own = weights[: learned.count]
            return Source(
                sharp, smooth=partial(learned.apply, own), integral=partial(learned.integrate, own)
            )

        return with_network
    known = {
        "strength": lambda weights: Source(sharp, amplitude=weights[0] / settings["strength"]),
        "none": lambda weights: Source(sharp),
    }
    if kind not in known:
        raise ValueError(f"unknown discrepancy {kind!r}: choose one of network, {', '.join(known)}")
    return known[kind]
