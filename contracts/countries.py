"""The country codes that tables may hold."""

from __future__ import annotations

import pycountry

# States that are no more, by the code ISO 3166-1 gave them while they stood, and Kosovo, which has
# a code by custom only: lists name both as nationalities and places of birth.
BEYOND_ISO = frozenset({"AN", "CS", "DD", "SU", "XK", "YU"})

CODES: frozenset[str] = frozenset(country.alpha_2 for country in pycountry.countries) | BEYOND_ISO
