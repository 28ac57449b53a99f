"""A worker as a process of its own, with settings from its command line: leases are short here."""

from __future__ import annotations

import json
import os
import sys

from languages.probe import find_version
from languages.registry import load_registry
from worker.app import describe_host, run_worker
from worker.logs import log_to_stderr
from worker.settings import WorkerSettings


def main(document: str) -> int:
    settings = WorkerSettings.from_wire(json.loads(document))
    log_to_stderr(settings.log_level, process="worker", pid=os.getpid())
    registry = load_registry()
    registry._find = lambda definition: (  # the others would only cost time
        find_version(definition) if definition.name in {"python3", "cpp17"} else None
    )
    registry.probe()
    return run_worker(settings, registry, describe_host(settings, registry))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
