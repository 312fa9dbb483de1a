"""A study of several stages of a described system in the configuration, all its settings together.

Designs are scaled to the unit cube by their ends, so that one recipe serves any system: moves,
learning rates and boxes are in parts of the designs' ranges.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from boed.config.model.base import Count, Problem, inside, key, optional, ordered
from boed.config.model.described import Parameter
from boed.config.model.described_system import Described
from boed.config.model.learning import (
    Calibration,
    DiscrepancyExperiment,
    Experiment,
    Indicator,
    Radii,
)

# parameters up to which the belief is a grid
MOST_ON_A_GRID = 3
# ways to hold what is believed that no grid over a plane is needed for
CENTRES = ("map", "belief")
Share = Annotated[float, Field(ge=0, le=1)]


class DescribedExperiment(Experiment):
    """Choice of the physical design in the unit cube."""

    initial: Annotated[list[Share], Field(min_length=1)] | None = optional(
        "Start of the first stage's search, a number for each design, one experiment after the "
        "other: 0 at its lower end, 1 at its upper; without it the middle. It must not be "
        "forbidden.",
        "part of the range",
    )
    lower: Share = key("Least coordinate of the box.", "part of the range", default=0.0)
    upper: Share = key("Greatest coordinate of the box.", "part of the range", default=1.0)
    outcomes: int = key(
        "Outcomes at most over which the predicted utility of several outputs or experiments is "
        "averaged: every cell with at least 4 nodes of each output's noise where so many are "
        "enough for that; else a power of two, drawn evenly from the belief.",
        "1",
        source="chosen",
        default=512,
        ge=16,
    )


class DescribedCalibration(Calibration):
    """Adam on the likelihood of the data so far and on what is known beforehand, in rounds."""

    decay_radii: Radii | None = optional("Of a plume's network alone.", "length")


class DescribedSettings(Described):
    """All that one run goes by: system, recipe, study and variant laid together."""

    experiments: Count = key(
        "Experiments at once, each with a design of its own.", "1", source="chosen", default=1
    )
    replicates: Count = key(
        "Independent repetitions, an axis of every file.", "1", source="chosen", default=8
    )
    stages: int = key("How often it chooses, measures and learns.", "1", ge=2)
    measurements: str | None = optional(
        "Instead of a simulated truth, a CSV file of what was measured, from the folder that "
        "Snakemake runs in: columns stage, kind (physical or discrepancy), the designs and the "
        "outputs by name, and deviation where a measurement knows that of its noise.",
    )
    observation_noise: Literal["none", "sampled"] = key(
        "Whether the likelihood alone knows the noise, or measurements carry it.",
        source="chosen",
        default="sampled",
    )
    particles: Annotated[int, Field(ge=10)] | None = optional(
        "Weighted particles of the belief, which has them where there are more than three "
        "parameters, 2,000 unless it says otherwise; a grid of `cells` up to there.",
        "1",
        source="chosen",
    )
    experiment: DescribedExperiment = key("Choice of the physical design.")
    starting_network: Literal["zero"] | None = optional(
        "Where a network starts: one that corrects nothing.", source="chosen"
    )
    joint: bool = key(
        "Whether the belief holds `missing.parameters` beside the parameters, in place of their "
        "calibration: designs are chosen for all of them together, and `correct` is false.",
        source="chosen",
        default=False,
    )
    correct: bool = key(
        "Whether stages from the second on choose a discrepancy design and calibrate.",
        source="chosen",
    )
    reupdate: Literal["none", "compound", "replace", "replay"] = key(
        "Belief after a calibration, as in a study of a plume.", source="chosen"
    )
    discrepancy_experiment: DiscrepancyExperiment = key("Choice of the design that teaches.")
    calibration: DescribedCalibration = key("Training of what is missing.")
    indicator: Indicator | None = optional(
        "In active studies: whether a stage's data are worth learning from."
    )

    def contradictions(self) -> Iterator[Problem]:
        """What the system lacks for several stages, boxes, lists, and what only a plume has."""
        yield from super().contradictions()
        yield from self._system()
        yield from self._truth()
        if self.joint:
            yield from self._joint()
        yield from self._start()
        yield from self._stages()
        yield from self._of_plumes()

    def on_a_grid(self) -> bool:
        """Whether the belief is a grid."""
        return len(self.believed()) <= MOST_ON_A_GRID and self.prior_samples is None

    def believed(self) -> dict[str, Parameter]:
        """All that a belief is about, with `joint` what is missing too."""
        if not self.joint or self.missing is None:
            return self.parameters
        return self.parameters | (self.missing.parameters or {})

    def _system(self) -> Iterator[Problem]:
        """A system in which nothing can be learned, or a belief that cannot be."""
        if self.correct and self.missing is None and not self.joint:
            accepted = "false without a block missing: there is nothing to calibrate"
            yield Problem("correct", True, accepted)
        learned = None if self.missing is None else self.missing.network
        if learned is not None and self.starting_network is None:
            yield Problem("starting_network", None, "zero, in the study or in its recipe")
        beyond = self.correct and not self.on_a_grid()
        if beyond and self.reupdate in ("compound", "replace"):
            accepted = "replay or none beyond a grid: particles are made anew of all data"
            yield Problem("reupdate", self.reupdate, accepted)
        if self.particles is not None and self.on_a_grid():
            accepted = f"null for up to {MOST_ON_A_GRID} parameters: their belief is a grid"
            yield Problem("particles", self.particles, accepted)

    def _truth(self) -> Iterator[Problem]:
        """Neither a simulated truth nor measurements, or what only one of them has."""
        if self.measurements is None:
            if self.file is None:
                accepted = "a system with a key file: its function observe is the true system"
                yield Problem("function", self.function, accepted)
            if self.true_parameters is None:
                accepted = f"a number for each of {', '.join(self.believed())}"
                yield Problem("true_parameters", None, accepted)
            return
        if self.true_parameters is not None:
            accepted = "null with measurements: nobody knows them"
            yield Problem("true_parameters", "numbers", accepted)
        if self.replicates != 1:
            accepted = "1 with measurements: they are one series"
            yield Problem("replicates", self.replicates, accepted)
        ensembles = self.discrepancy_experiment.ensembles
        if self.correct and ensembles != "fresh":
            accepted = "fresh with measurements"
            yield Problem("discrepancy_experiment.ensembles", ensembles, accepted)

    def _joint(self) -> Iterator[Problem]:
        """What cannot be beside a belief that holds what is missing."""
        if self.correct:
            accepted = "false with joint: true: the belief itself learns what is missing"
            yield Problem("correct", True, accepted)
        if self.missing is None:
            yield Problem("joint", True, "false without missing.parameters")
            return
        if self.missing.network is not None:
            accepted = "false with missing.network: a belief holds missing.parameters alone"
            yield Problem("joint", True, accepted)
        if self.prior_samples is not None:
            accepted = "false with prior_samples, whose rows hold nothing that is missing"
            yield Problem("joint", True, accepted)
        for name in self.missing.parameters or {}:
            if name in self.parameters:
                accepted = "another name with joint: true: one of parameters has this one"
                yield Problem(f"missing.parameters.{name}", "a block", accepted)

    def _start(self) -> Iterator[Problem]:
        """A box the wrong way round, or a start outside it, or one that is forbidden."""
        box = self.experiment
        yield from ordered("experiment.upper", box.lower, box.upper)
        count = len(self.designs) * self.experiments
        if box.initial is not None and len(box.initial) != count:
            names = ", ".join([*self.designs] * self.experiments)
            accepted = f"1 number: {names}" if count == 1 else f"{count} numbers: {names}"
            yield Problem("experiment.initial", box.initial, accepted)
        elif box.initial is not None:
            yield from inside("experiment.initial", box.initial, box.lower, box.upper)
            yield from self._forbidden_start(box.initial)
        if box.domain != "box":
            accepted = "box: designs stay within their bounds"
            yield Problem("experiment.domain", box.domain, accepted)

    def _forbidden_start(self, initial: list[float]) -> Iterator[Problem]:
        """A start at which the design of some experiment lies in a forbidden box."""
        boxes, count = self.whole_boxes(), len(self.designs)
        if not boxes:
            return
        for first in range(0, len(initial), count):
            shares = zip(self.designs.items(), initial[first : first + count], strict=True)
            design = {name: ends.at(share) for (name, ends), share in shares}
            for place, box in boxes.items():
                if all(least <= design[name] <= most for name, (least, most) in box.items()):
                    there = ", ".join(f"{name} = {design[name]:g} in {box[name]}" for name in box)
                    accepted = f"a start outside of forbidden.{place}: this one has {there}"
                    yield Problem("experiment.initial", initial, accepted)
                    return

    def _stages(self) -> Iterator[Problem]:
        """Lists that do not have a value for every stage; longer ones of recipes are cut before."""
        for name, values, count in (
            ("experiment.steps", self.experiment.steps, self.stages),
            ("calibration.rates", self.calibration.rates, self.stages - 1),
        ):
            if len(values) != count:
                accepted = f"one number, or {count} numbers for the {self.stages} stages"
                yield Problem(name, values, accepted)

    def _of_plumes(self) -> Iterator[Problem]:
        """What only a source in a plane has."""
        calibration, indicator = self.calibration, self.indicator
        if calibration.decay_precision > 0:
            accepted = "0: only a plume's network decays away from a source"
            yield Problem("calibration.decay_precision", calibration.decay_precision, accepted)
        if calibration.centres not in CENTRES:
            accepted = f"{' or '.join(CENTRES)}: the others are of a plume's grid"
            yield Problem("calibration.centres", calibration.centres, accepted)
        for name in ("array", "shift") if indicator is not None else ():
            if getattr(indicator, name) is not None:
                yield Problem(f"indicator.{name}", "a block", "null: only a plume has places")
