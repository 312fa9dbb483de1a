"""The scorecard: statements of the papers, each judged by what came out here. Imports no JAX.

A claim has a threshold that follows from the paper's words and, in up to four columns, what is
measured: by the authors' code, by their text, by ours, and exactly. Of every column the whole
bootstrap interval is judged.
"""

from pathlib import Path
from typing import NamedTuple

import yaml

from boed.claims import metrics
from boed.claims.metrics import Metric
from boed.claims.statistics import Bootstrap, Measured

JUDGED = ("faithful", "printed", "ours")
MEASURED = (*JUDGED, "exact")
COLUMNS = (
    "id",
    "paper",
    "where",
    "claim",
    *MEASURED,
    "threshold",
    *(f"verdict_{name}" for name in JUDGED),
)
COLUMNS += ("figure", "note")
VERDICTS = ("holds", "partly", "fails", "cannot be tested", "not run")
BOUNDS = {"at_least": "≥", "at_most": "≤", "between": "between"}
UNTESTABLE = "cannot_be_tested"


class Because(NamedTuple):
    """Why a column does not hold: a text, and the number that shows it where {value} stands."""

    text: str
    metric: Metric | None


class Claim(NamedTuple):
    """One row of the scorecard before it is judged; a column is a Metric, or why there is none."""

    id: str
    paper: str
    where: str
    claim: str
    figure: list[str]
    threshold: dict
    columns: dict[str, Metric | str]
    because: dict[str, Because]
    note: str

    def files(self) -> list[str]:
        """All files that its columns and reasons need."""
        metrics = [*self.columns.values(), *(reason.metric for reason in self.because.values())]
        return [file for metric in metrics if isinstance(metric, Metric) for file in metric.files()]


def because(spec: str | dict) -> Because:
    """A reason from its description: a text alone, or a text and a metric."""
    if isinstance(spec, str):
        return Because(spec, None)
    given = dict(spec)
    return Because(given.pop("text"), metrics.parse(given) if given else None)


def claim(entry: dict, paper: str) -> Claim:
    """One entry of a list of claims; ValueError with its id where it is not well formed."""
    given = dict(entry)
    columns = {name: given.pop(name) for name in MEASURED if name in given}
    reasons = given.pop("because", {})
    try:
        if not columns or not set(reasons) <= set(JUDGED):
            named = f"one of {', '.join(MEASURED)}, and reasons for {', '.join(JUDGED)} only"
            raise ValueError(f"needs {named}")
        bounds = [key for key in given["threshold"] if key in BOUNDS]
        if len(bounds) != 1 or set(given["threshold"]) != {*bounds, "reason"}:
            raise ValueError(f"a threshold is a reason and one of {', '.join(BOUNDS)}")
        parsed = {
            name: spec[UNTESTABLE] if UNTESTABLE in spec else metrics.parse(spec)
            for name, spec in columns.items()
        }
        figure = [given["figure"]] if isinstance(given["figure"], str) else given["figure"]
        given |= {"figure": figure, "note": given.get("note", "")}
        return Claim(
            paper=paper,
            columns=parsed,
            because={k: because(v) for k, v in reasons.items()},
            **given,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"claim {entry.get('id', entry)}: {error}") from error


def read(paths: list) -> list[Claim]:
    """The claims of several papers, a file each, named like the paper."""
    claims = []
    for path in map(Path, paths):
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
        claims += [claim(entry, path.stem) for entry in entries]
    return claims


def meets(value: float, threshold: dict) -> bool:
    """Whether a number is within the threshold, its ends included."""
    if "between" in threshold:
        low, high = threshold["between"]
        return low <= value <= high
    if "at_least" in threshold:
        return value >= threshold["at_least"]
    return value <= threshold["at_most"]


def verdict(result: Measured, threshold: dict) -> str:
    """`holds` where the whole interval meets the threshold, `fails` where none, else `partly`."""
    ends = [meets(result.low, threshold), meets(result.high, threshold)]
    if all(ends):
        return "holds"
    inside = any(ends) or meets(result.value, threshold)
    if "between" in threshold:
        inside |= result.low <= threshold["between"][0] and result.high >= threshold["between"][1]
    return "partly" if inside else "fails"


def number(result: Measured) -> str:
    """A measured number and its interval, in three digits: fewer than processors differ by."""
    if result.replicates == 1:
        return f"{result.value:.3g}"
    return f"{result.value:.3g} [{result.low:.3g}, {result.high:.3g}]"


def bound(threshold: dict) -> str:
    """A threshold in signs, without its reason."""
    key = next(key for key in threshold if key in BOUNDS)
    limit = threshold[key]
    limits = limit if key == "between" else [limit]
    return f"{BOUNDS[key]} " + " and ".join(f"{end:g}" for end in limits)


def judge(claim: Claim, datasets: dict, bootstrap: Bootstrap) -> dict:
    """The claim's row of COLUMNS, all text.

    datasets: {file: dataset} of the files that this configuration makes.
    ValueError with the claim's id where it names what a file does not have.
    """
    row = dict.fromkeys(COLUMNS, "")
    row |= {name: getattr(claim, name) for name in ("id", "paper", "where", "claim")}
    row["threshold"] = f"{bound(claim.threshold)}: {claim.threshold['reason']}"
    row["figure"] = " ".join(f"figures/{path}" for path in claim.figure)
    notes = []
    for name, metric in claim.columns.items():
        row[name], decided = "", "cannot be tested"
        if isinstance(metric, Metric):
            result = measured(claim.id, metric, datasets, bootstrap)
            row[name] = number(result) if result else ""
            decided = verdict(result, claim.threshold) if result else "not run"
        else:
            notes.append(f"{name}: {metric}")
        if name in JUDGED:
            row[f"verdict_{name}"] = decided
        if decided in ("fails", "partly") and name in claim.because:
            reason = filled(claim.id, claim.because[name], datasets, bootstrap)
            notes.append(f"{name}: {reason}")
    row["note"] = " ".join([claim.note, *notes]).strip()
    return row


def measured(name: str, metric: Metric, datasets: dict, bootstrap: Bootstrap) -> Measured | None:
    """The metric, or nothing where this configuration has not its files or coordinates."""
    try:
        return metrics.evaluate(metric, datasets, bootstrap)
    except KeyError:
        return None
    except ValueError as error:
        raise ValueError(f"claim {name}: {error}") from error


def filled(name: str, reason: Because, datasets: dict, bootstrap: Bootstrap) -> str:
    """The reason's text with its number."""
    if reason.metric is None:
        return reason.text
    result = measured(name, reason.metric, datasets, bootstrap)
    return reason.text.format(value=number(result) if result else "(not run)")


def unexplained(claims: list[Claim], rows: list[dict]) -> list[str]:
    """`id (column)` of every `fails` that says nothing about why."""
    return [
        f"{row['id']} ({name})"
        for claim, row in zip(claims, rows, strict=True)
        for name in JUDGED
        if row[f"verdict_{name}"] == "fails" and name not in claim.because
    ]
