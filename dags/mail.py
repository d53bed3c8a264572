"""Mail to operators when a run fails: set `VIGIL_ON_FAILURE` to `dags.mail.notify`, and `VIGIL_ALERT_TO` to
the address; Airflow's connection `smtp_default` has the mail server and the sender."""

from __future__ import annotations

import os

from airflow.providers.smtp.notifications.smtp import SmtpNotifier

notify = SmtpNotifier(
    to=os.environ.get("VIGIL_ALERT_TO", ""),
    subject="Vigil: {{ ti.dag_id }} failed",
    html_content="<p>{{ exception | e }}</p><p>{{ ti.dag_id }}.{{ ti.task_id }}, run {{ ti.run_id | e }}</p>",
)
