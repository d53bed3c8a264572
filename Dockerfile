# One image for every Airflow component: the API server, the scheduler, the DAG processor, and `vigil` itself.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    AIRFLOW_HOME=/opt/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/vigil/dags \
    AIRFLOW__CORE__LOAD_EXAMPLES=False \
    AIRFLOW__USAGE_DATA_COLLECTION__ENABLED=False \
    GX_ANALYTICS_ENABLED=False \
    PATH=/opt/venv/bin:$PATH \
    VIRTUAL_ENV=/opt/venv

WORKDIR /opt/vigil
RUN python3 -m venv /opt/venv

# The locked packages first: they change less often than the code.
COPY requirements.lock ./
RUN pip install --no-cache-dir --quiet --require-hashes --no-deps -r requirements.lock

COPY pyproject.toml README.md LICENSE ./
COPY contracts contracts
COPY storage storage
COPY sources sources
COPY transforms transforms
COPY expectations expectations
COPY warehouse warehouse
COPY pipeline pipeline
COPY dags dags
COPY vigil vigil
RUN pip install --no-cache-dir --quiet --no-deps --no-build-isolation --editable . \
    && useradd --system --uid 50000 --home-dir /opt/airflow --create-home airflow \
    && mkdir -p /var/lib/vigil && chown airflow /var/lib/vigil /opt/airflow

USER airflow
CMD ["vigil", "--help"]
