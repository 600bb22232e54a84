"""The app that is reachable from outside, and what it answers."""
