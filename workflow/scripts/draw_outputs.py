"""What a described system's model has learned: curves over the designs with the data, errors by
stage, beliefs about the parameters at the last one.
"""

from boed.figures import design_axes, model_outputs, style
from boed.jobs import job, store


def main(snakemake):
    style.use()
    files, known = snakemake.input, snakemake.params.true_parameters or {}
    outputs = store.read(files.outputs)
    replicate = model_outputs.in_the_middle(outputs.error)
    last = (
        store.read(files.history).isel(stage=-1) if files.history else store.read(files.beliefs[-1])
    )
    belief = last.isel(replicate=replicate)
    measurements = {
        kind: [store.read(path) for path in files[kind]] for kind in ("physical", "discrepancy")
    }
    curves = list(outputs.output.values) if outputs.sizes["coordinate"] == 1 else []
    names = model_outputs.parameters(belief)
    count = len(curves) + 1 + len(names)
    figure, axes = style.new(1, count, 2.9 * count, 3.1)
    panels = iter(axes[0])
    for order, output in enumerate(curves):
        panel = next(panels)
        design_axes.shade_forbidden([panel], outputs)
        model_outputs.draw_curves(panel, outputs, output, replicate)
        model_outputs.draw_data(panel, measurements, order, replicate)
        panel.legend(fontsize=7)
    model_outputs.draw_errors(next(panels), outputs)
    for panel, name in zip(panels, names, strict=True):
        model_outputs.draw_marginal(panel, belief, name, known.get(name))
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
