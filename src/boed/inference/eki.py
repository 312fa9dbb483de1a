"""Ensemble Kalman inversion (ad_eki Eq. 5–6) as an `init`/`step` pair."""

from collections.abc import Callable
from typing import NamedTuple, Protocol, runtime_checkable

import jax
import jax.numpy as jnp
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray, Scalar
from boed.inference.divergence import (
    Divergence,
    Projection,
    basis,
    divergence,
    projection,
    singular_basis,
    varies,
)
from boed.inference.ensembles import Values, Working, copied, settled
from boed.numerics.rarely import rarely

Ensemble = Float[AnyArray, "members parameters"]
Forward = Callable[[Ensemble], Float[AnyArray, "members outputs"]]


class EKIState(NamedTuple):
    """The ensemble after some iterations, and how it is made of the first: m₀ +
    coordinates·Uᵀ·anomalies₀.

    U: the basis of the first ensemble, which are its own coordinates; a member keeps no more than J
    − 1 of them. working: false for members of which some prediction was not finite; they count
    nothing from then on, wherever they stand.
    """

    ensemble: Ensemble
    coordinates: Float[AnyArray, "members rank"]
    working: Working


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
        self, members: Ensemble, outputs: Float[AnyArray, "members outputs"], working: Working
    ) -> Float[AnyArray, "parameters outputs"] | float:
        """Factors on the gain, from the members that work and their outputs."""

    def coordinates(self, state: EKIState, first: Ensemble) -> Float[AnyArray, "members rank"]:
        """The coordinates that are nearest to the state's ensemble, if the members that work are
        those that it began with.
        """


def correlation_taper(
    members: Ensemble,
    outputs: Float[AnyArray, "members outputs"],
    count: Scalar | None = None,
) -> Float[AnyArray, "parameters outputs"]:
    """ρ²/(ρ² + (1 − ρ²)²/(J − 1)): the factor that makes a correlation of J members nearest to the
    true one.

    ρ² is the square of the sample correlation less what chance gives it, at least 0: a parameter
    that correlates no better than chance is left where it is. count: of members with anomalies, by
    default all. Raises ValueError for fewer than 3 members: two always correlate.
    """
    if len(members) < 3:
        raise ValueError(f"correlations need at least 3 members, got {len(members)}")
    count = len(members) if count is None else count
    norms = jnp.sqrt(jnp.sum(members**2, axis=0))[:, None] * jnp.sqrt(jnp.sum(outputs**2, axis=0))
    sampled = (members.T @ outputs / jnp.where(norms > 0, norms, 1.0)) ** 2
    squared = jnp.clip(((count - 1) * sampled - 1) / (count - 2), 0.0, 1.0)
    return squared / (squared + (1 - squared) ** 2 / (count - 1))


class NotLocalised(NamedTuple):
    """The gain as the ensemble has it; its moves stay within the span of the first ensemble."""

    def taper(
        self, members: Ensemble, outputs: Float[AnyArray, "members outputs"], working: Working
    ) -> float:
        """1: the gain is left as it is."""
        return 1.0

    def coordinates(self, state: EKIState, first: Ensemble) -> Float[AnyArray, "members rank"]:
        """Those that the iterations have carried along."""
        return state.coordinates


class CorrelationLocalised(NamedTuple):
    """The gain tapered by what correlations of so few members are worth."""

    def taper(
        self, members: Ensemble, outputs: Float[AnyArray, "members outputs"], working: Working
    ) -> Float[AnyArray, "parameters outputs"]:
        """See `correlation_taper`."""
        own, theirs = (_anomalies(settled(values, working)) for values in (members, outputs))
        return correlation_taper(own, theirs, jnp.sum(working, dtype=float))

    def coordinates(self, state: EKIState, first: Ensemble) -> Float[AnyArray, "members rank"]:
        """See `divergence.projection`."""
        return projection(first, state.working)(state.ensemble)


NOT_LOCALISED = NotLocalised()
LOCALISATIONS = {"none": NOT_LOCALISED, "correlation": CorrelationLocalised()}


def _anomalies(values: Values) -> Values:
    return values - jnp.mean(values, axis=0)


def inflate(values: Values, factor: float, working: Working) -> Values:
    """The members at `factor` times their distances from the mean of those that work."""
    if factor == 1.0:
        return values
    centre = jnp.mean(settled(values, working), axis=0)
    return centre + factor * (values - centre)


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


def gained(state: EKIState, first: Ensemble, plan: Schedule) -> Divergence:
    """What the members that still work have gained since the first ensemble, of which all did."""
    complete = jnp.all(state.working)
    projected = rarely(
        ~complete,
        lambda: projection(first, state.working),
        Projection(
            jnp.zeros_like(first[0]), jnp.zeros((first.shape[1], state.coordinates.shape[1]))
        ),
    )
    coordinates = jax.lax.cond(
        complete,
        lambda: plan.localisation.coordinates(state, first),
        lambda: projected(state.ensemble),
    )
    return divergence(coordinates, state.working)


class EKIInfo(NamedTuple):
    """What one iteration saw: the members' predictions, the Kalman gain, and which members count:
    those of which this and all predictions before were finite.
    """

    predictions: Float[AnyArray, "members outputs"]
    gain: Float[AnyArray, "parameters outputs"]
    working: Working


def init(ensemble: Ensemble, working: Working | None = None) -> EKIState:
    """Start from an ensemble of at least two members; raises ValueError for fewer.

    working: the members that count, by default all: the others are as if they had not been drawn,
    and stand where the first of them stands, so that what they predict has a derivative.
    """
    if ensemble.shape[0] < 2:
        raise ValueError(f"an ensemble needs at least 2 members, got {ensemble.shape[0]}")
    if working is None:
        return EKIState(ensemble, basis(ensemble), jnp.ones(len(ensemble), dtype=bool))
    return EKIState(copied(ensemble, working), singular_basis(ensemble, working), working)


def _weighting(
    predictions: Float[AnyArray, "members outputs"],
    noise: Float[AnyArray, "outputs outputs"],
    noise_scale: Scalar,
) -> Float[AnyArray, "outputs members"]:
    """(C^{gg} + noise)⁻¹ times the anomalies of the predictions over J − 1; without noise the
    pseudo-inverse, since outputs may depend on each other: all do where they are as many as the
    members.
    """
    members, outputs = predictions.shape
    anomalies = _anomalies(predictions)
    innovation = anomalies.T @ anomalies / (members - 1) + noise
    known = isinstance(noise_scale, int | float)

    def solved(innovation, anomalies):
        return jnp.linalg.solve(innovation, anomalies.T) / (members - 1)

    if known and noise_scale > 0:
        return solved(innovation, anomalies)
    varied = varies(predictions, jax.lax.stop_gradient(anomalies))
    regular = (noise_scale > 0) | varied
    kept = jnp.where(regular, anomalies, 0.0)
    if outputs == 1:
        return solved(jnp.where(regular, innovation, 1.0), kept)
    if known:
        return jnp.linalg.pinv(kept)
    noisy = noise_scale > 0
    # what is not chosen has a derivative too, when mapped
    safe = jnp.where(noisy, innovation, jnp.eye(outputs))
    return jax.lax.cond(noisy, lambda: solved(safe, anomalies), lambda: jnp.linalg.pinv(kept))


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
    and the state's coordinates are those of the gain before. A member whose prediction is not
    finite is left out: means and covariances are those of the members that work.
    """
    noise_factor, members = data.noise_factor, len(state.ensemble)
    predictions = forward(state.ensemble)
    finite = jnp.all(jnp.isfinite(predictions), axis=1)
    working = state.working & finite
    seen = settled(predictions, working)
    # 1 where all members work: sums over them are divided by J − 1 here, whatever their count
    share = (jnp.sum(working) - 1) / (members - 1)
    noise = plan.noise_scale * share * noise_factor @ noise_factor.T
    weighting = _weighting(seen, noise, plan.noise_scale)
    gain, coordinate_gain = (
        (weighting @ _anomalies(values)).T for values in (state.ensemble, state.coordinates)
    )
    gain = gain * plan.localisation.taper(state.ensemble, seen, working)
    shifts = plan.perturbation * jnp.sqrt(plan.noise_scale) * perturbations @ noise_factor.T
    predicted = jnp.where(finite[:, None], predictions, seen)
    moves = plan.step_size * (data.observed + shifts - predicted)
    moved = EKIState(
        inflate(state.ensemble + moves @ gain.T, plan.inflation, working),
        inflate(state.coordinates + moves @ coordinate_gain.T, plan.inflation, working),
        working,
    )
    return moved, EKIInfo(predictions, gain, working)


def stored_gain(
    ensemble: Ensemble,
    predictions: Float[AnyArray, "members outputs"],
    data: Data,
    perturbations: Float[AnyArray, "members outputs"],
) -> Divergence:
    """Information gain of a datum from an ensemble and what its members predict, once: one tempered
    iteration, for a model that cannot be asked again, nor differentiated.
    """
    plan = schedule("tempered", 1)
    state, _ = step(init(ensemble), lambda _: predictions, data, perturbations, plan)
    return gained(state, ensemble, plan)
