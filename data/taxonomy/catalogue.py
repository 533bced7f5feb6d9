"""The taxonomy as a page to read: `python -m data.taxonomy.catalogue [--check]` writes docs/taxonomy.md.

`--check` writes nothing and fails when the page is not what the taxonomy says.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from data.taxonomy.entries import Technology
from data.taxonomy.loading import load_taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from data.taxonomy.entries import Area, Entry, Rule, Skill, Taxonomy

PAGE = Path(__file__).parents[2] / "docs" / "taxonomy.md"
_MOST = 6  # patterns shown of one kind: the file has them all

_HEAD = """# Skills, technologies and the rules between them

<!-- Written by `python -m data.taxonomy.catalogue`; change data/taxonomy/areas/*.toml instead. -->

{skills} skills in {areas} areas are shown by {technologies} technologies and {rules} rules. A claim comes from
use: a call, an argument, a file that does something. What is only imported or listed as a dependency is *weak*: it is
mentioned, and claims nothing.

## Adding a library

Add one `[[technology]]` to the file of its area in `data/taxonomy/areas/`, between its neighbours by `id`, and run
`make test`. Nothing else is edited: the entry's `sample` and `near_miss` are its test, this page is generated.

```toml
[[technology]]
id = "tea-leaves"                      # words joined by hyphens; never changes
name = "Tea Leaves"
docs = "https://tea-leaves.example/"
imports = ["tealeaves"]                # what follows `import`; languages = ["python"] unless said otherwise
listed = ["tea-leaves"]                # its name in dependency files: weak
skills = ["statistics"]                # what any use shows
sample = "import tealeaves\\ntealeaves.read(3)\\n"        # must show it
near_miss = "import tealeaves\\n"      # must not

[technology.symbols]                   # what certain uses show besides, as paths under the import
"tests.*_test" = "hypothesis-testing"  # * within a part, ** across parts
"().conf_int" = "confidence-intervals" # a method on whatever a call under the import gave
"early_stopping" = "dropout?"          # with a question mark: weakly

[technology.arguments]
"Reader(stratify=)" = "imbalanced-data"       # an argument was given
"Reader().fit(metrics=accuracy)" = "classification-metrics"   # with this text
```

Other keys, all lists of patterns: `files` (paths), `images` (containers), `actions` (steps of CI), `tags`, `data`
(words in the names of data sets, files and columns; a final ` .*` asks for a file, `= ` before them for a name that
holds nothing else) and `facts` (anything else, as `kind:pattern` or `kind/language:pattern`). A `[[rule]]` has the same
keys, no technology of its own, a `reason`, and perhaps `needs`: facts of which a project must show one besides (it
counts from the day when both are there), or
`confirmed_by`: the same, but what is confirmed, however late, counts from its own day.

`skillfolio scan PATH --everyone --why SKILL` tells which facts and rules speak for a skill, and what falls short.

## Your own entries

`skillfolio map PACKAGE SKILL` lets an import that no rule knows show a skill, at once and without collecting again; so
does the form on the Technologies page. Both write `taxonomy.toml` beside the store, an area file that you may edit
(`skillfolio detect` then makes it count):

```toml
id = "programming"            # the area that its technologies stand in

[[technology]]
id = "tea-leaves"
name = "Tea Leaves"
imports = ["tealeaves"]
skills = ["statistics"]
```

Its entries need neither `docs` nor samples, and replace those of equal `id`. A team shares such files by
`SKILLFOLIO_TAXONOMY_EXTEND` (a file or folder, below your own); `SKILLFOLIO_TAXONOMY` replaces everything here by a
folder with `areas/*.toml` and perhaps `levels.toml`.
"""


def main() -> int:
    text = catalogue(load_taxonomy())
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write(f"{PAGE} is not what the taxonomy says: run python -m data.taxonomy.catalogue\n")
    return 1


def catalogue(taxonomy: Taxonomy) -> str:
    """Return the whole page as Markdown."""
    entries = [*taxonomy.technologies.values(), *taxonomy.rules.values()]
    counts = {"areas": len(taxonomy.areas), "skills": len(taxonomy.skills)}
    counts |= {"technologies": len(taxonomy.technologies), "rules": len(taxonomy.rules)}
    parts = [_HEAD.format(**counts)]
    for area in taxonomy.areas:
        parts += _area(taxonomy, area, [entry for entry in entries if entry.area == area.id])
    return "\n".join(parts).rstrip() + "\n"


def _area(taxonomy: Taxonomy, area: Area, entries: list[Entry]) -> Iterator[str]:
    yield f"\n## {area.name}\n\n{area.summary}\n"
    shown_by = _shown_by([*taxonomy.technologies.values(), *taxonomy.rules.values()])
    yield "| skill | the article says | what speaks for it | shown by |\n|---|---|---|---|"
    for skill in taxonomy.skills_of(area.id):
        yield _skill_row(skill, shown_by.get(skill.id, []))
    technologies = [entry for entry in entries if isinstance(entry, Technology)]
    if technologies:
        yield f"\n### Technologies ({len(technologies)})\n"
        yield "| technology | languages | found by | any use shows | some uses show besides |\n|---|---|---|---|---|"
        yield from (_technology_row(entry) for entry in technologies)
    rules = [taxonomy.rules[entry.id] for entry in entries if entry.id in taxonomy.rules]
    if rules:
        yield f"\n### Rules ({len(rules)})\n\n| rule | why | found by | shows |\n|---|---|---|---|"
        yield from (_rule_row(rule) for rule in rules)


def _shown_by(entries: Iterable[Entry]) -> dict[str, list[str]]:
    """Return for each skill the entries that show it strongly."""
    found: dict[str, list[str]] = {}
    for entry in entries:
        for skill in sorted(_skills(entry)):
            found.setdefault(skill, []).append(entry.name if isinstance(entry, Technology) else entry.id)
    return found


def _skills(entry: Entry) -> set[str]:
    tables = (*entry.symbols.values(), *entry.arguments.values())
    return {skill for skills in (entry.skills, *tables) for skill in skills if not skill.endswith("?")}


def _skill_row(skill: Skill, names: list[str]) -> str:
    source = "" if skill.source == "code" else f" *Source: {skill.source}.*"
    return _row(f"**{skill.name}** `{skill.id}`", skill.reason, skill.evidence + source, _few(names, most=12))


def _technology_row(entry: Technology) -> str:
    besides = sorted(_skills(entry) - set(entry.skills))
    name = f"[{entry.name}]({entry.docs}) `{entry.id}`"
    plain = ", ".join(skill for skill in entry.skills if not skill.endswith("?"))
    return _row(name, ", ".join(entry.languages), _found_by(entry), plain, ", ".join(besides))


def _rule_row(rule: Rule) -> str:
    return _row(f"`{rule.id}`", rule.reason, _found_by(rule), ", ".join(sorted(_skills(rule))))


def _found_by(entry: Entry) -> str:
    kinds = {
        "import": entry.imports,
        "file": entry.files,
        "image": entry.images,
        "step": entry.actions,
        "words": entry.data,
        "fact": entry.facts,
        "beside": entry.needs,
        "confirmed by": entry.confirmed_by,
    }
    if not entry.imports:
        kinds |= {"symbol": tuple(entry.symbols), "argument": tuple(entry.arguments)}
    return "; ".join(f"{kind} {_few([f'`{p}`' for p in patterns])}" for kind, patterns in kinds.items() if patterns)


def _few(names: list[str], most: int = _MOST) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    sys.exit(main())
