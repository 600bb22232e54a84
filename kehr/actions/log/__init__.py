"""What was sent and how it is proved: lists, files of the evening, seals, sheets."""
