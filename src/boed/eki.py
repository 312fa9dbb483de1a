"""Ensemble Kalman inversion (ad_eki Eq. 5–6) as an `init`/`step` pair."""

from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray

Ensemble = Float[AnyArray, "members parameters"]
Forward = Callable[[Ensemble], Float[AnyArray, "members outputs"]]


class Schedule(NamedTuple):
    """How one iteration uses the data: Γ is multiplied by `noise_scale`, the move by `step_size`."""

    noise_scale: float
    step_size: float


def schedule(name: str, iterations: int) -> Schedule:
    """The schedule called `name` for `iterations` EKI iterations.

    repeated: Eq. 5 as printed, which uses the data `iterations` times. tempered: Γ·iterations, so that all
    iterations together use the data once. released: the authors' code, gain without Γ, observations not
    perturbed, half a step. Raises ValueError for another name.
    """
    known = {
        "repeated": Schedule(1.0, 1.0),
        "tempered": Schedule(float(iterations), 1.0),
        "released": Schedule(0.0, 0.5),
    }
    if name not in known:
        raise ValueError(f"unknown EKI schedule {name!r}: choose one of {', '.join(known)}")
    return known[name]


class EKIState(NamedTuple):
    """The ensemble after some iterations, and how it is made of the first: m₀ + combination·anomalies₀."""

    ensemble: Ensemble
    combination: Float[AnyArray, "members members"]


class EKIInfo(NamedTuple):
    """What one iteration saw: the members' predictions and the Kalman gain."""

    predictions: Float[AnyArray, "members outputs"]
    gain: Float[AnyArray, "parameters outputs"]


def init(ensemble: Ensemble) -> EKIState:
    """Start from an ensemble of at least two members; raises ValueError for fewer."""
    if ensemble.shape[0] < 2:
        raise ValueError(f"an ensemble needs at least 2 members, got {ensemble.shape[0]}")
    return EKIState(ensemble, jnp.eye(ensemble.shape[0]))


def step(
    state: EKIState,
    forward: Forward,
    observation: Float[AnyArray, " outputs"],
    noise_factor: Float[AnyArray, "outputs outputs"],
    perturbations: Float[AnyArray, "members outputs"],
    plan: Schedule,
) -> tuple[EKIState, EKIInfo]:
    """One iteration w_j ← w_j + α·C^{wg}(C^{gg} + βΓ)⁻¹(y + √β ε_j − g_j) (ad_eki Eq. 5–6).

    Γ = noise_factor·noise_factorᵀ; ε_j = noise_factor·perturbations_j with standard normal perturbations;
    β = plan.noise_scale, α = plan.step_size. `forward` maps the whole ensemble.
    """
    members = state.ensemble.shape[0]
    predictions = forward(state.ensemble)
    anomalies = predictions - jnp.mean(predictions, axis=0)
    innovation = anomalies.T @ anomalies / (members - 1) + plan.noise_scale * noise_factor @ noise_factor.T
    weighting = jnp.linalg.solve(innovation, anomalies.T) / (members - 1)
    gain, own_gain = ((weighting @ (each - jnp.mean(each, axis=0))).T for each in state)
    noise = jnp.sqrt(plan.noise_scale) * perturbations @ noise_factor.T
    moves = plan.step_size * (observation + noise - predictions)
    moved = EKIState(state.ensemble + moves @ gain.T, state.combination + moves @ own_gain.T)
    return moved, EKIInfo(predictions, gain)
