"""active_learning Figs 9 and 11: true and modelled field by stage, and what drives them besides
diffusion.
"""

from boed.figures import model_fields, style
from boed.jobs import job, store

QUANTITIES = {"field": "u\n[concentration]", "right_hand_side": "−v·∇u + S\n[concentration/time]"}


def main(snakemake):
    style.use()
    history, location = store.read(snakemake.input[0]), snakemake.params.location
    stages = history.stage.values
    size = 1.75 * len(stages) + 1.4, 10.6
    figure, axes = style.new(6, len(stages), *size, sharex=True, sharey=True, layout="constrained")
    for rows, (name, label) in zip((axes[:3], axes[3:]), QUANTITIES.items(), strict=True):
        model_fields.draw_quantity(rows, history, name, label, location)
    for stage, panel in zip(stages, axes[0], strict=True):
        panel.set_title(f"stage {stage}")
    for panel in axes[-1]:
        panel.set_xlabel("x [length]")
    title = (
        f"{style.words(snakemake.wildcards.variant)}, after each stage's calibration, the "
        "source at its true place; "
        "the replicate of median distance at the last stage"
    )
    style.legend_above(figure, [axes[0, 0]], title=title, title_fontsize=8)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
