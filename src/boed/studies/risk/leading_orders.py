"""Leading-order bias and variance of Û and V̂ with N, N₁ and N₂ apart, where they have closed
forms.

The linear-Gaussian problem y = g + ε, g ~ N(0, signal²), ε ~ N(0, noise²): mean_variance Eq. 15–16,
29–36 and App. A, whose constants are expectations of polynomials of Gaussian variables here.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

NODES = 24
Entries = Float[np.ndarray, " entries"]


class Table(NamedTuple):
    """Expectations over (y, θ) as sums over entries, exact for polynomials of degree below 48.

    probability: of the entry; evidence_spread: that times ρ(y) = Var_θ[p(y|θ)]/p(y)²;
    numerator_spread: times τ(y) = Var_θ[p(y|θ)·log p(y|θ)]/p(y)². The others as in `Outcomes`.
    """

    log_likelihood: Entries
    log_evidence: Entries
    mean_log_likelihood: Entries
    probability: Entries
    evidence_spread: Entries
    numerator_spread: Entries


class Orders(NamedTuple):
    """Coefficients of 1/N, 1/N₁ and 1/N₂ of a bias; of 1/N, 1/(N·N₁) and 1/(N·N₂) of a variance."""

    outer: float
    first: float
    second: float


class Constants(NamedTuple):
    """Of one quantity. inner: variance that is left when the outer samples are given.

    shared: what one set of inner samples for all outcomes adds to the variance, over N₁ and N₂.
    """

    bias: Orders
    variance: Orders
    inner: Orders
    shared: Orders


def _standard() -> tuple[Entries, Entries]:
    """Nodes and probabilities of a standard normal number."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    return nodes, weights / weights.sum()


class Exact(NamedTuple):
    """What a Gaussian datum y tells exactly: log p(y) and E[log p(y|θ) | y] are (c₀ + c₂·y²) each.

    evidence, mean: (c₀, c₂), in the unit of y; utility, variance: U in nats, V in nats².
    """

    evidence: tuple[float, float]
    mean: tuple[float, float]
    utility: float
    variance: float


def exact(signal: float, noise: float) -> Exact:
    """Of data with this signal and noise around zero (mean_variance 4.1)."""
    ratio = noise**2 / (noise**2 + signal**2)
    scale = 0.5 * np.log(2 * np.pi * noise**2)
    evidence = 0.5 * np.log(ratio) - scale, -0.5 * ratio / noise**2
    mean = -scale - 0.5 * (1 - ratio), -0.5 * (ratio / noise) ** 2
    return Exact(evidence, mean, -0.5 * np.log(ratio), 0.5 * (1 - ratio) ** 2)


def marginals(known: Exact, observed):
    """log p(y) and E[log p(y|θ) | y] of data of any shape."""
    return tuple(constant + slope * observed**2 for constant, slope in (known.evidence, known.mean))


def table(signal: float, noise: float) -> Table:
    """Of data with this signal and noise; ρ·p(y) is a Gaussian too, wider by the factor 2v − 1 in
    variance.
    """
    total = 1 + (signal / noise) ** 2
    scale = 0.5 * np.log(2 * np.pi * noise**2)
    nodes, weights = _standard()
    residual = np.sqrt(1 - 1 / total) * nodes
    sharper = 1 / (2 * total - 1)
    parts = []
    for spread, tilted in ((total, 0.0), (total * (2 * total - 1), total)):
        data = np.sqrt(spread) * nodes[:, None]
        log_likelihood = -scale - 0.5 * (data / total + residual) ** 2
        log_evidence, mean = marginals(exact(signal, noise), data * noise)
        # E over θ of p(y|θ)²·log² p(y|θ), in parts of E over θ of p(y|θ)²
        square = (
            -scale - 0.5 * (sharper * data + np.sqrt((1 - sharper) / 2) * nodes) ** 2
        ) ** 2 @ weights
        joint = weights[:, None] * weights
        first = tilted * joint if tilted else -joint
        second = first * (square[:, None] if tilted else mean**2)
        columns = (log_likelihood, log_evidence, mean, joint * (tilted == 0), first, second)
        parts.append([np.broadcast_to(column, joint.shape).ravel() for column in columns])
    return Table(*np.concatenate(parts, axis=1))


def expected_utility(signal: float, noise: float) -> Constants:
    """Constants of Û (mean_variance Eq. 15–16)."""
    entries = table(signal, noise)
    gain = entries.log_likelihood - entries.log_evidence
    centred = gain - entries.probability @ gain
    outer, inner = entries.probability @ centred**2, np.sum(entries.evidence_spread)
    # what the bias of an outcome has in common with its gain counts at the same order
    together = entries.evidence_spread @ centred
    return Constants(
        bias=Orders(0.0, inner / 2, 0.0),
        variance=Orders(outer, inner + together, 0.0),
        inner=Orders(0.0, inner, 0.0),
        shared=Orders(0.0, 0.0, 0.0),
    )


def utility_variance(signal: float, noise: float) -> Constants:
    """Constants of V̂ = Ŝ₁ + Ŝ₂ + Ŝ₃ − Û² (mean_variance Eq. 29–36)."""
    likelihood, evidence, mean, probability, first, second = table(signal, noise)
    gain = likelihood - evidence
    utility = probability @ gain
    outcome = linear_part(likelihood, evidence, mean, utility)
    centred = outcome - probability @ outcome
    slope = 2 * (evidence - likelihood - mean**2 + utility)
    bias = 1 + gain + 3 * mean**2 - utility
    outer = probability @ (gain - utility) ** 2
    inner = first @ slope**2, second @ (4 * mean**2)
    together = 2 * first @ (centred * bias), 2 * second @ centred
    return Constants(
        bias=Orders(-outer, first @ bias, np.sum(second)),
        variance=Orders(probability @ centred**2, inner[0] + together[0], inner[1] + together[1]),
        inner=Orders(0.0, *inner),
        shared=_shared(signal, noise, utility),
    )


def linear_part(log_likelihood, log_evidence, mean_log_likelihood, utility):
    """What an outcome adds to V̂ to first order with exact inner expectations; its mean
    is V − U².
    """
    second = log_evidence**2 - 2 * log_likelihood * log_evidence + mean_log_likelihood**2
    return second - 2 * utility * (log_likelihood - log_evidence)


def _shared(signal: float, noise: float, utility: float) -> Orders:
    """Variance over θ of what one inner sample changes V̂ by, averaged over all outcomes."""
    nodes, weights = _standard()
    data = signal * nodes[:, None] + noise * nodes
    log_evidence, mean = marginals(exact(signal, noise), data)
    likelihood = -0.5 * np.log(2 * np.pi * noise**2) - 0.5 * nodes**2
    first = 2 * (log_evidence - mean - mean**2 + utility) @ weights
    second = 2 * (mean * likelihood) @ weights
    return Orders(0.0, *(weights @ (part - weights @ part) ** 2 for part in (first, second)))


CONSTANTS = {"expected_utility": expected_utility, "utility_variance": utility_variance}


def predicted(
    constants: Constants, numbers: tuple[int, int, int], inner: str
) -> tuple[float, float, float]:
    """Bias, variance, and the part of it that is left with outer samples given, of N, N₁ and N₂.

    inner: `own` samples of every outcome, or `shared` by all of them.
    """
    outer, first, second = (1 / number for number in numbers)
    extra = (
        constants.shared.first * first + constants.shared.second * second
        if inner == "shared"
        else 0.0
    )

    def value(orders, factor):
        return orders.outer * outer + factor * (orders.first * first + orders.second * second)

    variance, given = value(constants.variance, outer), value(constants.inner, outer)
    return value(constants.bias, 1.0), variance + extra, given + extra


def greatest_moment(signal: float, noise: float) -> float:
    """Orders k below this have a finite E over y of E over θ of (p(y|θ)/p(y))ᵏ; it is above two
    always.

    The second alone makes the leading orders finite; an error of 1/N₁² after them needs the third.
    """
    ratio = noise**2 / (noise**2 + signal**2)
    return 1 + 1 / np.sqrt(1 - ratio)


def exists(signal: float, noise: float, first: int | float, power: int) -> bool:
    """Whether E|V̂| (power 2) or E V̂² (power 4) is finite with N₁ = `first` of its own, for any N
    and N₂.

    Far data y are likely enough that (ĝ/p̂)ᵏ, which grows there like exp(k/2·y²·a/(a − 1)) with a =
    N₁·noise²/(k·signal²), outweighs p(y) and E ĝᵏ together. No N₁ helps if infinitely many do not.
    """
    total = 1 + (signal / noise) ** 2
    excess = first / (power * (total - 1))
    growth = 1.0 if np.isinf(excess) else excess / (excess - 1) if excess > 1 else np.inf
    decay = 1 / (2 * total) + power / (2 * (power * total - power + 1))
    return bool(power / 2 * growth < decay)
