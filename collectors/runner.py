"""Runs one source for one account: lock, save batch by batch, close with counts and issues.

A kill at any moment loses at most the batch in hand: bookmarks move in the transaction that saves what they
stand for, and the next run closes the row that the dead process left.
"""

from __future__ import annotations

import errno
import fcntl
import time
from collections.abc import Callable, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from collectors import sources
from collectors.attribution import Wanted
from collectors.run import Run, Source
from data.errors import NotUsable, SettingMissing, SkillfolioError, TryLater, UnexpectedReply
from data.models import IdentityState, Issue, Progress, RunState
from data.runs import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path
    from types import ModuleType

    from data.models import Account, Batch, Identity, Project
    from data.settings import Settings
    from data.store import Store

OnProgress = Callable[[Progress], None]

REMOVED = "It was removed while it was read; nothing of it is kept."
SHOWN_EVERY = 0.3  # seconds between two writes of the progress row
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
LONGEST_LATER = timedelta(days=30)  # beyond it a server said something absurd
LOOKED_EVERY = 0.5  # seconds after which a look whether to stop asks the store again


class AlreadyRunning(TryLater):
    """Another process is collecting for this account right now."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended. `message` is empty after a whole run, else one sentence for the person."""

    run_id: int
    state: RunState
    counts: dict[str, int] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    message: str = ""


class Ledger:
    """The store as one run sees it (see `collectors.run.Memory`)."""

    def __init__(self, store: Store, account_id: int, run_id: int, on_progress: OnProgress | None) -> None:
        self.run_id = run_id
        self.issues: list[Issue] = []
        self._store = store
        self._account = account_id
        self._on_progress = on_progress
        self._progress = Progress()
        self._shown = 0.0
        self._stopping = False

    def bookmark(self, name: str, default: Any = None) -> Any:
        value = self._store.bookmark(self._account, name)
        return default if value is None else value

    def set_bookmarks(self, values: Mapping[str, Any]) -> None:
        self._store.save_bookmarks(self._account, values)

    def project(self, key: str) -> Project | None:
        return self._store.project(key)

    def known_commits(self, project_key: str) -> set[str]:
        return self._store.known_commits(project_key)

    def known_keys(self, project_key: str, kind: str) -> set[str]:
        return self._store.known_keys(project_key, kind)

    def wanted(self) -> Wanted:
        known = self._store.wanted()
        return Wanted(**{item.name: getattr(known, item.name) for item in fields(known)})

    def propose(self, identity: Identity) -> None:
        kept = {(known.kind, known.value): known.state for known in self._store.identities()}
        if kept.get((identity.kind, identity.value)) is not IdentityState.CONFIRMED:  # one source knew for sure
            self._store.save_identity(identity)

    def note(self, issue: Issue) -> None:
        self.issues.append(issue)
        self._store.note_issue(self.run_id, issue)

    def show(self, progress: Progress) -> None:
        self._progress = progress
        if time.monotonic() - self._shown >= SHOWN_EVERY:
            self.write_progress()

    def write_progress(self) -> None:
        """Write the latest progress, a sign of life too; learn whether the person asked to stop."""
        self._shown = time.monotonic()
        self._stopping = not self._store.update_run(self.run_id, self._progress)
        if self._on_progress is not None:
            self._on_progress(self._progress)

    def stopping(self) -> bool:
        if time.monotonic() - self._shown >= LOOKED_EVERY:
            self.write_progress()
        return self._stopping


@contextmanager
def _only_one(folder: Path, account_id: int) -> Generator[None]:
    """Hold the account's lock; the kernel lets go of it when the process dies, however it dies."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / f"account-{account_id}.lock").open("a")
    except OSError as error:
        raise NotUsable(f"{folder} cannot be written ({error.strerror}); look who owns it.") from error
    with lock as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(
                "A run for this account is under way in another process; wait until it ends."
            ) from None
        yield


def run_account(
    store: Store, account_id: int, settings: Settings, *, on_progress: OnProgress | None = None
) -> RunResult:
    """Collect for one account and say how it ended.

    Raises AlreadyRunning when another process is at it, NotUsable when there is no such account or source. A
    defect of our own is raised after the run was closed as failed. A run whose account is removed meanwhile ends.
    """
    account = next((entry for entry in store.accounts() if entry.id == account_id), None)
    if account is None:
        raise NotUsable(f"There is no account {account_id}; `skillfolio doctor` lists those that were added.")
    source = sources.load().get(account.source)
    if source is None:
        raise NotUsable(f"This version of Skillfolio has no source named {account.source}.")
    with _only_one(settings.home / "locks", account_id):
        _close_orphans(store, account_id)
        ledger = Ledger(store, account_id, store.start_run(account_id), on_progress)
        try:
            return _collect(source, account, settings, store, ledger)
        except Exception:  # whatever was being written when the account's rows went
            if any(entry.id == account_id for entry in store.accounts()):
                raise
            return RunResult(ledger.run_id, RunState.CANCELLED, message=REMOVED)


def _close_orphans(store: Store, account_id: int) -> None:
    """Whoever holds the lock is alone: a run still marked as running was killed."""
    for record in store.runs(limit=20, account_id=account_id):
        if record.state in {RunState.RUNNING, RunState.STOPPING} and not record.queued:
            store.note_issue(record.id, INTERRUPTED)
            store.end_run(record.id, RunState.FAILED, record.counts)


def _collect(source: ModuleType, account: Account, settings: Settings, store: Store, ledger: Ledger) -> RunResult:
    run = Run(
        handle=account.handle,
        options=account.options,
        settings=settings,
        cache=settings.home / "cache" / account.source,
        memory=ledger,
        stop=ledger.stopping,
    )
    state, message = RunState.FAILED, ""
    try:
        with room_told():
            finished = _save_all(source.collect(run), run, account, store)
        state = RunState.DONE if finished else RunState.CANCELLED
        if finished:
            check_expectations(source.SOURCE, run.counts, ledger.note)
    except TryLater as error:
        state, message = RunState.PARTIAL, later(str(error), error.seconds)
        run.issue("try-later", message)
    except (UnexpectedReply, NotUsable, SettingMissing) as error:
        message = str(error)
        note_failure(run, error)
    except KeyboardInterrupt:
        state = RunState.CANCELLED
        raise
    except Exception as error:
        note_failure(run, error)
        raise
    finally:
        run.close()
        ledger.write_progress()
        store.end_run(ledger.run_id, state, dict(+run.counts))
    return RunResult(ledger.run_id, state, dict(+run.counts), tuple(ledger.issues), message)


def note_failure(run: Run, error: Exception, subject: str = "") -> None:
    """Note why a run (or the `subject`'s part of it) failed."""
    if isinstance(error, UnexpectedReply):
        run.issue("unexpected-reply", str(error), subject)
    elif isinstance(error, SkillfolioError):
        run.issue("not-usable", str(error), subject)
    else:  # the text of a foreign exception may hold what the source sent; its type cannot
        run.issue("defect", f"Skillfolio itself failed ({type(error).__name__}); please report it.", subject)


@contextmanager
def room_told() -> Generator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        raise NotUsable(
            "There is no room left on the disk. What was read is saved; make room and run again."
        ) from error


def tell_of_bulk(run: Run, batch: Batch) -> None:
    bulk = sum(activity.bulk for activity in batch.activities)
    if bulk:
        run.issue(
            "bulk-commit",
            "A commit brings more new source files than a person writes at once. It counts for nothing until you say "
            "that it is your own writing: on the project's page, or with `skillfolio bulk`.",
            batch.project.name,
            bulk,
        )


def _save_all(batches: Generator[Batch], run: Run, account: Account, store: Store) -> bool:
    """Save what the source yields; False when the person stopped it."""
    with closing(batches):  # its threads and children end before the run is closed
        for batch in batches:
            store.save_batch(account.id, batch)
            run.counts["activities"] += len(batch.activities)
            tell_of_bulk(run, batch)
            if run.stopping():
                return False
    return not run.stopping()


def check_expectations(source: Source, counts: Mapping[str, int], note: Callable[[Issue], None]) -> None:
    """Note each stream of which a whole run brought less than any account has."""
    for stream, least in source.expect.items():
        number = counts.get(stream, 0)
        if number < least:
            message = (
                f"{number or 'No'} {stream} were found, which is fewer than there should be. Check that "
                f"you named the right {source.handle.removeprefix('a ')}, and that what it holds can be read."
            )
            note(Issue("too-few", message, stream))


def later(message: str, seconds: float | None, now: datetime | None = None) -> str:
    """The sentence of a run that ended early, with the time at which trying again makes sense."""
    text = message.rstrip(". ")
    if seconds is None:
        return f"{text}. What was read is saved; the next run goes on from here."
    now = now or datetime.now(UTC)
    at = now + timedelta(seconds=min(max(0.0, seconds), LONGEST_LATER.total_seconds()))
    form = "%Y-%m-%d %H:%M" if at - now >= timedelta(hours=20) else "%H:%M"  # which alone is taken for the next one
    with suppress(OSError):
        at = at.astimezone()
    return f"{text}. What was read is saved; try again after {at:{form}}."
