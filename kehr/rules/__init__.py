"""Pure rules: plain values in, plain values out.

Nothing here knows Flask, SQLAlchemy, RQ, the network, the settings or the clock; `now` and the
office's zone are arguments.
"""
