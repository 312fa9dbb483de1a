"""Source terms S(ρ) of the plume, as functions of the offset ρ = z − θ from the source centre."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.systems.gaussian_source import GaussianSource

Offsets = Float[AnyArray, "*points 2"]
Sharp = Callable[[Offsets], Float[AnyArray, "*points"]]


@dataclass(frozen=True)
class ReciprocalReleased:
    """S = 1.5·s/(2πh²) / ((r²/(2h²))² + 1): the misspecified source of the authors'
    released code.
    """

    strength: float
    width: float

    def __call__(self, offsets: Offsets) -> Float[AnyArray, "*points"]:
        scaled = jnp.sum(offsets**2, axis=-1) / (2 * self.width**2)
        return 1.5 * self.strength / (2 * jnp.pi * self.width**2) / (scaled**2 + 1)


@dataclass(frozen=True)
class ReciprocalPrinted:
    """S = 3s / (π·(r²/(2h²) + 2h²)): the misspecified source as printed (ad_eki Eq. 24)."""

    strength: float
    width: float

    def __call__(self, offsets: Offsets) -> Float[AnyArray, "*points"]:
        scaled = jnp.sum(offsets**2, axis=-1) / (2 * self.width**2)
        return 3 * self.strength / (jnp.pi * (scaled + 2 * self.width**2))


@dataclass(frozen=True)
class Missing:
    """What a modelled source lacks of the true one: the discrepancy that a network has to learn."""

    true: Sharp
    modelled: Sharp

    def __call__(self, offsets: Offsets) -> Float[AnyArray, "*points"]:
        return self.true(offsets) - self.modelled(offsets)


SHARP_SOURCES = {
    "gaussian": GaussianSource,
    "reciprocal_released": ReciprocalReleased,
    "reciprocal_printed": ReciprocalPrinted,
}


class Source(NamedTuple):
    """amplitude·sharp(ρ) + smooth(ρ).

    `sharp` has fixed parameters and is resolved on the full grid; `smooth` (a discrepancy network,
    usually) may depend on traced parameters and is resolved on a solver's coarser nodes. integral:
    where there is a cheaper way than values at all offsets, (offsets, q) → Σ q·smooth(offsets).
    """

    sharp: Sharp
    amplitude: Float[AnyArray, ""] | float = 1.0
    smooth: Callable[[Offsets], Float[AnyArray, "*points"]] | None = None
    integral: Callable[[Offsets, Float[AnyArray, "*points"]], Float[AnyArray, ""]] | None = None

    def __call__(self, offsets: Offsets) -> Float[AnyArray, "*points"]:
        values = self.amplitude * self.sharp(offsets)
        return values if self.smooth is None else values + self.smooth(offsets)

    def smooth_integral(
        self, offsets: Offsets, quadrature: Float[AnyArray, "*points"]
    ) -> Float[AnyArray, ""]:
        """Σ quadrature·smooth(offsets), 0 for a source without a smooth part."""
        if self.integral is not None:
            return self.integral(offsets, quadrature)
        return jnp.zeros(()) if self.smooth is None else jnp.sum(quadrature * self.smooth(offsets))


def make(name: str, strength: float, width: float) -> Sharp:
    """The sharp source called `name`; strength in concentration·length²/time, width in length.

    Raises ValueError for an unknown name.
    """
    if name not in SHARP_SOURCES:
        raise ValueError(f"unknown source {name!r}: choose one of {', '.join(SHARP_SOURCES)}")
    return SHARP_SOURCES[name](strength, width)
