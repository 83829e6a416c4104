"""When a run starts by the clock."""

from __future__ import annotations

import dagster as dg

daily = dg.ScheduleDefinition(
    name="daily",
    job_name="lineage_run",
    cron_schedule="0 5 * * *",
    execution_timezone="UTC",
    description="Runs everything once a day, also what the sensor would not start.",
)
