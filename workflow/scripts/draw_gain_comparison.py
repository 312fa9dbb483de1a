"""Which EKI schedule measures information: its gain against the true one, over the move window and
along the search.
"""

from boed.figures import gain_maps, style
from boed.jobs import job, store

SHOWN = 2


def main(snakemake):
    style.use()
    compared = store.read(snakemake.input.comparison)
    rows = min(SHOWN, compared.sizes["replicate"])
    widths = [1, 1, 1, 1, 1.15, 1.15]
    figure, axes = style.new(rows, 6, 15.5, 3.3 * rows + 0.5, width_ratios=widths)
    for row, panels in enumerate(axes):
        window = compared.isel(replicate=row)
        gain_maps.draw_maps(panels[:4], window)
        gain_maps.draw_scatter(panels[4], window)
        gain_maps.draw_along_path(panels[5], window)
        panels[0].set_ylabel(f"replicate {row + 1}\ny [length]")
    axes[0, 4].set_title("every design of the window")
    axes[0, 5].set_title("along the search")
    gain_maps.draw_keys(axes[0, 5])
    style.legend_above(figure, axes[0, [0, 5]], columnspacing=1.2)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
