"""A described system in the configuration: named parameters with their prior, named designs,
outputs, noise, and what is missing in its model.
"""

from collections.abc import Iterator
from math import inf
from typing import Annotated, Any

import numpy as np
from pydantic import BeforeValidator, Field

from boed.config.model.base import (
    Block,
    Count,
    Different,
    NotNegative,
    Positive,
    Problem,
    Symbol,
    as_list,
    key,
    optional,
    ordered,
)

OneAnOutput = Annotated[
    list[NotNegative],
    BeforeValidator(as_list, json_schema_input_type=NotNegative | list[NotNegative]),
]
Matrix = Annotated[list[list[float]], Field(min_length=1)]
Interval = Annotated[list[float], Field(min_length=2, max_length=2)]
Correlation = Annotated[list[str | float], Field(min_length=3, max_length=3)]


def _numbered(inputs: Any) -> Any:
    """Names of inputs of which only the number is given."""
    if isinstance(inputs, int) and not isinstance(inputs, bool):
        return [f"input {number}" for number in range(1, inputs + 1)]
    return inputs


Inputs = Annotated[
    list[str],
    BeforeValidator(_numbered, json_schema_input_type=Count | list[str]),
    Field(min_length=1),
    Different,
]
# a normal's probability this many deviations away is 1e-15
REACH = 8.0


class Normal(Block):
    """Normal distribution."""

    mean: float = key("Its mean.", "unit of the parameter", source="lineage")
    deviation: Positive = key("Its standard deviation.", "unit of the parameter", source="lineage")

    def support(self) -> tuple[float, float]:
        """Ends of the values that can be."""
        return -inf, inf


class Uniform(Block):
    """Uniform distribution."""

    lower: float = key("Its lower end.", "unit of the parameter", source="lineage")
    upper: float = key("Its upper end.", "unit of the parameter", source="lineage")

    def support(self) -> tuple[float, float]:
        """Ends of the values that can be."""
        return self.lower, self.upper

    def contradictions(self) -> Iterator[Problem]:
        """Bounds the wrong way round."""
        yield from ordered("upper", self.lower, self.upper)


class LogNormal(Block):
    """Distribution of a positive number whose logarithm is normal."""

    median: Positive = key("Its median.", "unit of the parameter")
    log_variance: Positive = key("Variance of its natural logarithm.", "1")

    def support(self) -> tuple[float, float]:
        """Ends of the values that can be."""
        return 0.0, inf


class Truncated(Block):
    """Normal distribution cut to bounds."""

    mean: float = key("Mean before the cut.", "unit of the parameter")
    deviation: Positive = key("Standard deviation before the cut.", "unit of the parameter")
    lower: float = key("Lower bound.", "unit of the parameter")
    upper: float = key("Upper bound.", "unit of the parameter")

    def support(self) -> tuple[float, float]:
        """Ends of the values that can be."""
        return self.lower, self.upper

    def contradictions(self) -> Iterator[Problem]:
        """Bounds the wrong way round, or where the normal has no probability left."""
        yield from ordered("upper", self.lower, self.upper)
        least, most = (self.mean + way * REACH * self.deviation for way in (-1, 1))
        if self.upper < least or self.lower > most:
            accepted = f"bounds that hold part of {least:.3g} … {most:.3g}, mean ± 8 deviations"
            yield Problem("", [self.lower, self.upper], accepted)


class Parameter(Block):
    """A parameter: its prior, one kind with its constants, and its unit."""

    uniform: Uniform | None = optional("Uniform distribution.")
    normal: Normal | None = optional("Normal distribution.")
    lognormal: LogNormal | None = optional("Of a positive number whose logarithm is normal.")
    truncated: Truncated | None = optional("Normal distribution cut to bounds.")
    unit: str = key("Its unit.", default="1")
    cells: int = key(
        "Cells of the belief along it, in studies of several stages with up to three parameters.",
        "1",
        source="chosen",
        default=31,
        ge=5,
    )

    def kinds(self) -> list[str]:
        """Names of the kinds of prior that are given."""
        return [name for name in KINDS if getattr(self, name) is not None]

    def support(self) -> tuple[float, float]:
        """Ends of the values that can be."""
        kinds = self.kinds()
        return getattr(self, kinds[0]).support() if kinds else (-inf, inf)


KINDS = ("uniform", "normal", "lognormal", "truncated")


def priors(parameters: dict[str, Parameter]) -> Iterator[Problem]:
    """Parameters with no kind of prior, or with several."""
    for name, parameter in parameters.items():
        if len(parameter.kinds()) != 1:
            accepted = f"one of {', '.join(KINDS)} with its constants (null takes one away)"
            yield Problem(f"parameters.{name}", parameter.kinds() or None, accepted)


class DesignRange(Block):
    """One number of a design: bounds, or the values among which it is chosen."""

    lower: float | None = optional("Least value.", "its unit", source="text, inferred")
    upper: float | None = optional("Greatest value.", "its unit", source="text, inferred")
    candidates: Annotated[list[float], Field(min_length=1), Different] | None = optional(
        "The only values that it can have, in place of bounds.", "its unit"
    )
    unit: str = key("Its unit.", default="1")

    def contradictions(self) -> Iterator[Problem]:
        """Neither bounds nor candidates, or both; bounds the wrong way round."""
        given = [
            name for name in ("lower", "upper", "candidates") if getattr(self, name) is not None
        ]
        if given not in (["lower", "upper"], ["candidates"]):
            yield Problem("", given or None, "lower and upper, or candidates")
        elif self.lower is not None and self.upper is not None:
            yield from ordered("upper", self.lower, self.upper)

    def ends(self) -> tuple[float, float]:
        """Least and greatest value."""
        values = self.candidates if self.candidates is not None else [self.lower, self.upper]
        return min(values), max(values)

    def at(self, share: float) -> float:
        """The value at this part of the way from the least to the greatest; the nearest candidate,
        where there are some.
        """
        lower, upper = self.ends()
        place = lower + (upper - lower) * share
        if self.candidates is None:
            return place
        return min(sorted(self.candidates), key=lambda value: abs(value - place))

    def has(self, value: float) -> bool:
        """Whether the design can have a value."""
        if self.candidates is not None:
            return value in self.candidates
        lower, upper = self.ends()
        return lower <= value <= upper

    def words(self) -> str:
        """What values it can have."""
        if self.candidates is not None:
            return f"one of {self.candidates}"
        lower, upper = self.ends()
        return f"a number between {lower} and {upper}"


class Output(Block):
    """One number that an experiment gives."""

    unit: str = key("Its unit.", default="1")


class DescribedNoise(Block):
    """Gaussian noise of one experiment's outputs: one of three kinds."""

    constant: OneAnOutput | None = optional(
        "Deviation of each output, one number for all or one for each.", "unit of the output"
    )
    relative: OneAnOutput | None = optional(
        "Deviation in parts of the predicted output's size, added to that.", "1"
    )
    covariance: Matrix | None = optional(
        "Covariance of the outputs, a list a row.", "product of the outputs' units"
    )
    function: str | None = optional(
        "Name of a function of the model file: prediction → deviation of each output."
    )

    def contradictions(self) -> Iterator[Problem]:
        """No kind of noise, or several; a covariance that is none."""
        scaled = self.constant is not None or self.relative is not None
        if scaled + (self.covariance is not None) + (self.function is not None) != 1:
            given = [name for name in type(self).model_fields if getattr(self, name) is not None]
            yield Problem(
                "", given or None, "constant, relative or both; or covariance; or function"
            )
        if self.covariance is not None:
            yield from _covariance(self.covariance)

    def misfits(self, outputs: int) -> Iterator[Problem]:
        """Numbers for another number of outputs, and outputs without noise."""
        zeros = [0.0] * outputs
        parts = {name: getattr(self, name) for name in ("constant", "relative")}
        for name, values in parts.items():
            if values is not None and len(values) not in (1, outputs):
                yield Problem(name, values, f"one number, or {outputs}, one for each output")
                return
        if self.covariance is not None and len(self.covariance) != outputs:
            rows = "1 row" if outputs == 1 else f"{outputs} rows"
            yield Problem("covariance", self.covariance, f"{rows}, one for each output")
        if any(values is not None for values in parts.values()):
            each = [
                values * (outputs // len(values)) if values else zeros for values in parts.values()
            ]
            if any(constant + relative <= 0 for constant, relative in zip(*each, strict=True)):
                yield Problem(
                    "", {k: v for k, v in parts.items() if v}, "a deviation > 0 of each output"
                )

    def is_constant(self) -> bool:
        """Whether it does not vary with the prediction."""
        return self.function is None and not any(self.relative or [])


def _covariance(matrix: list[list[float]]) -> Iterator[Problem]:
    """A problem unless a matrix is square, symmetric and positive definite."""
    accepted = "a symmetric and positive definite matrix, a list a row"
    if any(len(row) != len(matrix) for row in matrix):
        yield Problem("covariance", matrix, accepted)
        return
    array = np.array(matrix)
    if not np.allclose(array, array.T) or np.linalg.eigvalsh(array)[0] <= 0:
        yield Problem("covariance", matrix, accepted)


class MissingNetwork(Block):
    """A tanh network with linear output, whose value the model file uses as `missing(…)`."""

    inputs: Inputs = key("How many numbers it is given, or their names.", "1")
    hidden: Count = key("Units of a hidden layer.", "1", source="chosen", default=4)
    depth: Count = key("Hidden layers.", "1", source="chosen", default=2)
    scale: Positive = key(
        "Factor on the first layer's initial weights: features of about 1/scale.",
        "1/unit of the inputs",
        source="chosen",
        default=1.0,
    )


class Missing(Block):
    """What the model lacks and a study may learn, as the file's `predict_with` is given it."""

    network: MissingNetwork | None = optional("A network.")
    parameters: dict[Symbol, Parameter] | None = optional("Parameters of its own, by name.")

    def contradictions(self) -> Iterator[Problem]:
        """Neither, or both; parameters without a prior."""
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            yield Problem("", given or None, "network or parameters")
        yield from priors(self.parameters or {})
