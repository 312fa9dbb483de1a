"""The belief of one replicate as particles, made anew from the prior with all data so far: moved by
sequential Monte Carlo, or, where the prior is draws without a density, weighted where they are.
"""

from dataclasses import dataclass

import jax
import jax.numpy as jnp

from boed.inference import particle_belief
from boed.inference.joint_priors import Empirical
from boed.inference.particle_belief import ParticleBelief
from boed.studies.hybrid import inverse_problem
from boed.studies.hybrid.inverse_problem import Measurements
from boed.systems.sequential import SequentialSystem
from boed.systems.system import Moment, Weights


@dataclass(frozen=True, eq=False)
class ParticleUpdate:
    """From the prior to the posterior of all data.

    Every replicate uses the same random numbers: what differs between them is their data.
    """

    system: SequentialSystem

    def __call__(self, moments: Moment, data: Measurements, weights: Weights) -> dict:
        """What `BeliefUpdate` says of the posterior, and as `update` how the update went; moments:
        one a datum.
        """
        listed = isinstance(self.system.described.parameters.prior, Empirical)
        said, info = (self._weighted if listed else self._moved)(moments, data, weights)
        return said | {"update": info}

    def _moved(self, moments, data, weights):
        """By sequential Monte Carlo, from particles of the prior."""
        # Snakemake jobs of a grid need not import what moves particles
        from boed.inference import particle_update

        prior = self.system.described.parameters.prior

        def log_likelihood(parameters):
            system = self.system.holding(parameters[None])
            return inverse_problem.log_likelihoods(system, moments, data, weights)[0]

        key = jax.random.key(0)
        posterior, info = particle_update.update(
            key, self.system.prior, prior.log_density, log_likelihood
        )
        # the true parameters beside the particles, for the region that just reaches them
        points = jnp.concatenate([posterior.particles, self.system.true_parameters[None]])
        likelihoods = jax.vmap(log_likelihood)(points)
        densities = jax.vmap(prior.log_density)(points) + likelihoods
        return self._said(posterior, info.log_evidence, likelihoods[:-1], densities), info

    def _weighted(self, moments, data, weights):
        """The draws with the data's weights; of the true parameters, which may be no draw, the
        region that reaches them is told by likelihoods alone.
        """
        from boed.inference.particle_update import UpdateInfo

        prior = self.system.prior
        points = jnp.concatenate([prior.particles, self.system.true_parameters[None]])
        system = self.system.holding(points)
        likelihoods = inverse_problem.log_likelihoods(system, moments, data, weights)
        of_draws = likelihoods[:-1]
        posterior = particle_belief.reweighted(prior, of_draws)
        info = UpdateInfo(
            log_evidence=jax.nn.logsumexp(prior.log_weights + of_draws),
            temperature=jnp.ones(()),
            steps=jnp.ones((), int),
            effective_samples=particle_belief.effective_samples(posterior),
            acceptance=jnp.ones(()),
            possible=jnp.sum(of_draws > -jnp.inf),
            failed=jnp.sum(jnp.isnan(of_draws)),
        )
        return self._said(posterior, info.log_evidence, of_draws, likelihoods), info

    def _said(self, posterior: ParticleBelief, evidence, likelihoods, densities) -> dict:
        """What the posterior says; densities: of its particles and, last, of the true
        parameters.
        """
        best = posterior.particles[jnp.argmax(densities[:-1])]
        return {
            "log_probability": posterior.log_weights,
            "particles": posterior.particles,
            "most_probable": best,
            "mean": particle_belief.mean(posterior),
            "spread": particle_belief.spread(posterior, len(self.system.quantities.sought)),
            "information_gain": particle_belief.information_gain(posterior, likelihoods, evidence),
            "location_error": self.system.distance(best),
            "credible_level": particle_belief.credible_level(
                posterior, densities[:-1], densities[-1]
            ),
        }
