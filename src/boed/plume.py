"""The plume model: what a solver offers a study, and solvers and sources made from its settings."""

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from jaxtyping import Float, PyTree

from boed import network, sources
from boed.arrays import AnyArray
from boed.propagator import Propagator
from boed.rollout import Rollout
from boed.sources import Source
from boed.velocity import Velocity

Point = Float[AnyArray, "2"]
Moment = PyTree[AnyArray]


@runtime_checkable
class Plume(Protocol):
    """Concentration at a time T of a steady source switched on at time 0 in a moving, diffusing medium.

    Functions take the time as a `Moment`, arrays made once by `moment`: one compiled function serves all times.
    """

    def moment(self, time: float) -> Moment:
        """What the solver has to know of the time T."""

    def moments(self, times: Sequence[float]) -> Moment:
        """The moments of several times, stacked along a leading axis."""

    def field(self, source: Source, moment: Moment, centre: Point, xs, ys) -> Float[AnyArray, "a b"]:
        """Concentration on the tensor grid xs × ys."""

    def over_centres(self, source: Source, moment: Moment, point: Point, xs, ys) -> Float[AnyArray, "a b"]:
        """Concentration at one point for every source centre in xs × ys, from one evaluation."""

    def observer(self, moment: Moment, centre: Point, point: Point) -> Callable[[Source], Float[AnyArray, ""]]:
        """A function from source to its concentration at `point`: for many sources and one design."""

    def observe(self, source: Source, moments: Moment, centre: Point, points) -> Float[AnyArray, " data"]:
        """Concentration at (data, 2) points, each at its own moment: for one source, many designs."""


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


def modelled_source(settings: dict, discrepancy: network.Discrepancy) -> Callable[..., Source]:
    """Weights → the modelled source: the misspecified form plus the network, or the form alone.

    settings: the block `model`; its key `discrepancy` is `network` or `none`.
    """
    sharp = sharp_source(settings)
    if settings["discrepancy"] == "none":
        return lambda weights: Source(sharp)
    return lambda weights: Source(sharp, smooth=discrepancy.at(weights))
