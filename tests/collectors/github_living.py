"""What tests of the GitHub source share: who asks, and a world with work elsewhere."""

from __future__ import annotations

from tests.loopback.histories import Written, make
from tests.loopback.living import DAY, START, Living
from tests.loopback.state import Repo, Thread

TOKEN = "ghp_adas_secret"
MINE = "7+ada@users.noreply.github.com"


def both_modes(tmp_path, github):
    return [Living(tmp_path / "a", github), Living(tmp_path / "b", github, token=TOKEN)]


def elsewhere(github, tmp_path):
    me, bob = github.world.users
    path = make(
        tmp_path / "git" / "50.git",
        [
            Written("bob@example.org", START, {"a.py": "import torch\n"}),
            Written(MINE, START + DAY, {"a.py": "import torch\ntorch.zeros(3)\n"}),
        ],
    )
    theirs = Repo(50, bob, "library", path)
    github.world.repos.append(theirs)
    github.world.threads += [
        Thread(1, theirs, me, title="Zeros", merged=True),
        Thread(2, theirs, me, title="It breaks", pull=False),
        Thread(3, theirs, bob, reviews=[(me, "2022-07-07T08:00:00Z"), (bob, "2022-07-01T08:00:00Z")]),
        Thread(4, github.world.repos[0], me, title="Mine"),
        Thread(5, theirs, bob, title="Not mine at all"),
    ]
    github.world.committed_to.append((me, theirs, 2021))
