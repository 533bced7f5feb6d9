"""What holds for every test."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# how long an example takes says more of a busy machine than of the code
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
