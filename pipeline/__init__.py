"""The steps that DAGs and the command line run. They know no Airflow.

A step takes references (a home by path or URL, a source's id, a snapshot's unit id) and returns small JSON.
Each can be run again at any time with the same result.
"""
