"""What the runs of a black box gave, a file a run, so that none is made twice. No JAX here.

A record is named after all that its run depends on: program, files, parameters and design. A run
that failed has one too, in a folder of its own: delete it, and the run is made again.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from boed.jobs.store import replacing
from boed.systems.black_box.outputs import Given

DONE, FAILED = "done", "failed"


class Outcome(NamedTuple):
    """Outputs of a run by name, or why it failed and the end of what it wrote; how long it took,
    s.
    """

    outputs: dict[str, float] | None
    seconds: float
    reason: str = ""
    log: str = ""


@dataclass(frozen=True, eq=False)
class Records:
    """The records below a folder of runs of one program, `identity`: what says which it is and what
    it does.

    outputs: names that a record must have to be of use; time_limit: a run that reached a shorter
    one is made again, s.
    """

    folder: Path
    identity: dict[str, Any]
    outputs: tuple[str, ...]
    time_limit: float

    def path(self, given: Given, kind: str) -> Path:
        """Where the record of a run is, done or failed."""
        text = json.dumps([self.identity, given], sort_keys=True)
        name = sha256(text.encode()).hexdigest()[:24]
        # few files a folder, since some file systems are slow with many
        return self.folder / kind / name[:2] / f"{name}.json"

    def read(self, given: Given) -> Outcome | None:
        """What an earlier run gave; None for one that is to be made."""
        record = _read(self.path(given, DONE))
        if record is not None and set(self.outputs) <= set(record["outputs"]):
            return Outcome(record["outputs"], record["seconds"])
        record = _read(self.path(given, FAILED))
        if record is None or record["seconds"] >= record["time_limit"] < self.time_limit:
            return None
        return Outcome(None, record["seconds"], record["failure"], record["log"])

    def write(self, given: Given, outcome: Outcome) -> Path:
        """Keep what a run gave, whole or not at all; where it is now."""
        kept: dict[str, Any] = {**given, "seconds": outcome.seconds}
        if outcome.outputs is None:
            kept |= {"failure": outcome.reason, "log": outcome.log, "time_limit": self.time_limit}
        else:
            kept |= {"outputs": outcome.outputs}
        path = self.path(given, FAILED if outcome.outputs is None else DONE)
        with replacing(path) as temporary:
            temporary.write_text(json.dumps(kept, indent=1), encoding="utf-8")
        return path


def _read(path: Path) -> dict | None:
    """A record; None where there is none that is whole."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
