"""Second-order finite volumes on the unit square, cells × cells of them, some of which may be built
on.
"""

import numpy as np
import scipy.sparse as sparse
from jaxtyping import Bool, Float


def laplacian(free: Bool[np.ndarray, "cells cells"]) -> sparse.csc_matrix:
    """Second-order finite volumes between free cells, in the order of free.ravel(); no flux through
    any wall.
    """
    cells, number = len(free), np.full(free.shape, -1)
    number[free] = np.arange(free.sum())
    pairs = [(number[:-1], number[1:]), (number[:, :-1], number[:, 1:])]
    joined = [(a[(a >= 0) & (b >= 0)], b[(a >= 0) & (b >= 0)]) for a, b in pairs]
    first, second = (np.concatenate(parts) for parts in zip(*joined, strict=True))
    rows, columns = np.r_[first, second], np.r_[second, first]
    between = sparse.coo_matrix(
        (np.full(len(rows), float(cells**2)), (rows, columns)), shape=(free.sum(),) * 2
    )
    return (between - sparse.diags(np.asarray(between.sum(axis=1)).ravel())).tocsc()


def interpolation(
    free: Bool[np.ndarray, "cells cells"], points: Float[np.ndarray, "points 2"]
) -> sparse.csc_matrix:
    """Bilinear weights of the four cells around each point, (free cells, points); those of cells
    that are not free left out.

    Raises ValueError for a point with no free cell around it.
    """
    cells = len(free)
    number = np.full(free.shape, -1)
    number[free] = np.arange(free.sum())
    place = np.clip(np.asarray(points) * cells - 0.5, 0, cells - 1)
    low = np.minimum(place.astype(int), cells - 2)
    share = place - low
    corners = np.array(list(np.ndindex(2, 2)))[:, None]
    weights = np.prod(np.where(corners == 1, share, 1 - share), axis=2)
    rows = number[tuple(np.moveaxis(low + corners, 2, 0))]
    inside = (rows >= 0) & (weights > 0)
    columns = np.broadcast_to(np.arange(len(points)), rows.shape)
    total = np.where(inside, weights, 0).sum(axis=0)
    if (total <= 0).any():
        wrong = np.asarray(points)[np.argmin(total)].tolist()
        raise ValueError(f"sensor {wrong} lies within a building: no accessible cell is around it")
    entries = (weights / total)[inside], (rows[inside], columns[inside])
    return sparse.coo_matrix(entries, shape=(free.sum(), len(points))).tocsc()
