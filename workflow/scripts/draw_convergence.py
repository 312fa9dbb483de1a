"""Estimate, bias and variance of the utility's variance over the number of samples (mean_variance
Fig. 2).
"""

import numpy as np

from boed.figures import style
from boed.jobs import job, store

WORDS = {"nested": "as published", "self_normalised": "self-normalised weights"}


def main(snakemake):
    style.use()
    convergence = store.read(snakemake.input[0])
    figure, (panels,) = style.new(1, 3, 11.5, 3.6)
    samples = convergence.samples.values
    for order, (estimator, label) in enumerate(WORDS.items()):
        own, tint = convergence.sel(estimator=estimator), style.colour("", 2 * order)
        values = own.utility_variance.transpose("run", "samples").values
        style.median_band(panels[0], samples, values, "", 2 * order, label=label)
        bias, slope = np.abs(own.bias.values), float(own.variance_slope)
        words = f"{label}: slope {float(own.bias_slope):.2f}"
        panels[1].errorbar(
            samples, bias, 3 * own.bias_error.values, fmt="o", color=tint, capsize=3, label=words
        )
        panels[1].plot(samples, np.abs(float(own.bias_coefficient)) / samples, color=tint)
        panels[2].plot(samples, own.variance, "o", color=tint, label=f"{label}: slope {slope:.2f}")
        line = float(own.variance[0]) * (samples / samples[0]) ** slope
        panels[2].plot(samples, line, color=tint)
    exact = float(convergence.exact_utility_variance)
    panels[0].axhline(
        exact, color=style.colour("published"), linestyle="--", linewidth=1, label="exact"
    )
    panels[0].set(
        ylabel="variance of the utility [nat²]", title="median, 10th to 90th percentile of the runs"
    )
    panels[1].set(
        ylabel="bias [nat²]", yscale="log", title="bias and three standard errors; lines: c/N"
    )
    panels[2].set(ylabel="variance of the estimate [nat⁴]", yscale="log")
    for panel in panels:
        panel.set(xscale="log", xlabel="samples N")
        panel.legend(fontsize=7)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
