"""A language file with one small language, for tests to spoil."""

from __future__ import annotations

LIMITS = """
cpu_ms = 1000
wall_ms = 2000
memory_mib = 64
processes = 2
output_mib = 1
file_mib = 1
stack_mib = 1
open_files = 8
work_mib = 1
work_inodes = 10
"""
DEFAULTS = f"[defaults.compile]{LIMITS}\n[defaults.run]{LIMITS}\n"
TOY = """
title = "Toy"
extensions = [".toy"]
kattis_codes = ["toy"]
packages = ["toy"]
file_name = "main.toy"
entry = "file"
version_argv = ["/usr/bin/toy", "--version"]
version_pattern = '(\\d+)'
template = "x"
"""
RUN = '{ argv = ["/usr/bin/toy", "/app/{entry}"] }'


def toy(extra: str = "", *, run: str = RUN, name: str = "toy", base: str = TOY) -> str:
    return f"[languages.{name}]{base}{extra}\nrun = {run}\n"
