"""Fixtures of time use."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """Spark in local mode; skipped without the extra or without Java."""
    sql = pytest.importorskip("pyspark.sql", reason="needs the extra cluster")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, which is not here")
    settings = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2", "spark.driver.host": "localhost",
                "spark.sql.session.timeZone": "America/New_York", "spark.default.parallelism": "2"}  # fmt: skip
    session = sql.SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()
