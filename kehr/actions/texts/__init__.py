"""What a message says: placeholders filled from facts, and the text frozen when it is claimed."""
