"""The Spark session that linking works in where it is asked to.

Which cluster is Spark's own configuration to say (`spark-defaults.conf`, or `SPARK_MASTER`); where it says
nothing, Spark runs within this process, on this machine alone.
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
    """A session, to be closed afterwards. Raises SparkMissing if Spark is not installed or has no Java."""
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
    """Spark cannot be started. One line."""
