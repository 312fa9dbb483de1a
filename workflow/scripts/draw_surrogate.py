"""A surrogate beside the solver: one field by both, its error over the domain, its training
(mean_variance Fig. 14).
"""

import numpy as np

from boed.figures import maps, style
from boed.jobs import job, store

LOSSES = {"training_loss": "learned from", "validation_loss": "for stopping"}


def main(snakemake):
    style.use()
    validation, training = (
        store.read(snakemake.input.validation),
        store.read(snakemake.input.surrogate),
    )
    domain = maps.domain_of(validation, snakemake.params.buildings)
    fields = {name: validation[f"{name}_field"].values for name in ("solver", "surrogate")}
    figure, (panels,) = style.new(1, 5, 19.0, 3.6)
    levels = np.linspace(0, max(field[domain.free].max() for field in fields.values()), 21)
    for panel, (name, field) in zip(panels, fields.items(), strict=False):
        maps.colour_bar(panel, maps.draw(panel, domain, field, levels))
        panel.set_title(f"{name}, unseen source [concentration]")
        panel.plot(*validation.shown_source.values, "+", color=style.colour("truth"), markersize=9)
    error = fields["surrogate"] - fields["solver"]
    levels = maps.symmetric(error[domain.free])
    maps.colour_bar(panels[2], maps.draw(panels[2], domain, error, levels, cmap="RdBu_r"), digits=3)
    panels[2].set_title("surrogate − solver [concentration]")
    maps.colour_bar(panels[3], maps.draw(panels[3], domain, validation.error_map.values), digits=4)
    panels[3].set_title("root mean square error, test sources [concentration]")
    for panel in panels[:4]:
        panel.set(xlabel="x [length]", ylabel="y [length]")
    for name, words in LOSSES.items():
        panels[4].semilogy(training.step, training[name], label=words)
    test, line = float(validation.relative_mse), {"linestyle": "--", "linewidth": 0.8}
    panels[4].axhline(test, color=style.colour("published"), label=f"test: {test:.1e}", **line)
    panels[4].set(xlabel="step", ylabel="mean squared error / variance", title="training")
    panels[4].legend()
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
