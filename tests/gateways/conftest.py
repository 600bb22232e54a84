"""What tests of gateways may use; each fixture lives in the module of its thing."""

from tests.gateways.android_account import phone
from tests.gateways.gammu_office import office
from tests.gateways.seven_account import seven

__all__ = ["office", "phone", "seven"]
