"""What parameters, designs and outputs are called, and their units."""

from typing import NamedTuple


class Quantity(NamedTuple):
    """A parameter, a coordinate of a design or an output: its name, its unit, and in words."""

    name: str
    unit: str
    words: str = ""


class Quantities(NamedTuple):
    """All parameters, coordinates of a design and outputs, in their order."""

    parameters: tuple[Quantity, ...]
    designs: tuple[Quantity, ...]
    outputs: tuple[Quantity, ...]

    @property
    def parameter_dimension(self) -> str:
        """The dimension of parameters in a file: that of designs where both are the same."""
        same = [q.name for q in self.parameters] == [q.name for q in self.designs]
        return "coordinate" if same else "parameter"


def common_unit(quantities: tuple[Quantity, ...]) -> str:
    """The unit that all share, or that each has its own."""
    units = {quantity.unit for quantity in quantities}
    return units.pop() if len(units) == 1 else "each its own"
