"""Whether an indicator, asked beforehand, ranks designs as what they teach does."""

import numpy as np
from jaxtyping import Float, Int

from boed.arrays import AnyArray

ByDesign = Float[AnyArray, "replicate design"]
Pairs = Int[np.ndarray, "pairs 3"]


def random_pairs(rng: np.random.Generator, replicates: int, designs: int, count: int) -> Pairs:
    """(replicate, one design, another) of so many random pairs."""
    pairs = [rng.choice(designs, 2, replace=False) for _ in range(count)]
    return np.column_stack([rng.integers(replicates, size=count), pairs])


def ranked_right(pairs: Pairs, gains: ByDesign, errors: ByDesign) -> Float[np.ndarray, " pairs"]:
    """1 where the design of greater gain leaves the smaller error, 0 where not."""
    replicate, one, other = pairs.T
    more = gains[replicate, one] > gains[replicate, other]
    less = errors[replicate, one] < errors[replicate, other]
    return (more == less).astype(float)


def good_and_poor(gains: ByDesign) -> Int[np.ndarray, "replicate 2"]:
    """The designs of greatest and of least gain, among those beside the first: the datum at hand,
    which no one proposes.
    """
    proposed = np.asarray(gains)[:, 1:]
    return np.stack([1 + proposed.argmax(axis=1), 1 + proposed.argmin(axis=1)], axis=1)
