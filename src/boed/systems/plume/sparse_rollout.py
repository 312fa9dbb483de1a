"""The plume's time stepping as a black box for users whose solver is not differentiable: SciPy's
sparse matrices.

The scheme of `rollout`, step by step, with the analytic Jacobian of its right-hand side as a sparse
matrix: all that the adjoint method asks of a solver. Nothing here is traced by JAX.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sparse
from jaxtyping import Float
from scipy.sparse.linalg import SuperLU, splu

from boed.numerics import finite_volumes

Field = Float[np.ndarray, " cells"]
Faces = Float[np.ndarray, " faces"]


def limited(upwind_jump: Faces, jump: Faces) -> tuple[Faces, Faces, Faces]:
    """(ψ, ∂ψ/∂a, ∂ψ/∂b) of van Leer's limited jump ψ = φ(a/b)·b = 2ab/(a + b), 0 where ab ≤ 0; a
    the upwind one.
    """
    rising = upwind_jump * jump > 0
    total = np.where(rising, upwind_jump + jump, 1.0)
    value = np.where(rising, 2 * upwind_jump * jump / total, 0.0)
    return (
        value,
        np.where(rising, 2 * (jump / total) ** 2, 0.0),
        np.where(rising, 2 * (upwind_jump / total) ** 2, 0.0),
    )


@dataclass(frozen=True)
class Axis:
    """Faces across one axis of a square grid: cells to either side, two deep, and the divergence of
    their fluxes.
    """

    far_left: np.ndarray
    left: np.ndarray
    right: np.ndarray
    far_right: np.ndarray
    divergence: sparse.csr_matrix

    @classmethod
    def of(cls, cells: int, cell: float, direction: int) -> "Axis":
        """The inner faces between neighbours along x (0) or y (1); walls have no flux."""
        number = np.moveaxis(np.arange(cells**2).reshape(cells, cells), direction, 0)
        face = np.arange(1, cells)
        pick = [number[np.clip(face + shift, 0, cells - 1)].ravel() for shift in (-2, -1, 0, 1)]
        count = np.arange(len(pick[0]))
        entries = np.r_[np.full(len(count), 1.0), np.full(len(count), -1.0)] / cell
        places = np.r_[pick[1], pick[2]], np.r_[count, count]
        return cls(
            *pick, sparse.coo_matrix((entries, places), shape=(cells**2, len(count))).tocsr()
        )

    def _jumps(self, u: Field, velocity: float) -> tuple[Faces, Faces, Faces]:
        """The limited jump across the faces, and its derivatives by the upwind jump and by it."""
        jump = u[self.right] - u[self.left]
        behind = (
            u[self.left] - u[self.far_left] if velocity >= 0 else u[self.far_right] - u[self.right]
        )
        return limited(behind, jump)

    def flux(self, u: Field, velocity: float, ratio: float) -> Faces:
        """Flux through the faces; ratio: time step over cell."""
        value, _, _ = self._jumps(u, velocity)
        upwind = u[self.left if velocity >= 0 else self.right]
        return velocity * upwind + 0.5 * abs(velocity) * (1 - abs(velocity) * ratio) * value

    def flux_by_velocity(self, u: Field, velocity: float, ratio: float) -> Faces:
        """∂flux/∂velocity."""
        value, _, _ = self._jumps(u, velocity)
        upwind = u[self.left if velocity >= 0 else self.right]
        return upwind + 0.5 * np.sign(velocity) * (1 - 2 * abs(velocity) * ratio) * value

    def jacobian(self, u: Field, velocity: float, ratio: float) -> sparse.csr_matrix:
        """∂flux/∂u, (faces, cells)."""
        _, by_behind, by_jump = self._jumps(u, velocity)
        factor = 0.5 * abs(velocity) * (1 - abs(velocity) * ratio)
        ahead, far = (self.left, self.far_left) if velocity >= 0 else (self.far_right, self.right)
        upwind = self.left if velocity >= 0 else self.right
        faces = np.arange(len(self.left))
        parts = [
            (np.full(len(faces), velocity), upwind),
            (factor * by_behind, ahead),
            (-factor * by_behind, far),
            (factor * by_jump, self.right),
            (-factor * by_jump, self.left),
        ]
        values, columns = (np.concatenate(part) for part in zip(*parts, strict=True))
        return sparse.coo_matrix(
            (values, (np.tile(faces, len(parts)), columns)), shape=(len(faces), u.size)
        ).tocsr()


@dataclass(frozen=True)
class SparsePlume:
    """u⁺ = (1 − Δt·D∇²)⁻¹(u + Δt·(S − div F(u; v(t)))), v = (growth·t, rate·t), on cells² values in
    one vector.

    lower, upper: walls, length; time: at which the steps end; rate: growth of v_y, length/time².
    """

    lower: float
    upper: float
    cells: int
    diffusivity: float
    time: float
    steps: int
    rate: float

    @property
    def step(self) -> float:
        """Length of a time step."""
        return self.time / self.steps

    @property
    def cell(self) -> float:
        """Side of a cell."""
        return (self.upper - self.lower) / self.cells

    @cached_property
    def axes(self) -> tuple[Axis, Axis]:
        """The faces along x and along y."""
        return Axis.of(self.cells, self.cell, 0), Axis.of(self.cells, self.cell, 1)

    @property
    def _all(self) -> np.ndarray:
        """No cell is built on."""
        return np.ones((self.cells, self.cells), dtype=bool)

    @cached_property
    def _implicit(self) -> SuperLU:
        """1 − Δt·D∇², factorised."""
        laplacian = finite_volumes.laplacian(self._all) / (self.upper - self.lower) ** 2
        return splu(
            (sparse.identity(self.cells**2) - self.step * self.diffusivity * laplacian).tocsc()
        )

    def _velocities(self, number: int, growth: float) -> tuple[float, float]:
        time = number * self.step
        return growth * time, self.rate * time

    def initial(self) -> Field:
        """u = 0."""
        return np.zeros(self.cells**2)

    def advance(self, u: Field, source: Field, growth: float, number: int) -> Field:
        """The field after step `number`, counted from 0."""
        ratio, change = self.step / self.cell, source.copy()
        for axis, velocity in zip(self.axes, self._velocities(number, growth), strict=True):
            change -= axis.divergence @ axis.flux(u, velocity, ratio)
        return self._implicit.solve(u + self.step * change)

    def jacobian(self, u: Field, growth: float, number: int) -> sparse.csr_matrix:
        """∂(−div F)/∂u at a field: the Jacobian of the explicit right-hand side of step
        `number`.
        """
        ratio = self.step / self.cell
        parts = [
            axis.divergence @ axis.jacobian(u, velocity, ratio)
            for axis, velocity in zip(self.axes, self._velocities(number, growth), strict=True)
        ]
        return -(parts[0] + parts[1])

    def pull_back(
        self, adjoint: Field, u: Field, growth: float, number: int
    ) -> tuple[Field, Field, float]:
        """(∂/∂u, ∂/∂source, ∂/∂growth) of adjoint·advance(u, source, growth, number)."""
        ratio, before = self.step / self.cell, self._implicit.solve(adjoint, trans="T")
        velocity, _ = self._velocities(number, growth)
        by_velocity = -(self.axes[0].divergence @ self.axes[0].flux_by_velocity(u, velocity, ratio))
        by_growth = self.step * number * self.step * float(before @ by_velocity)
        return (
            before + self.step * (self.jacobian(u, growth, number).T @ before),
            self.step * before,
            by_growth,
        )

    def centres(self) -> Float[np.ndarray, "cells 2"]:
        """Positions of the cells, in the vector's order."""
        axis = self.lower + (np.arange(self.cells) + 0.5) * self.cell
        return np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)

    def readings(self, points: Float[np.ndarray, "points 2"]) -> sparse.csr_matrix:
        """Bilinear weights of the cells in the concentration at points within the domain, (points,
        cells).
        """
        places = (np.asarray(points) - self.lower) / (self.upper - self.lower)
        return finite_volumes.interpolation(self._all, places).T.tocsr()
