"""A calendar file read, expanded and compared with what was known."""
