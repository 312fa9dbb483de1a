"""Rows of the comparison of exact and sampled maps."""

import xarray as xr

from boed.studies.sensors import ways
from boed.studies.sensors.ways import Seconds


def test_seconds_are_snakemakes_own(tmp_path):
    (tmp_path / "job.tsv").write_text("s\th:m:s\n12.5\t0:00:12\n")
    assert ways.seconds(tmp_path / "job.tsv") == 12.5


def test_a_row_an_aversion():
    sampled = xr.Dataset(
        {
            "sampling_error": ("quantity", [0.0123, 0.2]),
            "relative_regret": ("aversion", [0.0, 0.034]),
            "aversion": [0.0, 2.0],
        }
    )
    rows = ways.rows("house", Seconds(exact=1.5, training=2000.0, sampled=3.0), sampled)
    assert all(len(row) == len(ways.COLUMNS) for row in rows)
    assert rows[0] == ["house", "1.5", "2e+03", "3", "0.012", "0.2", "0", "0"]
    assert rows[1][-2:] == ["2", "0.034"]
