"""active_learning Figs 5b, 8 and 9: what a good and a poor design of one stage teach, and the
indicator's ranking.
"""

import numpy as np

from boed.figures import style
from boed.jobs import job, store

ROLES = {"good": "after", "poor": "before"}


def main(snakemake):
    style.use()
    params, found = snakemake.params, store.read(snakemake.input[0])
    figure, axes = style.new(1, 4, 13.0, 3.6)
    draw_histories(axes[0, 0], found)
    if params.learns == "strength":
        draw_ensembles(axes[0, 1], found)
    else:
        draw_errors(axes[0, 1], found)
    draw_ranking(axes[0, 2], found, params.learns)
    draw_map(axes[0, 3], found, params.location)
    figure.suptitle(
        f"stage {params.stage}: designs named good and poor by the indicator, "
        "before they are learned from"
    )
    return figure


def draw_histories(panel, found) -> None:
    """The indicator after each EKI iteration."""
    steps = np.arange(1, found.sizes["iteration"] + 1)
    for role, name in ROLES.items():
        values = found.gain_history.sel(role=role).transpose("replicate", "iteration").values
        style.median_band(panel, steps, values, name, label=f"{role} design")
    panel.set(xlabel="EKI iteration", ylabel="information gain [nat]")
    panel.legend()


def draw_ensembles(panel, found) -> None:
    """Mean and deviation of the learned parameter over the EKI iterations, of the first
    replicate.
    """
    steps = np.arange(found.sizes["step"])
    for role, name in ROLES.items():
        own = found.sel(role=role).isel(replicate=0, weight=0)
        mean, deviation = own.ensemble_mean.values, np.sqrt(own.ensemble_variance.values)
        panel.fill_between(
            steps,
            mean - deviation,
            mean + deviation,
            color=style.colour(name),
            alpha=0.2,
            linewidth=0,
        )
        panel.plot(steps, mean, color=style.colour(name), label=f"{role} design")
    panel.set(xlabel="EKI iteration", ylabel="source strength [concentration·length²/time]")
    panel.set_title("mean ± deviation of the ensemble", fontsize=8)


def draw_errors(panel, found) -> None:
    """Relative errors of the field after learning from the named designs, every replicate."""
    rows = np.arange(found.sizes["replicate"])
    good, poor = (
        found.relative_error.values[rows, found.named.sel(role=role).values] for role in ROLES
    )
    panel.plot(poor, good, "o", color=style.colour("after"), markersize=4)
    ends = [min(good.min(), poor.min()), max(good.max(), poor.max())]
    panel.plot(ends, ends, color="0.5", linewidth=0.8)
    panel.set(xlabel="poor design", ylabel="good design")
    panel.set_title("relative error of the field after learning [1]", fontsize=8)


def draw_ranking(panel, found, learns: str) -> None:
    """Gain of every design against the error it leaves, and how often a pair is ranked right."""
    for order, form in enumerate(("tempered", "released")):
        gain, error = found.gain.sel(form=form).values, found.relative_error.values
        estimate, truth = (
            100 * found.ranking_rate.sel(form=form, held=["estimate", "truth"]).values
        ).round()
        label = f"{form}: ranks {estimate:.0f} % of pairs right"
        # at its true place a strength is learned from any design: there is nothing to rank
        label += f", {truth:.0f} % at the true source" if learns == "network" else ""
        panel.plot(
            gain.ravel(),
            error.ravel(),
            ".",
            markersize=3,
            color=style.colour(form, order),
            label=label,
            alpha=0.6,
        )
    panel.set(xlabel="indicator [nat]", ylabel="relative error after learning [1]", yscale="log")
    panel.legend(fontsize=7, loc="lower center", bbox_to_anchor=(0.5, 1.0))


def draw_map(panel, found, location) -> None:
    """Where the designs of the first replicate lie, by the indicator."""
    own = found.isel(replicate=0)
    drawn = panel.scatter(*own.candidate.values.T, c=own.gain.sel(form="tempered").values, s=14)
    panel.figure.colorbar(drawn, ax=panel, label="tempered indicator [nat]", shrink=0.8)
    panel.plot(*own.candidate.values[0], "s", mfc="none", color="black", label="stage's design")
    for role, name in ROLES.items():
        panel.plot(
            *own.candidate.values[int(own.named.sel(role=role))],
            "o",
            ms=9,
            mfc="none",
            color=style.colour(name),
            label=role,
        )
    panel.plot(*location, "+", color=style.colour("truth"), markersize=10, label="true source")
    panel.legend(fontsize=7)
    style.map_axes(panel, "designs of replicate 1")
    panel.set(xlabel="x [length]", ylabel="y [length]")


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
