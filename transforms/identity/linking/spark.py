"""The Spark session for linking with the Spark backend.

The cluster is configured in Spark itself (`spark-defaults.conf`) or by `SPARK_MASTER`. Without configuration,
Spark runs in this process, on this machine only.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_LOCAL = {
    "spark.master": "local[2]",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": "4",
}
_ALWAYS = {
    "spark.ui.enabled": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}


@contextmanager
def session() -> Iterator[SparkSession]:
    """Open a session and stop it at the end. Raises SparkMissing if Spark or Java is not installed."""
    try:
        from pyspark import SparkConf
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise SparkMissing("linking on Spark needs the extra `spark` (pip install 'vigil[spark]')") from error
    conf = SparkConf().setAppName("vigil").setAll(list(_ALWAYS.items()))
    if master := os.environ.get("SPARK_MASTER"):
        conf.setMaster(master)
    elif not conf.contains("spark.master"):
        conf.setAll(list(_LOCAL.items()))
    try:
        spark = SparkSession.builder.config(conf=conf).getOrCreate()
    except PySparkRuntimeError as error:
        raise SparkMissing("linking on Spark needs a Java runtime (JAVA_HOME)") from error
    try:
        spark.sparkContext.setLogLevel("ERROR")
        yield spark
    finally:
        spark.stop()


class SparkMissing(Exception):
    """Spark cannot be started. The message is one line."""
