"""The rules of the architecture and the house style that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from cli.config import Config
from cli.main import COMMANDS
from languages.registry import load_registry

ROOT = Path(__file__).parents[2]
ROOMS = ("sandbox", "languages", "judging", "store", "worker", "web", "cli")
# What a room may import of the other rooms, by the table of the architecture page.
ALLOWED = {
    "sandbox": (),
    "languages": ("sandbox.model", "sandbox.errors"),
    "judging": ("languages", "sandbox"),
    "store": ("judging.model", "judging.wire", "judging.errors"),
    "worker": ("judging", "store", "sandbox", "languages"),
    "web": (
        "store",
        "judging.model",
        "judging.wire",
        "judging.errors",
        "languages.registry",
        "languages.model",
        "languages.errors",
        "worker.client",
        "worker.errors",
    ),
    "cli": ROOMS,
}
LINES_MAX = 60
PARAMETERS_MAX = 5


def modules(*rooms: str) -> list[Path]:
    return [
        path
        for room in rooms
        for path in sorted((ROOT / room).rglob("*.py"))
        if "node_modules" not in path.parts
    ]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imported(path: Path) -> set[str]:
    """Names as `package.module`; `from package import module` counts as both."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            is_package = (ROOT / base.replace(".", "/")).is_dir()
            found |= {f"{base}.{alias.name}" if is_package else base for alias in node.names}
    return found


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree(path)) if isinstance(node, kinds)]


@pytest.mark.parametrize("room", ROOMS)
def test_room_imports_only_what_the_architecture_allows(room):
    allowed = (room, *ALLOWED[room])

    forbidden = {
        f"{name_of(path)} imports {name}"
        for path in modules(room)
        for name in imported(path)
        if name.split(".")[0] in ROOMS
        and not any(name == good or name.startswith(good + ".") for good in allowed)
    }

    assert forbidden == set()


def test_sandbox_imports_the_standard_library_and_pyseccomp():
    known = sys.stdlib_module_names | {"sandbox", "pyseccomp"}

    foreign = {
        f"{name_of(path)} imports {name}"
        for path in modules("sandbox")
        for name in imported(path)
        if name.split(".")[0] not in known
    }

    assert foreign == set()


def test_package_files_import_nothing():
    importing = [name_of(p) for p in modules(*ROOMS) if p.name == "__init__.py" and imported(p)]

    assert importing == []


def test_web_loads_no_kernel_module_and_of_judging_only_its_words():
    code = (
        "import pkgutil, sys, web\n"
        "for module in pkgutil.iter_modules(web.__path__, 'web.'):\n"
        "    if not module.name.endswith('gunicorn_conf'): __import__(module.name)\n"
        "print(*sorted(m for m in sys.modules if m.split('.')[0] in ('sandbox', 'judging')))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False
    )

    assert result.returncode == 0, result.stderr
    assert set(result.stdout.split()) <= {
        "sandbox",
        "sandbox.model",
        "sandbox.errors",
        "judging",
        "judging.model",
        "judging.wire",
        "judging.errors",
    }


def test_environment_is_read_by_the_commands_alone():
    readers = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules(*ROOMS[:-1])
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        and node.attr in ("environ", "environb", "getenv")
    ]

    assert readers == []


def test_no_function_is_longer_than_a_screen():
    long = [
        f"{name_of(path)}:{f.lineno} {f.name} has {length} lines"
        for path in modules(*ROOMS)
        for f in functions(path)
        if "migrations" not in path.parts  # tables, spelt out once and frozen
        and (length := (f.end_lineno or f.lineno) - f.lineno + 1) > LINES_MAX
    ]

    assert long == []


def test_no_function_takes_more_than_five_parameters():
    def count(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
        arguments = function.args
        names = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
        return len([name for name in names if name not in ("self", "cls")])

    # The parameters of a command are its options; typer reads them from the signature.
    commands = {
        (name_of(path), f.name)
        for path in modules("cli")
        for f in functions(path)
        if any("command" in ast.unparse(decorator) for decorator in f.decorator_list)
    }
    wide = [
        f"{name_of(path)}:{f.lineno} {f.name}"
        for path in modules(*ROOMS)
        for f in functions(path)
        if count(f) > PARAMETERS_MAX and (name_of(path), f.name) not in commands
    ]

    assert wide == []


def test_forbidden_module_names_are_absent():
    vague = {"utils.py", "helpers.py", "common.py", "manager.py"}

    assert [name_of(path) for path in modules(*ROOMS) if path.name in vague] == []


def test_every_setting_is_documented():
    text = (ROOT / "docs" / "configuration.md").read_text()
    internal = {"login_key", "login_token_sha256"}

    missing = [
        f"BRIG_{field.upper()}"
        for field in Config.model_fields
        if field not in internal and f"`BRIG_{field.upper()}`" not in text
    ]

    assert missing == []


def test_every_documented_setting_exists():
    text = (ROOT / "docs" / "configuration.md").read_text()
    known = {f"BRIG_{field.upper()}" for field in Config.model_fields} | {
        "BRIG_CONFIG",
        "BRIG_REQUIRE_JAIL",
    }

    assert set(re.findall(r"`(BRIG_[A-Z_0-9]+)`", text)) <= known


def test_setup_installs_the_packages_of_every_language():
    lines = (ROOT / "scripts" / "debian-packages.txt").read_text().splitlines()
    listed = {line.split()[0] for line in lines if line and line[0] not in "#["}

    missing = {package for info in load_registry().infos() for package in info.packages} - listed

    assert missing == set()


def test_readme_shows_every_command_and_make_target():
    text = (ROOT / "README.md").read_text()
    targets = re.findall(r"^([a-z0-9-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)

    missing = [f"brig {name}" for name in COMMANDS if f"brig {name}" not in text]
    missing += [f"make {name}" for name in targets if f"make {name}" not in text]
    assert missing == []


@pytest.mark.parametrize(
    "page", sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]), ids=name_of
)
def test_links_of_the_documentation_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text())

    local = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in local if not (page.parent / link).exists()] == []
