"""What `rq cron` reads in the bare stack: as many registrations as ours, of a job that does nothing."""

from rq.cron import register

from bench.nothing import nothing

register(nothing, "send", interval=20, result_ttl=0)
register(nothing, "house", interval=30, result_ttl=0)
