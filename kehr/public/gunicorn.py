"""How gunicorn serves the public app: one process, few threads, and little patience with strangers."""

from kehr.settings import read_settings

settings = read_settings()
bind = f"0.0.0.0:{settings.public_port}"
worker_class = "kehr.public.worker.PublicWorker"
workers = 1
threads = 12
timeout = 60
graceful_timeout = 20
keepalive = 5
limit_request_line = 512
limit_request_fields = 50
limit_request_field_size = 4094
control_socket_disable = True
accesslog = None
errorlog = "-"
loglevel = "warning"
