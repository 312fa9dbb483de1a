"""Beliefs of all replicates after measurements, and what they say about the source."""

from collections.abc import Callable

import jax.numpy as jnp
import numpy as np

from boed import belief, inversion
from boed.inversion import Inversion
from boed.map_estimate import most_probable
from boed.replicates import over_replicates


def belief_update(study: Inversion, settings: dict) -> Callable:
    """(moments, measurements, weights, priors) → the belief after all of the measurements, and what it says."""
    grid = settings["belief"]
    location = np.asarray(settings["truth"]["location"])

    def one(moments, data, weights, prior):
        """One replicate's belief and its summary."""
        posterior = inversion.posterior(study, moments, data, weights, prior)
        estimate = most_probable(posterior, study.cells, grid["map_window"], grid["map_refinement"])
        return {
            "log_probability": posterior,
            "most_probable": estimate,
            "mean": belief.mean(posterior, study.cells),
            "spread": belief.spread(posterior, study.cells),
            "information_gain": belief.information_gain(posterior, prior),
            "location_error": jnp.linalg.norm(estimate - location),
            "credible_level": belief.credible_level(posterior, study.cells, location),
        }

    return over_replicates(one, shared=1)
