"""What the loopback Kaggle holds. Tests change it between runs."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Kernel:
    id: int
    ref: str
    source: str = "import numpy as np\nprint(np.linalg.norm([1.0]))\n"
    title: str = "A notebook"
    language: str = "python"
    kind: str = "script"
    run: str = "2024-05-04T12:34:56.7890123Z"
    votes: int = 3
    version: int | None = 1
    private: bool = False
    tags: tuple[str, ...] = ("tabular",)
    datasets: tuple[str, ...] = ()
    competitions: tuple[str, ...] = ()
    draft: bool = False  # listed, never saved as a version
    forbidden: bool = False
    earlier: dict[int, str] = field(default_factory=dict)  # sources of versions before

    @property
    def owner(self) -> str:
        return self.ref.partition("/")[0]


@dataclass
class DataSet:
    id: int
    ref: str
    title: str = "A data set"
    updated: str = "2024-03-02T10:00:00Z"
    votes: int = 5
    private: bool = False
    licence: str = "CC0-1.0"
    tags: tuple[str, ...] = ("tabular",)
    versions: tuple[tuple[int, str], ...] = ((1, "2024-02-01T10:00:00Z"), (2, "2024-03-02T10:00:00Z"))

    @property
    def owner(self) -> str:
        return self.ref.partition("/")[0]


@dataclass
class Model:
    id: int
    ref: str
    title: str = "A model"
    published: str = "2024-04-01T09:00:00Z"
    updated: str = "2024-04-20T09:00:00Z"
    votes: int = 2
    private: bool = False
    tags: tuple[str, ...] = ("nlp",)
    frameworks: tuple[str, ...] = ("pyTorch",)

    @property
    def owner(self) -> str:
        return self.ref.partition("/")[0]


@dataclass
class Sent:
    """A submission."""

    ref: int
    by: str
    date: str = "2024-03-30T08:15:00.123Z"
    public: str | None = "0.91234"
    private: str | None = "0.90987"
    status: str = "COMPLETE"
    description: str = "blend"


@dataclass
class Contest:
    id: int
    slug: str
    title: str = "Example Cup"
    teams: int = 1830
    deadline: str = "2024-03-31T23:59:00Z"
    ranks: dict[str, int] = field(default_factory=dict)  # of those who entered; 0: no rank yet
    sent: list[Sent] = field(default_factory=list)
    hidden: bool = False  # its submissions and leaderboard
    board: str | None = None  # the CSV


@dataclass
class World:
    kernels: list[Kernel] = field(default_factory=list)
    datasets: list[DataSet] = field(default_factory=list)
    models: list[Model] = field(default_factory=list)
    contests: list[Contest] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)  # token → user
    keys: dict[str, str] = field(default_factory=dict)  # user → older key
    refresh: dict[str, str] = field(default_factory=dict)  # refresh token → user

    def kernel(self, ref: str) -> Kernel | None:
        return next((kernel for kernel in self.kernels if kernel.ref == ref), None)

    def contest(self, slug: str) -> Contest | None:
        return next((contest for contest in self.contests if contest.slug == slug), None)
