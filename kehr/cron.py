"""What runs when, read by `rq cron`. A job that could not start in time is dropped; the next does it."""

from rq.cron import register

from kehr import jobs

register(jobs.tick, "send", interval=20, job_timeout=300, ttl=20, result_ttl=0, failure_ttl=3600)
register(jobs.poll_all, "house", interval=30, job_timeout=60, ttl=30, result_ttl=0, failure_ttl=3600)
register(jobs.receipts, "poll", interval=30, job_timeout=300, ttl=30, result_ttl=0, failure_ttl=3600)
register(jobs.seal, "house", interval=60, job_timeout=120, ttl=60, result_ttl=0, failure_ttl=3600)
register(jobs.verify, "house", interval=1800, job_timeout=7200, ttl=1800, result_ttl=0, failure_ttl=3600)
register(jobs.evening_logs, "house", interval=60, job_timeout=3600, ttl=60, result_ttl=0, failure_ttl=3600)
register(jobs.balances, "poll", interval=300, job_timeout=120, ttl=300, result_ttl=0, failure_ttl=3600)
register(
    jobs.take_files,
    "house",
    interval=20,
    job_timeout=jobs.FILES_SECONDS,
    ttl=20,
    result_ttl=0,
    failure_ttl=3600,
)
