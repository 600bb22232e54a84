"""What tests with real processes may use; each fixture lives in the module of its thing."""

from tests.stack.office_story import story
from tests.stack.radicale import radicale

__all__ = ["radicale", "story"]
