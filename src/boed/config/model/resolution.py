"""Whether a plume's grid resolves its sources; the true plume that a figure shows.

Bounds from errors on the whole field, relative to its largest value, at D = 1, T = 0.051 and widths
of 0.01 to 0.1: of the Gaussian source against the exact solution, of the others against grids of
768 and 1,024 points with 4 times finer samples. Spectral: a width of 0.9 spacings leaves 0.05 %
(Gaussian) and 0.6 % (released reciprocal source), of 0.63 spacings 1 % and 7 %, of 0.25 spacings
6 % and more, however fine the samples; the printed reciprocal source, whose peak is 2·width²
across, needs 1.9 spacings and a sample as narrow as its peak for 1 %. Time stepping: one cell
leaves 5 %, two 1.5 %, half a cell 14 %.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from boed.config.model.base import Block, Problem, Times, key, rising
from boed.config.model.plume import Plume, Propagator, Rollout, Truth

NARROW = "reciprocal_printed"
SPACINGS = {"gaussian": 0.9, "reciprocal_released": 0.9, NARROW: 1.9}


@dataclass(frozen=True)
class Sampled:
    """A source as it stands in the configuration: under which key, its form, its width (length)."""

    holder: str
    form: str
    width: float


def unresolved(plume: Plume, sources: list[Sampled]) -> Iterator[Problem]:
    """Sources that are too narrow for the grid of the solver that is used."""
    for source in sources:
        if plume.solver == "propagator":
            yield from _on_spectral_grid(plume.propagator, source)
        else:
            yield from _on_cells(plume.rollout, source)


def _on_spectral_grid(grid: Propagator, source: Sampled) -> Iterator[Problem]:
    needed = SPACINGS[source.form] * grid.spacing
    if source.width < needed:
        points = 2 * ceil(SPACINGS[source.form] * grid.length / source.width / 2)
        accepted = (
            f"at least {points}, or a {source.holder}.width of at least {needed:.3g}: "
            f"{SPACINGS[source.form]} grid spacings keep the field within 1 %"
        )
        yield Problem("plume.propagator.points", grid.points, accepted)
    peak = 2 * source.width**2
    if source.form == NARROW and grid.spacing / grid.oversampling > peak:
        accepted = (
            f"at least {ceil(grid.spacing / peak)} for the source {NARROW} of {source.holder}, "
            f"whose peak is 2·width² = {peak:.3g} across"
        )
        yield Problem("plume.propagator.oversampling", grid.oversampling, accepted)


def _on_cells(grid: Rollout, source: Sampled) -> Iterator[Problem]:
    across = 2 * source.width**2 if source.form == NARROW else source.width
    if across < grid.spacing * (1 - 1e-9):
        cells = ceil((grid.upper - grid.lower) / across - 1e-9)
        accepted = (
            f"at least {cells}, or a wider source in {source.holder}: one cell a width, or a peak, "
            "keeps the field within 5 %"
        )
        yield Problem("plume.rollout.cells", grid.cells, accepted)


class PlumeFigure(Block):
    """The true plume at several times."""

    plume: Plume = key("Transport and its solver, as in a study.")
    truth: Truth = key("The true source, as in a study.")
    times: Times = key("When it is drawn, increasing.", "time", source="text")
    nodes: int = key("Points a side of the drawn grid.", "1", source="chosen", ge=2)

    def contradictions(self) -> Iterator[Problem]:
        last, plume = self.times[-1], self.plume
        yield from rising("times", self.times)
        widest = max(abs(end - place) for end in (0.0, 1.0) for place in self.truth.location)
        below = [*plume.unstable(last), *plume.too_small(plume.velocity, last, widest)]
        yield from (problem.below("plume") for problem in below)
        source = Sampled("truth", self.truth.source, self.truth.width)
        yield from unresolved(plume, [source])
