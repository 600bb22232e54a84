"""Lists of customers and appointments, row by row."""
