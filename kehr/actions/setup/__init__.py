"""What an office sets up in the screens and in the settings file, and who may sign in."""
