"""From one particle belief to the next: sequential Monte Carlo along a tempered path, with moves
that make the particles different again.

Between the belief π, where L > 0, and the posterior ∝ π·L lie π·L^τ, the temperature τ rising from
0 to 1. Each step raises it as far as the weights' effective sample size allows, resamples, and
moves the particles by random walks in which π·L^τ stays what it is (Del Moral, Doucet and Jasra
2006). The parts are blackjax's; the order is not that of its `adaptive_tempered_smc`, which looks
for the next temperature before it has moved the particles to the present one, and so takes smaller
steps.
"""

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from blackjax.mcmc import random_walk
from blackjax.smc import ess, resampling, solver
from jaxtyping import Bool, Float, Int, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray, Scalar
from boed.inference.particle_belief import (
    LogDensity,
    ParticleBelief,
    Particles,
    PerParticle,
    covariance,
    equally_weighted,
)

# share of proposals taken that a random walk's length is steered to, about the best in five to ten
# dimensions, and how fast: doubled or halved in a few moves
ACCEPTANCE, STEERING = 0.28, 2.0
LEAST_MOVES = 10
# a posterior resampled from fewer particles than these is not believed
LEAST_EFFECTIVE = 10


@dataclass(frozen=True)
class Tempering:
    """How an update moves; target: least effective sample size after a step, as a share of n.

    moves: of the random walk after each step, by default two a parameter and at least ten, after
    which a particle is worth about as much as an independent sample; limit: most steps. Raises
    ValueError for a target that is not between 0 and 1, and for less than one move or step.
    """

    target: float = 0.5
    moves: int | None = None
    limit: int = 200

    def __post_init__(self):
        if not 0 < self.target < 1:
            raise ValueError(f"tempering's target must lie between 0 and 1, not {self.target}")
        if self.limit < 1 or (self.moves is not None and self.moves < 1):
            raise ValueError(
                f"tempering needs at least one move and one step, not {self.moves}, {self.limit}"
            )

    def moves_of(self, parameters: int) -> int:
        """How many moves follow a step in so many parameters."""
        return self.moves if self.moves is not None else max(LEAST_MOVES, 2 * parameters)


class UpdateInfo(NamedTuple):
    """What an update found and how it went; `check` looks for what makes it worthless.

    log_evidence: log ∫ π·L, the new data's given those that the belief has seen; temperature: that
    was reached, 1 unless `limit` ended it; steps: how many it took; effective_samples: the least
    before a resampling; acceptance: the least share of proposals taken in any step; possible,
    failed: of the first particles, how many give the data a likelihood above zero, and for how many
    its logarithm is NaN or +∞, which counts as a likelihood of zero.
    """

    log_evidence: Float[AnyArray, "*replicates"]
    temperature: Float[AnyArray, "*replicates"]
    steps: Int[AnyArray, "*replicates"]
    effective_samples: Float[AnyArray, "*replicates"]
    acceptance: Float[AnyArray, "*replicates"]
    possible: Int[AnyArray, "*replicates"]
    failed: Int[AnyArray, "*replicates"]


class _State(NamedTuple):
    """The particles on their way, and what the data say of each."""

    belief: ParticleBelief
    log_likelihood: PerParticle
    info: UpdateInfo


@dataclass(frozen=True, eq=False)
class _Update:
    """The path from a belief of this log density to its posterior under this log-likelihood."""

    log_density: LogDensity
    log_likelihood: LogDensity
    tempering: Tempering

    def at(self, temperature: Scalar, parameters: Float[AnyArray, " parameters"]) -> Scalar:
        """log π + τ·log L, −∞ wherever either is no number."""
        value = self.log_density(parameters) + tempered(
            temperature, self.log_likelihood(parameters)
        )
        return finite_or_impossible(value)

    def likelihoods(self, particles: Particles) -> PerParticle:
        """log L of every particle."""
        return finite_or_impossible(jax.vmap(self.log_likelihood)(particles))

    def started(self, belief: ParticleBelief) -> _State:
        """The belief at temperature 0."""
        raw = jax.vmap(self.log_likelihood)(belief.particles)
        values = finite_or_impossible(raw)
        weighted = belief.log_weights > -jnp.inf
        zero, count = jnp.zeros(()), belief.log_weights.size
        info = UpdateInfo(
            log_evidence=zero,
            temperature=zero,
            steps=jnp.zeros((), int),
            effective_samples=zero + count,
            acceptance=zero + 1.0,
            possible=jnp.sum(weighted & (values > -jnp.inf)),
            failed=jnp.sum(jnp.isnan(raw) | (raw == jnp.inf)),
        )
        normalised = belief._replace(log_weights=jax.nn.log_softmax(belief.log_weights))
        return _State(normalised, values, info)

    def unfinished(self, state: _State) -> Bool[AnyArray, ""]:
        """Whether another step is worth taking."""
        info = state.info
        return (info.temperature < 1) & (info.steps < self.tempering.limit) & (info.possible > 0)

    def rise(self, state: _State) -> Scalar:
        """By how much the temperature can rise: 0 where the weights must be evened out first."""
        log_weights, log_likelihood = state.belief.log_weights, state.log_likelihood
        wanted = jnp.log(self.tempering.target * log_weights.size)

        def surplus(rise):
            return ess.log_ess(log_weights + tempered(rise, log_likelihood)) - wanted

        whole = 1 - state.info.temperature
        return jnp.nan_to_num(solver.dichotomy(surplus, jnp.zeros(()), whole))

    def step(self, key: PRNGKeyArray, state: _State) -> _State:
        """Raise the temperature, resample, move."""
        info, rise = state.info, self.rise(state)
        at_end = rise >= 1 - info.temperature
        temperature = jnp.where(at_end, 1.0, info.temperature + rise)
        weighted = state.belief.log_weights + tempered(rise, state.log_likelihood)
        first, second = jax.random.split(jax.random.fold_in(key, info.steps))
        index = resampling.systematic(first, jax.nn.softmax(weighted), weighted.size)
        particles, acceptance = self.moved(second, state.belief.particles[index], temperature)
        info = info._replace(
            log_evidence=info.log_evidence + jax.nn.logsumexp(weighted),
            temperature=temperature,
            steps=info.steps + 1,
            effective_samples=jnp.minimum(info.effective_samples, ess.ess(weighted)),
            acceptance=jnp.minimum(info.acceptance, acceptance),
        )
        return _State(equally_weighted(particles), self.likelihoods(particles), info)

    def moved(
        self, key: PRNGKeyArray, particles: Particles, temperature: Scalar
    ) -> tuple[Particles, Scalar]:
        """The particles after their random walks, and the mean acceptance.

        Proposals are normal with the particles' covariance times 2.38²/dim at first, then longer or
        shorter as the acceptance of all of them has been.
        """
        walk = random_walk.build_additive_step()
        root = square_root(covariance(equally_weighted(particles)))

        def log_density(parameters):
            return self.at(temperature, parameters)

        def move(carried, key):
            """One step of every walker, and the length of the next."""
            walkers, length = carried
            proposal = random_walk.normal(length * root)
            walkers, info = jax.vmap(lambda key, walker: walk(key, walker, log_density, proposal))(
                jax.random.split(key, particles.shape[0]), walkers
            )
            acceptance = jnp.mean(info.acceptance_rate)
            return (walkers, length * jnp.exp(STEERING * (acceptance - ACCEPTANCE))), acceptance

        walkers = jax.vmap(lambda own: random_walk.init(own, log_density))(particles)
        dimension = particles.shape[1]
        started = walkers, jnp.asarray(2.38 / np.sqrt(dimension))
        keys = jax.random.split(key, self.tempering.moves_of(dimension))
        (walkers, _), acceptance = jax.lax.scan(move, started, keys)
        return walkers.position, jnp.mean(acceptance)


def tempered(temperature: Scalar, log_likelihood: Float[AnyArray, "..."]) -> Float[AnyArray, "..."]:
    """τ·log L; −∞ where the likelihood is zero, even at τ = 0: π is cut to what is possible."""
    return jnp.where(log_likelihood > -jnp.inf, temperature * log_likelihood, -jnp.inf)


def finite_or_impossible(values: Float[AnyArray, "..."]) -> Float[AnyArray, "..."]:
    """Log densities, with −∞ where they are NaN or +∞."""
    return jnp.where(values < jnp.inf, values, -jnp.inf)


def square_root(
    matrix: Float[AnyArray, "parameters parameters"],
) -> Float[AnyArray, "parameters parameters"]:
    """R with R·Rᵀ = matrix, also where it is singular."""
    values, vectors = jnp.linalg.eigh(matrix)
    return vectors * jnp.sqrt(jnp.maximum(values, 0.0))


def update(
    key: PRNGKeyArray,
    belief: ParticleBelief,
    log_density: LogDensity,
    log_likelihood: LogDensity,
    tempering: Tempering = Tempering(),
) -> tuple[ParticleBelief, UpdateInfo]:
    """The posterior after new data, as equally weighted particles, and how the update went.

    log_density: of the belief, up to a constant: prior + log-likelihood of all data that it has
    seen; −∞ outside the prior's bounds, where the likelihood may then be anything. log_likelihood:
    of the new data; or that of a corrected model less that of the model before, where the belief is
    made anew. Both of one parameter vector (dim,). May be compiled and mapped over replicates.
    """
    path = _Update(log_density, log_likelihood, tempering)
    reached = jax.lax.while_loop(
        path.unfinished, lambda state: path.step(key, state), path.started(belief)
    )
    evidence = jnp.where(reached.info.possible > 0, reached.info.log_evidence, -jnp.inf)
    return reached.belief, reached.info._replace(log_evidence=evidence)


def check(info: UpdateInfo) -> None:
    """ValueError if an update, or that of any replicate, came to nothing: no particle gives the
    data a likelihood, the steps ran out, or too few particles carried a step.
    """
    plain = UpdateInfo(*map(np.atleast_1d, info))
    found = [
        (
            plain.possible == 0,
            f"no particle gives the data a likelihood above zero{_failures(plain)}: look at the "
            "units of the data and at the noise's deviation, or widen the prior",
        ),
        (
            plain.temperature < 1,
            f"{plain.steps.max()} steps of tempering did not reach the posterior, only temperature "
            f"{plain.temperature.min():.3g} of 1: allow more steps, or take more particles",
        ),
        (
            plain.effective_samples < LEAST_EFFECTIVE,
            f"the posterior rests on {plain.effective_samples.min():.1f} particles, fewer than "
            f"{LEAST_EFFECTIVE}: take more particles, or a prior nearer to the data",
        ),
    ]
    for wrong, message in found:
        if wrong.any():
            several = f" (in {wrong.sum()} of {wrong.size} replicates)" if wrong.size > 1 else ""
            raise ValueError(f"belief by particles{several}: {message}")


def _failures(info: UpdateInfo) -> str:
    """How many first particles had no number for a log-likelihood."""
    failed = int(info.failed.max())
    return f" (for {failed} of them the log-likelihood is NaN or infinite)" if failed else ""
