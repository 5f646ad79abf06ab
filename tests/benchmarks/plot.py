"""Draws how many times as fast as the others our server is: https://matplotlib.org/stable/."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.benchmarks.peers import OURS
from tests.benchmarks.rounds import LINES, Found, ratio

_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)


def draw(parts: Mapping[int, Sequence[Found]], file: Path) -> None:
    """Write the plot as SVG: one panel a concurrency, one line another server, over the sizes."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "migkg"
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, len(LINES), figsize=(9, 3.6), sharey=True)
    values = [1.0]
    for axis, lines in zip(axes, LINES, strict=True):
        axis.axhline(1, color="grey", linewidth=0.8)
        for name, points in _points(parts, lines).items():
            values += [value for _, value in points]
            axis.plot(*zip(*points, strict=True), marker="o", label=name)
        axis.set(xscale="log", yscale="log", title=f"concurrency {lines}", xlabel="times the graph")
        axis.set_xticks(list(parts), [f"×{times}" for times in parts])
        axis.minorticks_off()
        axis.grid(axis="y", linewidth=0.3)
    axes[0].set_yticks(_TICKS, [f"{tick:g}" for tick in _TICKS])
    axes[0].set_ylim(min(values) * 0.7, max(values) * 1.4)
    axes[0].set_ylabel("our rate ÷ the other's")
    if axes[0].lines[1:]:
        axes[0].legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None, "Creator": None})
    pyplot.close(figure)


def _points(parts: Mapping[int, Sequence[Found]], lines: int) -> dict[str, list[tuple[int, float]]]:
    names = {n for found in parts.values() for one in found for n in one.right if n != OURS}
    points = {
        name: [
            (times, found[0])
            for times, asked in parts.items()
            if (found := ratio(asked, OURS, name, lines))
        ]
        for name in sorted(names)
    }
    return {name: found for name, found in points.items() if found}
