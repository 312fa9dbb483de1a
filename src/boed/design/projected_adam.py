"""Design search: projected Adam ascent within a stage's move window."""

import math
from collections.abc import Callable
from typing import NamedTuple, Protocol, runtime_checkable

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Bool, Float, Int, Key, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray, Scalar

Design = Float[AnyArray, " coordinates"]
Designs = Float[AnyArray, "*replicates coordinates"]
# designs → whether each may be chosen
Allowed = Callable[[Designs], Bool[AnyArray, "*replicates"]]
# parts of a move into what is forbidden that are tried, each half of the one before
PARTS = 9


class Window(NamedTuple):
    """The box that a search may not leave, or one a replicate; `allowed` says which designs in it
    may be chosen, None that all may.
    """

    lower: Designs
    upper: Designs
    allowed: Allowed | None = None


class Evaluation(NamedTuple):
    """A utility and its gradient by the design, and how many members of the ensemble that they
    rest on were left out, since their predictions are not finite.
    """

    value: Float[AnyArray, ""]
    gradient: Design
    left_out: Int[AnyArray, ""]

    @classmethod
    def exact(cls, value: Float[AnyArray, ""], gradient: Design) -> "Evaluation":
        """That of a utility which rests on no ensemble."""
        return cls(value, gradient, jnp.zeros((), dtype=int))


@runtime_checkable
class Problem(Protocol):
    """What a search maximises, and the box within which."""

    box: Window

    def value(self, design: Design, key: PRNGKeyArray) -> Float[AnyArray, ""]:
        """The utility, to compare designs under one key."""

    def evaluate(self, design: Design, key: PRNGKeyArray) -> Evaluation:
        """Utility and gradient, for an ascent that gives each step a key of its own."""


class DeterministicProblem(NamedTuple):
    """The problem of a utility without chance: no key changes it."""

    utility: Callable[[Design], Float[AnyArray, ""]]
    box: Window

    def value(self, design: Design, key: PRNGKeyArray) -> Float[AnyArray, ""]:
        """The utility."""
        return self.utility(design)

    def evaluate(self, design: Design, key: PRNGKeyArray) -> Evaluation:
        """The utility and its gradient by reverse mode."""
        return Evaluation.exact(*jax.value_and_grad(self.utility)(design))


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
    return Ascent(**{name: block[name] for name in Ascent._fields})


class SearchState(NamedTuple):
    """Where the search stands; `active` turns false at the stopping rule."""

    design: Design
    adam: optax.OptState
    clips: Int[AnyArray, ""]
    active: Bool[AnyArray, ""]


class SearchInfo(NamedTuple):
    """One step: its start, utility and gradient there, whether they were finite, the search active,
    the move cut; members that the utility leaves out.
    """

    design: Design
    utility: Float[AnyArray, ""]
    gradient: Design
    finite: Bool[AnyArray, ""]
    active: Bool[AnyArray, ""]
    clipped: Bool[AnyArray, ""]
    left_out: Int[AnyArray, ""]


def bounds(experiment: dict) -> tuple[float, float]:
    """Least and greatest design coordinate by the settings `experiment`; infinite
    without a domain.
    """
    if experiment["domain"] == "none":
        return -math.inf, math.inf
    return experiment["lower"], experiment["upper"]


def window(
    centre: Designs,
    move_limit: Scalar,
    lower: float,
    upper: float,
    allowed: Allowed | None = None,
) -> Window:
    """The part of the domain [lower, upper]^n within `move_limit` of `centre` in each
    coordinate.
    """
    ends = jnp.maximum(centre - move_limit, lower), jnp.minimum(centre + move_limit, upper)
    return Window(*ends, allowed)


def best_start(problem: Problem, start: Design, key: PRNGKeyArray, grid: int) -> Design:
    """The best of a grid over the problem's box, `grid` points a side, and of `start`, which it is
    without a grid.

    All candidates see the same key. A candidate whose utility is not finite is never chosen, nor
    compared with. Nor is one that is forbidden, at which nothing is evaluated; NaN if there is no
    other.
    """
    best = start if grid == 0 else _best_of_grid(problem, start, key, grid)
    allowed = problem.box.allowed
    return best if allowed is None else jnp.where(allowed(best), best, jnp.nan)


def _best_of_grid(problem: Problem, start: Design, key: PRNGKeyArray, grid: int) -> Design:
    axes = [
        jnp.linspace(low, high, grid)
        for low, high in zip(problem.box.lower, problem.box.upper, strict=True)
    ]
    tensor = jnp.stack(jnp.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, start.size)
    candidates = jnp.concatenate([start[None], tensor])
    values = jax.lax.map(lambda design: _value_if_allowed(problem, design, key), candidates)
    return candidates[jnp.argmax(jnp.where(jnp.isfinite(values), values, -jnp.inf))]


def _value_if_allowed(problem: Problem, design: Design, key: PRNGKeyArray) -> Float[AnyArray, ""]:
    """The utility; NaN of a forbidden design, without evaluating it."""
    allowed = problem.box.allowed
    if allowed is None:
        return problem.value(design, key)
    return jax.lax.cond(
        allowed(design), lambda: problem.value(design, key), lambda: jnp.array(jnp.nan)
    )


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
    """One projected Adam step, from an allowed design to an allowed one; a search that has stopped
    stays where it is and evaluates nothing.
    """
    own, restart = jax.random.split(key)
    value, gradient, left_out = jax.lax.cond(
        state.active,
        lambda: problem.evaluate(state.design, own),
        lambda: Evaluation.exact(jnp.zeros(()), jnp.zeros_like(state.design)),
    )
    finite = jnp.isfinite(value) & jnp.all(jnp.isfinite(gradient))
    move, adam = _optimiser(ascent).update(
        jnp.where(finite, gradient, 0.0), state.adam, state.design
    )
    jump = ascent.jump * jax.random.normal(restart, state.design.shape)
    adam = jax.tree.map(lambda new, old: jnp.where(finite, new, old), adam, state.adam)
    wanted = state.design + jnp.where(finite, move, jump)
    reached = _within(problem.box, state.design, wanted)
    clipped = jnp.any(reached != wanted) & state.active
    clips = state.clips + clipped
    stop = (ascent.stop_after_clips > 0) & (clips >= ascent.stop_after_clips)
    info = SearchInfo(
        design=state.design,
        utility=value,
        gradient=gradient,
        finite=finite,
        active=state.active,
        clipped=clipped,
        left_out=left_out,
    )
    design = jnp.where(state.active, reached, state.design)
    return SearchState(design, adam, clips, state.active & ~stop), info


def _within(box: Window, design: Design, wanted: Design) -> Design:
    """Where a move from an allowed design ends: within the box and, where that is forbidden, as far
    along each coordinate in turn as all, half, a quarter … or nothing of the move is allowed.

    So a search comes ever closer to a wall of what is forbidden, and slides along it.
    """
    end = jnp.clip(wanted, box.lower, box.upper)
    if box.allowed is None:
        return end
    shares, place = jnp.append(0.5 ** jnp.arange(PARTS), 0.0), design
    for index in range(design.size):
        part = design[index] + shares * (end[index] - design[index])
        along = jnp.where(shares == 1, end[index], part)
        tried = jnp.tile(place, (len(shares), 1)).at[:, index].set(along)
        # the last is where it stands
        place = tried[jnp.argmax(box.allowed(tried).at[-1].set(True))]
    return jnp.where(box.allowed(end), end, place)


def ascend(
    state: SearchState, problem: Problem, keys: Key[AnyArray, " steps"], ascent: Ascent
) -> tuple[SearchState, SearchInfo]:
    """One step a key: the state after them, and every step's info stacked along a leading axis."""
    return jax.lax.scan(lambda state, key: step(state, problem, key, ascent), state, keys)
