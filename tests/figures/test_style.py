"""Percentiles, legends and published squares that figures share."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from boed.figures import style


@pytest.fixture
def panels():
    """A figure of two panels."""
    _, axes = plt.subplots(1, 2)
    yield axes
    plt.close("all")


def test_median_and_reach_are_over_replicates():
    middle, reach = style.median_and_reach(
        np.stack([np.arange(11.0), 10 * np.arange(11.0)], axis=1)
    )
    np.testing.assert_allclose(middle, [5.0, 50.0])
    np.testing.assert_allclose(reach, [[4.0, 40.0], [4.0, 40.0]])


def test_names_without_a_colour_take_the_one_of_their_order():
    assert style.colour("robust", 3) == style.COLOURS["robust"]
    assert style.colour("new", 1) == style.FALLBACK[1] != style.colour("new", 2)
    assert style.colour("new", len(style.FALLBACK)) == style.FALLBACK[0]


def test_published_numbers_are_drawn_where_they_are_known(panels):
    style.published(panels[0], {})
    style.published(panels[1], {2: 0.5, 4: 0.25})
    assert not panels[0].lines
    np.testing.assert_allclose(panels[1].lines[0].get_xydata(), [[2, 0.5], [4, 0.25]])


def test_a_legend_holds_all_panels_in_their_order(panels):
    for panel, name in zip(panels, ("first", "second"), strict=True):
        panel.plot([0, 1], [0, 1], label=name)
    style.legend_above(panels[0].figure, panels)
    (legend,) = panels[0].figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["first", "second"]
