"""The plume by time stepping, as in the papers: flux-limited convection, implicit diffusion.

One step of length Δt on square cells of side h with zero-flux walls:

    u* = u + Δt·(S − div F(u; v(t))),     (1 − Δt·D∇²) u⁺ = u*

F is the van Leer flux-limited Lax–Wendroff flux of the uniform velocity v(t); the Helmholtz problem
is solved by fast diagonalisation: the zero-flux Laplacian is diagonal in cosines along x and along
y. First order in time, second in space away from extrema. Values live at cell centres and are read
there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.ndimage import map_coordinates
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray, Scalar
from boed.systems.plume.sources import Sharp, Source
from boed.systems.plume.velocity import Velocity

Field = Float[AnyArray, "x y"]
Point = Float[AnyArray, "2"]


def van_leer(ratio: Float[AnyArray, "*any"]) -> Float[AnyArray, "*any"]:
    """Limiter φ(r) = (r + |r|) / (1 + |r|)."""
    return (ratio + jnp.abs(ratio)) / (1 + jnp.abs(ratio))


def _limited_flux(u: Field, velocity: Scalar, courant: Scalar) -> Float[AnyArray, "faces y"]:
    """Flux through the inner faces along the first axis, zero through the walls."""
    padded = jnp.pad(u, ((2, 2), (0, 0)), mode="edge")
    far_left, left, right, far_right = (padded[i : i + u.shape[0] + 1] for i in range(4))
    jump = right - left
    upwind_jump = jnp.where(velocity >= 0, left - far_left, far_right - right)
    # φ(r)·jump with r = upwind_jump/jump, written without the division where jump vanishes
    safe = jnp.where(jump == 0, 1.0, jump)
    correction = jnp.where(jump == 0, 0.0, van_leer(upwind_jump / safe) * jump)
    upwind = jnp.where(velocity >= 0, left, right)
    flux = velocity * upwind + 0.5 * jnp.abs(velocity) * (1 - courant) * correction
    return flux.at[0].set(0.0).at[-1].set(0.0)


def convection(u: Field, velocity: tuple[Scalar, Scalar], cell: float, time_step: Scalar) -> Field:
    """−div F of the limited flux, concentration per time; velocity (v_x, v_y)."""
    vx, vy = velocity
    along_x = _limited_flux(u, vx, jnp.abs(vx) * time_step / cell)
    along_y = _limited_flux(u.T, vy, jnp.abs(vy) * time_step / cell).T
    return -(jnp.diff(along_x, axis=0) + jnp.diff(along_y, axis=1)) / cell


@cache
def cosine_basis(
    cells: int, cell: float
) -> tuple[Float[np.ndarray, "cells cells"], Float[np.ndarray, " cells"]]:
    """Orthonormal eigenvectors (columns) and eigenvalues of the zero-flux second difference,
    1/length².
    """
    index = np.arange(cells)
    vectors = np.cos(np.pi * np.outer(index + 0.5, index) / cells) * np.sqrt(2 / cells)
    vectors[:, 0] /= np.sqrt(2)
    return vectors, (2 * np.cos(np.pi * index / cells) - 2) / cell**2


def implicit_diffusion(u: Field, cell: float, amount: Scalar) -> Field:
    """Solve (1 − amount·∇²) u⁺ = u with zero-flux walls; amount = D·Δt."""
    vectors, eigenvalues = cosine_basis(u.shape[0], cell)
    spectrum = vectors.T @ u @ vectors
    return vectors @ (spectrum / (1 - amount * np.add.outer(eigenvalues, eigenvalues))) @ vectors.T


def _bilinear(field: Field, indices: Float[AnyArray, "2 *points"]) -> Float[AnyArray, "*points"]:
    return map_coordinates(field, list(indices), order=1, mode="nearest")


class Steps(NamedTuple):
    """The steps up to a time: the velocity at each one's start (length/time), and its length
    (time).
    """

    velocity_x: Float[AnyArray, " steps"]
    velocity_y: Float[AnyArray, " steps"]
    length: Float[AnyArray, " steps"]


class Reading(NamedTuple):
    """One observation: when, of a source where, and at which point."""

    moment: Steps
    centre: Point
    point: Point


@dataclass(frozen=True)
class Rollout:
    """Time-stepping solver on [lower, upper]²; fields are the block `plume` of a study's config.

    cells: cells a side; time_step: the longest step, shortened so that a whole number of steps ends
    at T.
    """

    diffusivity: float
    velocity: Velocity
    lower: float
    upper: float
    cells: int
    time_step: float

    @property
    def cell(self) -> float:
        """Side of a cell."""
        return (self.upper - self.lower) / self.cells

    @property
    def resolution(self) -> float:
        """Side of a cell."""
        return self.cell

    @property
    def translation_invariant(self) -> bool:
        """The plume moves with its source."""
        return True

    @property
    def together(self) -> int:
        """One source after the other: each of its steps runs in the cache."""
        return 1

    def centres(self) -> np.ndarray:
        """Positions of the cell centres along one axis."""
        return self.lower + (np.arange(self.cells) + 0.5) * self.cell

    def moment(self, time: float) -> Steps:
        """Equal steps no longer than `time_step` that end at `time`."""
        count = max(1, int(np.ceil(time / self.time_step - 1e-9)))
        velocity = self.velocity.at(np.arange(count) * (time / count))
        return Steps(*(np.broadcast_to(values, (count,)) for values in (*velocity, time / count)))

    def moments(self, times: Sequence[float]) -> Steps:
        """`moment` of each time, stacked along a leading axis; steps of length 0, which do nothing,
        fill up.
        """
        moments = [self.moment(time) for time in times]
        longest = max(steps.length.size for steps in moments)
        padded = (
            [np.pad(values, (0, longest - values.size)) for values in steps] for steps in moments
        )
        return Steps(*(np.stack(values) for values in zip(*padded, strict=True)))

    def evolve(self, source: Source, moment: Steps, centre: Point) -> Field:
        """Concentration at the cell centres after the steps, from u = 0; reverse mode keeps one
        field a step.
        """
        axis = jnp.asarray(self.centres())
        values = source(jnp.stack(jnp.meshgrid(axis, axis, indexing="ij"), axis=-1) - centre)

        @jax.checkpoint
        def step(u, step):
            """The field after a time step."""
            change = (
                convection(u, (step.velocity_x, step.velocity_y), self.cell, step.length) + values
            )
            return implicit_diffusion(
                u + step.length * change, self.cell, self.diffusivity * step.length
            ), None

        return jax.lax.scan(step, jnp.zeros_like(values), jax.tree.map(jnp.asarray, moment))[0]

    @property
    def middle(self) -> np.ndarray:
        """The middle of the domain."""
        return np.full(2, (self.lower + self.upper) / 2)

    def solve(self, source: Source, moment: Steps) -> Field:
        """Concentration at the cell centres of a source in the middle of the domain."""
        return self.evolve(source, moment, jnp.asarray(self.middle))

    def _indices(self, positions):
        return (positions - self.lower) / self.cell - 0.5

    def _read(self, field: Field, xs, ys) -> Float[AnyArray, "a b"]:
        return _bilinear(
            field, jnp.stack(jnp.meshgrid(self._indices(xs), self._indices(ys), indexing="ij"))
        )

    def field(self, source: Source, moment: Steps, centre: Point, xs, ys) -> Float[AnyArray, "a b"]:
        """Concentration on the tensor grid xs × ys, bilinear between cell centres."""
        return self._read(self.evolve(source, moment, centre), xs, ys)

    def over_centres(self, solution: Field, point: Point, xs, ys) -> Float[AnyArray, "a b"]:
        """Concentration at one point for every source centre in xs × ys, from one solution.

        Away from the walls the plume moves with its source: u(d; θ) is the field of a source in the
        middle of the domain, read at middle + d − θ.
        """
        shifted = self.middle + point
        return self._read(solution, shifted[0] - xs, shifted[1] - ys)

    def prepare(self, sharp: Sharp, moment: Steps, centre: Point, point: Point) -> Reading:
        """The reading's arguments: time stepping has nothing to do beforehand, whatever
        the source.
        """
        return Reading(moment, centre, point)

    def read(self, reading: Reading, source: Source) -> Float[AnyArray, ""]:
        """Concentration at the prepared point: one solve a call."""
        field = self.evolve(source, reading.moment, reading.centre)
        return _bilinear(field, self._indices(reading.point))
