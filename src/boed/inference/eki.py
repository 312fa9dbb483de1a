"""Ensemble Kalman inversion (ad_eki Eq. 5–6) as an `init`/`step` pair."""

from collections.abc import Callable
from typing import NamedTuple, Protocol, runtime_checkable

import jax
import jax.numpy as jnp
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.inference.divergence import basis

Ensemble = Float[AnyArray, "members parameters"]
Forward = Callable[[Ensemble], Float[AnyArray, "members outputs"]]


class EKIState(NamedTuple):
    """The ensemble after some iterations, and how it is made of the first: m₀ +
    coordinates·Uᵀ·anomalies₀.

    U: the basis of the first ensemble, which are its own coordinates; a member keeps no more than J
    − 1 of them.
    """

    ensemble: Ensemble
    coordinates: Float[AnyArray, "members rank"]


class Data(NamedTuple):
    """Observed outputs, and a square root of their noise's covariance Γ = noise_factor·its
    transpose.
    """

    observed: Float[AnyArray, " outputs"]
    noise_factor: Float[AnyArray, "outputs outputs"]


@runtime_checkable
class Localisation(Protocol):
    """How spurious correlations are kept out of the gain, and what that does to the coordinates."""

    def taper(
        self, members: Ensemble, outputs: Float[AnyArray, "members outputs"]
    ) -> Float[AnyArray, "parameters outputs"] | float:
        """Factors on the gain, from the anomalies of the members and of their outputs."""

    def coordinates(self, state: EKIState, first: Ensemble) -> Float[AnyArray, "members rank"]:
        """The coordinates that are nearest to the state's ensemble."""


def correlation_taper(members: Ensemble, outputs: Float[AnyArray, "members outputs"]):
    """ρ²/(ρ² + (1 − ρ²)²/(J − 1)): the factor that makes a correlation of J members nearest to the
    true one.

    ρ² is the square of the sample correlation less what chance gives it, at least 0: a parameter
    that correlates no better than chance is left where it is. Raises ValueError for fewer than 3
    members: two always correlate.
    """
    count = members.shape[0]
    if count < 3:
        raise ValueError(f"correlations need at least 3 members, got {count}")
    norms = jnp.sqrt(jnp.sum(members**2, axis=0))[:, None] * jnp.sqrt(jnp.sum(outputs**2, axis=0))
    sampled = (members.T @ outputs / jnp.where(norms > 0, norms, 1.0)) ** 2
    squared = jnp.clip(((count - 1) * sampled - 1) / (count - 2), 0.0, 1.0)
    return squared / (squared + (1 - squared) ** 2 / (count - 1))


def projection(state: EKIState, first: Ensemble) -> Float[AnyArray, "members rank"]:
    """The coordinates that are nearest to the ensemble, which a tapered gain takes out of the first
    one's span.
    """
    mean = jnp.mean(first, axis=0)
    axes = basis(first).T @ (first - mean)
    return jnp.linalg.solve(axes @ axes.T, axes @ (state.ensemble - mean).T).T


class NotLocalised(NamedTuple):
    """The gain as the ensemble has it; its moves stay within the span of the first ensemble."""

    def taper(self, members: Ensemble, outputs: Float[AnyArray, "members outputs"]) -> float:
        """1: the gain is left as it is."""
        return 1.0

    def coordinates(self, state: EKIState, first: Ensemble) -> Float[AnyArray, "members rank"]:
        """Those that the iterations have carried along."""
        return state.coordinates


class CorrelationLocalised(NamedTuple):
    """The gain tapered by what correlations of so few members are worth."""

    def taper(
        self, members: Ensemble, outputs: Float[AnyArray, "members outputs"]
    ) -> Float[AnyArray, "parameters outputs"]:
        """See `correlation_taper`."""
        return correlation_taper(members, outputs)

    def coordinates(self, state: EKIState, first: Ensemble) -> Float[AnyArray, "members rank"]:
        """See `projection`."""
        return projection(state, first)


NOT_LOCALISED = NotLocalised()
LOCALISATIONS = {"none": NOT_LOCALISED, "correlation": CorrelationLocalised()}


def _anomalies(values: Float[AnyArray, "members columns"]) -> Float[AnyArray, "members columns"]:
    return values - jnp.mean(values, axis=0)


def inflate(
    values: Float[AnyArray, "members columns"], factor: float
) -> Float[AnyArray, "members columns"]:
    """The members at `factor` times their distances from their mean."""
    return values if factor == 1.0 else jnp.mean(values, axis=0) + factor * _anomalies(values)


class Schedule(NamedTuple):
    """How one iteration uses the data: Γ is multiplied by `noise_scale`, the move by `step_size`.

    perturbation: factor on the perturbations of the observations; inflation: on the members'
    distances from their mean after each iteration; localisation: see there.
    """

    noise_scale: float
    step_size: float
    perturbation: float = 1.0
    inflation: float = 1.0
    localisation: Localisation = NOT_LOCALISED


def schedule(
    name: str, iterations: int, inflation: float = 1.0, localisation: str = "none"
) -> Schedule:
    """The schedule called `name` for `iterations` EKI iterations, with multiplicative inflation and
    localisation.

    repeated: Eq. 5 as printed, which uses the data `iterations` times. tempered: Γ·iterations, so
    that all iterations together use the data once. released: the code of ad_eki, gain without Γ,
    observations not perturbed, half a step. unperturbed: that of active_learning, as repeated
    without perturbations. Raises ValueError for another name of a schedule or of a localisation.
    """
    known = {
        "repeated": Schedule(noise_scale=1.0, step_size=1.0),
        "tempered": Schedule(noise_scale=float(iterations), step_size=1.0),
        "released": Schedule(noise_scale=0.0, step_size=0.5, perturbation=0.0),
        "unperturbed": Schedule(noise_scale=1.0, step_size=1.0, perturbation=0.0),
    }
    if name not in known:
        raise ValueError(f"unknown EKI schedule {name!r}: choose one of {', '.join(known)}")
    if localisation not in LOCALISATIONS:
        raise ValueError(
            f"unknown localisation {localisation!r}: choose one of {', '.join(LOCALISATIONS)}"
        )
    return known[name]._replace(inflation=inflation, localisation=LOCALISATIONS[localisation])


class EKIInfo(NamedTuple):
    """What one iteration saw: the members' predictions and the Kalman gain."""

    predictions: Float[AnyArray, "members outputs"]
    gain: Float[AnyArray, "parameters outputs"]


def init(ensemble: Ensemble) -> EKIState:
    """Start from an ensemble of at least two members; raises ValueError for fewer."""
    if ensemble.shape[0] < 2:
        raise ValueError(f"an ensemble needs at least 2 members, got {ensemble.shape[0]}")
    return EKIState(ensemble, jax.lax.stop_gradient(basis(ensemble)))


def step(
    state: EKIState,
    forward: Forward,
    data: Data,
    perturbations: Float[AnyArray, "members outputs"],
    plan: Schedule,
) -> tuple[EKIState, EKIInfo]:
    """One iteration w_j ← w_j + α·C^{wg}(C^{gg} + βΓ)⁻¹(y + √β ε_j − g_j) (ad_eki Eq. 5–6).

    y = data.observed; Γ = L·Lᵀ and ε_j = L·perturbations_j with L = data.noise_factor and standard
    normal perturbations; β = plan.noise_scale, α = plan.step_size, and ε_j is multiplied by
    plan.perturbation. `forward` maps the whole ensemble. With a localisation the gain is tapered,
    and the state's coordinates are those of the gain before.
    """
    noise_factor = data.noise_factor
    members = state.ensemble.shape[0]
    predictions = forward(state.ensemble)
    anomalies = _anomalies(predictions)
    innovation = (
        anomalies.T @ anomalies / (members - 1) + plan.noise_scale * noise_factor @ noise_factor.T
    )
    weighting = jnp.linalg.solve(innovation, anomalies.T) / (members - 1)
    gain, coordinate_gain = ((weighting @ _anomalies(values)).T for values in state)
    gain = gain * plan.localisation.taper(_anomalies(state.ensemble), anomalies)
    noise = plan.perturbation * jnp.sqrt(plan.noise_scale) * perturbations @ noise_factor.T
    moves = plan.step_size * (data.observed + noise - predictions)
    moved = EKIState(state.ensemble + moves @ gain.T, state.coordinates + moves @ coordinate_gain.T)
    inflated = EKIState(*(inflate(values, plan.inflation) for values in moved))
    return inflated, EKIInfo(predictions, gain)
