"""active_learning Figs 9 and 11: true and modelled field by stage, and what drives them besides
diffusion.
"""

import numpy as np

from boed.figures import style
from boed.jobs import job, store

QUANTITIES = {"field": "u\n[concentration]", "right_hand_side": "−v·∇u + S\n[concentration/time]"}
ROWS = ("true", "modelled", "modelled − true")


def main(snakemake):
    style.use()
    history = store.read(snakemake.input[0])
    stages = history.stage.values
    figure, axes = style.new(
        6,
        len(stages),
        1.75 * len(stages) + 1.4,
        10.6,
        sharex=True,
        sharey=True,
        layout="constrained",
    )
    for number, (name, label) in enumerate(QUANTITIES.items()):
        draw_quantity(
            figure,
            axes[3 * number : 3 * number + 3],
            history,
            name,
            label,
            snakemake.params.location,
        )
    for stage, panel in zip(stages, axes[0], strict=True):
        panel.set_title(f"stage {stage}")
    for panel in axes[-1]:
        panel.set_xlabel("x [length]")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    title = (
        f"{style.words(snakemake.wildcards.variant)}, after each stage's calibration, the "
        "source at its true place; "
        "the replicate of median distance at the last stage"
    )
    figure.legend(
        handles,
        labels,
        loc="outside upper center",
        ncols=len(labels),
        title=title,
        title_fontsize=8,
    )
    return figure


def draw_quantity(figure, axes, history, name: str, label: str, location) -> None:
    """Three rows: true, modelled, and their difference, each pair of scales shared by
    all stages.
    """
    true = history[f"true_{name}"]
    modelled = history[f"modelled_{name}"].sel(calibration="after")
    replicate = int(history.shown_replicate)
    taught = history.teaching_design.isel(replicate=replicate).values
    across, up = style.limits(taught[:, None] + history.sensor_offset.values)
    # a few nodes by the source are much greater than all others
    top = float(np.quantile(np.abs(true), 0.995))
    low = -top if float(true.min()) < -0.01 * top else 0.0
    scales = [("viridis", low, top), ("viridis", low, top), ("RdBu_r", -top, top)]
    for row, values, (cmap, least, most), words in zip(
        axes, (true, modelled, modelled - true), scales, ROWS, strict=True
    ):
        for stage, panel in zip(history.stage.values, row, strict=True):
            own = values.sel(stage=stage)
            drawn = panel.pcolormesh(
                history.node_x,
                history.node_y,
                own.T,
                cmap=cmap,
                vmin=least,
                vmax=most,
                rasterized=True,
            )
            mark(panel, history, stage, location)
            style.map_axes(panel)
            panel.set(xlim=across, ylim=up, xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
        row[0].set_ylabel(f"{words}\ny [length]")
        figure.colorbar(
            drawn, ax=row, shrink=0.9, aspect=12, label=label, extend="both" if low else "max"
        )


def mark(panel, history, stage: int, location) -> None:
    """The source, and the sensors that the stage's model has learned from."""
    replicate = int(history.shown_replicate)
    sensors = (
        history.teaching_design.sel(stage=stage).isel(replicate=replicate).values
        + history.sensor_offset.values
    )
    panel.plot(*location, "+", color=style.colour("truth"), markersize=8, label="true source")
    panel.plot(
        *sensors.T,
        "s",
        mfc="none",
        mec="black",
        markersize=3,
        mew=0.7,
        linestyle="none",
        label="sensors",
    )


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
