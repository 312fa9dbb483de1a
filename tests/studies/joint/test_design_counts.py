"""Counts of what joint design evaluates, by hand."""

import numpy as np

from boed.studies.joint.design_counts import counts


def test_counts_are_of_every_design_looked_at_and_the_update_after_each_search(settings):
    found = counts(settings)
    # a 2 × 2 grid and the start, then two steps; the second stage has two searches
    np.testing.assert_array_equal(found.design_evaluations, [7, 14])
    np.testing.assert_array_equal(found.model_solutions, [1, 1])
    np.testing.assert_array_equal(found.cell_likelihoods, [8 * 11 * 11 * 7, 16 * 11 * 11 * 7])
