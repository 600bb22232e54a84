"""What tests with real processes may use; each fixture lives in the module of its thing."""

from tests.stack.office_story import story
from tests.stack.radicale import radicale
from tests.stack.seen import page, role

__all__ = ["page", "radicale", "role", "story"]
