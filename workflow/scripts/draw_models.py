"""active_learning Figs 8a and 9: field and source of the models that learned from the good and the
poor design.
"""

import numpy as np

from boed.figures import model_fields, style
from boed.jobs import job, store

BAR = {"extend": "both", "shrink": 0.9}


def main(snakemake):
    style.use()
    params, comparison = snakemake.params, store.read(snakemake.input[0])
    true, location = comparison.true_field, params.location
    models = {
        str(name): comparison.model_field.sel(learned_from=name)
        for name in comparison.learned_from.values
    }
    figure, axes = style.new(2, 4, 12.6, 6.2)
    scale = model_fields.Scale("viridis", 0.0, float(true.max()))
    for panel, (name, field) in zip(axes[0], ({"true": true} | models).items(), strict=True):
        drawn = model_fields.draw_model(panel, comparison, field, scale, location)
        panel.set_title(name)
    figure.colorbar(drawn, ax=axes[0], label="u [concentration]", **BAR)
    off = np.quantile(np.abs(comparison.model_field - true), model_fields.SEEN_OF_DIFFERENCES)
    scale = model_fields.difference_scale(float(off))
    for panel, (name, field) in zip(axes[1, 1:], models.items(), strict=True):
        drawn = model_fields.draw_model(panel, comparison, field - true, scale, location)
        panel.set_title(f"{name} − true")
    figure.colorbar(drawn, ax=axes[1, 1:], label="difference [concentration]", **BAR)
    model_fields.draw_sources(axes[1, 0], comparison)
    figure.suptitle(
        f"stage {params.stage}, after learning from the good (triangle) and the poor "
        "design (circle); baseline: "
        "the model before; the replicate whose good design leaves the median error",
        fontsize=9,
    )
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
