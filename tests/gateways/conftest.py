"""What tests of gateways may use; each fixture lives in the module of its thing."""

from tests.gateways.gammu_office import office

__all__ = ["office"]
