"""The words that all rules share: states, numbers, names, places, times, money."""
