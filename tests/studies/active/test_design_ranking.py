"""Rankings of designs: who is right where it can be told by hand."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from boed.studies.active import design_ranking


def test_a_pair_is_ranked_right_where_more_gain_leaves_less_error():
    gains, errors = np.array([[3.0, 1.0, 2.0]]), np.array([[0.1, 0.3, 0.4]])
    pairs = np.array([[0, 0, 1], [0, 1, 2], [0, 2, 0]])
    np.testing.assert_array_equal(design_ranking.ranked_right(pairs, gains, errors), [1, 0, 1])


@given(st.integers(2, 8), st.integers(1, 5), st.integers(1, 40))
def test_random_pairs_are_of_two_designs_of_one_replicate(designs, replicates, count):
    pairs = design_ranking.random_pairs(np.random.default_rng(1), replicates, designs, count)
    assert pairs.shape == (count, 3)
    assert (pairs[:, 1] != pairs[:, 2]).all()
    assert (pairs >= 0).all()
    assert (pairs[:, 0] < replicates).all()
    assert (pairs[:, 1:] < designs).all()


def test_the_good_and_the_poor_design_are_proposed_ones():
    """The datum at hand, the first, is neither, whatever it gains."""
    gains = np.array([[9.0, 1.0, 3.0, 2.0], [0.0, 1.0, 3.0, 4.0]])
    np.testing.assert_array_equal(design_ranking.good_and_poor(gains), [[2, 1], [3, 1]])
