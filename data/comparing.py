"""Two dates held against each other: pure functions of two frames of `metrics.skill_levels`.

Levels never fall as time goes by; what can be lost is recency.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from data.taxonomy import Taxonomy

TOP_LEVEL = 4


def compare_levels(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Every skill at two dates, in the order of the later frame.

    Columns: skill, area, before, after (levels), before_name, after_name, new_days, before_recency, recency (the
    later one), last, and truth values: risen, first_use (nothing was known of it before), gone_dormant, come_back
    (fading or dormant before, current now).
    """
    early = before.set_index("skill").reindex(after["skill"]).reset_index()
    now = after.reset_index(drop=True)
    was, are = early["recency"], now["recency"]
    found = pd.DataFrame(
        {
            "skill": now["skill"],
            "area": now["area"],
            "before": early["level"],
            "after": now["level"],
            "before_name": early["level_name"],
            "after_name": now["level_name"],
            "new_days": now["active_days"] - early["active_days"],
            "before_recency": was,
            "recency": are,
            "last": now["last"],
        }
    )
    return found.assign(
        risen=now["level"] > early["level"],
        first_use=(early["active_days"] == 0) & (now["active_days"] > 0),
        gone_dormant=was.isin(["current", "fading"]) & (are == "dormant"),
        come_back=was.isin(["fading", "dormant"]) & (are == "current"),
    )


def beside_role(gap: pd.DataFrame, taxonomy: Taxonomy) -> pd.DataFrame:
    """Of each area that a role asks anything of: how high one stands in the role's skills, and how high it asks for.

    Takes the frame of `gap.role_gap`. Columns: area, name, before (mean level wanted ÷ 4), after (the same of what is
    there), short (how many of its skills are below the level wanted), of. In the taxonomy's order.
    """
    rows = []
    for area in taxonomy.areas:
        part = gap[gap["area"] == area.id]
        if len(part):
            there, wanted = part["level"].mean() / TOP_LEVEL, part["wanted"].mean() / TOP_LEVEL
            rows.append((area.id, area.name, float(wanted), float(there), int((~part["reached"]).sum()), len(part)))
    return pd.DataFrame(rows, columns=["area", "name", "before", "after", "short", "of"])
