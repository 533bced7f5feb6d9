"""Data sets and models: what is listed of them, and each version's day.

A bookmark `dataset:<id>` (`model:<id>`) tells what was seen last, `index:datasets` (`index:models`) which there were.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from collectors.kaggle import listing, parse, works
from collectors.kaggle.client import Outage, Refused
from data.errors import UnexpectedReply
from data.models import Batch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from collectors.kaggle.listing import Look, Page
    from collectors.kaggle.parse import Dataset, Model
    from data.models import Activity, Project

GET_DATASET = "datasets.DatasetApiService/GetDataset"
_GONE = "The {} was deleted or made private; what was read stays, and is shown to you alone."


@dataclass(slots=True)
class _Publications:
    """What lists of data sets and of models have in common."""

    look: Look
    kind: str
    parse: Callable[[dict[str, Any]], Any]
    project: Callable[..., Project]
    activities: Callable[[Any, bool], list[Activity]]

    def collect(self, pages: Iterator[Page]) -> Iterator[Batch]:
        run = self.look.run
        index = f"index:{self.kind}s"
        known: dict[str, str] = run.bookmark(index) or {}
        present: dict[str, str] = {}
        complete = False
        for page in pages:
            news = False
            for item in page.items:
                if run.stopping():
                    return
                found = listing.parsed(run, self.parse, item, self.kind)
                if found is None or (self._private(found) and not self.look.private):
                    continue
                if not self.look.is_theirs(found.ref):
                    continue  # an organisation's, or somebody's who shares it
                present[found.ref] = str(found.id or known.get(found.ref) or found.ref.lower())
                for batch in self._seen(found, present[found.ref]):
                    news = True
                    yield batch
            self.look.news |= news
            complete = page.last
            if page.last or not (news or self.look.whole):
                break
        run.counts[f"{self.kind}s"] += max(len(present), len(known))
        if complete:
            yield from self._vanished(known, present)
        run.remember({index: present if complete else known | present})

    def _private(self, found: Dataset | Model) -> bool:
        return bool(found.private) or (found.private is None and self.look.private)

    def _seen(self, found: Dataset | Model, id_: str) -> Iterator[Batch]:
        run, name = self.look.run, f"{self.kind}:{id_}"
        state = run.bookmark(name) or {}
        version = getattr(found, "version", 0)
        private = self._private(found)
        told = {
            "ref": found.ref, "votes": found.votes, "version": version,
            "updated": found.updated.isoformat() if found.updated else "",
        }  # fmt: skip
        known = run.known(str(state.get("key", "")))
        turned = known is not None and known.private != private
        if all(state.get(part) == value for part, value in told.items()) and not (turned or state.get("gone")):
            return
        before = state.get("ref")
        if before and before != found.ref:
            run.issue(f"{self.kind}-renamed", f"It is called {found.ref} now; it was {before}.", found.ref)
        project = self.project(found, private=private)
        project = replace(project, key=state.get("key") or project.key)
        changed = turned or (state.get("version"), state.get("updated")) != (told["version"], told["updated"])
        made = self.activities(found, private) if changed else []
        yield Batch(project, made, bookmarks={name: {**told, "key": project.key}})

    def _vanished(self, known: dict[str, str], present: dict[str, str]) -> Iterator[Batch]:
        if self.look.lists_nothing(known, present, f"{self.kind}s"):
            present.update(known)
            return
        ids = set(present.values())
        for ref, id_ in known.items():
            name = f"{self.kind}:{id_}"
            state = self.look.run.bookmark(name) or {}
            project = self.look.run.known(str(state.get("key", "")))
            if id_ in ids or ref in present or project is None or state.get("gone"):
                continue
            if project.private and not self.look.private:
                continue
            thing = "data set" if self.kind == "dataset" else "model"
            self.look.run.issue(f"{self.kind}-gone", _GONE.format(thing), ref)
            yield Batch(
                replace(project, state="gone", private=True), bookmarks={name: {**state, "gone": True, "updated": ""}}
            )


def datasets(look: Look) -> Iterator[Batch]:
    """New and changed data sets, with the day of each version where Kaggle tells it."""
    who = (
        {"group": "DATASET_SELECTION_GROUP_MY"}
        if look.private
        else {"group": "DATASET_SELECTION_GROUP_USER", "user": look.user}
    )
    listed = listing.Listed(
        "datasets.DatasetApiService/ListDatasets", "datasets", who, "/datasets/list",
        {"user": look.user, "sortBy": "updated"},
    )  # fmt: skip

    def activities(found: Dataset, private: bool) -> list[Activity]:
        return works.dataset_versions(_with_versions(look, found), look.user, private=private)

    each = _Publications(look, "dataset", parse.dataset, works.dataset_project, activities)
    yield from each.collect(listing.pages(look.client, listed))


def _with_versions(look: Look, found: Dataset) -> Dataset:
    owner, _, slug = found.ref.partition("/")
    try:
        if look.client.signed_in:
            told: Any = look.client.call(GET_DATASET, {"ownerSlug": owner, "datasetSlug": slug})
        else:
            told = look.client.get(f"/datasets/view/{owner}/{slug}", {})
        return replace(found, versions=parse.dataset(parse.mapping(told)).versions)
    except (Refused, Outage, UnexpectedReply):
        look.run.issue(
            "dataset-versions-unknown", "Kaggle does not tell its versions; only the latest one counts.", found.ref
        )
        return found


def models(look: Look) -> Iterator[Batch]:
    """New and changed models."""
    listed = listing.Listed(
        "models.ModelApiService/ListModels", "models", {"owner": look.user}, "/models/list", {"owner": look.user}
    )

    def activities(found: Model, private: bool) -> list[Activity]:
        return works.model_versions(found, look.user, private=private)

    each = _Publications(look, "model", parse.model, works.model_project, activities)
    yield from each.collect(listing.pages(look.client, listed))
