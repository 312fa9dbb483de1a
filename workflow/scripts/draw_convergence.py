"""Estimate, bias and variance of the utility's variance over the number of samples (mean_variance
Fig. 2).
"""

from boed.figures import estimator_curves, style
from boed.figures.estimator_curves import WORDS, power_law
from boed.jobs import job, store


def main(snakemake):
    style.use()
    convergence = store.read(snakemake.input[0])
    figure, (panels,) = style.new(1, 3, 11.5, 3.6)
    samples = convergence.samples.values
    for order, (name, label) in enumerate(WORDS.items()):
        estimates, tint = convergence.sel(estimator=name), style.colour("", 2 * order)
        values = estimates.utility_variance.transpose("run", "samples").values
        style.median_band(panels[0], samples, values, "", 2 * order, label=label)
        slope = float(estimates.variance_slope)
        if "bias" in estimates:
            estimator_curves.draw_bias(panels[1], estimates, label, tint)
        words = f"{label}: slope {slope:.2f}"
        panels[2].plot(samples, estimates.variance, "o", color=tint, label=words)
        panels[2].plot(samples, power_law(samples, float(estimates.variance[0]), slope), color=tint)
    if "bias" in convergence:
        exact, line = float(convergence.exact_utility_variance), {"linestyle": "--", "linewidth": 1}
        panels[0].axhline(exact, color=style.colour("published"), label="exact", **line)
    else:
        panels[1].set_visible(False)
    panels[0].set(ylabel="variance of the utility [nat²]")
    panels[0].set(title="median, 10th to 90th percentile of the runs")
    panels[1].set(ylabel="bias [nat²]", title="bias and three standard errors; lines: c/N")
    panels[2].set(ylabel="variance of the estimate [nat⁴]")
    for panel in panels[1:]:
        panel.set(yscale="log")
    for panel in panels:
        panel.set(xscale="log", xlabel="samples N")
        panel.legend(fontsize=7)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
