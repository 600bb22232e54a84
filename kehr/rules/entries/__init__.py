"""What an entry of a calendar says: who, where, which number, which work, whose object."""
