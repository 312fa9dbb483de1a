"""What parameters, designs and outputs are called, and their units; which parameters a belief is
about.
"""

from typing import NamedTuple


class Quantity(NamedTuple):
    """A parameter, a coordinate of a design or an output: its name, its unit, and in words."""

    name: str
    unit: str
    words: str = ""


class Quantities(NamedTuple):
    """All parameters, coordinates of a design and outputs, in their order.

    missing: so many parameters, the last ones, are what a model misses: of the others alone are the
    distance from the truth and the spread of a belief, so that they can be compared with those of a
    belief that holds nothing else.
    """

    parameters: tuple[Quantity, ...]
    designs: tuple[Quantity, ...]
    outputs: tuple[Quantity, ...]
    missing: int = 0

    @property
    def sought(self) -> tuple[Quantity, ...]:
        """The parameters without what the model misses."""
        return self.parameters[: len(self.parameters) - self.missing]

    @property
    def parameter_dimension(self) -> str:
        """The dimension of parameters in a file: that of designs where both are the same."""
        same = [q.name for q in self.parameters] == [q.name for q in self.designs]
        return "coordinate" if same else "parameter"


def common_unit(quantities: tuple[Quantity, ...]) -> str:
    """The unit that all share, or that each has its own."""
    units = {quantity.unit for quantity in quantities}
    return units.pop() if len(units) == 1 else "each its own"


def missing_in_belief(settings: dict) -> dict[str, dict]:
    """{name: block} of what a described system's model misses and, by `joint`, a belief holds
    beside the parameters.
    """
    if not settings.get("joint"):
        return {}
    return (settings.get("missing") or {}).get("parameters") or {}


def believed(settings: dict) -> dict[str, dict]:
    """{name: block} of all that a belief about a described system holds: what is missing last."""
    return settings.get("parameters", {}) | missing_in_belief(settings)
