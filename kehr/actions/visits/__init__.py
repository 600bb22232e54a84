"""Appointments as the office sees them: lists, deadlines, slips, the paper of the day."""
