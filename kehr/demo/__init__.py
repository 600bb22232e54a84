"""A filled office for trying out: `make demo`."""
