"""The Flask entry point: `flask` and gunicorn find the app here."""

from kehr import create_app

app = create_app()
