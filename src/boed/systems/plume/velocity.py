"""Uniform, time-dependent velocity of the carrying flow."""

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import polynomial

Number = float | int | np.ndarray


@dataclass(frozen=True)
class Velocity:
    """v(t) = (Σ xₙ tⁿ, Σ yₙ tⁿ): polynomial coefficients in rising order, length per time^(n+1)."""

    x: tuple[float, ...]
    y: tuple[float, ...]

    def at(self, time: Number) -> tuple[Number, Number]:
        """Velocity (v_x, v_y) at a time, or at many."""
        return polynomial.polyval(time, self.x), polynomial.polyval(time, self.y)

    def displacement(self, start: Number, end: Number) -> tuple[Number, Number]:
        """Distance (x, y) that the flow carries a particle from time `start` to time `end`."""
        return tuple(
            polynomial.polyval(end, integral) - polynomial.polyval(start, integral)
            for integral in (polynomial.polyint(self.x), polynomial.polyint(self.y))
        )

    def fastest(self, time: float) -> float:
        """Largest |v_x| + |v_y| on [0, time], sampled at 1,001 instants."""
        vx, vy = self.at(np.linspace(0.0, time, 1001))
        return float(np.max(np.abs(vx) + np.abs(vy)))
