"""The person's word on a git folder: whether everyone may see its repositories, which the disk does not tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, select, update

from data import saving
from data.errors import NotUsable
from data.schema import accounts, bookmarks, project_accounts, projects, settings

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

    from data.models import Account
    from data.store import Store

SOURCE = "git"
_MIXED = "mixed_histories"  # setting: keys of projects with work of a private folder that is no source any more


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
        if public:
            _forget_mixed(connection, account_id)
        closed = _closed(connection, account_id)
        p = projects.c
        found = connection.execute(select(p.id, p.private).where(p.id.in_(_led_to(account_id)), p.source == SOURCE))
        turned = [row.id for row in found if row.private != (not public or row.id in closed)]
        if turned:
            connection.execute(update(projects).where(p.id.in_(turned)).values(private=~p.private))
            saving.grow_version(connection)
    others = {folder for folders in closed.values() for folder in folders} if public else set()
    return Turned(len(turned), len(closed) if public else 0, tuple(sorted(others)))


def leave(connection: Connection, account_id: int) -> None:
    """Do what has to be done before a folder is forgotten: what a private one brought never turns public.

    Of histories that another folder holds as well, such as a fork of it, nobody can tell any more which commits came
    from where. They are forgotten and read again where that folder is public, now or once it is called so.
    """
    row = connection.execute(select(accounts.c.source, accounts.c.options).where(accounts.c.id == account_id)).first()
    if row is None or row.source != SOURCE or row.options.get("public") is True:
        return
    links = project_accounts.c
    query = (
        select(projects.c.key, accounts.c.id, accounts.c.options)
        .join_from(project_accounts, projects, projects.c.id == links.project_id)
        .join(accounts, accounts.c.id == links.account_id)
        .where(links.project_id.in_(_led_to(account_id)), links.account_id != account_id)
    )
    shared = connection.execute(query).all()
    if shared:
        _keep_mixed(connection, _mixed(connection) | {each.key for each in shared})
    for number in {each.id for each in shared if each.options.get("public") is True}:
        _forget_mixed(connection, number)


def _forget_mixed(connection: Connection, account_id: int) -> None:
    """Forget histories of an account that hold what a private folder brought; its next run reads them whole."""
    mixed = _mixed(connection)
    of_account = select(projects.c.key).where(projects.c.id.in_(_led_to(account_id)), projects.c.source == SOURCE)
    keys = mixed & set(connection.execute(of_account).scalars()) if mixed else set()
    if not keys:
        return
    found = select(projects.c.id).where(projects.c.id.in_(_led_to(account_id)), projects.c.key.in_(keys))
    ids = connection.execute(found).scalars().all()
    leading = select(project_accounts.c.account_id).where(project_accounts.c.project_id.in_(ids)).distinct()
    kept = select(bookmarks).where(bookmarks.c.account_id.in_(leading), bookmarks.c.name.startswith("clone:"))
    for row in connection.execute(kept).all():
        if row.value.get("key") in keys:
            is_it = and_(bookmarks.c.account_id == row.account_id, bookmarks.c.name == row.name)
            connection.execute(delete(bookmarks).where(is_it))
    connection.execute(delete(projects).where(projects.c.id.in_(ids)))
    _keep_mixed(connection, mixed - keys)
    saving.grow_version(connection)


def _mixed(connection: Connection) -> set[str]:
    return set(connection.execute(select(settings.c.value).where(settings.c.name == _MIXED)).scalar() or ())


def _keep_mixed(connection: Connection, keys: set[str]) -> None:
    if not saving.insert_if_new(connection, settings, {"name": _MIXED, "value": sorted(keys)}):
        connection.execute(update(settings).where(settings.c.name == _MIXED).values(value=sorted(keys)))


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
