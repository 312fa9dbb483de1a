"""The plume as one linear operator from source to observation, diagonal in Fourier space.

u_t = D∇²u − v(t)·∇u + S with u(0) = 0 gives, mode by mode on a periodic domain of length L,

    û_k(T) = ŵ_k(T) Ŝ_k,   ŵ_k(T) = ∫₀ᵀ exp(−D|k|²τ − i k·c(τ)) dτ,   c(τ) = ∫_{T−τ}^{T} v(t) dt,

so that u(θ + ρ, T) = L⁻² Σ_k û_k exp(i k·ρ) at any offset ρ from the source centre: exact off the grid
and differentiable in the design. The domain is centred on the source; the plume has to stay inside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Complex, Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.quadrature import graded_rule, lagrange_matrix, panel_nodes
from boed.sources import Source
from boed.velocity import Velocity

Point = Float[AnyArray, "2"]
Transfer = Complex[AnyArray, "kx ky"]
Transfers = Complex[AnyArray, "data kx ky"]


@dataclass(frozen=True)
class Propagator:
    """Spectral source-to-observation operator; fields are the block `plume` of a study's config.

    length: side of the periodic domain; points: grid points a side (even); oversampling: finer sampling
    of the sharp source before its spectrum is cut to the grid's modes; panels: edges (offsets from the
    source) of the quadrature panels on which a smooth source is sampled; order: nodes a panel.
    """

    diffusivity: float
    velocity: Velocity
    length: float
    points: int
    oversampling: int
    panels: tuple[float, ...]
    order: tuple[int, ...]

    @cache  # noqa: B019  a solver lives as long as its process, and the arrays are small
    def _wavenumbers(self):
        full = 2 * np.pi / self.length * np.fft.fftfreq(self.points, 1 / self.points)
        half = 2 * np.pi / self.length * np.arange(self.points // 2)
        return np.delete(full, self.points // 2), half

    def moment(self, time: float) -> Transfer:
        """ŵ_k(T) on the (points − 1) × (points/2) modes below Nyquist, T in time units."""
        kx, ky = self._wavenumbers()
        age, weights = graded_rule(time, panels=14, order=16)
        cx, cy = self.velocity.displacement(time - age, time)
        along_x = np.exp(-self.diffusivity * np.outer(kx**2, age) - 1j * np.outer(kx, cx))
        along_y = np.exp(-self.diffusivity * np.outer(ky**2, age) - 1j * np.outer(ky, cy))
        return (along_x * weights) @ along_y.T

    def moments(self, times: Sequence[float]) -> np.ndarray:
        """`moment` of each time, stacked along a leading axis."""
        return np.stack([self.moment(time) for time in times])

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
        return tuple(step * np.exp(-1j * np.outer(k, axis)) @ interpolation for k in self._wavenumbers())

    def _phases(self, offsets_x: Float[AnyArray, " a"], offsets_y: Float[AnyArray, " b"]):
        kx, ky = self._wavenumbers()
        # a real field: modes with k_y < 0 are the conjugates of those with k_y > 0
        twice = np.where(ky == 0, 1.0, 2.0) / self.length**2
        return jnp.exp(1j * jnp.outer(offsets_x, kx)), twice * jnp.exp(1j * jnp.outer(offsets_y, ky))

    def _spectrum(self, source: Source) -> Complex[AnyArray, "kx ky"]:
        values = source.amplitude * jnp.asarray(self._sharp_spectrum(source.sharp))
        if source.smooth is not None:
            along_x, along_y = self._projections()
            values = values + along_x @ source.smooth(jnp.asarray(self._nodes())) @ along_y.T
        return values

    def _on_tensor(self, source: Source, moment: Transfer, offsets_x, offsets_y) -> Float[AnyArray, "a b"]:
        along_x, along_y = self._phases(offsets_x, offsets_y)
        return jnp.real(along_x @ (moment * self._spectrum(source)) @ along_y.T)

    def field(self, source: Source, moment: Transfer, centre: Point, xs, ys) -> Float[AnyArray, "a b"]:
        """Concentration on the tensor grid xs × ys."""
        return self._on_tensor(source, moment, xs - centre[0], ys - centre[1])

    def over_centres(self, source: Source, moment: Transfer, point: Point, xs, ys) -> Float[AnyArray, "a b"]:
        """Concentration at one point for every source centre in xs × ys, from one evaluation."""
        return self._on_tensor(source, moment, point[0] - xs, point[1] - ys)

    def observer(self, moment: Transfer, centre: Point, point: Point):
        """A function from source to its concentration at `point`: dot products, no solve."""
        offset = point - centre
        along_x, along_y = self._phases(offset[:1], offset[1:])
        modes = moment * along_x.T * along_y
        x_nodes, y_nodes = self._projections()
        node_weights = jnp.real(x_nodes.T @ modes @ y_nodes)
        nodes = jnp.asarray(self._nodes())

        def observe(source: Source) -> Float[AnyArray, ""]:
            sharp = jnp.real(jnp.sum(modes * self._sharp_spectrum(source.sharp)))
            value = source.amplitude * sharp
            return value if source.smooth is None else value + jnp.sum(node_weights * source.smooth(nodes))

        return observe

    def observe(self, source: Source, moments: Transfers, centre: Point, points) -> Float[AnyArray, " data"]:
        """Concentration at (data, 2) points, each at its own of the stacked moments; one spectrum for all."""
        along_x, along_y = self._phases(points[:, 0] - centre[0], points[:, 1] - centre[1])
        fields = moments * self._spectrum(source)
        return jnp.real(jnp.sum(along_x * jnp.einsum("dxy,dy->dx", fields, along_y), axis=-1))
