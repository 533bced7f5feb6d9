"""A draft of an Open Badge 3.0, a W3C Verifiable Credential: self-asserted and unsigned, and it says so inside.

Whoever signs it vouches for it. Until then it proves nothing by itself: its evidence does, line by line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from dashboard import phrases
from dashboard.public import words

if TYPE_CHECKING:
    from data.public_parts import PublicArea, PublicPortfolio

CONTEXTS = ("https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json")
UNSIGNED = (
    "Self-asserted and unsigned: made by the person it is about, with Skillfolio, and vouched for by nobody else. "
    "Check its evidence."
)
CRITERIA = (
    "A program read dated work and mapped what its lines use to skills. A level follows from the number of different "
    "active days and projects: {levels}. It says how much evidence there is, not how good somebody is."
)


def credential(found: PublicPortfolio, area: PublicArea | None = None, *, address: str = "") -> dict[str, Any]:
    """Return the credential for an area, or for everything that is shown."""
    areas = (area,) if area else found.areas
    me = address or _urn("person", found.person, found.title)
    day = f"{found.as_of.isoformat()}T00:00:00Z"
    title = f"{area.name if area else 'Machine-learning skills'}, shown by dated work (self-asserted, unsigned)"
    return {
        "@context": list(CONTEXTS),
        "id": _urn("credential", me, title, day),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": title,
        "description": f"{'A sample. ' if found.is_sample else ''}{UNSIGNED}",
        "issuer": {
            "id": me,
            "type": ["Profile"],
            "name": words.headline(found),
            "description": "The same person as the subject: self-asserted.",
        },
        "validFrom": day,
        "credentialSubject": {
            "id": me,
            "type": ["AchievementSubject"],
            "achievement": _achievement(found, areas, title),
            "result": _results(areas),
        },
        "evidence": _evidence(areas),
    }


def _achievement(found: PublicPortfolio, areas: tuple[PublicArea, ...], title: str) -> dict[str, Any]:
    steps = sorted((level for level in found.levels if level.number), key=lambda level: level.number)
    told = "; ".join(f"{level.name}: {words.needs(level)}" for level in steps)
    values = [level.name for level in sorted(found.levels, key=lambda level: level.number)]
    return {
        "id": _urn("achievement", title, *(area.id for area in areas)),
        "type": ["Achievement"],
        "achievementType": "Competency",
        "name": title,
        "description": _plain(words.lead(found)),
        "criteria": {"narrative": _plain(CRITERIA.format(levels=told))},
        "resultDescription": [
            {
                "id": _urn("skill", skill.id),
                "type": ["ResultDescription"],
                "name": words.skill(skill),
                "resultType": "PerformanceLevel",
                "allowedValue": values,
            }
            for area in areas
            for skill in area.skills
            if skill.level
        ],
    }


def _results(areas: tuple[PublicArea, ...]) -> list[dict[str, Any]]:
    return [
        {"type": ["Result"], "resultDescription": _urn("skill", skill.id), "value": skill.level_name}
        for area in areas
        for skill in area.skills
        if skill.level
    ]


def _evidence(areas: tuple[PublicArea, ...]) -> list[dict[str, Any]]:
    return [
        {
            "id": proof.url,
            "type": ["Evidence"],
            "name": f"{words.skill(skill)}: {proof.seen}",
            "narrative": _plain(
                f"Written {phrases.day(proof.day)} in {proof.project}"
                f"{', with an AI assistant' if proof.assisted else ''}."
            ),
            "genre": "work",
        }
        for area in areas
        for skill in area.skills
        for proof in skill.proofs
    ]


def _urn(*parts: str) -> str:
    """An id that is the same whenever the same is exported, and leads nowhere."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, '|'.join(('skillfolio', *parts)))}"


def _plain(text: str) -> str:
    return text.replace(phrases.THIN, " ")
