"""Honest programs of every language, and their compilers, live with what the filter refuses."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sandbox.model import ExitKind, InputFile
from sandbox.sealed import SealedFile
from tests.jail.programs import shell

pytestmark = pytest.mark.jail

HONEST = Path(__file__).parent / "honest"
COMMANDS = {  # compiler or interpreter, source, command
    "gcc": ("c.c", "gcc -O2 -o x c.c -lpthread && ./x"),
    "g++": ("cpp.cpp", "g++ -std=c++20 -O2 -o x cpp.cpp -lpthread && ./x"),
    "python3": ("python3.py", "python3 python3.py"),
    "python3 pool": ("python3_pool.py", "python3 python3_pool.py"),
    "javac": ("Main.java", "javac Main.java && java -XX:+UseSerialGC Main"),
    "node": ("node.js", "node node.js"),
    "go": ("go.go", "GO111MODULE=off GOCACHE=/tmp/go go build -o x go.go && ./x"),
    "rustc": ("rust.rs", "/usr/bin/rustc -O -o x rust.rs && ./x"),
    "ghc": ("haskell.hs", "ghc -v0 -O -threaded -o x haskell.hs && ./x"),
    "fpc": ("pascal.pas", "fpc -v0 -O2 -ox pascal.pas > /dev/null 2>&1 && ./x"),
    "mcs": ("csharp.cs", "mcs -out:x.exe csharp.cs && mono x.exe"),
    "kotlinc": ("kotlin.kt", "kotlinc kotlin.kt -include-runtime -d x.jar && java -jar x.jar"),
    "ruby": ("ruby.rb", "ruby ruby.rb"),
    "perl": ("perl.pl", "perl perl.pl"),
    "lua5.4": ("lua.lua", "lua5.4 lua.lua"),
    "php": ("php.php", "php php.php"),
}


@pytest.mark.parametrize("tool", COMMANDS)
def test_honest_program_is_not_disturbed(tool, slot):
    name, command = COMMANDS[tool]
    if not shutil.which(tool.split()[0], path="/usr/bin"):
        pytest.skip(f"{tool} is not installed")
    source = InputFile(name=name, content=(HONEST / name).read_bytes())
    with SealedFile.from_bytes(b"20 1\n21\n") as stdin:
        result = slot.run(
            shell(
                command, stdin=stdin, files=(source,), cpu_ms=60_000, wall_ms=100_000,
                memory_bytes=2 << 30, work_bytes=1 << 30, processes=256, open_files=4096,
            )
        )  # fmt: skip
    assert result.denied is None
    assert (result.kind, result.exit_code) == (ExitKind.EXITED, 0), result.stderr[-2000:]
    assert result.stdout.splitlines()[-1] == b"42 42"
