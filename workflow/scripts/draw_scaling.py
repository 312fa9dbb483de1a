"""ad_eki Fig. 9 and 10: memory and time of AD-EKI over members or iterations, by the way it is
differentiated.

And of the expected gain over the predicted data that it averages over, by the members (§2.4).
"""

from boed.figures import scaling_curves, style
from boed.figures.scaling_curves import PANELS
from boed.jobs import job, store


def main(snakemake):
    style.use()
    scaling, axis = store.read(snakemake.input[0]), snakemake.wildcards.axis
    solvers = list(scaling.solver.values)
    figure, axes = style.new(len(solvers), len(PANELS), 3.3 * len(PANELS), 2.9 * len(solvers))
    for row, solver in zip(axes, solvers, strict=True):
        for panel, name in zip(row, PANELS, strict=True):
            scaling_curves.draw_curves(panel, scaling.sel(solver=solver), name, axis)
            panel.set_title(str(solver))
    style.legend_above(figure, [axes[0, 0]])
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
