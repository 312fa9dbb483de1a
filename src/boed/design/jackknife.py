"""Standard errors of estimates that use their samples more than once, by the infinitesimal
jackknife.
"""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray


def uniform(count: int) -> Float[AnyArray, " samples"]:
    """Equal weights of samples, (count,); ValueError unless there is at least one."""
    if count < 1:
        raise ValueError(f"an estimate needs at least one sample, not {count}")
    return jnp.full(count, 1 / count)


def with_standard_errors(statistics: Callable, weights, extra: bool = False):
    """(statistics(weights), their standard errors); weights: one array of sample weights, or
    several independent ones. extra: statistics gives something else too, which comes last.

    A sample's influence is what the statistic gains when a little weight moves to it, D_j = ∂T/∂w_j
    − Σ_k w_k ∂T/∂w_k, by all the roles that it plays; the variance is Σ_j (w_j D_j)² (Efron). To
    first order: of a utility variance from 1,000 samples it finds four fifths, from 3,000 nine
    tenths of the scatter of many runs. Values have derivatives; errors are constants to them.
    """
    values, pullback, *rest = jax.vjp(statistics, weights, has_aux=extra)
    # sums over samples have first derivatives only
    pullback = jax.tree.map(jax.lax.stop_gradient, pullback)
    leaves, structure = jax.tree.flatten(values)

    def slopes(chosen):
        """Derivatives in the weights of the statistic with a one among zeros."""
        directions = [jnp.full_like(leaf, one) for leaf, one in zip(leaves, chosen, strict=True)]
        return pullback(jax.tree.unflatten(structure, directions))[0]

    # all at once, so that what they have in common is computed once
    every, variances = jax.vmap(slopes)(jnp.eye(len(leaves))), 0.0
    for slope, weight in zip(jax.tree.leaves(every), jax.tree.leaves(weights), strict=True):
        influence = slope - (slope @ weight)[:, None]
        variances += jnp.sum((weight * influence) ** 2, axis=1)
    return values, jax.tree.unflatten(structure, list(jnp.sqrt(variances))), *rest
