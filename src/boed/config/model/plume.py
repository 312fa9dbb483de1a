"""The plume in the configuration: transport, its two solvers, the true source."""

from collections.abc import Iterator
from math import sqrt
from typing import Annotated, Literal

from pydantic import Field

from boed.config.model.base import (
    Block,
    Count,
    Point,
    Positive,
    Problem,
    key,
    ordered,
    rising,
)
from boed.systems.plume import velocity

SourceName = Literal["gaussian", "reciprocal_released", "reciprocal_printed"]
Polynomial = Annotated[list[float], Field(min_length=1)]


class Velocity(Block):
    """A uniform velocity that changes with time."""

    x: Polynomial = key("Coefficients of 1, t, t² … of its x component.", "length/time^(n+1)")
    y: Polynomial = key("Coefficients of its y component.", "length/time^(n+1)")

    def polynomial(self) -> velocity.Velocity:
        """The same velocity, to compute with."""
        return velocity.Velocity(tuple(self.x), tuple(self.y))


class Propagator(Block):
    """The spectral solver: one linear operator on a periodic domain around the source."""

    length: Positive = key(
        "Side of its periodic domain, centred on the source.", "length", source="code: 5"
    )
    points: int = key(
        "Grid points a side; on a side of 5, the Gaussian source of width 0.05 needs 90 for 1e-3 "
        "of its plume, 126 for 1e-6, 250 for 1e-12.",
        "1",
        source="chosen",
        ge=8,
        multiple_of=2,
    )
    oversampling: Count = key(
        "Times finer sampling of the analytic sources; the printed reciprocal source needs samples "
        "as narrow as its peak, 2·width².",
        "1",
        source="chosen",
    )
    panels: list[float] = key(
        "Edges of the panels on which the network is sampled, offsets from the source, increasing; "
        "beyond the last it counts as zero, so they have to reach as far as the plume spreads.",
        "length",
        source="chosen",
        min_length=2,
    )
    order: list[Count] = key(
        "Gauss–Legendre nodes of each panel.", "1", source="chosen", min_length=1
    )

    @property
    def spacing(self) -> float:
        """Distance of neighbouring grid points, length."""
        return self.length / self.points

    def contradictions(self) -> Iterator[Problem]:
        """Panels that do not rise, fit their orders and hold the source within the box."""
        yield from rising("panels", self.panels)
        if len(self.order) != len(self.panels) - 1:
            yield Problem("order", self.order, f"{len(self.panels) - 1} numbers, one a panel")
        half = self.length / 2
        if not -half <= self.panels[0] < 0 < self.panels[-1] <= half:
            accepted = f"edges about the source, within {-half} and {half}"
            yield Problem("panels", self.panels, accepted)


class Rollout(Block):
    """The time-stepping solver, as in the papers."""

    lower: float = key("Lower wall of its domain in x and in y.", "length", source="text: −2")
    upper: float = key("Upper wall, above the lower one.", "length", source="text: 3")
    cells: int = key(
        "Cells a side; the released code has 251 values and reads them as if they were nodes.",
        "1",
        source="chosen: 250",
        ge=4,
    )
    time_step: Positive = key(
        "Longest step; at most cell / max(|v_x| + |v_y|).", "time", source="code: 0.001"
    )

    @property
    def spacing(self) -> float:
        """Side of a cell, length."""
        return (self.upper - self.lower) / self.cells

    def contradictions(self) -> Iterator[Problem]:
        """Walls the wrong way round."""
        yield from ordered("upper", self.lower, self.upper)


class Plume(Block):
    """Transport and the solver that computes it."""

    solver: Literal["propagator", "rollout"] = key(
        "One linear spectral operator, or time stepping as in the papers.", source="chosen"
    )
    diffusivity: Positive = key("D.", "length²/time", source="text: 1")
    velocity: Velocity = key("Velocity of the flow.", source="code: 20 t; text: 50 t")
    propagator: Propagator = key("Settings of the spectral solver.")
    rollout: Rollout = key("Settings of the time-stepping solver.")

    def unstable(self, last: float) -> Iterator[Problem]:
        """A time step that is too long for the flow up to the time `last`."""
        fastest = self.velocity.polynomial().fastest(last)
        if fastest and 0 < (limit := self.rollout.spacing / fastest) < self.rollout.time_step:
            accepted = f"at most {limit:.3g}, the stability limit cell / max(|v_x| + |v_y|)"
            yield Problem("rollout.time_step", self.rollout.time_step, accepted)

    def too_small(self, flow: Velocity, last: float, widest: float) -> Iterator[Problem]:
        """A domain too small for a plume that is read up to `widest` from its source."""
        carried = max(abs(way) for way in flow.polynomial().displacement(0.0, last))
        # the next periodic image stays six deviations of the spreading away: 1e-9 of the plume
        needed = widest + carried + 6 * sqrt(2 * self.diffusivity * last)
        if self.solver == "propagator" and self.propagator.length < needed:
            accepted = (
                f"at least {needed:.3g}: widest offset + distance carried + 6 deviations at the "
                "last time"
            )
            yield Problem("propagator.length", self.propagator.length, accepted)
        walls = [self.rollout.lower, self.rollout.upper]
        if self.solver == "rollout" and (walls[1] - walls[0]) / 2 < widest:
            accepted = f"walls at least {2 * widest:.3g} apart, to read every offset"
            yield Problem("rollout", walls, accepted)


class Truth(Block):
    """The true system."""

    source: SourceName = key("Form of the source (ad_eki Eq. 21, 24).", source="code")
    strength: float = key("s.", "concentration·length²/time", source="text: 2")
    width: Positive = key("h.", "length", source="text: 0.05")
    location: Point = key("(θx, θy).", "length", source="text: (0.25, 0.25)")
