"""The test data that the generators make, made once."""

from __future__ import annotations

from functools import cache

import pytest

from examples import generate


@pytest.fixture(scope="session")
def made():
    """Return a function that gives the files of a package's test data by name."""

    @cache
    def files(package):
        return dict(generate.test_files(package))

    return files
