"""The person's word on a git folder: whether everyone may see its repositories, which the disk does not tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, select, update

from data import saving
from data.errors import NotUsable
from data.schema import accounts, project_accounts, projects

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

    from data.models import Account
    from data.store import Store

SOURCE = "git"


@dataclass(frozen=True, slots=True)
class Turned:
    """What the person's word changed at once; repositories that are read later follow it too."""

    projects: int  # that turned
    kept: int  # that stay private, since another folder that is not public leads to them too
    others: tuple[str, ...]  # these folders


def is_public(account: Account) -> bool:
    return account.source == SOURCE and account.options.get("public") is True


def say_public(store: Store, account_id: int, *, public: bool) -> Turned:
    """Count the repositories of a folder as public, or as private again. Raises NotUsable for other accounts.

    Where several folders lead to one repository, it is public only if all of them are.
    """
    account = next((one for one in store.accounts() if (one.id, one.source) == (account_id, SOURCE)), None)
    if account is None:
        raise NotUsable("Only a git folder can be called public or private; other sources say it themselves.")
    options = account.options | {"public": public}
    with store.writing() as connection:
        connection.execute(update(accounts).where(accounts.c.id == account_id).values(options=options))
        closed = _closed(connection, account_id)
        p = projects.c
        found = connection.execute(select(p.id, p.private).where(p.id.in_(_led_to(account_id)), p.source == SOURCE))
        turned = [row.id for row in found if row.private != (not public or row.id in closed)]
        if turned:
            connection.execute(update(projects).where(p.id.in_(turned)).values(private=~p.private))
            saving.grow_version(connection)
    others = {folder for folders in closed.values() for folder in folders} if public else set()
    return Turned(len(turned), len(closed) if public else 0, tuple(sorted(others)))


def _led_to(account_id: int) -> Select[tuple[int]]:
    return select(project_accounts.c.project_id).where(project_accounts.c.account_id == account_id)


def _closed(connection: Connection, account_id: int) -> dict[int, list[str]]:
    """Projects of an account that others lead to as well which are not public, with these."""
    links = project_accounts.c
    query = (
        select(links.project_id, accounts.c.handle, accounts.c.options)
        .join(accounts, and_(accounts.c.id == links.account_id, accounts.c.source == SOURCE))
        .where(links.project_id.in_(_led_to(account_id)), links.account_id != account_id)
    )
    closed: dict[int, list[str]] = {}
    for row in connection.execute(query):
        if row.options.get("public") is not True:
            closed.setdefault(row.project_id, []).append(row.handle)
    return closed
