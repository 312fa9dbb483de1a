"""A surrogate beside the solver: one field by both, its error over the domain, its training
(mean_variance Fig. 14).
"""

import numpy as np

from boed.figures import style
from boed.jobs import job, store


def main(snakemake):
    style.use()
    found, training = store.read(snakemake.input.validation), store.read(snakemake.input.surrogate)
    buildings, free = snakemake.params.buildings, found.accessible.values.astype(bool)
    figure, (panels,) = style.new(1, 5, 19.0, 3.6)
    fields = [found[name].values for name in ("solver_field", "surrogate_field")]
    levels = np.linspace(0, max(own[free].max() for own in fields), 21)
    for panel, own, words in zip(panels, fields, ("solver", "surrogate"), strict=False):
        style.domain_map(
            figure,
            panel,
            found,
            own,
            free,
            buildings,
            f"{words}, unseen source [concentration]",
            levels,
        )
        panel.plot(*found.shown_source.values, "+", color=style.colour("truth"), markersize=9)
    style.domain_map(
        figure,
        panels[2],
        found,
        fields[1] - fields[0],
        free,
        buildings,
        "surrogate − solver [concentration]",
        style.symmetric(fields[1][free] - fields[0][free]),
        cmap="RdBu_r",
        digits=3,
    )
    style.domain_map(
        figure,
        panels[3],
        found,
        found.error_map.values,
        free,
        buildings,
        "root mean square error, test sources [concentration]",
        digits=4,
    )
    for panel in panels[:4]:
        panel.set(xlabel="x [length]", ylabel="y [length]")
    for name, words in (("training_loss", "learned from"), ("validation_loss", "for stopping")):
        panels[4].semilogy(training.step, training[name], label=words)
    panels[4].axhline(
        float(found.relative_mse),
        color=style.colour("published"),
        linestyle="--",
        linewidth=0.8,
        label=f"test: {float(found.relative_mse):.1e}",
    )
    panels[4].set(xlabel="step", ylabel="mean squared error / variance", title="training")
    panels[4].legend()
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
