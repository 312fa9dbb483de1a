"""A sequential study in the configuration, all its settings together, and what they cannot be."""

from collections.abc import Iterator
from typing import Literal

from boed.config.model.assessment import Agreement, Designs, GainComparison, GainProfile, Joint
from boed.config.model.base import (
    Block,
    Count,
    Problem,
    Times,
    inside,
    key,
    optional,
    ordered,
    rising,
)
from boed.config.model.believed import Belief, Model, Network, Noise
from boed.config.model.learning import (
    Array,
    Calibration,
    DiscrepancyExperiment,
    Experiment,
    Indicator,
)
from boed.config.model.plume import Plume, Truth


class Settings(Block):
    """All that one run of a sequential study goes by: recipe, study and variant laid together."""

    replicates: Count = key("Independent repetitions, an axis of every file.", "1", source="chosen")
    times: Times = key(
        "Measurement time of each stage, increasing.",
        "time",
        source="code: 0.051 … 0.101; text: 0.030 … 0.055",
    )
    plume: Plume = key("Transport and its solver.")
    truth: Truth = key("The true system.")
    model: Model = key("The system as believed.")
    noise: Noise = key("Noise of an observation: constant + relative·|u|.")
    belief: Belief = key("Grid of source positions, uniform prior.")
    network: Network | None = optional("The discrepancy network; absent where none is learned.")
    experiment: Experiment = key("Choice of the physical design.")
    starting_network: Literal["pretrained", "released", "zero"] | None = optional(
        "Where a network starts: one a replicate, each from random numbers of its own; the "
        "authors' 37 weights (`config/networks/released.yaml`), the same in every replicate; or "
        "one that corrects nothing.",
        source="code: released",
    )
    correct: bool = key(
        "Whether stages from the second on choose a discrepancy design and calibrate.",
        source="chosen",
    )
    reupdate: Literal["none", "compound", "replace", "replay"] = key(
        "Belief after a calibration: left, what is learned serves from the next stage on; updated "
        "again on top of the stage's update, so that its datum counts twice; the stage's prior "
        "updated anew; or the first prior updated with all data so far, discrepancy data among "
        "them, under what is calibrated.",
        source="code: compound",
    )
    discrepancy_experiment: DiscrepancyExperiment = key("Choice of the design that teaches.")
    calibration: Calibration = key("Training of what is learned of the source.")
    indicator: Indicator | None = optional(
        "In active studies: whether a stage's data are worth learning from."
    )
    array: Array | None = optional(
        "In active studies: a square array of sensors in place of a single one.", source="text"
    )
    designs: Designs | None = optional(
        "In active studies: designs of one stage, held against each other."
    )
    gain_profile: GainProfile | None = optional(
        "In hybrid studies: information gain along one search."
    )
    gain_comparison: GainComparison | None = optional(
        "In hybrid studies: each schedule's information gain against the true one."
    )
    joint: Joint | None = optional("The reference for a learned strength.")
    agreement: Agreement | None = optional("For a learned strength: calibrations by many data.")

    def design_range(self) -> tuple[float, float]:
        """Least and greatest coordinate of a sensor that a study may come to read.

        Without a domain: as far as the moves of all stages and one more move of the design that
        teaches can lead.
        """
        reach = self.array.spacing * (self.array.side - 1) / 2 if self.array is not None else 0.0
        lower, upper = self.experiment.lower, self.experiment.upper
        if self.experiment.domain == "none":
            moves = len(self.times) * self.experiment.move_limit
            moves += self.discrepancy_experiment.move_limit if self.correct else 0.0
            lower = min(self.experiment.initial) - moves
            upper = max(self.experiment.initial) + moves
        return lower - reach, upper + reach

    def contradictions(self) -> Iterator[Problem]:
        """Times, places, stages and what is learned, where they do not go together."""
        yield from rising("times", self.times)
        yield from self._places()
        yield from self._stages()
        yield from self._discrepancy()
        yield from self._arrays()
        yield from self._growth()
        yield from self._references()

    def _places(self) -> Iterator[Problem]:
        """Designs, sources and walls that do not go together."""
        plume, belief, last = self.plume, self.belief, self.times[-1]
        lowest, highest = self.design_range()
        widest = max(highest - belief.lower, belief.upper - lowest)
        below = list(plume.unstable(last))
        for flow in self.model.flows(plume.velocity):
            below += plume.too_small(flow, last, widest)
        if plume.solver == "rollout":
            for ends in ([lowest, highest], [belief.lower, belief.upper]):
                below += inside("rollout", ends, plume.rollout.lower, plume.rollout.upper)
        yield from (problem.below("plume") for problem in below)
        box = self.experiment
        yield from ordered("experiment.upper", box.lower, box.upper)
        yield from inside("experiment.initial", box.initial, box.lower, box.upper)
        yield from inside("truth.location", self.truth.location, belief.lower, belief.upper)
        if self.agreement is not None:
            wrong = self.agreement.wrong
            yield from inside("agreement.wrong", wrong, belief.lower, belief.upper)

    def _stages(self) -> Iterator[Problem]:
        """Lists that do not have a value for every stage; longer ones of recipes are cut before."""
        stages = len(self.times)
        if stages < 2:
            accepted = "at least two times: a sequential study learns from its second stage on"
            yield Problem("times", self.times, accepted)
            return
        for name, values, count in (
            ("experiment.steps", self.experiment.steps, stages),
            ("calibration.rates", self.calibration.rates, stages - 1),
        ):
            if len(values) != count:
                accepted = f"one number, or {count} numbers for the {stages} stages in times"
                yield Problem(name, values, accepted)

    def _discrepancy(self) -> Iterator[Problem]:
        """A discrepancy, its calibration and its experiment that do not go together."""
        kind, teaching = self.model.discrepancy, self.discrepancy_experiment
        if teaching.localisation != "none" and teaching.members < 3:
            accepted = "at least 3 with a localisation: two members always correlate"
            yield Problem("discrepancy_experiment.members", teaching.members, accepted)
        if self.correct and kind == "none":
            accepted = "false when model.discrepancy is none: there is nothing to calibrate"
            yield Problem("correct", True, accepted)
        if kind == "network":
            yield from self._network()
        elif self.calibration.decay_precision > 0:
            accepted = "0 without a network: there is nothing that could decay"
            got = self.calibration.decay_precision
            yield Problem("calibration.decay_precision", got, accepted)
        if kind == "strength" and self.model.strength == 0:
            accepted = "a first guess other than 0 when the strength is learned"
            yield Problem("model.strength", 0, accepted)

    def _arrays(self) -> Iterator[Problem]:
        """Arrays whose gain without Γ would be that of a singular covariance."""
        teaching = self.discrepancy_experiment
        if teaching.schedule != "released":
            return
        assumed = self.indicator.array if self.indicator is not None else None
        for name, array in (("array", self.array), ("indicator.array", assumed)):
            if array is not None and array.side**2 >= teaching.members:
                accepted = (
                    f"fewer sensors (side²) than the {teaching.members} members of "
                    "discrepancy_experiment, whose schedule released divides by the covariance of "
                    "their predictions alone; another schedule adds the noise's"
                )
                yield Problem(f"{name}.side", array.side, accepted)

    def _network(self) -> Iterator[Problem]:
        """What a network that is learned lacks."""
        if self.network is None:
            yield Problem("model.discrepancy", "network", "a study with a block network")
            return
        if self.starting_network is None:
            accepted = "pretrained, released or zero, in the study or in its recipe"
            yield Problem("starting_network", None, accepted)
        shape = (self.network.hidden, self.network.depth)
        if self.starting_network == "released" and shape != (4, 2):
            accepted = (
                "pretrained or zero: the released weights are of a network with hidden: 4, depth: 2"
            )
            yield Problem("starting_network", "released", accepted)

    def _growth(self) -> Iterator[Problem]:
        """What a learned growth of the velocity cannot go with."""
        growth, solver = self.model.growth, self.plume.solver
        if growth is None:
            return
        if solver != "propagator":
            yield Problem("plume.solver", solver, "propagator where growth is learned")
        assumed = [] if self.model.velocity is None else self.model.velocity.x
        linear = len(assumed) == 2 and assumed[0] == 0
        if not linear or not growth.lower < assumed[1] < growth.upper:
            ends = f"{growth.lower} < a < {growth.upper}"
            accepted = f"[0, a] with {ends}, the bounds of model.growth"
            yield Problem("model.velocity.x", assumed, accepted)
        kind = self.model.discrepancy
        if kind != "network":
            yield Problem("model.discrepancy", kind, "network where growth is learned")

    def _references(self) -> Iterator[Problem]:
        """What only a learned strength has, or only a single sensor."""
        if self.array is not None and self.experiment.utility != "measured":
            accepted = "measured for an array: a predicted utility integrates over a single datum"
            yield Problem("experiment.utility", self.experiment.utility, accepted)
        for name in ("joint", "agreement"):
            if getattr(self, name) is not None and self.model.discrepancy != "strength":
                accepted = "one only where model.discrepancy is strength"
                yield Problem(name, "a block", accepted)
        if self.joint is not None:
            ends = [self.joint.lower, self.joint.upper]
            if not ends[0] <= self.truth.strength <= ends[1]:
                accepted = f"bounds around the true strength {self.truth.strength}"
                yield Problem("joint", ends, accepted)
