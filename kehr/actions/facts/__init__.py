"""What many deeds must know or do first: rows loaded as plain facts, states changed, alarms raised."""
