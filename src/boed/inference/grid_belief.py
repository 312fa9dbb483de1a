"""Beliefs about one to three parameters: log probabilities of the cells of a grid."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray

LOG = logging.getLogger("boed")

LogBelief = Float[AnyArray, "*cells"]
# axes may differ in length, which a name would forbid
Axis = Float[AnyArray, " _"]
Position = Float[AnyArray, " parameters"]

MOST_AXES = 3
# a belief on fewer cells says where its cells are, not where the parameters are
FEWEST_CELLS = 3.0


@dataclass(frozen=True, eq=False)
class Cells:
    """Positions of the cells along the axes of one to three parameters, by the parameters' names.

    Evenly spaced, at least two along each axis. Iterates over the axes, in the order of a belief's.
    """

    axes: Mapping[str, Axis]

    def __post_init__(self):
        if not 1 <= len(self.axes) <= MOST_AXES:
            raise ValueError(
                f"a grid has one to {MOST_AXES} axes, got {len(self.axes)} "
                f"({', '.join(self.axes)}): hold a belief about more parameters by particles"
            )
        for name, axis in self.axes.items():
            if axis.size < 2:
                raise ValueError(f"a grid needs at least 2 cells along {name}, got {axis.size}")

    @classmethod
    def spanning(cls, ends: Mapping[str, tuple[float, float, int]]) -> "Cells":
        """Cells from the first to the last position along each axis: name → (first, last,
        count).
        """
        return cls({name: np.linspace(*end) for name, end in ends.items()})

    @classmethod
    def square(cls, lower: float, upper: float, count: int) -> "Cells":
        """`count` × `count` cells spanning [lower, upper]², along x and y."""
        axis = np.linspace(lower, upper, count)
        return cls({"x": axis, "y": axis})

    def __iter__(self) -> Iterator[Axis]:
        return iter(self.axes.values())

    def __len__(self) -> int:
        return len(self.axes)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters."""
        return tuple(self.axes)

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of cells along each axis: the shape of a belief."""
        return tuple(axis.size for axis in self)

    @property
    def sides(self) -> tuple:
        """Length of a cell along each axis."""
        return tuple((axis[-1] - axis[0]) / (axis.size - 1) for axis in self)

    @property
    def x(self) -> Axis:
        """Positions along the axis x."""
        return self.axes["x"]

    @property
    def y(self) -> Axis:
        """Positions along the axis y."""
        return self.axes["y"]

    def points(self) -> Float[AnyArray, "*cells parameters"]:
        """The parameters of every cell."""
        return jnp.stack(jnp.meshgrid(*self, indexing="ij"), axis=-1)


def uniform(cells: Cells) -> LogBelief:
    """The belief that holds every cell equally probable."""
    return np.full(cells.shape, -np.log(np.prod(cells.shape)))


def update(prior: LogBelief, log_likelihood: LogBelief) -> LogBelief:
    """Bayes' theorem in log space; the result sums to one."""
    joint = prior + log_likelihood
    return joint - jax.nn.logsumexp(joint)


def in_use(
    log_likelihoods: Float[AnyArray, "data *cells"], used: Float[AnyArray, " data"]
) -> LogBelief:
    """Sum of the log likelihoods of the data in use, `used` times each; of those that are not, 0,
    whatever a cell has of them, NaN too.
    """
    mask = jnp.reshape(used > 0, (-1, *[1] * (log_likelihoods.ndim - 1)))
    return jnp.tensordot(used, jnp.where(mask, log_likelihoods, 0.0), axes=1)


def information_gain(posterior: LogBelief, prior: LogBelief) -> Float[AnyArray, ""]:
    """D_KL(posterior ‖ prior) in nats (ad_eki Eq. 2); cells of zero posterior count nothing."""
    probability = jnp.exp(posterior)
    difference = jnp.where(probability > 0, posterior - prior, 0.0)
    return jnp.sum(probability * difference)


def _along(probability: Float[AnyArray, "*cells"], *kept: int) -> Float[AnyArray, "..."]:
    """Marginal probabilities along some of the axes."""
    others = tuple(axis for axis in range(probability.ndim) if axis not in kept)
    return jnp.sum(probability, axis=others)


def mean(belief: LogBelief, cells: Cells) -> Position:
    """Expected parameters."""
    probability = jnp.exp(belief)
    return jnp.stack([_along(probability, k) @ axis for k, axis in enumerate(cells)])


def covariance(belief: LogBelief, cells: Cells) -> Float[AnyArray, "parameters parameters"]:
    """Covariance of the parameters."""
    probability = jnp.exp(belief)
    offsets = [axis - centre for axis, centre in zip(cells, mean(belief, cells), strict=True)]
    entries = [[None] * len(cells) for _ in cells]
    for i, own in enumerate(offsets):
        entries[i][i] = _along(probability, i) @ own**2
        for j in range(i):
            entries[i][j] = entries[j][i] = offsets[j] @ _along(probability, j, i) @ own
    return jnp.array(entries)


def spread(belief: LogBelief, cells: Cells, count: int | None = None) -> Float[AnyArray, ""]:
    """σ_eq = (λ₁ … λ_n)^{1/(2n)} of the covariance's eigenvalues, the deviation of a ball of the
    same volume (ad_eki Eq. 23); count: of the first parameters alone, whatever the others.
    """
    own = covariance(belief, cells)[:count, :count]
    return jnp.maximum(jnp.linalg.det(own), 0.0) ** (0.5 / len(own))


def credible_level(belief: LogBelief, cells: Cells, position: Position) -> Float[AnyArray, ""]:
    """Probability of the smallest credible region that reaches `position`: it is inside the 90 %
    region below 0.9.

    Highest-density regions; the density at the position is interpolated linearly between the cells
    around it.
    """
    probability = jnp.exp(belief)
    place = [(p - axis[0]) / h for p, axis, h in zip(position, cells, cells.sides, strict=True)]
    here = jax.scipy.ndimage.map_coordinates(probability, place, order=1, mode="nearest")
    return jnp.sum(jnp.where(probability > here, probability, 0.0))


def effective_cells(belief: LogBelief) -> Float[AnyArray, ""]:
    """(Σp)²/Σp²: so many equally probable cells would be as uncertain as the belief."""
    return jnp.exp(2 * jax.nn.logsumexp(belief) - jax.nn.logsumexp(2 * belief))


def warn_where_coarse(beliefs: Float[AnyArray, "*many"], names: tuple[str, ...]) -> None:
    """Log a warning where beliefs about these parameters rest on fewer than three cells; many have
    leading axes.

    The data then tell more than the grid can hold: the spread is no measure of what is known, and
    the most probable cell may be far from the truth.
    """
    cells = np.prod(np.shape(beliefs)[-len(names) :])
    many = np.reshape(np.asarray(beliefs), (-1, cells))
    counts = np.asarray(jax.vmap(effective_cells)(many))
    coarse = counts < FEWEST_CELLS
    if coarse.any():
        LOG.warning(
            "%d of %d beliefs rest on fewer than %g of %d cells (the narrowest on %.2f): the grid "
            "is coarser than what the data tell; take more cells, or a smaller range of %s",
            coarse.sum(),
            coarse.size,
            FEWEST_CELLS,
            cells,
            counts.min(),
            " and ".join(names),
        )
