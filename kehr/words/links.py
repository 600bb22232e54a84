"""Why there is no calendar link, in sentences."""

from __future__ import annotations

from kehr.rules.texts.calendar_link import REFUSALS

WHY_NO_LINK: dict[str, str] = dict(REFUSALS)
"""By the code of `why_no_link`; the settings file says the same words."""
