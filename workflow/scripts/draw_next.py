"""Where a laboratory measures next: gains over the designs, the data so far, the belief now."""

from boed.figures import model_outputs, style
from boed.jobs import job, store


def main(snakemake):
    style.use()
    files, step = snakemake.input, snakemake.params.step
    told = store.read(files.prospects) if files.get("prospects") else None
    belief = store.read(files.belief).isel(replicate=0) if files.get("belief") else None
    names = model_outputs.parameters(belief) if belief is not None else []
    measurements = {
        kind: [store.read(path) for path in files.get(kind, [])]
        for kind in ("physical", "discrepancy")
    }
    count = (told is not None) + 1 + len(names)
    figure, axes = style.new(1, count, 2.9 * count, 3.1)
    panels = iter(axes[0])
    if told is not None:
        panel = next(panels)
        model_outputs.draw_gains(panel, told)
        panel.set_title(f"next: stage {step['stage']}, {step['kind']}")
    axes_of = {k: model_outputs.label(*pair) for k, pair in snakemake.params.axes.items()}
    model_outputs.draw_readings(next(panels), measurements, axes_of)
    for panel, name in zip(panels, names, strict=True):
        model_outputs.draw_marginal(panel, belief, name, None)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
