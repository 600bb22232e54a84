"""How a text is filled, measured in parts and warned of."""
