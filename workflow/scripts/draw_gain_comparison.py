"""Which EKI schedule measures information: its gain against the true one, over the move window and
along the search.
"""

import numpy as np
from matplotlib.patheffects import withStroke

from boed.figures import style
from boed.jobs import job, store

SHOWN = 2
# each schedule in the colour of the recipe that uses it
RECIPES = {"tempered": "robust", "repeated": "printed", "released": "released"}
OUTLINE = [withStroke(linewidth=3, foreground="black")]


def colour(schedule):
    """The colour of a schedule."""
    return style.colour(RECIPES[schedule])


def draw_map(figure, panel, window, values, title):
    """A gain over one replicate's window, on a scale of its own: what counts is which design has
    more.
    """
    points = round(np.sqrt(len(values)))
    x, y = window.position.values.reshape(points, points, 2).transpose(2, 0, 1)
    drawn = panel.pcolormesh(
        x, y, values.reshape(points, points), shading="nearest", rasterized=True
    )
    path = window.path_position.values
    # white on black: seen on every colour of the map, and in the legend
    panel.plot(*path.T, color="white", linewidth=1.5, path_effects=OUTLINE, label="search")
    panel.plot(*window.start.values, "o", mfc="white", mec="black", label="physical design")
    panel.plot(*path[-1], "^", mfc="white", mec="black", label="discrepancy design")
    style.map_axes(panel, title)
    figure.colorbar(
        drawn, ax=panel, location="bottom", shrink=0.85, pad=0.02, label="information gain [nat]"
    )


def draw_scatter(panel, window):
    """Every design of the window: what each schedule says against the truth, the covariance part
    hollow.
    """
    true = window.reference_gain.values
    for schedule in RECIPES:
        own, tint = window.sel(schedule=schedule), colour(schedule)
        panel.plot(
            true, own.covariance_part, "o", mfc="none", mec=tint, markersize=4, mew=0.7, alpha=0.8
        )
        panel.plot(true, own.information_gain, "o", color=tint, markersize=2.8)
    end = [0, 1.05 * true.max()]
    panel.plot(end, end, color="black", linewidth=1)
    panel.annotate("1 : 1", (0.3 * end[1], 0.3 * end[1]), (4, -9), textcoords="offset points")
    panel.set(
        xlabel="true information gain [nat]",
        ylabel="gain of the schedule [nat]",
        xlim=end,
        ylim=(0, None),
    )


def draw_along_path(panel, window):
    """The same along the search's path."""
    updates = window.updates.values
    for schedule in RECIPES:
        own, tint = window.sel(schedule=schedule), colour(schedule)
        panel.plot(updates, own.path_information_gain, "o-", color=tint, markersize=3.5)
        panel.plot(
            updates,
            own.path_covariance_part,
            "o--",
            color=tint,
            mfc="none",
            markersize=4.5,
            linewidth=0.8,
        )
    panel.plot(updates, window.path_reference_gain, "s-", color="black", markersize=3.5)
    panel.set(
        xlabel="design update", ylabel="information gain [nat]", ylim=(0, None), xticks=updates
    )


def draw_legend(figure, map_panel, gain_panel):
    """One legend: what a colour and a marker stand for, from a map and from an empty line of each
    kind.
    """
    for schedule in RECIPES:
        gain_panel.plot([], [], "o-", color=colour(schedule), markersize=3.5, label=schedule)
    gain_panel.plot(
        [], [], "s-", color="black", markersize=3.5, label="true gain, importance sampling"
    )
    part = {"color": "gray", "mfc": "none", "markersize": 4.5, "linewidth": 0.8}
    gain_panel.plot([], [], "o--", **part, label="covariance part alone")
    marks, gains = (panel.get_legend_handles_labels() for panel in (map_panel, gain_panel))
    handles, labels = (maps + others for maps, others in zip(marks, gains, strict=True))
    figure.legend(handles, labels, loc="outside upper center", ncols=len(labels), columnspacing=1.2)


def main(snakemake):
    style.use()
    compared = store.read(snakemake.input.comparison)
    rows = min(SHOWN, compared.sizes["replicate"])
    figure, axes = style.new(rows, 6, 15.5, 3.3 * rows + 0.5, width_ratios=[1, 1, 1, 1, 1.15, 1.15])
    for row, panels in enumerate(axes):
        window = compared.isel(replicate=row)
        title = (
            f"true gain\n(at least {window.effective_samples.values.min():.0f} effective samples)"
        )
        draw_map(figure, panels[0], window, window.reference_gain.values, title)
        for panel, schedule in zip(panels[1:4], RECIPES, strict=True):
            own = window.sel(schedule=schedule)
            title = f"{schedule}\nrank correlation with truth {own.rank_correlation:.2f}"
            draw_map(figure, panel, window, own.information_gain.values, title)
        draw_scatter(panels[4], window)
        draw_along_path(panels[5], window)
        panels[0].set_ylabel(f"replicate {row + 1}\ny [length]")
        for panel in panels[:4]:
            panel.set_xlabel("x [length]")
    axes[0, 4].set_title("every design of the window")
    axes[0, 5].set_title("along the search")
    draw_legend(figure, axes[0, 0], axes[0, 5])
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
