"""What a sensor in a diffusion field reads of every source, from one adjoint solution: exact in
time, no time steps.

The discrete operator A is symmetric, so the reading b(d)·u(T) of the field u(T) = ∫₀ᵀ e^{tA} S dt
is w(d)·S with w = ∫₀ᵀ e^{tA} b dt = f(−A) b, f(λ) = (1 − e^{−λT})/λ. The few modes that a time T
leaves are taken one by one, and the rest, for which e^{−λT} vanishes, by one sparse solve.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from scipy.sparse.linalg import SuperLU, eigsh, splu

from boed.numerics.finite_volumes import interpolation, laplacian
from boed.systems.gaussian_source import GaussianSource

# modes that have decayed to this part of themselves count as gone
GONE = 1e-17


@dataclass(frozen=True, eq=False)
class Response:
    """What sensors read of a source that lasts until a measurement time, from adjoint solutions.

    free: the cells that belong to the domain; modes: those that last, columns over the free cells,
    and f(λ) of each; rest: −A with the first cell held at zero, ready to be solved.
    """

    free: Bool[np.ndarray, "cells cells"]
    modes: Float[np.ndarray, "free modes"]
    lasting: Float[np.ndarray, " modes"]
    rest: SuperLU

    def weights(
        self, sensors: Float[np.ndarray, "sensors 2"]
    ) -> Float[np.ndarray, "sensors cells cells"]:
        """w: what each sensor reads of a unit source in every cell, zero in buildings."""
        modes = self.modes
        readings = interpolation(self.free, sensors).toarray()
        parts = modes.T @ readings
        remainder = readings - modes @ parts
        solved = np.zeros_like(remainder)
        solved[1:] = self.rest.solve(remainder[1:])
        solved -= modes @ (modes.T @ solved)
        every = np.zeros((len(sensors), *self.free.shape))
        every[:, self.free] = (solved + modes @ (self.lasting[:, None] * parts)).T
        return every


def response(free: Bool[np.ndarray, "cells cells"], time: float) -> Response:
    """The response at a measurement time; raises ValueError unless it is positive."""
    if not time > 0:
        raise ValueError(f"a measurement time must be positive, not {time}")
    operator = -laplacian(free)
    eigenvalues, modes = _lasting_modes(operator, -np.log(GONE) / time)
    # the constant mode is among them, so that what is left can be solved with one cell held at zero
    rest = splu(operator[1:, 1:].tocsc())
    lasting = np.where(
        eigenvalues > 1e-9, -np.expm1(-eigenvalues * time) / np.maximum(eigenvalues, 1e-9), time
    )
    return Response(free=free, modes=modes, lasting=lasting, rest=rest)


def _lasting_modes(operator, limit: float):
    """Eigenvalues up to beyond the limit, and their eigenvectors as columns."""
    size = operator.shape[0]
    # Weyl's law with room: modes below λ on an area and its walls
    count = min(int(limit / (4 * np.pi) + np.sqrt(limit)) + 10, size - 2)
    start = np.ones(size)  # a fixed start: the same numbers every time
    while True:
        values, vectors = eigsh(operator, count, sigma=-1.0, which="LM", v0=start)
        if values.max() >= limit or count >= size - 2:
            return values, vectors
        count = min(2 * count, size - 2)


def readings(
    weights: Float[np.ndarray, "sensors cells cells"],
    x: Float[np.ndarray, " columns"],
    y: Float[np.ndarray, " rows"],
    source: GaussianSource,
) -> Float[np.ndarray, "sensors columns rows"]:
    """What each sensor reads of Gaussian sources at all places (x, y) (mean_variance Eq. 45)."""
    centres = (np.arange(weights.shape[1]) + 0.5) / weights.shape[1]
    along_x, along_y = (source.profile(axis[:, None] - centres) for axis in (x, y))
    return source.peak * (along_x @ weights @ along_y.T)
