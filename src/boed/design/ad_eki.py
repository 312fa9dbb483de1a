"""AD-EKI: the information gain of a design for an ensemble, differentiable in the design (ad_eki
§2.3).
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.inference import eki
from boed.inference.divergence import Divergence, divergence
from boed.inference.ensembles import Draw, Samples
from boed.numerics.checkpointing import Iterate, every_step
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


def gain_history(
    design: Design,
    experiment: Experiment,
    draw: Draw,
    plan: eki.Schedule,
) -> Divergence:
    """Information gain after each EKI iteration, (K,) in nats, for the data that `observe` returns.

    For a look at the iterations; a search needs the last one alone, `information_gain`.
    """
    forward, data = _observed(design, experiment)

    def iteration(state, noise):
        state, _ = eki.step(state, forward, data, noise, plan)
        return state, divergence(plan.localisation.coordinates(state, draw.ensemble))

    _, history = jax.lax.scan(iteration, eki.init(draw.ensemble), draw.perturbations)
    return history


def posterior_ensemble(
    design: Design,
    experiment: Experiment,
    draw: Draw,
    plan: eki.Schedule,
) -> eki.Ensemble:
    """The ensemble after all EKI iterations with the data that `observe` returns (ad_eki Eq. 5)."""
    forward, data = _observed(design, experiment)

    def iteration(state, noise):
        return eki.step(state, forward, data, noise, plan)[0], None

    return jax.lax.scan(iteration, eki.init(draw.ensemble), draw.perturbations)[0].ensemble


def information_gain(
    design: Design,
    experiment: Experiment,
    draw: Draw,
    plan: eki.Schedule,
    iterate: Iterate = every_step,
) -> Float[AnyArray, ""]:
    """Information gain after the last iteration, in nats: the utility D(d) (ad_eki Eq. 7, 9).

    iterate: how the iterations follow each other, and so what reverse mode keeps of them: see
    `numerics.checkpointing`.
    """
    forward, data = _observed(design, experiment)

    def iteration(state, noise):
        return eki.step(state, forward, data, noise, plan)[0]

    state = iterate(iteration, eki.init(draw.ensemble), draw.perturbations)
    return divergence(plan.localisation.coordinates(state, draw.ensemble)).total


def value_and_gradient(
    design: Design,
    experiment: Experiment,
    draw: Draw,
    plan: eki.Schedule,
    iterate: Iterate = every_step,
) -> tuple[Float[AnyArray, ""], Design]:
    """(D(d), dD/dd) by reverse mode, ensemble and perturbations held fixed (ad_eki Eq. 9–11)."""
    return jax.value_and_grad(information_gain)(design, experiment, draw, plan, iterate)


def forward_value_and_gradient(
    design: Design, experiment: Experiment, draw: Draw, plan: eki.Schedule
) -> tuple[Float[AnyArray, ""], Design]:
    """The same by forward mode: a tangent a coordinate beside the value, so that nothing is kept of
    an iteration.
    """

    def gain(design):
        return information_gain(design, experiment, draw, plan)

    def along(direction):
        return jax.jvp(gain, (design,), (direction,))

    return jax.vmap(along, out_axes=(None, 0))(jnp.eye(design.size))


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


def expected_value_and_gradient(
    design: Design,
    experiment: Experiment,
    draw: Draw,
    plan: eki.Schedule,
    expectation: Expectation,
) -> tuple[Float[AnyArray, ""], Design]:
    """(J_λ, its gradient), J_λ = E[D] − λ·Var[D] over M predicted data; λ = 0 is the EIG (ad_eki
    Eq. 12–13).

    One sample after the other, so that memory does not grow with M.
    """
    samples, risk_aversion = expectation

    def of_sample(sample):
        return value_and_gradient(design, predicted(experiment, *sample), draw, plan)

    values, gradients = jax.lax.map(of_sample, samples)
    slopes = 1 - 2 * risk_aversion * (values - jnp.mean(values))
    return risk_averse(values, risk_aversion), jnp.mean(slopes[:, None] * gradients, axis=0)


def risk_averse(gains: Float[AnyArray, " samples"], risk_aversion: float) -> Float[AnyArray, ""]:
    """Mean minus risk_aversion times variance (1/M) of the gains that M predicted data would give;
    λ in 1/nat.
    """
    return mean_variance(jnp.mean(gains), jnp.var(gains), risk_aversion)
