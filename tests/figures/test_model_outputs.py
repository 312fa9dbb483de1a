"""Curves over the designs, with gaps where these are forbidden, and no more than there are."""

import numpy as np
import pytest
import xarray as xr
from matplotlib.figure import Figure

from boed.figures import model_outputs

PLACE = np.array([0.0, 1.0, 4.0, 5.0])
CURVES = xr.Dataset(
    {
        "design": (("place", "coordinate"), PLACE[:, None], {"units": "h"}),
        "true": (("place", "output"), 2 * PLACE[:, None], {"units": "1"}),
        "modelled": (("stage", "replicate", "place", "output"), np.ones((2, 1, 4, 1))),
        "estimated": (("stage", "replicate", "place", "output"), np.zeros((2, 1, 4, 1))),
    },
    coords={"output": ["y"], "coordinate": ["t"]},
)
GAP = CURVES.assign(forbidden=(("interval", "end"), [[1.5, 3.5], [6.0, 7.0]]))


@pytest.mark.parametrize(
    ("outputs", "drawn"),
    [(CURVES, [0, 2, 8, 10]), (GAP, [0, 2, np.nan, 8, 10, np.nan])],
    ids=["all", "gap"],
)
def test_no_line_crosses_what_is_forbidden(outputs, drawn):
    panel = Figure().subplots()
    model_outputs.draw_curves(panel, outputs, "y", 0)
    np.testing.assert_array_equal(panel.lines[0].get_ydata(), drawn)
    for line in panel.lines[1:]:
        np.testing.assert_array_equal(np.isnan(line.get_ydata()), np.isnan(drawn))
    assert panel.get_xlabel() == "t [h]"


@pytest.mark.parametrize(("learned", "drawn"), [(0.0, 3), (0.5, 4)])
def test_a_model_that_learned_nothing_is_drawn_once(learned, drawn):
    panel = Figure().subplots()
    after = CURVES.modelled + learned * xr.DataArray([0.0, 1.0], dims="stage")
    model_outputs.draw_curves(panel, CURVES.assign(modelled=after), "y", 0)
    assert len(panel.lines) == drawn
    words = [line.get_label() for line in panel.lines]
    assert ("with what it learned" in words) == (learned > 0)
    assert ("model with true parameters" in words) == (learned == 0)
