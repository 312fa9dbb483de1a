"""The plume as one linear operator from source to observation, diagonal in Fourier space.

u_t = D∇²u − v(t)·∇u + S with u(0) = 0 gives, mode by mode on a periodic domain of length L,

    û_k(T) = ŵ_k(T) Ŝ_k,   ŵ_k(T) = ∫₀ᵀ exp(−D|k|²τ − i k·c(τ)) dτ,   c(τ) = ∫_{T−τ}^{T} v(t) dt,

so that u(θ + ρ, T) = L⁻² Σ_k û_k exp(i k·ρ) at any offset ρ from the source centre: exact off the
grid and differentiable in the design. The domain is centred on the source; the plume has to stay
inside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Complex, Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.numerics.quadrature import graded_rule, lagrange_matrix, panel_nodes
from boed.systems.plume.sources import Sharp, Source
from boed.systems.plume.velocity import Velocity

Point = Float[AnyArray, "2"]
Solution = Complex[AnyArray, "kx ky"]


RANK = 20
NEGLIGIBLE = 1e-11


class Transfer(NamedTuple):
    """ŵ_k(T), whole and as along_x·along_y: many readings are cheaper with x and y apart."""

    modes: Complex[AnyArray, "*moments kx ky"]
    along_x: Complex[AnyArray, "*moments kx rank"]
    along_y: Complex[AnyArray, "*moments rank ky"]


class Reading(NamedTuple):
    """One observation as a linear functional: its value for the sharp source, and its weights on
    the nodes.
    """

    sharp: Float[AnyArray, ""]
    nodes: Float[AnyArray, "nodes nodes"]


@dataclass(frozen=True)
class Propagator:
    """Spectral source-to-observation operator; fields are the block `plume` of a study's config.

    length: side of the periodic domain; points: grid points a side (even); oversampling: finer
    sampling of the sharp source before its spectrum is cut to the grid's modes; panels: edges
    (offsets from the source) of the quadrature panels on which a smooth source is sampled; order:
    nodes a panel.
    """

    diffusivity: float
    velocity: Velocity
    length: float
    points: int
    oversampling: int
    panels: tuple[float, ...]
    order: tuple[int, ...]

    @property
    def resolution(self) -> float:
        """Spacing of the grid whose modes are kept."""
        return self.length / self.points

    @property
    def translation_invariant(self) -> bool:
        """The plume moves with its source."""
        return True

    @property
    def together(self) -> None:
        """All sources at once: they share the reading."""

    @cache  # noqa: B019  a solver lives as long as its process, and the arrays are small
    def _wavenumbers(self):
        full = 2 * np.pi / self.length * np.fft.fftfreq(self.points, 1 / self.points)
        half = 2 * np.pi / self.length * np.arange(self.points // 2)
        return np.delete(full, self.points // 2), half

    def moment(self, time: float) -> Transfer:
        """ŵ_k(T) on the (points − 1) × (points/2) modes below Nyquist, T in time units.

        A superposition of plumes of all ages, each a product of a function of k_x and one of k_y;
        20 products are enough to 1e-11 of the largest for the times and velocities of the studies.
        Where they are not, all are kept.
        """
        kx, ky = self._wavenumbers()
        age, weights = graded_rule(time, panels=14, order=16)
        cx, cy = self.velocity.displacement(time - age, time)
        along_x = np.exp(-self.diffusivity * np.outer(kx**2, age) - 1j * np.outer(kx, cx))
        along_y = np.exp(-self.diffusivity * np.outer(ky**2, age) - 1j * np.outer(ky, cy))
        modes = (along_x * weights) @ along_y.T
        left, singular, right = np.linalg.svd(modes, full_matrices=False)
        kept = RANK if np.all(singular[RANK:] < NEGLIGIBLE * singular[0]) else len(singular)
        return Transfer(modes, left[:, :kept] * singular[:kept], right[:kept])

    def moments(self, times: Sequence[float]) -> Transfer:
        """`moment` of each time, stacked along a leading axis."""
        moments = [self.moment(time) for time in times]
        rank = max(len(moment.along_y) for moment in moments)
        padding = [((0, 0), (0, rank - len(moment.along_y))) for moment in moments]
        left = [np.pad(moment.along_x, pad) for moment, pad in zip(moments, padding, strict=True)]
        right = [
            np.pad(moment.along_y, pad[::-1]) for moment, pad in zip(moments, padding, strict=True)
        ]
        return Transfer(
            np.stack([moment.modes for moment in moments]), np.stack(left), np.stack(right)
        )

    @cache  # noqa: B019
    def _sharp_spectrum(self, sharp) -> np.ndarray:
        """Ŝ_k of a source with fixed parameters, from `oversampling` times finer samples."""
        points = self.points * self.oversampling
        axis = (np.arange(points) - points // 2) * (self.length / points)
        with jax.ensure_compile_time_eval():
            samples = np.asarray(sharp(np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1)))
        spectrum = np.fft.rfft2(np.fft.ifftshift(samples)) * (self.length / points) ** 2
        half = self.points // 2
        rows = np.r_[0:half, points - half + 1 : points]
        return spectrum[rows][:, :half]

    @cache  # noqa: B019
    def _nodes(self) -> np.ndarray:
        """Offsets of the nodes on which a smooth source is sampled, (m, m, 2)."""
        axis = panel_nodes(self.panels, self.order)
        return np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1)

    @cache  # noqa: B019
    def _projections(self):
        """Fourier modes of the nodes' interpolating polynomials on the full grid, along x and y."""
        axis = (np.arange(self.points) - self.points // 2) * (self.length / self.points)
        interpolation = lagrange_matrix(self.panels, self.order, axis)
        step = self.length / self.points
        return tuple(
            step * np.exp(-1j * np.outer(k, axis)) @ interpolation for k in self._wavenumbers()
        )

    def _phases(self, offsets_x: Float[AnyArray, " a"], offsets_y: Float[AnyArray, " b"]):
        kx, ky = self._wavenumbers()
        # a real field: modes with k_y < 0 are the conjugates of those with k_y > 0
        twice = np.where(ky == 0, 1.0, 2.0) / self.length**2
        return jnp.exp(1j * jnp.outer(offsets_x, kx)), twice * jnp.exp(
            1j * jnp.outer(offsets_y, ky)
        )

    def _spectrum(self, source: Source) -> Complex[AnyArray, "kx ky"]:
        """Fourier coefficients of the source, its sharp part and what a network adds."""
        values = source.amplitude * jnp.asarray(self._sharp_spectrum(source.sharp))
        if source.smooth is not None:
            along_x, along_y = self._projections()
            values = values + along_x @ source.smooth(jnp.asarray(self._nodes())) @ along_y.T
        return values

    def _on_tensor(self, solution: Solution, offsets_x, offsets_y) -> Float[AnyArray, "a b"]:
        along_x, along_y = self._phases(offsets_x, offsets_y)
        return jnp.real(along_x @ solution @ along_y.T)

    def solve(self, source: Source, moment: Transfer) -> Solution:
        """Spectrum at time T of the plume around its source: all that reading it anywhere needs."""
        return moment.modes * self._spectrum(source)

    def field(
        self, source: Source, moment: Transfer, centre: Point, xs, ys
    ) -> Float[AnyArray, "a b"]:
        """Concentration on the tensor grid xs × ys."""
        return self._on_tensor(self.solve(source, moment), xs - centre[0], ys - centre[1])

    def over_centres(self, solution: Solution, point: Point, xs, ys) -> Float[AnyArray, "a b"]:
        """Concentration at one point for every source centre in xs × ys, from one solution."""
        return self._on_tensor(solution, point[0] - xs, point[1] - ys)

    def prepare(self, sharp: Sharp, moment: Transfer, centre: Point, point: Point) -> Reading:
        """All of a reading that does not depend on the source's amplitude and smooth part: dot
        products remain.
        """
        offset = point - centre
        along_x, along_y = self._phases(offset[:1], offset[1:])
        x_nodes, y_nodes = self._projections()
        sharp_value = jnp.real(along_x @ (moment.modes * self._sharp_spectrum(sharp)) @ along_y.T)[
            0, 0
        ]
        nodes_x = (x_nodes * along_x.T).T @ moment.along_x
        return Reading(sharp_value, jnp.real(nodes_x @ (moment.along_y @ (y_nodes * along_y.T))))

    def read(self, reading: Reading, source: Source) -> Float[AnyArray, ""]:
        """Concentration of a source with the prepared sharp part at the prepared point:
        no solve.
        """
        return source.amplitude * reading.sharp + source.smooth_integral(
            jnp.asarray(self._nodes()), reading.nodes
        )
