"""What can go wrong with the queue and with judging from it.

WorkerError
├── QueueUnavailable   Redis cannot be reached (503; what SQL holds is judged all the same)
└── ChildFailed        the child that reads packages ended without an answer: tried again
"""

from __future__ import annotations


class WorkerError(Exception):
    """Superclass, never raised directly."""


class QueueUnavailable(WorkerError):
    """Raised when Redis did not take or give a message in time."""


class ChildFailed(WorkerError):
    """Raised when a child process was killed, hit its limits or broke off."""
