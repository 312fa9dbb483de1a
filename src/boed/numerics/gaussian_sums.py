"""Sums of many weighted Gaussians at many points, pair by pair: log Σ_k w_k p_k(y_i), and the mean
of log p_k(y_i) by the weights w_k p_k(y_i), with derivatives in closed form.

Points in blocks that stay in the cache go through the Gaussians a few at a step, so that a step is
one loop over numbers side by side. Nothing of all pairs is kept: derivatives compute it anew.

The compiler computes what two sums have in common once for each of them, exponentials too, but once
for both parts of a complex number: that is why sums go in pairs.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.custom_batching import custom_vmap
from jaxtyping import Float, PyTree

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.numerics.exponential import decaying

# squared distances in one step of a loop: more are only slower to compile
TOGETHER = 8
Points = Float[AnyArray, "points outputs"]
PerPoint = Float[AnyArray, " points"]


class Gaussians(NamedTuple):
    """log p_k(y) = −½ Σ_m z_m² − Σ_m log s_km with z_m = (y_m − centre_km)/s_km, and log w_k; s:
    deviations.
    """

    centres: Float[AnyArray, "gaussians outputs"]
    deviations: Float[AnyArray, "gaussians outputs"]
    log_weights: Float[AnyArray, " gaussians"]


class Sums(NamedTuple):
    """log Σ_k w_k p_k(y_i), and Σ_k w_k p_k(y_i) log p_k(y_i) over that sum."""

    log_sum: PerPoint
    mean: PerPoint


class Sources(NamedTuple):
    """What the passes over all pairs read of each Gaussian; a block of them has its axis last."""

    centres: Float[AnyArray, "..."]
    inverse: Float[AnyArray, "..."]
    log_scale: Float[AnyArray, "..."]
    log_weights: Float[AnyArray, "..."]


class Targets(NamedTuple):
    """What derivatives read of each point: a number's slope in log p_k(y_i) by the terms of its
    sums is r·(first + second·log p_k(y_i)), r = exp(log w_k + log p_k(y_i) − log_sum).
    """

    points: Float[AnyArray, "..."]
    log_sum: Float[AnyArray, "..."]
    first: Float[AnyArray, "..."]
    second: Float[AnyArray, "..."]


@partial(jax.custom_vjp, nondiff_argnums=(2,))
def gaussian_sums(points: Points, gaussians: Gaussians, block: int) -> Sums:
    """The sums at every point, however far from all Gaussians; differentiable in reverse mode.

    block: points that go through all Gaussians together; memory grows with block × outputs.
    """
    return _sums(points, gaussians, block)


@partial(jax.jit, static_argnums=2)
def _sums(points, gaussians, block):
    sources = _sources(gaussians)

    def of_block(points):
        """A pass for the largest term of every point's sum, and a pass for the sums."""
        size = points.shape[1:]
        peak = _over(sources, partial(_higher, points), jnp.full(size, -jnp.inf))
        # of a point without any term, as where all weights are zero
        peak = jnp.where(jnp.isfinite(peak), peak, 0.0)
        both = _over(sources, partial(_added, points, peak), jnp.zeros(size, complex))
        return Sums(peak + jnp.log(both.real), both.imag / both.real)

    return _in_blocks(of_block, points.T, block)


def _forward(points, gaussians, block):
    sums = _sums(points, gaussians, block)
    return sums, (points, gaussians, sums)


@partial(jax.jit, static_argnums=0)
def _backward(block, saved, slopes):
    points, gaussians, sums = saved
    sources, level = _sources(gaussians), slopes.log_sum - slopes.mean * sums.mean
    targets = Targets(points, sums.log_sum, level, slopes.mean)
    by_weight = _over_slopes(partial(_by_weights, block))(targets, sources)
    # a Gaussian counts in the mean by itself too, beside its weight
    targets = targets._replace(first=level + slopes.mean)
    by_points, by_sources = _by_places(block, targets, sources)
    return by_points, Gaussians(*by_sources, by_weight)


gaussian_sums.defvjp(_forward, _backward)


def _sources(gaussians):
    scale = jnp.sum(jnp.log(gaussians.deviations), axis=1)
    return Sources(gaussians.centres, 1 / gaussians.deviations, scale, gaussians.log_weights)


def _higher(points, peak, source):
    return jnp.maximum(peak, _log_density(points, source)[1] + source.log_weights)


def _added(points, peak, sums, source):
    """Both sums as real and imaginary part."""
    _, log_density = _log_density(points, source)
    term = decaying(log_density + source.log_weights - peak)
    return sums + jax.lax.complex(term, term * log_density)


def _by_places(block, targets, sources):
    """Slopes in the points, and in the Gaussians' (centres, deviations), of one number."""
    across = sources._replace(centres=sources.centres.T, inverse=sources.inverse.T)

    def of_points(targets):
        """By a pass over the Gaussians."""
        return _over(sources, partial(_to_points, targets), jnp.zeros(targets.points.shape))

    def of_sources(sources):
        """By a pass over the points."""
        start = jnp.zeros(sources.centres.shape, complex)
        return _over(targets, partial(_to_sources, sources), start) * sources.inverse

    by_points = _in_blocks(of_points, targets._replace(points=targets.points.T), block)
    by_sources = _in_blocks(of_sources, across, block)
    return by_points.T, (by_sources.real.T, by_sources.imag.T)


def _pair(target, source):
    """(z of every output, log p_k(y_i), r) of a pair."""
    z, log_density = _log_density(target.points, source)
    return z, log_density, decaying(log_density + source.log_weights - target.log_sum)


def _to_points(targets, slopes, source):
    z, log_density, share = _pair(targets, source)
    slope = share * (targets.first + targets.second * log_density)
    return slopes - slope * z * _column(source.inverse, z)


def _to_sources(sources, slopes, target):
    """Those of centres and deviations, times the latter, as real and imaginary part."""
    z, log_density, share = _pair(target, sources)
    slope = share * (target.first + target.second * log_density)
    return slopes + jax.lax.complex(slope * z, slope * (z**2 - 1))


def _by_weights(block, targets, sources):
    """Slopes in the logarithms of the weights, (numbers, gaussians); of targets whose first and
    second are (numbers, points).
    """
    count = len(targets.first)
    # an even number of them, two for each complex number
    odd = [(0, count % 2), (0, 0)]
    first, second = (jnp.pad(part, odd).T for part in (targets.first, targets.second))
    targets = targets._replace(first=first, second=second)
    across = sources._replace(centres=sources.centres.T, inverse=sources.inverse.T)

    def of_sources(sources):
        """By a pass over the points."""
        start = (jnp.zeros(sources.log_scale.shape, complex),) * (first.shape[1] // 2)
        return _over(targets, partial(_to_weights, sources), start)

    found = _in_blocks(of_sources, across, block)
    return jnp.stack([part for both in found for part in (both.real, both.imag)])[:count]


def _to_weights(sources, slopes, target):
    _, log_density, share = _pair(target, sources)
    numbers = [
        share * (first + second * log_density)
        for first, second in zip(target.first, target.second, strict=True)
    ]
    pairs = zip(slopes, numbers[::2], numbers[1::2], strict=True)
    return tuple(slope + jax.lax.complex(*both) for slope, *both in pairs)


def _over_slopes(by_weights: Callable) -> Callable:
    """by_weights of one number, which takes many at once where only their slopes differ."""

    @custom_vmap
    def of_one(targets, sources):
        one = targets._replace(first=targets.first[None], second=targets.second[None])
        return by_weights(one, sources)[0]

    @of_one.def_vmap
    def of_many(axis_size, batched, *arguments):
        """All at once where the points and sources are the same, else one by one."""
        targets, sources = batched
        same = targets.points, targets.log_sum, sources
        if targets.first and targets.second and not any(jax.tree.leaves(same)):
            return by_weights(*arguments), True
        axes = jax.tree.map(lambda each: 0 if each else None, tuple(batched))
        return jax.vmap(of_one.fun, axes)(*arguments), True

    return of_one


def _log_density(points, source):
    """z and log p_k, of a block of points or of a block of Gaussians, (outputs, block)."""
    centres, inverse = source.centres, source.inverse
    z = (_column(points, centres) - _column(centres, points)) * _column(inverse, points)
    # one output after the other: a loop over them would be no loop over the block
    return z, -0.5 * sum(row**2 for row in z) - source.log_scale


def _column(values, other):
    """Values of one point or Gaussian as a column beside a block of the other."""
    return values[:, None] if values.ndim < other.ndim else values


def _over(rows: PyTree, step: Callable, start: PyTree) -> PyTree:
    """start → step(…, row) for every row, a few rows in each turn of the compiled loop."""
    leaves, structure = jax.tree.flatten(rows)
    columns = [leaf.reshape(len(leaf), -1) for leaf in leaves]
    ends = np.cumsum([column.shape[1] for column in columns])[:-1]

    def turn(carry, row):
        parts = zip(jnp.split(row, ends), leaves, strict=True)
        own = [part.reshape(leaf.shape[1:]) for part, leaf in parts]
        return step(carry, jax.tree.unflatten(structure, own)), None

    # one table: a loop that reads many would spend its time on reading them
    table = jnp.concatenate(columns, axis=1)
    together = max(1, TOGETHER // columns[0].shape[1])
    return jax.lax.scan(turn, start, table, unroll=together)[0]


def _in_blocks(function: Callable, values: PyTree, block: int) -> PyTree:
    """function of blocks of the last axis, of equal length and at most `block`, one after the
    other, joined along it again.
    """
    count = jax.tree.leaves(values)[0].shape[-1]
    number = -(-count // block)
    size = -(-count // number)
    blocks = jax.tree.map(partial(_cut, number, size), values)
    return jax.tree.map(lambda part: _joined(part)[..., :count], jax.lax.map(function, blocks))


def _cut(number, size, values):
    """(…, count) → (number, …, size); what the last block lacks repeats the last value."""
    missing = number * size - values.shape[-1]
    padded = jnp.pad(values, [(0, 0)] * (values.ndim - 1) + [(0, missing)], mode="edge")
    return jnp.moveaxis(padded.reshape(*values.shape[:-1], number, size), -2, 0)


def _joined(values):
    """(number, …, size) → (…, number · size)."""
    parts = jnp.moveaxis(values, 0, -2)
    return parts.reshape(*parts.shape[:-2], -1)
