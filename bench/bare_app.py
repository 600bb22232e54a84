"""A Flask app of one line, in a process that imports what BARE_WEB names."""

from flask import Flask

from bench.bare_stack import import_all

import_all("BARE_WEB")
app = Flask(__name__)
app.add_url_rule("/", "home", lambda: "Hallo")
