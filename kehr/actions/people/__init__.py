"""Objects, their people, what they agreed to, and which entry of a calendar is about whom."""
