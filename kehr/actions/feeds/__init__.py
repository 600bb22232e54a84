"""Calendars: polled, taken over, tried out."""
