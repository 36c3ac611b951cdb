"""CPU time, latency and rate."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

import psutil

from glocal.bench.stage import Stage

SERVER = ("web", "relay", "jobs")


def loop_us() -> float:
    """Microseconds of CPU of ten thousand additions in Python, the median of some: how fast the machine is just now.

    The CPU of a shared machine may be half as fast an hour later; figures compare only beside this one.
    """

    def additions() -> float:
        begun, value = time.process_time(), 0
        for number in range(10_000):
            value += number
        return time.process_time() - begun

    return median(additions() for _ in range(100)) * 1e6


def cpu_seconds(root: psutil.Process) -> float:
    """User + system time of a process tree so far, ended children included."""
    spent = 0.0
    for process in [root, *root.children(recursive=True)]:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        spent += times.user + times.system + times.children_user + times.children_system
    return spent


@dataclass(frozen=True, slots=True)
class Reading:
    """CPU seconds so far of each process tree, and the moment."""

    by_process: dict[str, float]
    at: float

    def since(self, before: "Reading") -> dict[str, float]:
        return {name: value - before.by_process[name] for name, value in self.by_process.items()}


def read(stage: Stage) -> Reading:
    names = [row["name"] for row in stage.state()["processes"]]
    spent = {name: cpu_seconds(stage.process(name)) for name in names}
    spent["postgres"] = cpu_seconds(stage.postgres)
    return Reading(spent, time.monotonic())


@dataclass(frozen=True, slots=True)
class Latency:
    """p50 and p95 in milliseconds."""

    p50: float
    p95: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Latency":
        if len(seconds) < 2:
            only = seconds[0] * 1000 if seconds else 0.0
            return cls(only, only)
        cuts = quantiles(seconds, n=20)
        return cls(cuts[9] * 1000, cuts[18] * 1000)
