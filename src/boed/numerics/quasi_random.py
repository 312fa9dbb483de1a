"""Quasi-random points. SciPy's statistics take half a second to import, which most jobs can
spare.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scipy.stats.qmc import Sobol


def sobol(coordinates: int, seed: int | None = None) -> "Sobol":
    """Sobol's sequence in the unit cube, scrambled by `seed` if there is one."""
    from scipy.stats.qmc import Sobol

    return Sobol(coordinates, scramble=seed is not None, seed=seed)
