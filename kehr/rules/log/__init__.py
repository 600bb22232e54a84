"""The chain over the log, and its file of the evening."""
