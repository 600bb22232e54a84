"""What the law of each Land asks to be announced, and until when."""
