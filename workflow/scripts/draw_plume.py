"""ad_eki Fig. 2: the true plume at several times."""

from boed.figures import maps, style
from boed.jobs import job, store


def main(snakemake):
    style.use()
    plume = store.read(snakemake.input[0])
    count = plume.sizes["time"]
    figure, axes = style.new(1, count, 2.1 * count + 0.6, 2.5, sharey=True)
    top = float(plume.concentration.max())
    for panel, time in zip(axes[0], plume.time.values, strict=True):
        field = plume.concentration.sel(time=time)
        image = panel.pcolormesh(
            plume.x, plume.y, field.T, vmin=0, vmax=top, shading="gouraud", rasterized=True
        )
        panel.plot(*snakemake.params.location, "+", color="white", markersize=9)
        maps.map_axes(panel, f"t = {time:g}")
        panel.set_xlabel("x [length]")
    axes[0, 0].set_ylabel("y [length]")
    figure.colorbar(image, ax=axes[0], label="concentration", shrink=0.85)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
