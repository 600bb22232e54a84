"""One round of everything, and how the machine itself is."""
