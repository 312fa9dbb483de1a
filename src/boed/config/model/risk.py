"""A risk study in the configuration: designs of one experiment, or of several at once, by expected
utility and its variance.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from boed.config.model.base import (
    Block,
    Count,
    Different,
    NotNegative,
    Positive,
    Problem,
    as_list,
    key,
    optional,
    rising,
)
from boed.config.model.described_system import Described

Size = Annotated[int, Field(ge=2)]
SampleSizes = Annotated[list[Size], Field(min_length=1)]
Numbers = Annotated[list[float], Field(min_length=1), Different]
# one number of a design, or a list of all
Coordinates = Annotated[
    list[float],
    BeforeValidator(as_list, json_schema_input_type=float | list[float]),
    Field(min_length=1),
]
Three = Annotated[list[Size], Field(min_length=3, max_length=3)]
MEASURES = {"mean_variance": 1.0, "mean_deviation": 0.5, "conditional_value_at_risk": 0.1}
MEASURES |= {"entropic": 2.0, "worst_of": 10}


class Measures(Block):
    """Risk measures of the same gains, each with its parameter."""

    mean_variance: float | None = optional("Weight λ of the variance.", "1/nat", source="chosen")
    mean_deviation: float | None = optional(
        "Weight of the standard deviation.", "1", source="chosen"
    )
    conditional_value_at_risk: Annotated[float, Field(gt=0, le=1)] | None = optional(
        "Probability of the worst outcomes that are averaged.", "1", source="chosen"
    )
    entropic: Positive | None = optional("Risk aversion.", "1/nat", source="chosen")
    worst_of: Count | None = optional(
        "Runs of the experiment of which the worst counts.", "1", source="chosen"
    )

    def contradictions(self) -> Iterator[Problem]:
        """No measure at all."""
        if all(getattr(self, name) is None for name in type(self).model_fields):
            yield Problem("", {}, "at least 1 key")


class Convergence(Block):
    """The estimate of the variance over the number of samples."""

    design: Coordinates = key(
        "Where: one number, or a list of all of the designs', one experiment after the other.",
        "unit of the designs",
        source="text: at the riskiest design",
    )
    samples: Annotated[SampleSizes, Field(min_length=2)] = key(
        "Numbers of samples N, increasing.", "1", source="chosen", default=[100, 1000, 10000]
    )
    runs: int = key("Independent estimates for each.", "1", source="chosen", default=30, ge=2)

    def contradictions(self) -> Iterator[Problem]:
        """Numbers of samples that do not rise."""
        yield from rising("samples", self.samples)


class SampleSizesApart(Block):
    """Bias and variance of Û and V̂ with N, N₁ and N₂ apart against their leading orders."""

    designs: Annotated[list[Positive], Field(min_length=1), Different] = key(
        "Where, inside the study's bounds or not.", "unit of d", source="chosen"
    )
    numbers: Annotated[list[Three], Field(min_length=1), Different] = key(
        "N outer samples, N₁ inner ones of the evidence and N₂ of the second moment, each three "
        "a case.",
        "1",
        source="chosen",
    )
    likelihoods: float = key(
        "Likelihoods of inner samples for each case; the runs are as many as that gives, two at "
        "least.",
        "1",
        source="chosen",
        ge=1,
    )


class Outcomes(Block):
    """Information gains of simulated outcomes at some designs, of a scalar parameter and datum."""

    designs: Numbers = key("Where.", "unit of the design", source="text")
    samples: Size = key("Outcomes at each.", "1", source="chosen", default=10000)
    parameters: Numbers = key(
        "True parameters whose noise-free data give the posteriors that are shown.",
        "unit of the parameter",
        source="chosen",
    )
    nodes: int = key(
        "Points over the parameter of posteriors and model curves.",
        "1",
        source="chosen",
        default=201,
        ge=10,
    )


class UtilityMap(Block):
    """Utility and its variance over two experiments at once, each with one design."""

    nodes: int = key("Designs a side.", "1", source="chosen", default=21, ge=3)
    samples: Size = key("Samples N of each estimate.", "1", source="chosen", default=10000)


class NoiseLevels(Block):
    """Variance of the objective's noise in the Gaussian process, of the objective's own."""

    common: Positive = key(
        "With the same random numbers at every design.", "1", source="library", default=1e-6
    )
    independent: Positive = key("With independent ones.", "1", source="chosen", default=1e-3)


class Optimisation(Block):
    """Searches for the best designs of some numbers of experiments at once."""

    experiments: Annotated[list[Count], Field(min_length=1), Different] | None = optional(
        "Numbers of experiments at once, a file each; without it the study's own.",
        "1",
        source="chosen: 1, 2",
    )
    aversion: float = key(
        "Weight λ of the variance in the objective.", "1/nat", source="chosen", default=0.5
    )
    samples: Size = key("Samples N of each evaluation.", "1", source="chosen", default=10000)
    runs: Count = key("Searches from independent random numbers.", "1", source="chosen", default=3)
    initial: Count = key(
        "Random designs that a Bayesian optimisation begins with.", "1", source="chosen", default=5
    )
    iterations: Count = key("Designs that it chooses after them.", "1", source="chosen", default=40)
    exploration: NotNegative = key(
        "Deviations of the Gaussian process above its mean in the acquisition function.",
        "1",
        source="library",
        default=2.576,
    )
    noise_levels: NoiseLevels = key(
        "Variance of the objective's noise, by how samples are drawn.",
        default={"common": 1e-6, "independent": 1e-3},
    )
    starts: Count = key(
        "Random starting points of the gradient ascent.", "1", source="chosen", default=3
    )
    evaluations: Count = key(
        "Evaluations of the objective and its gradient from each start.",
        "1",
        source="chosen",
        default=20,
    )
    near: Positive = key(
        "Distance from the best design within which evaluations count as near, in parts of the "
        "designs' ranges.",
        "1",
        source="chosen",
        default=0.05,
    )


class RiskStudy(Described):
    """Designs of a described system by expected utility and its variance."""

    experiments: Count = key(
        "Experiments at once, each with a design of its own.", "1", source="chosen", default=1
    )
    nodes: Annotated[int, Field(ge=3)] | None = optional(
        "Designs that are looked at along each, both ends among them; of more than two numbers so "
        "many in all, quasi-random; without it 49, 15 a side, or 256, of a black box 13.",
        "1",
        source="chosen",
    )
    way: Literal["pairwise", "fast", "automatic"] = key(
        "How sums over pairs of samples are computed; fast: non-uniform Fourier transforms, "
        "automatic: these where they can be used.",
        source="chosen",
        default="automatic",
    )
    samples: SampleSizes = key(
        "Numbers of samples N, increasing; results that need one take the last. Of a black box "
        "200, each run at every design.",
        "1",
        source="chosen",
        default=[1000, 10000],
    )
    runs: Count = key(
        "Independent repetitions of every estimate; of a black box 1.",
        "1",
        source="text: 10",
        default=3,
    )
    quadrature_nodes: Annotated[int, Field(ge=10)] | None = optional(
        "Nodes over the parameter for the values without sampling, which there are for one "
        "parameter and one output with constant noise: 1,000 there unless it says otherwise.",
        "1",
        source="chosen",
    )
    aversions: Numbers = key(
        "Weights λ of U − λV.", "1/nat", source="inferred", default=[0.0, 0.5, 2.0]
    )
    risk: Measures = key(
        "Other measures of the same gains, each with its parameter.", default=MEASURES
    )
    convergence: Convergence | None = optional("The estimate of V over the number of samples.")
    sample_sizes: SampleSizesApart | None = optional(
        "Bias and variance of Û and V̂ with three numbers of samples apart; for a linear model "
        "with a normal prior, where the leading orders have closed forms."
    )
    outcomes: Outcomes | None = optional(
        "Gains of simulated outcomes at some designs; for one parameter, one design and one output."
    )
    map: UtilityMap | None = optional(
        "U and V of two experiments at once; for systems with one design."
    )
    optimisation: Optimisation | None = optional(
        "Searches for the largest U − λV, by Bayesian optimisation and along the gradient."
    )

    def contradictions(self) -> Iterator[Problem]:
        """Samples that do not rise, blocks that the system does not go with, designs outside."""
        yield from super().contradictions()
        yield from rising("samples", self.samples)
        yield from self._scalar()
        if self.way == "fast" and not self._fast():
            accepted = "pairwise or automatic: fast sums are for one or two numbers, constant noise"
            yield Problem("way", "fast", accepted)
        if self.map is not None and len(self.designs) > 1:
            yield Problem("map", "a block", "null for more than one design: a map has two axes")
        if self.outcomes is not None:
            yield from self._outcomes(self.outcomes)
        if self.convergence is not None:
            yield from self._convergence(self.convergence.design)

    def values_without_sampling(self) -> bool:
        """Whether there is a quadrature for this study's designs."""
        return self.is_scalar(self.experiments)

    def _scalar(self) -> Iterator[Problem]:
        """Blocks for scalar problems of a system that is none."""
        scalar, linear = self.values_without_sampling(), self.function == "linear"
        if self.quadrature_nodes is not None and not scalar:
            accepted = "null unless there is one parameter, and one output with constant noise"
            yield Problem("quadrature_nodes", self.quadrature_nodes, accepted)
        if self.outcomes is not None and not (scalar and len(self.designs) == 1):
            accepted = "null unless there is one parameter, one design, one output, constant noise"
            yield Problem("outcomes", "a block", accepted)
        normal = any(parameter.normal is not None for parameter in self.parameters.values())
        if self.sample_sizes is not None and not (scalar and linear and normal):
            accepted = "null without a linear model and a normal prior"
            yield Problem("sample_sizes", "a block", accepted)

    def _fast(self) -> bool:
        """Whether fast sums are for all numbers of experiments of this study."""
        numbers = [self.experiments, 2 if self.map is not None else 1]
        if self.optimisation is not None:
            numbers += self.optimisation.experiments or []
        return self.noise.is_constant() and len(self.outputs) * max(numbers) <= 2

    def _outcomes(self, outcomes: Outcomes) -> Iterator[Problem]:
        """Designs and parameters beyond their ends."""
        (design, *_), (parameter, *_) = self.designs.values(), self.parameters.values()
        for value in outcomes.designs:
            if not design.has(value):
                yield Problem("outcomes.designs", value, f"a design: {design.words()}")
        lower, upper = parameter.support()
        for value in outcomes.parameters:
            if not lower <= value <= upper:
                accepted = f"a parameter between {lower} and {upper}"
                yield Problem("outcomes.parameters", value, accepted)

    def _convergence(self, place: list[float]) -> Iterator[Problem]:
        """A design with other numbers than the study's, or beyond their ends."""
        designs = [*self.designs.items()] * self.experiments
        if len(place) != len(designs):
            names = ", ".join(name for name, _ in designs)
            count = "1 number" if len(designs) == 1 else f"{len(designs)} numbers"
            yield Problem("convergence.design", place, f"{count}: {names}")
            return
        for value, (name, design) in zip(place, designs, strict=True):
            if not design.has(value):
                yield Problem("convergence.design", value, f"of {name} {design.words()}")
