"""The steps that DAGs and the command line run. Knows no Airflow."""
