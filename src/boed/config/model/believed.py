"""What a study believes, in the configuration: its model, noise, grid of positions, network."""

from collections.abc import Iterator
from typing import Literal

from boed.config.model.base import (
    Block,
    Count,
    NotNegative,
    Positive,
    Problem,
    key,
    optional,
    ordered,
)
from boed.config.model.plume import SourceName, Velocity


class Growth(Block):
    """Learn v_x = a·t together with the network, from the assumed a on."""

    lower: float = key("Least a.", "length/time²", source="chosen: 10")
    upper: float = key("Greatest a.", "length/time²", source="chosen: 70")
    values: int = key(
        "Values of a between which observations are interpolated.", "1", source="chosen: 8", ge=4
    )
    precision: NotNegative = key(
        "1/variance of ln((a − lower)/(upper − a)) around that of the assumed a; 0 for none.",
        "1",
        source="chosen: 1",
    )


class Model(Block):
    """The system as the experimenter believes it to be."""

    source: SourceName = key("Form of its source.", source="code: reciprocal_released")
    strength: float = key(
        "s; what is learned of it starts here.", "concentration·length²/time", source="text: 2, 3"
    )
    width: Positive = key("h.", "length", source="text: 0.05")
    discrepancy: Literal["network", "strength", "none"] = key(
        "What is learned of the source: a network added to it, its strength, or nothing.",
        source="text",
    )
    velocity: Velocity | None = optional(
        "In active studies: the flow that the model assumes; without it the true one.",
        source="chosen: 30t along x",
    )
    growth: Growth | None = optional(
        "In active studies: learn v_x = a·t with the network.", source="text"
    )

    def flows(self, true: Velocity) -> list[Velocity]:
        """The true flow and those that the model may assume."""
        if self.velocity is None:
            return [true]
        ends = [self.growth.lower, self.growth.upper] if self.growth is not None else []
        grown = [Velocity(x=[0.0, end], y=self.velocity.y) for end in ends]
        return [true, self.velocity, *grown]


class Noise(Block):
    """Observation noise of deviation constant + relative·|u|."""

    constant: Positive = key("Deviation at u = 0.", "concentration", source="code: 0.05")
    relative: NotNegative = key("Its growth with |u|.", "1", source="code: 0.05")
    observation_noise: Literal["none", "sampled"] = key(
        "Whether the likelihood alone knows the noise, or measurements carry it.",
        source="code: none",
        default="none",
    )


class Belief(Block):
    """Grid of source positions, with a uniform prior."""

    lower: float = key("Least coordinate.", "length", source="text: 0")
    upper: float = key("Greatest coordinate.", "length", source="text: 1")
    cells: int = key("Cells a side.", "1", source="text: 51", ge=5)
    map_window: int = key(
        "The most probable cell is refined by a cubic through this many cells a side; ours goes "
        "through log probabilities, in which a narrow belief is smooth.",
        "1",
        source="code: 5",
        default=5,
        ge=4,
    )
    map_refinement: int = key(
        "Points a side of the sub-grid on that window.", "1", source="code: 50", default=50, ge=2
    )
    map_interpolation: Literal["log_cubic", "triangulated"] = key(
        "That cubic, or Clough–Tocher's interpolant of the probabilities, as the released code has "
        "it.",
        source="code: triangulated",
    )

    def contradictions(self) -> Iterator[Problem]:
        yield from ordered("upper", self.lower, self.upper)
        if self.map_window > self.cells:
            yield Problem("map_window", self.map_window, f"at most cells = {self.cells}")


class Pretraining(Block):
    """Fit to part of the true discrepancy, from a seed of its own."""

    fraction: float = key(
        "That part; 0.55 gives the released network's profile, a partial correction on purpose.",
        "1",
        source="chosen",
        ge=0,
        le=1,
    )
    steps: Count = key("Adam steps.", "1", source="chosen")
    rate: Positive = key(
        "Adam's first learning rate, falling to 0 by a cosine.", "1", source="chosen"
    )
    samples: Count = key("Points near the source, and as many far from it.", "1", source="chosen")
    near: Positive = key("Deviation of the near points.", "length", source="chosen")
    far: Positive = key("Half side of the square of the far points.", "length", source="chosen")


class Network(Block):
    """The discrepancy network, tanh with linear output; shared by all variants."""

    hidden: Count = key("Units of a hidden layer.", "1", source="text: 4")
    depth: Count = key("Hidden layers.", "1", source="text: 2")
    precision: Literal["single", "double"] = key(
        "Arithmetic inside the network, all else is double; single is twice as fast and changes an "
        "information gain by about 1e-7.",
        source="chosen: single",
        default="single",
    )
    first_layer_scale: Positive = key(
        "Factor on the first layer's initial weights: features of about 1/scale.",
        "1/length",
        source="chosen",
    )
    pretraining: Pretraining = key("Fit to part of the true discrepancy.")
