"""Cost studies in the configuration: scaling, network sizes, benchmarks."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from boed.config.model.base import (
    Block,
    Count,
    Different,
    Name,
    Point,
    Positive,
    Problem,
    inside,
    key,
    ordered,
    rising,
)
from boed.config.model.layers import Changes, SizedChanges

Ensemble = Annotated[int, Field(ge=2)]
Sizes = Annotated[list[Ensemble], Field(min_length=2)]
Counts = Annotated[list[Count], Field(min_length=2)]
Solver = Literal["propagator", "rollout"]
Mode = Literal["forward", "reverse", "checkpointed", "nested", "forward_mode"]
# the file in which the methods' strengths are gathered stands beside theirs
GATHERED = "strength"


class ByMembers(Block):
    """The curve over the ensemble size."""

    values: Sizes = key("Ensemble sizes J, increasing.", "1", source="chosen")
    iterations: Count = key("EKI iterations K of them all.", "1", source="chosen")

    def contradictions(self) -> Iterator[Problem]:
        """Ensemble sizes that do not rise."""
        yield from rising("values", self.values)


class ByIterations(Block):
    """The curve over the EKI iterations."""

    values: Counts = key("EKI iterations K, increasing.", "1", source="chosen")
    members: Ensemble = key("Ensemble size J of them all.", "1", source="chosen")

    def contradictions(self) -> Iterator[Problem]:
        """Numbers of iterations that do not rise."""
        yield from rising("values", self.values)


class BySamples(Block):
    """The curves of the expected gain over the predicted data, one for each ensemble size."""

    values: Counts = key("Predicted data M, increasing.", "1", source="chosen")
    members: Sizes = key("Ensemble sizes J, increasing.", "1", source="chosen")
    iterations: Count = key("EKI iterations K of them all.", "1", source="chosen")

    def contradictions(self) -> Iterator[Problem]:
        """Numbers of predicted data or ensemble sizes that do not rise."""
        yield from rising("values", self.values)
        yield from rising("members", self.members)


class Scaling(Block):
    """What AD-EKI costs by members, iterations and the way it is differentiated."""

    study: str = key(
        "Hybrid study of a plume with a network whose discrepancy experiment is designed."
    )
    changes: Changes | None = key("Changes to it for all solvers.", default=None)
    solvers: dict[Solver, Changes | None] = key(
        "Solvers of the plume, each with its changes to the study; null leaves one out.",
        min_length=1,
    )
    modes: Annotated[list[Mode], Field(min_length=1), Different] = key(
        "Ways to differentiate: the gain alone; reverse mode, which keeps everything, the ensemble "
        "before every iteration, or before every √K-th; forward mode.",
        source="text: the first three",
    )
    members: ByMembers = key("The curve over the ensemble size.")
    iterations: ByIterations = key("The curve over the EKI iterations.")
    samples: BySamples = key("The curves of the expected gain over its predicted data.")
    time: Positive = key("Measurement time.", "time", source="chosen")
    design: Point = key("Design at which the gain is taken.", "length", source="chosen")
    centre: Point = key("Where the source is held.", "length", source="chosen")
    repeats: Count = key("Runs whose median is taken.", "1", source="chosen")


class MethodComparison(Block):
    """Ways to learn the strength on one study, at the same number of data."""

    study: str = key("Hybrid study that learns the strength.")
    changes: Changes | None = key("Changes to it for all methods.", default=None)
    methods: dict[Name, Changes | None] = key(
        "Methods by name, each with its changes, the recipe among them; a recipe with an indicator "
        "learns from the physical data and takes two of its stages at each time but the first; "
        "null leaves one out.",
        min_length=1,
    )

    def contradictions(self) -> Iterator[Problem]:
        """A method with the name of the file that gathers them all."""
        if GATHERED in self.methods:
            yield Problem(f"methods.{GATHERED}", GATHERED, "another name: a file has this one")


class GradientSize(Block):
    """Size of the AD-EKI gradient whose cost is measured."""

    members: Ensemble = key("Ensemble size J.", "1", source="chosen")
    iterations: Count = key("EKI iterations K.", "1", source="chosen")


class Networks(Block):
    """A study for networks of several sizes, each pre-trained for itself."""

    study: str = key("Hybrid study of a plume with a network that is run.")
    cost: GradientSize = key("Size of the AD-EKI gradient whose cost is measured for each.")
    sizes: dict[Name, SizedChanges | None] = key(
        "Networks by name, each with its changes to the study, `network` and `replicates` among "
        "them; null leaves one out.",
        min_length=1,
    )


class Coarse(Block):
    """Grid on which an AD-EKI gradient by time stepping is affordable."""

    cells: int = key("Cells a side.", "1", source="chosen", ge=4)
    time_step: Positive = key("Longest time step.", "time", source="chosen")


class Square(Block):
    """A square domain and its cells."""

    lower: float = key("Its lower walls.", "length", source="chosen")
    upper: float = key("Its upper walls.", "length", source="chosen")
    cells: int = key("Cells a side.", "1", source="chosen", ge=4)


class PlacedSource(Block):
    """The Gaussian source beneath the network."""

    strength: float = key("s.", "concentration·length²/time", source="chosen")
    width: Positive = key("h.", "length", source="chosen")
    centre: Point = key("Its place.", "length", source="chosen")


class UntrainedNetwork(Block):
    """An untrained network."""

    hidden: Count = key("Units of a hidden layer.", "1", source="chosen")
    depth: Count = key("Hidden layers.", "1", source="chosen")
    first_layer_scale: Positive = key(
        "Factor on the first layer's initial weights.", "1/length", source="chosen"
    )


class Datum(Block):
    """What is fitted."""

    place: Point = key("Where it is measured.", "length", source="chosen")
    observed: float = key("Its value.", "concentration", source="chosen")
    deviation: Positive = key("Deviation of its noise.", "concentration", source="chosen")


class AdjointBenchmark(Block):
    """Time stepping through which the adjoint method and reverse mode differentiate."""

    domain: Square = key("The square and its cells.")
    diffusivity: Positive = key("D.", "length²/time", source="chosen")
    growths: Point = key(
        "a of the velocity a·t along x and along y.", "length/time²", source="chosen"
    )
    time: Positive = key("When the last step ends.", "time", source="chosen")
    source: PlacedSource = key("The Gaussian source beneath the network.")
    network: UntrainedNetwork = key("The untrained network.")
    datum: Datum = key("What is fitted.")
    steps: Annotated[list[Count], Field(min_length=1), Different] = key(
        "Numbers of time steps.", "1", source="chosen"
    )
    repeats: Count = key("Runs of which the median time is told.", "1", source="chosen")

    def contradictions(self) -> Iterator[Problem]:
        """Walls the wrong way round, places outside them, time steps too few for the flow."""
        lower, upper = self.domain.lower, self.domain.upper
        if upper <= lower:
            yield from ordered("domain.upper", lower, upper)
            return
        yield from inside("source.centre", self.source.centre, lower, upper)
        yield from inside("datum.place", self.datum.place, lower, upper)
        fastest = sum(map(abs, self.growths)) * self.time
        needed = self.time * fastest * self.domain.cells / (upper - lower)
        if min(self.steps) < needed:
            accepted = (
                f"at least {needed:.3g}, the stability limit cell / max(|v_x| + |v_y|) a step"
            )
            yield Problem("steps", min(self.steps), accepted)


class EnsembleSize(Block):
    """Size of the ensemble whose divergence is taken."""

    members: Ensemble = key("Ensemble size J.", "1", source="chosen")
    parameters: Count = key("Parameters of a member.", "1", source="chosen")


class UtilityBenchmark(Block):
    """Where the expected utility and its variance are estimated."""

    study: str = key("Risk study whose problem it is.")
    place: float = key("Design.", "unit of d", source="chosen")
    count: int = key("Number of samples N.", "1", source="chosen", ge=2)


class Benchmarks(Block):
    """The kernels side by side with the straightforward ways."""

    study: str = key("Hybrid study of a plume with a network whose kernels are measured.")
    coarse: Coarse = key("Grid of the time stepping that one AD-EKI gradient takes.")
    divergence: EnsembleSize = key("Size of the ensemble whose divergence is taken.")
    utility: UtilityBenchmark = key("Where the expected utility and its variance are estimated.")
    adjoint: AdjointBenchmark = key("The adjoint method beside reverse mode.")
    repeats: Count = key("Runs whose median is taken.", "1", source="chosen")
