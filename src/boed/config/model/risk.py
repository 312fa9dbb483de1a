"""A risk study in the configuration: designs of one experiment, y = G(θ, d) + ε, a scalar θ."""

from collections.abc import Iterator
from math import inf
from typing import Annotated, Literal

from pydantic import Field

from boed.config.model.base import (
    Block,
    Count,
    Different,
    NotNegative,
    Positive,
    Problem,
    key,
    optional,
    ordered,
    rising,
)

Size = Annotated[int, Field(ge=2)]
SampleSizes = Annotated[list[Size], Field(min_length=1)]
Numbers = Annotated[list[float], Field(min_length=1), Different]
Three = Annotated[list[Size], Field(min_length=3, max_length=3)]


class Normal(Block):
    """Normal distribution."""

    mean: float = key("Its mean.", "unit of θ", source="lineage")
    deviation: Positive = key("Its standard deviation.", "unit of θ", source="lineage")


class Uniform(Block):
    """Uniform distribution."""

    lower: float = key("Its lower end.", "unit of θ", source="lineage")
    upper: float = key("Its upper end.", "unit of θ", source="lineage")

    def contradictions(self) -> Iterator[Problem]:
        """Bounds the wrong way round."""
        yield from ordered("upper", self.lower, self.upper)


class Prior(Block):
    """Prior of the parameter, one kind with its constants."""

    normal: Normal | None = optional("Normal distribution.")
    uniform: Uniform | None = optional("Uniform distribution.")

    def contradictions(self) -> Iterator[Problem]:
        """No kind of prior, or several."""
        kinds = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(kinds) != 1:
            yield Problem("", kinds, f"{'at most' if kinds else 'at least'} 1 key of the two")


class DesignRange(Block):
    """Designs that are looked at."""

    lower: float = key("Least design.", "unit of d", source="text, inferred")
    upper: float = key("Greatest design.", "unit of d", source="text, inferred")
    nodes: int = key("Designs from one to the other, both among them.", "1", source="chosen", ge=3)

    def contradictions(self) -> Iterator[Problem]:
        """Bounds the wrong way round."""
        yield from ordered("upper", self.lower, self.upper)


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

    design: float = key("Where.", "unit of d", source="text: at the riskiest design")
    samples: Annotated[SampleSizes, Field(min_length=2)] = key(
        "Numbers of samples N, increasing.", "1", source="chosen"
    )
    runs: int = key("Independent estimates for each.", "1", source="chosen", ge=2)

    def contradictions(self) -> Iterator[Problem]:
        """Numbers of samples that do not rise."""
        yield from rising("samples", self.samples)


class SampleSizesApart(Block):
    """Bias and variance of Û and V̂ with N, N₁ and N₂ apart against their leading orders."""

    designs: Annotated[list[Positive], Field(min_length=1), Different] = key(
        "Where, inside the study's bounds or not.", "unit of d", source="chosen"
    )
    numbers: Annotated[list[Three], Field(min_length=1), Different] = key(
        "N outer samples, N₁ inner ones of the evidence and N₂ of the second moment, each three a "
        "case.",
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
    """Information gains of simulated outcomes at some designs."""

    designs: Numbers = key("Where.", "unit of d", source="text")
    samples: Size = key("Outcomes at each.", "1", source="chosen")
    parameters: Numbers = key(
        "True parameters whose noise-free data give the posteriors that are shown.",
        "unit of θ",
        source="chosen",
    )
    nodes: int = key(
        "Points over the parameter of posteriors and model curves.", "1", source="chosen", ge=10
    )


class UtilityMap(Block):
    """Utility and its variance over two runs of the experiment at two designs."""

    nodes: int = key("Designs a side.", "1", source="chosen", ge=3)
    samples: Size = key("Samples N of each estimate.", "1", source="chosen")


class NoiseLevels(Block):
    """Variance of the objective's noise in the Gaussian process, of the objective's own."""

    common: Positive = key("With the same random numbers at every design.", "1", source="library")
    independent: Positive = key("With independent ones.", "1", source="chosen")


class Optimisation(Block):
    """Searches for the best design of one run of the experiment and of two."""

    aversion: float = key("Weight λ of the variance in the objective.", "1/nat", source="chosen")
    samples: Size = key("Samples N of each evaluation.", "1", source="chosen")
    runs: Count = key("Searches from independent random numbers.", "1", source="chosen")
    initial: Count = key(
        "Random designs that a Bayesian optimisation begins with.", "1", source="chosen"
    )
    iterations: Count = key("Designs that it chooses after them.", "1", source="chosen")
    exploration: NotNegative = key(
        "Deviations of the Gaussian process above its mean in the acquisition function.",
        "1",
        source="library",
    )
    noise_levels: NoiseLevels = key("Variance of the objective's noise, by how samples are drawn.")
    starts: Count = key("Random starting points of the gradient ascent.", "1", source="chosen")
    evaluations: Count = key(
        "Evaluations of the objective and its gradient from each start.", "1", source="chosen"
    )
    near: Positive = key(
        "Distance from the best design within which evaluations count as near.",
        "unit of d",
        source="chosen",
    )


class RiskStudy(Block):
    """Designs of one experiment whose parameter is scalar and whose noise is constant."""

    model: Literal["linear", "nonlinear"] = key(
        "Forward map: θ·d, or θ³d² + θ·exp(−abs(0.2 − d)); your own goes into "
        "`src/boed/systems/analytic.py` and `src/boed/config/model/risk.py`.",
        source="text",
    )
    prior: Prior = key("Prior of θ, one of the two.")
    noise: Positive = key("Deviation of ε.", "unit of y", source="lineage")
    design: DesignRange = key("Designs that are looked at.")
    way: Literal["pairwise", "fast", "automatic"] = key(
        "How sums over pairs of samples are computed; fast: non-uniform Fourier transforms, "
        "automatic: these where they can be used.",
        source="chosen",
        default="automatic",
    )
    samples: SampleSizes = key(
        "Numbers of samples N, increasing; results that need one take the last.",
        "1",
        source="chosen",
    )
    runs: Count = key("Independent repetitions of every estimate.", "1", source="text: 10")
    quadrature_nodes: int = key(
        "Nodes over θ for the values without sampling.", "1", source="chosen", ge=10
    )
    aversions: Numbers = key("Weights λ of U − λV.", "1/nat", source="inferred")
    risk: Measures = key("Other measures of the same gains, each with its parameter.")
    convergence: Convergence | None = optional("The estimate of V over the number of samples.")
    sample_sizes: SampleSizesApart | None = optional(
        "Bias and variance of Û and V̂ with three numbers of samples apart; for a linear model with "
        "a normal prior, where the leading orders have closed forms."
    )
    outcomes: Outcomes | None = optional("Gains of simulated outcomes at some designs.")
    map: UtilityMap | None = optional("U and V of two runs of the experiment.")
    optimisation: Optimisation | None = optional(
        "Searches for the largest U − λV, by Bayesian optimisation and along the gradient."
    )

    def contradictions(self) -> Iterator[Problem]:
        """Samples that do not rise, a block that the model does not go with, designs outside."""
        yield from rising("samples", self.samples)
        if self.sample_sizes is not None and (self.model != "linear" or self.prior.normal is None):
            accepted = "null without a linear model and a normal prior"
            yield Problem("sample_sizes", "a block", accepted)
        yield from self._outside()

    def _outside(self) -> Iterator[Problem]:
        """Designs and parameters beyond their ends."""
        ends = self.design.lower, self.design.upper
        designs = {"outcomes.designs": self.outcomes.designs} if self.outcomes is not None else {}
        if self.convergence is not None:
            designs["convergence.design"] = [self.convergence.design]
        for name, values in designs.items():
            for value in values:
                if not ends[0] <= value <= ends[1]:
                    yield Problem(name, value, f"a design between {ends[0]} and {ends[1]}")
        prior = self.prior.uniform
        lower, upper = (-inf, inf) if prior is None else (prior.lower, prior.upper)
        for value in self.outcomes.parameters if self.outcomes is not None else []:
            if not lower <= value <= upper:
                accepted = f"a parameter between {lower} and {upper}"
                yield Problem("outcomes.parameters", value, accepted)
