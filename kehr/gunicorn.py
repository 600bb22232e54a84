"""How gunicorn serves the pages: one process with threads, because SQLite has one writer anyway."""

from kehr.settings import read_settings

settings = read_settings()
bind = f"0.0.0.0:{settings.port}"
worker_class = "gthread"
workers = 1
threads = 4
timeout = 60
graceful_timeout = 20
control_socket_disable = True
accesslog = None
errorlog = "-"
loglevel = "warning"
