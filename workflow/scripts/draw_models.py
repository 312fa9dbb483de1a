"""active_learning Figs 8a and 9: field and source of the models that learned from the good and the
poor design.
"""

import numpy as np

from boed.figures import style
from boed.jobs import job, store

TAIL = 0.4  # the inset begins at this part of the greatest distance
COLOURS = {"good": "after", "poor": "before", "baseline": "uncorrected"}


def main(snakemake):
    style.use()
    params, found = snakemake.params, store.read(snakemake.input[0])
    models = [str(name) for name in found.learned_from.values]
    figure, axes = style.new(2, 4, 12.6, 6.2)
    fields = [found.true_field, *(found.model_field.sel(learned_from=name) for name in models)]
    top = float(found.true_field.max())
    for panel, own, title in zip(axes[0], fields, ["true", *models], strict=True):
        drawn = draw_map(
            panel, found, own, params.location, title, cmap="viridis", vmin=0.0, vmax=top
        )
    figure.colorbar(drawn, ax=axes[0], label="u [concentration]", extend="both", shrink=0.9)
    off = float(np.quantile(np.abs(found.model_field - found.true_field), 0.99))
    for panel, own, name in zip(axes[1, 1:], fields[1:], models, strict=True):
        title = f"{name} − true"
        drawn = draw_map(
            panel,
            found,
            own - found.true_field,
            params.location,
            title,
            cmap="RdBu_r",
            vmin=-off,
            vmax=off,
        )
    figure.colorbar(
        drawn, ax=axes[1, 1:], label="difference [concentration]", extend="both", shrink=0.9
    )
    draw_sources(axes[1, 0], found, models)
    figure.suptitle(
        f"stage {params.stage}, after learning from the good (triangle) and the poor "
        "design (circle); baseline: "
        "the model before; the replicate whose good design leaves the median error",
        fontsize=9,
    )
    return figure


def draw_map(panel, found, values, location, title: str, **colours):
    """One field over the unit square, with the source and the two designs."""
    drawn = panel.pcolormesh(found.node_x, found.node_y, values.T, rasterized=True, **colours)
    panel.plot(*location, "+", color=style.colour("truth"), markersize=9)
    own = found.isel(replicate=int(found.shown_replicate))
    places = own.candidate.values[own.named.values]
    for place, marker in zip(places, ("^", "o"), strict=True):
        panel.plot(
            *place,
            marker,
            mfc="none",
            mec="white" if colours["cmap"] == "viridis" else "black",
            markersize=6,
        )
    style.map_axes(panel, title)
    across, up = style.limits(places)
    panel.set(xlim=across, ylim=up, xlabel="x [length]", ylabel="y [length]")
    return drawn


def draw_sources(panel, found, models) -> None:
    """Source strength over the distance from its centre; inset: the tails, which the field of a
    large area rests on.
    """
    inset = panel.inset_axes([0.42, 0.2, 0.56, 0.32])
    for axes in (panel, inset):
        axes.plot(
            found.radius,
            found.true_source,
            color=style.colour("truth"),
            linestyle=":",
            label="true",
        )
        for name in models:
            source = found.model_source.sel(learned_from=name)
            axes.plot(found.radius, source, color=style.colour(COLOURS[name]), label=name)
    tails = found.sel(radius=slice(TAIL * float(found.radius[-1]), None))
    reach = float(np.maximum(np.abs(tails.model_source).max(), np.abs(tails.true_source).max()))
    inset.set(xlim=tails.radius.values[[0, -1]], ylim=(-reach, reach))
    inset.tick_params(labelsize=7)
    panel.set(
        xlabel="distance from the source [length]",
        ylabel="S [concentration/time]",
        xlim=(0, float(found.radius[-1])),
    )
    panel.legend()


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
