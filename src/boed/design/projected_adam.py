"""Design search: projected Adam ascent within a stage's move window."""

import math
from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Bool, Float, Int, Key, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray, Scalar

Design = Float[AnyArray, " coordinates"]
Utility = Callable[[Design, PRNGKeyArray], tuple[Float[AnyArray, ""], Design]]


class Window(NamedTuple):
    """The box that a search may not leave."""

    lower: Design
    upper: Design


class Problem(NamedTuple):
    """What a search maximises, and where.

    value: (design, key) → utility, to compare designs under one key; value_and_gradient: (design,
    key) → (utility, gradient), for an ascent that gives each step a key of its own.
    """

    value: Callable[[Design, PRNGKeyArray], Float[AnyArray, ""]]
    value_and_gradient: Utility
    box: Window


class Ascent(NamedTuple):
    """Settings of the ascent; the number of steps is the number of keys it is given.

    rate: Adam's learning rate, a length a step; drift: added after Adam as + drift·design, the
    released code's weight decay with its sign; stop_after_clips: clippings at the window after
    which the search stops, 0 for never; jump: deviation of the random move that replaces a step
    whose gradient is not finite.
    """

    rate: float
    drift: float
    stop_after_clips: int
    jump: float


def ascent(block: dict) -> Ascent:
    """The ascent that a block `experiment` or `discrepancy_experiment` describes."""
    return Ascent(block["rate"], block["drift"], block["stop_after_clips"], block["jump"])


class SearchState(NamedTuple):
    """Where the search stands; `active` turns false at the stopping rule."""

    design: Design
    adam: optax.OptState
    clips: Int[AnyArray, ""]
    active: Bool[AnyArray, ""]


class SearchInfo(NamedTuple):
    """One step: its start, utility and gradient there, whether they were finite, the search active,
    the move cut.
    """

    design: Design
    utility: Float[AnyArray, ""]
    gradient: Design
    finite: Bool[AnyArray, ""]
    active: Bool[AnyArray, ""]
    clipped: Bool[AnyArray, ""]


def bounds(experiment: dict) -> tuple[float, float]:
    """Least and greatest design coordinate by the settings `experiment`; infinite
    without a domain.
    """
    if experiment["domain"] == "none":
        return -math.inf, math.inf
    return experiment["lower"], experiment["upper"]


def window(centre: Design, move_limit: Scalar, lower: float, upper: float) -> Window:
    """The part of the domain [lower, upper]^n within `move_limit` of `centre` in each
    coordinate.
    """
    return Window(jnp.maximum(centre - move_limit, lower), jnp.minimum(centre + move_limit, upper))


def best_start(problem: Problem, start: Design, key: PRNGKeyArray, grid: int) -> Design:
    """The best of a grid over the problem's box, `grid` points a side, and of `start`, which it is
    without a grid.

    All candidates see the same key. A candidate whose utility is not finite is never chosen, nor
    compared with.
    """
    if grid == 0:
        return start
    axes = [
        jnp.linspace(low, high, grid)
        for low, high in zip(problem.box.lower, problem.box.upper, strict=True)
    ]
    tensor = jnp.stack(jnp.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, start.size)
    candidates = jnp.concatenate([start[None], tensor])
    values = jax.lax.map(lambda design: problem.value(design, key), candidates)
    return candidates[jnp.argmax(jnp.where(jnp.isfinite(values), values, -jnp.inf))]


def _optimiser(ascent: Ascent) -> optax.GradientTransformation:
    return optax.chain(
        optax.scale_by_adam(), optax.scale(ascent.rate), optax.add_decayed_weights(ascent.drift)
    )


def init(start: Design, ascent: Ascent) -> SearchState:
    """A search that begins at `start`."""
    return SearchState(start, _optimiser(ascent).init(start), jnp.array(0), jnp.array(True))


def step(
    state: SearchState, problem: Problem, key: PRNGKeyArray, ascent: Ascent
) -> tuple[SearchState, SearchInfo]:
    """One projected Adam step; a search that has stopped stays where it is and
    evaluates nothing.
    """
    evaluation, restart = jax.random.split(key)
    value, gradient = jax.lax.cond(
        state.active,
        lambda: problem.value_and_gradient(state.design, evaluation),
        lambda: (jnp.zeros(()), jnp.zeros_like(state.design)),
    )
    finite = jnp.isfinite(value) & jnp.all(jnp.isfinite(gradient))
    move, adam = _optimiser(ascent).update(
        jnp.where(finite, gradient, 0.0), state.adam, state.design
    )
    jump = ascent.jump * jax.random.normal(restart, state.design.shape)
    adam = jax.tree.map(lambda new, old: jnp.where(finite, new, old), adam, state.adam)
    wanted = state.design + jnp.where(finite, move, jump)
    allowed = jnp.clip(wanted, problem.box.lower, problem.box.upper)
    clipped = jnp.any(allowed != wanted) & state.active
    clips = state.clips + clipped
    stop = (ascent.stop_after_clips > 0) & (clips >= ascent.stop_after_clips)
    info = SearchInfo(state.design, value, gradient, finite, state.active, clipped)
    design = jnp.where(state.active, allowed, state.design)
    return SearchState(design, adam, clips, state.active & ~stop), info


def ascend(
    state: SearchState, problem: Problem, keys: Key[AnyArray, " steps"], ascent: Ascent
) -> tuple[SearchState, SearchInfo]:
    """One step a key: the state after them, and every step's info stacked along a leading axis."""
    return jax.lax.scan(lambda state, key: step(state, problem, key, ascent), state, keys)
