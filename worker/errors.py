"""What can go wrong with the queue.

WorkerError
└── QueueUnavailable   Redis cannot be reached (503; what SQL holds is judged all the same)
"""

from __future__ import annotations


class WorkerError(Exception):
    """Superclass, never raised directly."""


class QueueUnavailable(WorkerError):
    """Raised when Redis did not take or give a message in time."""
