"""What a person asks to show, in the words of the command line, as a `ShareLink`."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from data import sharing, shown
from data.errors import NotUsable
from data.public_folders import SOURCE
from data.publishable import can_be_public

if TYPE_CHECKING:
    from datetime import date

    from data.sharing import ShareLink
    from data.store import Store
    from data.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Choice:
    """Names of projects, ids of areas and sources; `all_public` takes every project that is public now."""

    title: str
    projects: tuple[str, ...] = ()
    all_public: bool = False
    areas: tuple[str, ...] = ()  # empty: all
    sources: tuple[str, ...] = ()  # empty: all
    count_private: bool = False
    no_names: bool = False
    introduction: str = ""
    until: date | None = None
    findable: bool = False
    name: str = ""
    note: str = ""


def chosen_link(store: Store, taxonomy: Taxonomy, choice: Choice) -> ShareLink:
    """Return the link that shows what was asked for, checked but not kept. Raises NotUsable."""
    link = sharing.ShareLink(
        title=choice.title,
        areas=_areas(taxonomy, choice.areas),
        projects=_keys(store, choice),
        sources=_sources(store, choice.sources),
        note=choice.note,
        named=not choice.no_names,
        private_totals=choice.count_private,
        introduction=choice.introduction,
        ends=choice.until,
        findable=choice.findable,
        name=choice.name,
    )
    return sharing.checked(link)


def kept_link(store: Store, number: int) -> ShareLink:
    """Return the person's share link of this number. Raises NotUsable for unknown and revoked ones."""
    found = next((link for link in sharing.links(store) if link.id == number), None)
    if found is None:
        raise NotUsable(f"There is no link {number}: `skillfolio share list` tells the numbers.")
    if found.revoked is not None:
        raise NotUsable(f"Link {number} was revoked. Choose another one, or none and say what to show.")
    return found


def _areas(taxonomy: Taxonomy, asked: tuple[str, ...]) -> tuple[str, ...]:
    known = [area.id for area in taxonomy.areas]
    unknown = [area for area in asked if area not in known]
    if unknown:
        raise NotUsable(f"There is no area {unknown[0]!r}. Areas: {', '.join(known)}.")
    return asked or tuple(known)


def _sources(store: Store, asked: tuple[str, ...]) -> tuple[str, ...]:
    known = tuple(sorted({project.source for project in store.projects()}))
    unknown = [source for source in asked if source not in known]
    if unknown:
        raise NotUsable(f"Nothing was read from a source {unknown[0]!r}. Sources: {', '.join(known) or 'none'}.")
    return asked or known


def _keys(store: Store, choice: Choice) -> tuple[str, ...]:
    found = [row for row in shown.projects(store) if can_be_public(row)]
    if choice.all_public and not found and not choice.count_private:
        raise NotUsable(f"There is no public project of yours yet. {_how_it_becomes_public(store)}")
    if choice.all_public:
        return tuple(row.key for row in found)
    known = {row.name: row.key for row in found}
    missing = [name for name in choice.projects if name not in known]
    if missing:
        raise NotUsable(f"{missing[0]!r} is no public project of yours. Public ones: {', '.join(known) or 'none'}.")
    return tuple(known[name] for name in choice.projects)


def _how_it_becomes_public(store: Store) -> str:
    if not shown.projects(store):
        return "Collect your work first: `skillfolio collect`."
    folder = next((account.handle for account in store.accounts() if account.source == SOURCE), None)
    if folder is None:
        return "What was read is private; --count-private lets it count, without names."
    return (
        "Folders are private until you say otherwise. Where anyone may read the code: `skillfolio add git "
        f"{shlex.quote(folder)} --public`. Or let it count without names: --count-private."
    )
