"""Airflow only: which step runs when. The steps themselves are in `pipeline`."""
