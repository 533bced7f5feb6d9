"""Answers of the loopback Kaggle, field by field as the interface's own description names them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.loopback.kaggle_state import Contest, DataSet, Kernel, Model, Sent


def kernel(found: Kernel) -> dict[str, Any]:
    """As listed: more than ref, title, author, run and votes cannot be relied on."""
    return {
        "id": found.id,
        "ref": found.ref,
        "title": found.title,
        "author": found.owner.title(),
        "slug": None,
        "lastRunTime": found.run,
        "totalVotes": found.votes,
        "language": None,
    }


def pulled(found: Kernel, source: str | None) -> dict[str, Any]:
    metadata = {
        **kernel(found),
        "slug": found.ref.partition("/")[2],
        "lastRunTime": found.run[:22].rstrip("Z") + "Z",  # fewer digits than in lists
        "language": found.language,
        "kernelType": found.kind,
        "isPrivate": found.private,
        "categoryIds": list(found.tags),
        "datasetDataSources": list(found.datasets),
        "kernelDataSources": [],
        "competitionDataSources": list(found.competitions),
        "modelDataSources": [],
    }
    if found.version is not None:
        metadata["currentVersionNumber"] = found.version
    return {"metadata": metadata, "blob": {"source": source, "language": found.language, "kernelType": found.kind}}


def dataset(found: DataSet, *, whole: bool = False) -> dict[str, Any]:
    body = {
        "id": found.id,
        "ref": found.ref,
        "title": found.title,
        "subtitle": "What it is about",
        "lastUpdated": found.updated,
        "voteCount": found.votes,
        "isPrivate": found.private,
        "currentVersionNumber": found.versions[-1][0] if found.versions else 1,
        "licenseName": found.licence,
        "tags": [{"ref": tag, "name": tag, "fullPath": f"x > {tag}"} for tag in found.tags],
    }
    if whole:
        body["versions"] = [{"versionNumber": n, "creationDate": day, "status": "Ready"} for n, day in found.versions]
    return body


def model(found: Model) -> dict[str, Any]:
    return {
        "id": found.id,
        "ref": found.ref,
        "title": found.title,
        "subtitle": "",
        "author": found.owner,
        "isPrivate": found.private,
        "publishTime": found.published,
        "updateTime": found.updated,
        "voteCount": found.votes,
        "tags": [{"ref": tag, "name": tag} for tag in found.tags],
        "instances": [{"slug": "base", "framework": name} for name in found.frameworks],
    }


def contest(found: Contest, viewer: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": found.id,
        "ref": f"https://www.kaggle.com/competitions/{found.slug}",
        "title": found.title,
        "category": "Featured",
        "deadline": found.deadline,
        "teamCount": found.teams,
        "userHasEntered": True,
        "awardsPoints": True,
        "evaluationMetric": "AUC",
        "tags": [{"ref": "tabular", "name": "tabular"}],
    }
    if found.ranks[viewer]:
        body["userRank"] = found.ranks[viewer]
    return body


def sent(found: Sent) -> dict[str, Any]:
    return {
        "ref": found.ref,
        "date": found.date,
        "fileName": "sub.csv",
        "description": found.description,
        "status": found.status,
        "publicScore": found.public,
        "privateScore": found.private,
        "submittedBy": found.by.title(),
        "submittedByRef": found.by,
    }


def older(body: dict[str, Any]) -> dict[str, Any]:
    """In the older form an optional field has another name, and one more that says whether it is there."""
    told = dict(body)
    for name in ("currentVersionNumber", "title"):
        if name in told:
            value = told.pop(name)
            told[f"{name}Nullable"] = value
            told[f"has{name[0].upper()}{name[1:]}"] = value is not None
    return told
