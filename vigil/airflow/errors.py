"""The error of everything here."""


class AirflowError(Exception):
    """Airflow could not be started or asked. One line."""
