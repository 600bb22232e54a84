"""The settings file and the forms that set the same."""
