"""Fronts: by their definition, and a search that finds a known one with few evaluations."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from boed.design import pareto


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=30))
def test_undominated_by_definition(pairs):
    mean, variance = np.array(pairs, dtype=float).T
    expected = [
        not any(m >= own_m and v <= own_v and (m > own_m or v < own_v) for m, v in pairs)
        for own_m, own_v in pairs
    ]
    assert pareto.undominated(mean, variance).tolist() == expected


ALLOWED = np.ones((21, 21), dtype=bool)
ALLOWED[8:12, 3:15] = False


def value(node):
    """Mean best at one corner, variance least at another: the front is the line between them."""
    x, y = np.array(node) / 20
    return -float((x - 1) ** 2 + (y - 0.5) ** 2), float(x**2 + (y - 0.5) ** 2)


def test_the_front_of_a_grid_is_found_without_looking_at_all_of_it():
    nodes = [tuple(map(int, node)) for node in np.argwhere(ALLOWED)]
    every = np.array([value(node) for node in nodes])
    front = {node for node, on in zip(nodes, pareto.undominated(*every.T), strict=True) if on}
    seen = []

    def evaluate(node):
        assert ALLOWED[node]
        seen.append(node)
        return value(node)

    rng = np.random.default_rng(0)
    found = pareto.search(
        evaluate,
        nodes[::60],
        pareto.GridMoves(ALLOWED),
        pareto.LocalSearch(strides=[4, 2, 1], evaluations=250),
        rng,
    )
    assert len(seen) == len(set(seen)) == len(found) <= 250
    assert len(front & set(pareto.front(found))) >= 0.9 * len(front)


def test_moves_of_two_sensors_leave_one_where_it_is():
    found = pareto.GridMoves(ALLOWED)((0, 0, 7, 7), 1)
    assert (1, 1, 7, 7) in found
    assert (0, 0, 7, 8) in found
    assert not [node for node in found if node[:2] != (0, 0) and node[2:] != (7, 7)]
    assert not [node for node in found if not ALLOWED[node[2:]]]
    assert (0, 0, 8, 7) not in found
