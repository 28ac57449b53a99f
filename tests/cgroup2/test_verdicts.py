"""`brig judge` tells every verdict apart on cgroup v2, whoever runs it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = [pytest.mark.jail, pytest.mark.cgroup2]

ROOT = Path(__file__).parent.parent.parent
SUM = '#include <stdio.h>\nint main(void) { long a, b; scanf("%ld %ld", &a, &b); '
PROGRAMS = {
    "AC": ("right.c", SUM + 'printf("%ld\\n", a + b); }'),
    "WA": ("wrong.c", SUM + 'printf("%ld\\n", a - b + 1000); }'),
    "TLE cpu": ("spin.c", SUM + "for (volatile long i = 0;; i++); }"),
    "TLE wall": ("sleep.py", "import time; time.sleep(600)"),
    "MLE": ("hog.py", "x = [b'a' * (1 << 20) for _ in range(4096)]"),
    "RTE": ("crash.c", SUM + "*(volatile int *)0 = 1; }"),
    "OLE": ("flood.py", "while True: print('a' * 65536)"),
    "SV": ("forbidden.c", "#include <sched.h>\nint main(void) { unshare(0x10000000); }"),
    "CE": ("broken.c", "int main(void) { return }"),
    "TLE": ("bomb.py", "import os\nwhile True:\n try: os.fork()\n except OSError: pass"),
}


def judge(path: Path) -> dict:
    package = path.parent / "sum"  # with a memory limit that a slow machine can fill in time
    shutil.copytree(ROOT / "examples/problems/sum", package)
    (package / "problem.yaml").write_text("name: Sum\nlimits:\n  memory: 64\n")
    command = [str(ROOT / ".venv/bin/brig"), "judge", "--json", "--cpu-ms", "3000"]
    done = subprocess.run(
        [*command, str(package), str(path)],
        capture_output=True, check=True, timeout=200,
        env={**os.environ, "TERM": "dumb"},
    )  # fmt: skip
    return json.loads(done.stdout)["submissions"][0]


@pytest.mark.parametrize("expected", PROGRAMS)
def test_verdict(expected, tmp_path):
    name, source = PROGRAMS[expected]
    (tmp_path / name).write_text(source)
    judged = judge(tmp_path / name)
    verdict, _, reason = expected.partition(" ")
    assert judged["verdict"] == verdict
    if reason:
        assert judged["explanation"]["reason"] == reason


def test_program_that_bombs_leaves_a_clean_host(tmp_path):
    before = set(Path("/proc").iterdir())
    (tmp_path / "bomb.py").write_text(PROGRAMS["TLE"][1])
    judge(tmp_path / "bomb.py")
    new = {path for path in set(Path("/proc").iterdir()) - before if path.name.isdigit()}
    # A process of the kernel's own has no command line.
    assert {path for path in new if path.exists() and (path / "cmdline").read_bytes()} == set()
