"""What a jail adds to a program's bill, how soon a limit kills, and what a launch takes.

Each number is measured in turn with its bare counterpart in one sitting, and printed as median and
p95. Run on a quiet machine, as root: `make bench`.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sandbox.archive import ArchiveFile, pack
from sandbox.client import connect
from sandbox.model import ExitKind, Limits, RunSpec
from sandbox.sealed import SealedFile
from sandbox.supervisor import JailerConfig, start_jailers

PROGRAMS = Path(__file__).parent / "programs"
LIMITS = Limits(cpu_ms=5_000, wall_ms=10_000, memory_bytes=256 << 20, output_bytes=4096)


def build(folder: Path) -> dict[str, Path]:
    built = {}
    for source in PROGRAMS.glob("*.c"):
        built[source.stem] = folder / source.stem
        command = ["gcc", "-O1", "-static", "-o", built[source.stem], source]
        subprocess.run(command, check=True)
    return built


def spread(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return {"median": round(statistics.median(ordered), 3), "p95": round(p95, 3)}


class BareCgroup:
    """A fresh cgroup per run without any jail, read the way the jailer reads its own."""

    def __init__(self, layout, helper: Path) -> None:
        self.layout = layout
        self.helper = helper
        self.count = 0

    def run(self, argv: list[str]) -> tuple[float, float]:
        """Return CPU in ms and peak memory in MB."""
        self.count += 1
        folders = [p / f"bench-{os.getpid()}-{self.count}" for p in self.layout.paths]
        for folder in folders:
            folder.mkdir(parents=True)
        try:
            procs = [str(folder / "cgroup.procs") for folder in folders]
            subprocess.run([self.helper, *procs, "--", *argv], check=True)
            return self._read(folders)
        finally:
            for folder in folders:
                folder.rmdir()

    def _read(self, folders: list[Path]) -> tuple[float, float]:
        if self.layout.version == 1:
            memory, _, cpuacct = folders
            cpu_ms = int((cpuacct / "cpuacct.usage").read_text()) / 1e6
            peak = int((memory / "memory.max_usage_in_bytes").read_text())
        else:
            stat = dict(line.split() for line in (folders[0] / "cpu.stat").read_text().splitlines())
            cpu_ms = int(stat["usage_usec"]) / 1e3
            peak = int((folders[0] / "memory.peak").read_text())
        return cpu_ms, peak / (1 << 20)


def measure_bill(slot, bare: BareCgroup, programs: dict[str, Path], rounds: int) -> dict:
    """Compare the same binary in a jail and bare in a cgroup of its own, in turn."""
    table = {}
    for name, argv in {
        "true": ["/usr/bin/true"],
        "burn 0 MB": [str(programs["burn"]), "0"],
        "burn 20 MB": [str(programs["burn"]), "20"],
    }.items():
        inside = [a.replace(str(programs["burn"]), "/app/burn") for a in argv]
        spec = RunSpec(argv=tuple(inside), limits=LIMITS, use_app=True)
        jailed, alone = [], []
        for _ in range(rounds):
            result = slot.run(spec)
            jailed.append((result.cpu_ms, result.memory_bytes / (1 << 20)))
            alone.append(bare.run(argv))
        table[name] = {
            "cpu_ms jail": spread([cpu for cpu, _ in jailed]),
            "cpu_ms bare": spread([cpu for cpu, _ in alone]),
            "memory_mb jail": spread([mb for _, mb in jailed]),
            "memory_mb bare": spread([mb for _, mb in alone]),
            "cpu_ms added": round(
                statistics.median(c for c, _ in jailed) - statistics.median(c for c, _ in alone), 3
            ),
            "memory_mb added": round(
                statistics.median(m for _, m in jailed) - statistics.median(m for _, m in alone), 3
            ),
        }
    return table


def measure_kill(slot, rounds: int) -> dict:
    """How far past its limit a program got: CPU burnt, time slept, time since it flooded."""

    def excess(argv: tuple[str, ...], kind: ExitKind, value: str, **changed: int) -> list[float]:
        limits = Limits(**{"cpu_ms": 5_000, "wall_ms": 10_000, "memory_bytes": 64 << 20, **changed})
        crossed = {"cpu_ms": limits.cpu_ms, "wall_ms": limits.wall_ms}[value]
        crossed = 0 if kind is ExitKind.OUTPUT_LIMIT else crossed
        values = []
        for _ in range(rounds):
            result = slot.run(RunSpec(argv=argv, limits=limits, use_app=True))
            if result.kind is not kind:
                sys.exit(f"{argv}: {result.kind}")
            values.append(getattr(result, value) - crossed)
        return values

    spin = "/app/spin"
    return {
        "cpu limit, CPU ms past it": spread(
            excess((spin, "cpu"), ExitKind.CPU_LIMIT, "cpu_ms", cpu_ms=100)
        ),
        "wall limit, ms past it": spread(
            excess((spin, "sleep"), ExitKind.WALL_LIMIT, "wall_ms", wall_ms=100)
        ),
        "output limit, ms from exec to death": spread(
            excess((spin, "output"), ExitKind.OUTPUT_LIMIT, "wall_ms", output_bytes=4096)
        ),
    }


def measure_launch(slot, rounds: int, pause_s: float) -> dict:
    """Take the whole way from Python: a jail around /usr/bin/true, and the bare posix_spawn."""
    spec = RunSpec(argv=("/usr/bin/true",), limits=LIMITS)
    jailed, bare = [], []
    for _ in range(rounds):
        time.sleep(pause_s)
        started = time.perf_counter()
        slot.run(spec)
        jailed.append((time.perf_counter() - started) * 1e3)
        time.sleep(pause_s)
        started = time.perf_counter()
        os.waitpid(os.posix_spawn("/usr/bin/true", ["true"], {}), 0)
        bare.append((time.perf_counter() - started) * 1e3)
    ratio = statistics.median(jailed) / statistics.median(bare)
    return {"jail ms": spread(jailed), "spawn ms": spread(bare), "ratio": round(ratio, 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder, start_jailers(JailerConfig(slots=1)) as jailers:
        programs = build(Path(folder))
        files = [
            ArchiveFile(name=n, content=p.read_bytes(), mode=0o755) for n, p in programs.items()
        ]
        bare = BareCgroup(jailers.plan.cgroups, programs["in_cgroup"])
        with connect(jailers.run_path).lease(wait_s=10) as slot:
            slot.load(SealedFile.from_bytes(pack(files)))
            report = {
                "cgroup version": jailers.plan.cgroups.version,
                "rounds": rounds,
                "bill": measure_bill(slot, bare, programs, rounds),
                "kill": measure_kill(slot, min(rounds, 100)),
                "launch back to back": measure_launch(slot, rounds, 0.0),
                "launch after 20 ms": measure_launch(slot, min(rounds, 100), 0.02),
            }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
