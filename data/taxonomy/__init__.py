"""Areas, skills and technologies, and the rules by which facts become evidence."""

from data.taxonomy.entries import Area, Entry, Level, Levels, Rule, Skill, Taxonomy, Technology
from data.taxonomy.loading import load_taxonomy
from data.taxonomy.matching import Clause, Match, Matcher

__all__ = [
    "Area",
    "Clause",
    "Entry",
    "Level",
    "Levels",
    "Match",
    "Matcher",
    "Rule",
    "Skill",
    "Taxonomy",
    "Technology",
    "load_taxonomy",
]
