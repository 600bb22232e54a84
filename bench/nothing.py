"""A job that does nothing."""


def nothing() -> None:
    """Nothing."""
