"""Whether a plume's grid resolves its sources; the true plume that a figure shows.

Bounds from errors on the whole field and at the source itself, relative to the largest value, at
D = 1, T = 0.051 and widths of 0.03 to 0.1: of the Gaussian source against the exact solution, of
the others against grids of 1,024 points. Spectral, whatever the oversampling: a width of 0.9
spacings leaves 0.1 % (Gaussian) and 1 % (released reciprocal source), of 0.63 spacings 1 % and 7 %,
of 0.25 spacings 6 % and more. The printed reciprocal source, whose peak is 2·width² across, needs
samples as narrow as that, and 1.9 spacings for 5 % at the peak, 4 for 1 %. Time stepping: one cell
leaves 5 %, two 1.5 %, half a cell 14 %.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from boed.config.model.base import Block, Problem, Times, key, rising
from boed.config.model.plume import Plume, Propagator, Rollout, Truth

NARROW = "reciprocal_printed"
SPACINGS = {"gaussian": 0.9, "reciprocal_released": 0.9, NARROW: 1.9}
ERRORS = {"gaussian": "0.1 %", "reciprocal_released": "1 %", NARROW: "5 %"}


@dataclass(frozen=True)
class Sampled:
    """A source as it stands in the configuration: under which key, its form, its width (length)."""

    holder: str
    form: str
    width: float


def unresolved(plume: Plume, sources: list[Sampled]) -> Iterator[Problem]:
    """Sources that are too narrow for the grid of the solver that is used: what the one that needs
    most accepts.
    """
    if plume.solver == "rollout":
        yield from _on_cells(plume.rollout, min(sources, key=_across))
        return
    neediest = max(sources, key=_needed_points)
    yield from _on_spectral_grid(plume.propagator, neediest)
    narrow = [source for source in sources if source.form == NARROW]
    if narrow:
        yield from _of_narrow_peak(plume.propagator, min(narrow, key=_across))


def _across(source: Sampled) -> float:
    """How wide the narrowest part of a source is, length."""
    return 2 * source.width**2 if source.form == NARROW else source.width


def _needed_points(source: Sampled) -> float:
    """Points that a source needs on a spectral grid, a unit of length."""
    return SPACINGS[source.form] / source.width


def _on_spectral_grid(grid: Propagator, source: Sampled) -> Iterator[Problem]:
    needed = SPACINGS[source.form] * grid.spacing
    if source.width < needed:
        points = 2 * ceil(_needed_points(source) * grid.length / 2)
        accepted = (
            f"at least {points}, or a {source.holder}.width of at least {needed:.3g}: "
            f"{SPACINGS[source.form]} grid spacings keep its field within {ERRORS[source.form]}"
        )
        yield Problem("plume.propagator.points", grid.points, accepted)


def _of_narrow_peak(grid: Propagator, source: Sampled) -> Iterator[Problem]:
    if grid.spacing / grid.oversampling > _across(source):
        accepted = (
            f"at least {ceil(grid.spacing / _across(source))} for the source {NARROW} of "
            f"{source.holder}, whose peak is 2·width² = {_across(source):.3g} across"
        )
        yield Problem("plume.propagator.oversampling", grid.oversampling, accepted)


def _on_cells(grid: Rollout, source: Sampled) -> Iterator[Problem]:
    if _across(source) < grid.spacing * (1 - 1e-9):
        cells = ceil((grid.upper - grid.lower) / _across(source) - 1e-9)
        accepted = (
            f"at least {cells}, or a wider source in {source.holder}: one cell a width, or a peak, "
            "keeps its field within 5 %"
        )
        yield Problem("plume.rollout.cells", grid.cells, accepted)


class PlumeFigure(Block):
    """The true plume at several times."""

    plume: Plume = key("Transport and its solver, as in a study.")
    truth: Truth = key("The true source, as in a study.")
    times: Times = key("When it is drawn, increasing.", "time", source="text")
    nodes: int = key("Points a side of the drawn grid.", "1", source="chosen", ge=2)

    def contradictions(self) -> Iterator[Problem]:
        """Times that do not rise, and a solver too coarse or too small for them."""
        last, plume = self.times[-1], self.plume
        yield from rising("times", self.times)
        widest = max(abs(end - place) for end in (0.0, 1.0) for place in self.truth.location)
        below = [*plume.unstable(last), *plume.too_small(plume.velocity, last, widest)]
        yield from (problem.below("plume") for problem in below)
        source = Sampled("truth", self.truth.source, self.truth.width)
        yield from unresolved(plume, [source])
