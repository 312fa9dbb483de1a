"""The belief of one replicate as particles, made anew from the prior with all data so far."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp

from boed.inference import particle_belief
from boed.studies.hybrid import inverse_problem
from boed.studies.hybrid.inverse_problem import Measurements
from boed.systems.sequential import SequentialSystem
from boed.systems.system import Moment, Weights


@dataclass(frozen=True, eq=False)
class ParticleUpdate:
    """Tempered sequential Monte Carlo from the prior to the posterior of all data.

    Every replicate uses the same random numbers: what differs between them is their data.
    """

    system: SequentialSystem

    def __call__(self, moments: Moment, data: Measurements, weights: Weights) -> dict:
        """What `BeliefUpdate` says of the posterior; moments: one a datum."""
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
        best = posterior.particles[jnp.argmax(densities[:-1])]
        return {
            "log_probability": posterior.log_weights,
            "particles": posterior.particles,
            "most_probable": best,
            "mean": particle_belief.mean(posterior),
            "spread": particle_belief.spread(posterior),
            "information_gain": particle_belief.information_gain(
                posterior, likelihoods[:-1], info.log_evidence
            ),
            "location_error": self.system.distance(best),
            "credible_level": particle_belief.credible_level(
                posterior, densities[:-1], densities[-1]
            ),
            **{f"update_{name}": value for name, value in info._asdict().items()},
        }
