"""AD-EKI: the information gain of a design for an ensemble, differentiable in the design (ad_eki
§2.3).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Bool, Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.design.projected_adam import Evaluation
from boed.inference import eki
from boed.inference.divergence import Divergence, divergence
from boed.inference.ensembles import Draw, Samples, Working, copied, settled
from boed.numerics.checkpointing import Iterate, every_step
from boed.numerics.rarely import rarely
from boed.objectives import mean_variance

Design = Float[AnyArray, " coordinates"]


class Experiment(NamedTuple):
    """What AD-EKI has to know of an experiment; each is a function of the design.

    forward: design → (ensemble (J, dim) → predictions (J, m)), so that work that only the design
    needs is done once; observe: design → data (m,); noise_factor: design, data → a square root (m,
    m) of Γ.
    """

    forward: Callable[[Design], eki.Forward]
    observe: Callable[[Design], Float[AnyArray, " outputs"]]
    noise_factor: Callable[
        [Design, Float[AnyArray, " outputs"]], Float[AnyArray, "outputs outputs"]
    ]


class Expectation(NamedTuple):
    """The predicted data that gains are averaged over, held fixed, and the aversion λ to their
    variance, 1/nat.
    """

    samples: Samples
    risk_aversion: float = 0.0


def _observed(design: Design, experiment: Experiment) -> tuple[eki.Forward, eki.Data]:
    """What an ensemble predicts at the design, and what is observed there."""
    forward, observed = experiment.forward(design), experiment.observe(design)
    return forward, eki.Data(observed, experiment.noise_factor(design, observed))


@dataclass(frozen=True, eq=False)
class _Inversion:
    """All EKI iterations with a design's data, one a row of the perturbations."""

    experiment: Experiment
    plan: eki.Schedule
    iterate: Iterate = every_step

    def __call__(self, design: Design, start: eki.EKIState, perturbations) -> eki.EKIState:
        """The state after them."""
        forward, data = _observed(design, self.experiment)

        def iteration(state, noise):
            return eki.step(state, forward, data, noise, self.plan)[0]

        return self.iterate(iteration, start, perturbations)


def gain_history(
    design: Design, experiment: Experiment, draw: Draw, plan: eki.Schedule
) -> Divergence:
    """Information gain after each EKI iteration, (K,) in nats, for the data that `observe` returns.

    For a look at the iterations; a search needs the last one alone, `information_gain`.
    """
    forward, data = _observed(design, experiment)

    def iteration(state, noise):
        state, _ = eki.step(state, forward, data, noise, plan)
        return state, eki.gained(state, draw.ensemble, plan)

    _, history = jax.lax.scan(iteration, eki.init(draw.ensemble), draw.perturbations)
    return history


def posterior_ensemble(
    design: Design, experiment: Experiment, draw: Draw, plan: eki.Schedule
) -> eki.Ensemble:
    """The ensemble after all EKI iterations with the data that `observe` returns (ad_eki Eq. 5);
    members that fail stand at the mean of the others.
    """
    inversion = _Inversion(experiment, plan)
    state = inversion(design, eki.init(draw.ensemble), draw.perturbations)
    return settled(state.ensemble, state.working)


def working_members(
    design: Design, experiment: Experiment, draw: Draw, plan: eki.Schedule
) -> Working:
    """Which members predict finite values in every iteration: the others are left out of every gain
    here, see `inference.ensembles.report_failures`.
    """
    inversion = _Inversion(experiment, plan)
    return inversion(design, eki.init(draw.ensemble), draw.perturbations).working


def information_gain(
    design: Design,
    experiment: Experiment,
    draw: Draw,
    plan: eki.Schedule,
    iterate: Iterate = every_step,
) -> Float[AnyArray, ""]:
    """Information gain after the last iteration, in nats: the utility D(d) (ad_eki Eq. 7, 9).

    iterate: how the iterations follow each other, and so what reverse mode keeps of them: see
    `numerics.checkpointing`. It is that of the members whose predictions are finite, and NaN for
    fewer than two; where some fail, `value_and_gradient` has the derivative, and reverse mode
    through here none.
    """
    inversion = _Inversion(experiment, plan, iterate)
    state = inversion(design, eki.init(draw.ensemble), draw.perturbations)
    return eki.gained(state, draw.ensemble, plan).total


class _Attempt(NamedTuple):
    """Value and gradient of an attempt, and how the next one starts if there has to be one."""

    start: eki.EKIState
    perturbations: Float[AnyArray, "iterations members outputs"]
    again: Bool[AnyArray, ""]
    value: Float[AnyArray, ""]
    gradient: Design


def _without_failures(
    evaluate: Callable[[Design, eki.EKIState, AnyArray], tuple], design: Design, draw: Draw
) -> Evaluation:
    """evaluate(design, start, perturbations) → ((gain, members that work), gradient), again without
    members that fail until none does.

    The derivative of a prediction that fails is not finite, and would spread to all others.
    """

    def restarted(working: Working):
        """Those that do not count move with one that does, and fail no more than it."""
        return eki.init(draw.ensemble, working), copied(draw.perturbations, working)

    def attempt(last: _Attempt) -> _Attempt:
        """Once with the members that the last one left."""
        begun = last.start, last.perturbations
        (value, working), gradient = evaluate(design, *begun)
        again = jnp.any(working != last.start.working)
        return _Attempt(*rarely(again, lambda: restarted(working), begun), again, value, gradient)

    first = _Attempt(
        start=eki.init(draw.ensemble),
        perturbations=jnp.asarray(draw.perturbations),
        again=jnp.array(True),
        value=jnp.zeros(()),
        gradient=jnp.zeros_like(design),
    )
    last = jax.lax.while_loop(lambda last: last.again, attempt, first)
    return Evaluation(last.value, last.gradient, jnp.sum(~last.start.working))


def _gain_of_some(
    inversion: _Inversion, first: eki.Ensemble
) -> Callable[[Design, eki.EKIState, AnyArray], tuple]:
    """(design, start, perturbations) → the gain of the members that it starts with, and which still
    work: where they are not the same, the gain means nothing.
    """

    def gain(design, start, perturbations):
        state = inversion(design, start, perturbations)
        coordinates = inversion.plan.localisation.coordinates(state, first)
        return divergence(coordinates, state.working).total, state.working

    return gain


def evaluation(
    design: Design,
    experiment: Experiment,
    draw: Draw,
    plan: eki.Schedule,
    iterate: Iterate = every_step,
) -> Evaluation:
    """D(d) and dD/dd by reverse mode, ensemble and perturbations held fixed (ad_eki Eq. 9–11).

    Both are as if members that fail in some iteration had not been drawn.
    """
    gain = _gain_of_some(_Inversion(experiment, plan, iterate), draw.ensemble)
    return _without_failures(jax.value_and_grad(gain, has_aux=True), design, draw)


def value_and_gradient(
    design: Design,
    experiment: Experiment,
    draw: Draw,
    plan: eki.Schedule,
    iterate: Iterate = every_step,
) -> tuple[Float[AnyArray, ""], Design]:
    """(D(d), dD/dd), see `evaluation`."""
    return evaluation(design, experiment, draw, plan, iterate)[:2]


def forward_value_and_gradient(
    design: Design, experiment: Experiment, draw: Draw, plan: eki.Schedule
) -> tuple[Float[AnyArray, ""], Design]:
    """The same by forward mode: a tangent a coordinate beside the value, so that nothing is kept of
    an iteration.
    """
    gain = _gain_of_some(_Inversion(experiment, plan), draw.ensemble)

    def evaluate(design, *begun):
        """((gain, members that still work), gradient)."""

        def along(direction):
            """((gain, members that still work), slope) in one direction."""
            value, slope, working = jax.jvp(
                lambda design: gain(design, *begun), (design,), (direction,), has_aux=True
            )
            return (value, working), slope

        return jax.vmap(along, out_axes=(None, 0))(jnp.eye(design.size))

    return _without_failures(evaluate, design, draw)[:2]


def predicted(
    experiment: Experiment,
    weights: Float[AnyArray, " parameters"],
    noise: Float[AnyArray, " outputs"],
) -> Experiment:
    """The experiment as if `weights` were true: its data are y = G(w, d) + η, differentiable in d
    (ad_eki §2.4).

    noise: standard normal; η has the covariance that `noise_factor` gives at the noise-free data.
    """

    def observe(design):
        value = experiment.forward(design)(weights[None])[0]
        return value + experiment.noise_factor(design, value) @ noise

    return experiment._replace(observe=observe)


def expected_evaluation(
    design: Design, experiment: Experiment, draw: Draw, plan: eki.Schedule, expectation: Expectation
) -> Evaluation:
    """J_λ = E[D] − λ·Var[D] over M predicted data and its gradient; λ = 0 is the EIG (ad_eki
    Eq. 12–13).

    One sample after the other, so that memory does not grow with M. A sample of which the gain or
    its gradient is not finite is left out; members are counted of the sample that lacks most.
    """
    samples, risk_aversion = expectation

    def of_sample(sample):
        return evaluation(design, predicted(experiment, *sample), draw, plan)

    values, gradients, left_out = jax.lax.map(of_sample, samples)
    finite = jnp.isfinite(values) & jnp.all(jnp.isfinite(gradients), axis=1)
    # 1 where all samples count: means are over all of them here
    share = len(values) / jnp.sum(finite)
    average = jnp.mean(jnp.where(finite, values, 0.0)) * share
    slopes = 1 - 2 * risk_aversion * (values - average)
    gradient = jnp.mean(jnp.where(finite[:, None], slopes[:, None] * gradients, 0.0), axis=0)
    return Evaluation(risk_averse(values, risk_aversion), gradient * share, jnp.max(left_out))


def expected_value_and_gradient(
    design: Design, experiment: Experiment, draw: Draw, plan: eki.Schedule, expectation: Expectation
) -> tuple[Float[AnyArray, ""], Design]:
    """(J_λ, its gradient), see `expected_evaluation`."""
    return expected_evaluation(design, experiment, draw, plan, expectation)[:2]


def risk_averse(gains: Float[AnyArray, " samples"], risk_aversion: float) -> Float[AnyArray, ""]:
    """Mean minus risk_aversion times variance (1/M) of the gains that M predicted data would give;
    λ in 1/nat. Gains that are not finite are left out; NaN where none is.
    """
    finite = jnp.isfinite(gains)
    share = len(gains) / jnp.sum(finite)
    average = jnp.mean(jnp.where(finite, gains, 0.0)) * share
    variance = jnp.var(jnp.where(finite, gains, average)) * share
    return mean_variance(average, variance, risk_aversion)
