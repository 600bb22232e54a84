"""Files with customers or appointments: looked at, run dry, taken in, dropped in a folder."""
