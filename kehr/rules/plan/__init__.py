"""What each recipient is to be told, when, and why not."""
