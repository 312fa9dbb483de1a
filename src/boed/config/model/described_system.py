"""A described system in the configuration, its blocks taken together: what they cannot be beside
each other.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from boed.config.model.base import Block, Count, Positive, Problem, Symbol, key, optional
from boed.config.model.described import (
    Correlation,
    DescribedNoise,
    DesignRange,
    Interval,
    Missing,
    Output,
    Parameter,
    priors,
)

# names that a function of ours gives its parameter and its design
OURS = {"parameters": ["theta"], "designs": ["d"]}
Parameters = Annotated[dict[Symbol, Parameter], Field(min_length=1)]
Designs = Annotated[dict[Symbol, DesignRange], Field(min_length=1)]
Outputs = Annotated[dict[Symbol, Output], Field(min_length=1)]


class Described(Block):
    """A model of named parameters and designs: a function, its prior, its noise."""

    function: Literal["linear", "nonlinear"] | None = optional(
        "One of the papers' functions of a parameter `theta` and a design `d`: θ·d, or "
        "θ³d² + θ·exp(−abs(0.2 − d)).",
        source="text",
    )
    file: str | None = optional(
        "Instead, a Python file of your own, from the folder that Snakemake runs in: its function "
        "`predict(parameters, design)` takes both by their names and returns the outputs."
    )
    command: str | None = optional(
        "Or a black box: a command that is run once for every sample of the prior at every design. "
        "It reads a JSON file `{input}`, parameters and design by name, and writes the outputs by "
        "name to a JSON file `{output}`."
    )
    parameters: Parameters = key("What is unknown, by name, each with its prior.")
    correlations: list[Correlation] | None = optional(
        "Pairs of parameters that are not independent: [name, name, coefficient], between their "
        "normal scores (a Gaussian copula).",
        "1",
    )
    prior_samples: str | None = optional(
        "Instead of kinds of prior, a CSV file whose head names the parameters and whose rows are "
        "draws."
    )
    designs: Designs = key("What is chosen for an experiment, by name.")
    forbidden: list[dict[Symbol, Interval]] | None = optional(
        "Boxes of designs that are not allowed: intervals [least, greatest] by the designs' names; "
        "a design inside all of a box's is out.",
        "their units",
    )
    outputs: Outputs = key(
        "What one experiment gives, by name, in the order in which `predict` returns it.",
        default={"y": {"unit": "1"}},
    )
    noise: DescribedNoise = key("Gaussian noise of one experiment.")
    missing: Missing | None = optional("What a hybrid or active study may learn of the model.")
    true_parameters: dict[Symbol, float] | None = optional(
        "What a study of several stages should find: the parameters behind the file's `observe`, "
        "with `joint` those that are missing too.",
        "their units",
    )
    black_box: str | None = optional(
        "Of a system with a file, which it makes a black box: the name of a function that JAX need "
        "not see into, called with numbers; it returns the outputs by name or in their order."
    )
    time_limit: Positive | None = optional(
        "How long one run of a black box may take before it is ended and has failed; 600 without "
        "it.",
        "s",
        source="chosen",
    )
    chunk: Count | None = optional(
        "Samples of a black box whose runs at all designs are one job; 25 without it.",
        "1",
        source="chosen",
    )

    def believed(self) -> dict[str, Parameter]:
        """All that a belief is about."""
        return self.parameters

    def contradictions(self) -> Iterator[Problem]:
        """What names what is not there, and numbers that do not go together."""
        yield from self._function()
        yield from self._prior()
        if self.correlations is not None:
            yield from self._correlations(self.correlations)
        for place, box in enumerate(self.forbidden or []):
            yield from (problem.below(f"forbidden.{place}") for problem in self._box(box))
        if not list(self.noise.contradictions()):
            misfits = self.noise.misfits(len(self.outputs))
            yield from (problem.below("noise") for problem in misfits)
        if self.true_parameters is not None:
            yield from self._true_parameters(self.true_parameters)

    def is_black_box(self) -> bool:
        """Whether JAX cannot see into it."""
        return self.command is not None or self.black_box is not None

    def _function(self) -> Iterator[Problem]:
        """No function or two, or one of ours with other names than its own."""
        given = [part for part in (self.function, self.file, self.command) if part is not None]
        if len(given) != 1:
            accepted = "one of linear, nonlinear, or a key file, or a key command"
            yield Problem("function", self.function, accepted)
            return
        for block, names in OURS.items() if self.function is not None else ():
            given = list(getattr(self, block))
            if given != names:
                accepted = f"{names[0]} alone: so the function {self.function} calls it"
                yield Problem(block, given, accepted)
        if self.file is None and self.noise.function is not None:
            yield Problem("noise.function", self.noise.function, "none without a key file")
        if self.function is not None and list(self.outputs) != ["y"]:
            yield Problem(
                "outputs", list(self.outputs), f"y alone: {self.function} gives one number"
            )

    def _prior(self) -> Iterator[Problem]:
        """Parameters without a prior, or with one beside samples."""
        if self.prior_samples is None:
            yield from priors(self.parameters)
            return
        for name, parameter in self.parameters.items():
            if parameter.kinds():
                accepted = "no kind of prior beside prior_samples, whose rows are the draws"
                yield Problem(f"parameters.{name}", parameter.kinds(), accepted)

    def _correlations(self, pairs: list) -> Iterator[Problem]:
        """Pairs of what is not there, twice the same pair, coefficients that cannot be together."""
        names = list(self.believed())
        if self.prior_samples is not None:
            yield Problem("correlations", pairs, "none beside prior_samples: draws have their own")
            return
        matrix, seen = np.eye(len(names)), set()
        for place, (first, second, coefficient) in enumerate(pairs):
            pair = frozenset([first, second])
            if len(pair) < 2 or not pair <= set(names):
                accepted = f"[name, name, coefficient] of two parameters of {', '.join(names)}"
            elif not isinstance(coefficient, float | int) or not -1 < coefficient < 1:
                accepted = "a coefficient between −1 and 1"
            elif pair in seen:
                accepted = "each pair of parameters once"
            else:
                seen.add(pair)
                at = names.index(first), names.index(second)
                matrix[at] = matrix[at[::-1]] = coefficient
                continue
            yield Problem(f"correlations.{place}", [first, second, coefficient], accepted)
            return
        if np.linalg.eigvalsh(matrix)[0] <= 0:
            accepted = "coefficients that can be together: a positive definite matrix"
            yield Problem("correlations", pairs, accepted)

    def _box(self, box: dict[str, list[float]]) -> Iterator[Problem]:
        """A forbidden box of what is not there, or that leaves nothing."""
        for name, (least, greatest) in box.items():
            if name not in self.designs:
                yield Problem(name, [least, greatest], f"one of {', '.join(self.designs)}")
                return
            if greatest < least:
                yield Problem(name, [least, greatest], "the lesser number first")
                return
        if self._designs_are_whole() and all(
            least <= ends[0] and ends[1] <= greatest
            for (least, greatest), ends in self._covered(box)
        ):
            yield Problem("", box, "a box that leaves some designs")

    def _designs_are_whole(self) -> bool:
        """Whether every design has its ends."""
        return not any(list(block.contradictions()) for block in self.designs.values())

    def whole_boxes(self) -> dict[int, dict[str, list[float]]]:
        """{place: forbidden box} of those that leave some designs; none beside faulty designs."""
        boxes = dict(enumerate(self.forbidden or [])) if self._designs_are_whole() else {}
        return {place: box for place, box in boxes.items() if not list(self._box(box))}

    def _covered(self, box: dict[str, list[float]]) -> Iterator[tuple]:
        """(interval of the box, ends of the design) of all that it names."""
        for name, interval in box.items():
            yield interval, self.designs[name].ends()

    def _true_parameters(self, true: dict[str, float]) -> Iterator[Problem]:
        """Parameters that are left out, that are not there, or that their prior excludes."""
        believed = self.believed()
        if set(true) != set(believed):
            accepted = f"a number for each of {', '.join(believed)}"
            yield Problem("true_parameters", sorted(true), accepted)
            return
        for name, value in true.items():
            lower, upper = believed[name].support()
            if not lower <= value <= upper:
                accepted = f"a number that its prior holds possible, {lower} … {upper}"
                yield Problem(f"true_parameters.{name}", value, accepted)

    def is_scalar(self, experiments: int) -> bool:
        """Whether one parameter is learned from one number with constant noise: what there are
        values without sampling for.
        """
        return (
            not self.is_black_box()
            and len(self.parameters) == 1
            and self.prior_samples is None
            and len(self.outputs) * experiments == 1
            and self.noise.is_constant()
        )
