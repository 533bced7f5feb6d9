"""The parts of Welcome: the form that asks where one's work is, who was found, and what is in so far."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc

from dashboard import cards, phrases, source_parts
from dashboard.markup import html
from data.models import RunState
from data.tasks import Tasks
from data.tokens import Where

if TYPE_CHECKING:
    from dash.development.base_component import Component

    from dashboard.site import FirstLook, Site
    from data.discovered import FoundAuthor, FoundFolder, FoundFolders, FoundPeople
    from data.errors import SkillfolioError
    from data.models import RunRecord

CHOSEN_FOLDERS, SHOWN_FOLDERS = 4, 8
SHOWN_PEOPLE, OTHERS = 8, 40
NO_FOLDERS = (
    "Folders cannot be chosen here: this dashboard is meant to be reached by others, and whoever gets in could read "
    "what lies on the machine it runs on. Add folders on that machine: skillfolio add git PATH"
)
READING = (
    "Reading your work",
    "Each project shows as soon as it is read. You can leave this page; reading goes on by itself.",
)
READ = "Your work is read"
SAID_BY = {"git-config": "from git’s settings", "github": "from GitHub"}
FOR_GOOD = "Set GITHUB_TOKEN where you start Skillfolio, and it is used from then on."


def notice(error: SkillfolioError) -> Component:
    return html.P(str(error), className="sf-notice")


def head(number: int, title: str, summary: str) -> list[Component]:
    """The head of a step; its heading gets the focus when the step comes."""
    return [
        html.P(f"Step {number} of 3", className="sf-quiet"),
        html.H1(title, tabIndex=-1, className="sf-step-title"),
        html.P(summary, className="sf-summary"),
    ]


def _step(number: int, title: str, summary: str, parts: list[Any]) -> Component:
    top = html.Header(head(number, title, summary), className="sf-page-head", id=f"welcome-head-{number}")
    return html.Div([top, *parts], className="sf-stack")


# ---- where ------------------------------------------------------------------------------------------


def where(site: Site, look: FirstLook, *, local: bool) -> list[Component]:
    """The form of the first step."""
    summary = (
        "Skillfolio reads what you wrote there, and shows which skills it covers, since when, and the lines that prove "
        "it. What it reads stays on this machine."
    )
    press = html.Div(
        [
            dmc.Button("Continue", id="welcome-look", n_clicks=0),
            html.P(
                "Looking at who wrote there …", id="welcome-looking", hidden=True, role="status", className="sf-quiet"
            ),
        ],
        className="sf-go",
    )
    already = len(site.store.accounts())
    note = []
    if already:
        has = "source is" if already == 1 else "sources are"
        text = [f"{phrases.number(already)} {has} there already; see ", cards.link("Sources", "/sources"), "."]
        note = [html.P(text, className="sf-said sf-sample")]
    parts = [*note, _github(look), _folders(local=local), _others(), press]
    return [_step(1, "Where is your work?", summary, parts)]


def _github(look: FirstLook) -> Component:
    login = dmc.TextInput(
        id="welcome-login", label="GitHub login", value="", autoComplete="off", spellCheck=False, n_submit=0,
        description="Your public repositories, and what you did in others. No token is needed for that.",
    )  # fmt: skip
    token = dmc.PasswordInput(
        id="welcome-token", label="Token (optional)", value="", autoComplete="off", n_submit=0,
        description="Adds private repositories, marked private, and more requests an hour. It only needs to read.",
        visibilityToggleButtonProps={"aria-label": "Show the token"},
    )  # fmt: skip
    kept = html.Div(token_kept(look), id="welcome-token-kept")
    more = html.Details(
        [html.Summary("Private repositories too?"), html.Div([token, kept], className="sf-stack sf-tight")],
        className="sf-details",
    )
    fields = [html.Div(login, className="sf-field"), html.Div(more, className="sf-field")]
    # a form of the browser's, since it holds a secret; assets/welcome.js keeps it from being sent
    return cards.card("GitHub", content=html.Form(fields, id="welcome-github", className="sf-stack"))


def token_kept(look: FirstLook) -> list[Component]:
    """Where a token is, or would be kept."""
    kept = look.token.kept
    if kept is None:
        text = (
            "It is checked with GitHub, then kept in the key ring of your system; without one, in memory until the "
            "dashboard stops. It is never written to a file, the store or a log. "
        )
        return [html.P([text, FOR_GOOD], className="sf-quiet")]
    if kept.where is Where.ENVIRONMENT:
        return [html.P("GITHUB_TOKEN is set, and used.", className="sf-quiet")]
    whose = f" of {kept.login}" if kept.login else ""
    text = (
        f"The token{whose} is in the key ring of your system, and used."
        if kept.where is Where.KEYRING
        else f"The token{whose} is in memory until the dashboard stops, since no key ring was found. {FOR_GOOD}"
    )
    forget = dmc.Button("Forget it", id="welcome-forget", n_clicks=0, size="compact-sm", variant="default")
    return [html.Div([html.P(text, className="sf-quiet"), forget], className="sf-go")]


def _folders(*, local: bool) -> Component:
    if not local:
        parts = [html.P(NO_FOLDERS, className="sf-prose"), *_unused_folders()]
    else:
        finding = [html.P("Looking for clones in your home folder …", className="sf-quiet"), *_group([], [])]
        another = dmc.TextInput(
            id="welcome-folder", label="Another folder", value="", placeholder="~/code", n_submit=0, spellCheck=False,
            autoComplete="off", description="Every git clone below it is read. No network is used.",
        )  # fmt: skip
        parts = [html.Div(finding, id="welcome-folders", role="status"), html.Div(another, className="sf-field")]
    return cards.card("Folders on this machine", content=parts)


def _unused_folders() -> list[Component]:
    """The fields stand, hidden, for what asks for their values."""
    field = dmc.TextInput(id="welcome-folder", value="", n_submit=0, label="Folder")
    return [html.Div([html.Div(_group([], []), id="welcome-folders"), field], hidden=True)]


def _group(found: list[Component], chosen: list[str]) -> list[Component]:
    return [dmc.CheckboxGroup(html.Div(found, className="sf-checks"), id="welcome-folders-chosen", value=chosen)]


def folders(found: FoundFolders) -> list[Component]:
    """The folders to choose from; the largest are chosen already."""
    shown = found.folders[:SHOWN_FOLDERS]
    if not shown:
        return [html.P("No clones were found in your home folder.", className="sf-quiet"), *_group([], [])]
    text = "These hold git clones. Only what you wrote in them counts."
    more = [] if found.whole else [html.P("Not everything was looked at; name what is missing.", className="sf-quiet")]
    today = datetime.now(UTC).date()
    boxes: list[Component] = [
        dmc.Checkbox(
            value=folder.path,
            label=folder.shown,
            description=f"{phrases.count(folder.clones, 'repository', 'repositories')}, last used "
            f"{phrases.ago(folder.used, today)}",
        )
        for folder in shown
    ]
    return [html.P(text, className="sf-quiet"), *_group(boxes, _chosen(shown)), *more]


def _chosen(found: tuple[FoundFolder, ...]) -> list[str]:
    return [folder.path for folder in found[:CHOSEN_FOLDERS]]


def _others() -> Component:
    kaggle = dmc.TextInput(
        id="welcome-kaggle", label="Kaggle user name", value="", autoComplete="off", spellCheck=False,
        description="Notebooks and competitions need Kaggle’s own credentials on this machine.",
    )  # fmt: skip
    overflow = dmc.TextInput(
        id="welcome-stackoverflow", label="Stack Overflow profile", value="", autoComplete="off", spellCheck=False,
        description="Its number, or the address of the page.",
    )  # fmt: skip
    fields = html.Div([kaggle, overflow], className="sf-fields")
    return html.Details([html.Summary("Kaggle and Stack Overflow"), fields], className="sf-details")


# ---- who --------------------------------------------------------------------------------------------


def who() -> list[Component]:
    """The second step, empty until somebody was found."""
    summary = "A commit counts as yours only when its author’s address is one that you choose here."
    buttons = html.Div(
        [
            dmc.Button("That’s me, start reading", id="welcome-start", n_clicks=0),
            dmc.Button("Back", id="welcome-back", n_clicks=0, variant="default"),
        ],
        className="sf-go",
    )
    group = dmc.CheckboxGroup(html.Div(), id="welcome-people", value=[])
    card = cards.card("Addresses found", content=[html.Div(id="welcome-found-note", className="sf-prose"), group])
    return [_step(2, "Which of these are you?", summary, [card, buttons])]


def people(found: FoundPeople) -> Component:
    """Everyone found: the likely and those like them, then the rest folded away."""
    near = [author for author in found.authors if author.likely or author.alike]
    rest = [author for author in found.authors if not (author.likely or author.alike)]
    if not near:
        near, rest = rest[:SHOWN_PEOPLE], rest[SHOWN_PEOPLE:]
    folded = []
    if rest:
        summary = html.Summary(f"Show {phrases.count(min(len(rest), OTHERS), 'other author', 'other authors')}")
        boxes = html.Div([_person(author) for author in rest[:OTHERS]], className="sf-checks")
        folded = [html.Details([summary, boxes], className="sf-details")]
    return html.Div([html.Div([_person(author) for author in near], className="sf-checks"), *folded])


def _person(author: FoundAuthor) -> Component:
    counts = f"{phrases.count(author.commits, 'commit')} in {phrases.count(author.projects, 'project')}"
    counts += f", {phrases.months(author.first, author.last)}"
    said = SAID_BY.get(author.said_by, "") or ("the same name as yours" if author.alike else "")
    parts = [part for part in (author.name, counts, said) if part]
    return dmc.Checkbox(value=author.email, label=author.email, description=" · ".join(parts))


def found_note(found: FoundPeople) -> list[Component]:
    """What was looked at, what GitHub knows by itself, and what could not be asked."""
    texts = []
    if found.clones:
        looked = phrases.count(found.clones, "repository was", "repositories were")
        texts.append(
            f"{looked} looked at."
            if found.read == found.clones
            else f"{phrases.number(found.read)} of {phrases.number(found.clones)} repositories were looked at so far; "
            "who is in the others can be chosen later, on Sources."
        )
    elif found.login and not found.authors:
        texts.append(f"GitHub tells no address of {found.login}. If yours are missing later, add them on Sources.")
    if found.certain:
        texts.append(f"What {found.login} commits on GitHub’s own pages counts anyway.")
    trouble = [html.P(f"{found.trouble}. Reading tries again.".replace("..", "."), className="sf-note")]
    return [html.P(" ".join(texts), className="sf-quiet"), *(trouble if found.trouble else [])]


# ---- reading ----------------------------------------------------------------------------------------


def reading(site: Site, launched: str | None) -> list[Component]:
    """The third step: how far it is, and what is in already."""
    since = datetime.fromisoformat(launched) if launched else None
    told = html.Div(live(site, since, busy=True) if since else [], id="welcome-live")
    found = html.Div(id="welcome-in", className="sf-stack", role="status")
    by_hand = []
    if site.launch is None:
        by_hand = [html.P(["Now run: ", html.Code(f"{site.command} collect")], className="sf-said sf-sample")]
    return [_step(3, *READING, [*by_hand, told, found])]


def read_head(site: Site) -> list[Component]:
    """The head when all is in: by whom what is written from now on will be read."""
    itself = " by itself, when it is due" if Tasks(site.store).workers() else " when you press Collect on Sources"
    return head(3, READ, f"What you write from now on is read{itself}.")


def live(site: Site, since: datetime, *, busy: bool) -> list[Component]:
    """The runs under way."""
    return source_parts.live(site, since, stoppable=False) if busy else []


def what_is_in(site: Site, since: datetime, *, busy: bool) -> tuple[str, list[Component]]:
    """What was read so far, with a key that changes when it does."""
    view = site.portfolio.view("")[0]
    ended = [run for run in source_parts.runs_since(site, since) if run.ended]
    key = f"{view.frames.version}/{busy}/{len(ended)}"
    results = [_result(site, run) for run in ended]
    listed = (
        [cards.card("What was read", content=html.Ul(results, className="sf-list"))] if results and not busy else []
    )
    if view.frames.empty or not len(view.shown):
        if busy:
            return key, []
        if not source_parts.runs_since(site, since):
            why = html.Code(f"{site.command} collect", className="sf-command")
            return key, [html.P("Reading did not begin. In a terminal this says why:", className="sf-notice"), why]
        sources = cards.link("Sources", "/sources#identities")
        text = [
            "Nothing of yours was found. Which addresses count as you, and what each run noticed, is on ",
            sources,
            ".",
        ]
        return key, [html.P(text, className="sf-said sf-sample"), *listed]
    tiles = cards.tiles(
        [
            cards.tile(phrases.number(view.project_count), "Projects", "with work of yours"),
            cards.tile(phrases.number(view.active_day_count), "Active days", view.window),
            cards.tile(f"{len(view.shown)} of {len(view.taxonomy.skills)}", "Skills shown", "so far" if busy else ""),
        ]
    )
    on = html.Div(
        [
            cards.link("Open your overview", "/", className="sf-primary"),
            *([] if busy else [cards.link("Share it", "/share", className="sf-button")]),
        ],
        className="sf-go",
    )
    return key, [tiles, on, *listed]


def _result(site: Site, run: RunRecord) -> Component:
    word, tone = source_parts.STATES[run.state]
    texts = [source_parts.read_in_words(run)]
    if run.issues:
        texts.append(phrases.count(run.issues, "issue"))
        found = site.store.issues(run.id) if run.state is not RunState.DONE else []
        texts += [found[-1].message] if found else []
    name = source_parts.short_name(site, run.source, run.handle)
    return html.Li([html.Span([html.Strong(name), " ", cards.chip(word, tone)]), html.Span(" · ".join(texts))])
