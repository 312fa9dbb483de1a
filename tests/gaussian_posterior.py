"""Five parameters, eight data, all linear and Gaussian: the posterior in closed form, written out
in NumPy.
"""

from typing import NamedTuple

import numpy as np
from scipy.stats import multivariate_normal

RNG = np.random.default_rng(5)
MATRIX = RNG.normal(size=(8, 5))
ROOT = np.tril(RNG.uniform(-0.4, 0.4, size=(5, 5)), -1) + np.diag([0.5, 1.0, 2.0, 0.8, 1.5])
PRIOR_MEAN, PRIOR_COVARIANCE = np.array([1.0, -2.0, 0.5, 0.0, 3.0]), ROOT @ ROOT.T
NOISE = 0.8
OBSERVED = MATRIX @ (PRIOR_MEAN + ROOT @ RNG.normal(size=5)) + NOISE * RNG.normal(size=8)


class Exact(NamedTuple):
    """What Bayes' theorem gives for the first so many data."""

    mean: np.ndarray
    covariance: np.ndarray
    log_evidence: float
    gain: float


def exact(data=8, noise=NOISE):
    """Posterior, evidence and D_KL(posterior ‖ prior) by the normal equations."""
    matrix, observed = MATRIX[:data], OBSERVED[:data]
    precision = np.linalg.inv(PRIOR_COVARIANCE) + matrix.T @ matrix / noise**2
    covariance = np.linalg.inv(precision)
    misfit = observed - matrix @ PRIOR_MEAN
    move = covariance @ matrix.T @ misfit / noise**2
    marginal = matrix @ PRIOR_COVARIANCE @ matrix.T + noise**2 * np.eye(data)
    shrunk = np.linalg.solve(PRIOR_COVARIANCE, covariance)
    gain = 0.5 * (
        np.trace(shrunk)
        - 5
        - np.linalg.slogdet(shrunk)[1]
        + move @ np.linalg.solve(PRIOR_COVARIANCE, move)
    )
    evidence = multivariate_normal(matrix @ PRIOR_MEAN, marginal).logpdf(observed)
    return Exact(PRIOR_MEAN + move, covariance, float(evidence), float(gain))


def expected_gain(matrix, noise=NOISE):
    """½ log det(I + A C Aᵀ/σ²) in nats of data A θ + σ ε about the prior's parameters."""
    signal = matrix @ PRIOR_COVARIANCE @ matrix.T / noise**2
    return 0.5 * np.linalg.slogdet(np.eye(len(matrix)) + signal)[1]
