"""Gradient ascent reaches the maximum near each start and stays within bounds."""

import numpy as np

from boed.design import gradient_ascent


def two_hills(design):
    """Maxima near 0.2 and, higher, at the bound 1."""
    (x,) = design
    return 0.3 * np.cos(2 * np.pi * x) * x**2, np.array(
        [0.6 * x * np.cos(2 * np.pi * x) - 0.6 * np.pi * x**2 * np.sin(2 * np.pi * x)]
    )


def test_every_start_climbs_its_own_hill():
    starts = np.array([[0.1], [0.9]])
    found = gradient_ascent.maximise(two_hills, (np.zeros(1), np.ones(1)), starts, evaluations=30)
    assert ((found.designs >= 0) & (found.designs <= 1)).all()
    second = int(np.flatnonzero(found.designs[:, 0] == 0.9)[0])
    tops = found.designs[
        [found.objective[:second].argmax(), second + found.objective[second:].argmax()], 0
    ]
    slope = two_hills(tops[:1])[1]
    np.testing.assert_allclose(slope, 0.0, atol=1e-4)
    np.testing.assert_allclose(tops, [0.1715, 1.0], atol=1e-3)
    np.testing.assert_array_equal(
        found.objective, [two_hills(design)[0] for design in found.designs]
    )
