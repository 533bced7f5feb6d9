"""Ada's portfolio with what she did among others: read by the collectors from the loopback Kaggle and Stack Exchange.

Pull requests, an awarded medal and entries of her own are saved as their parsers make them.
"""

from datetime import UTC, date, datetime, timedelta

from collectors import runner
from collectors.github import activities as forge
from collectors.github.identity import Person
from collectors.kaggle import works
from data import learning
from data.detect import detect
from data.models import Batch, Identity, IdentityKind, IdentityState, Project
from data.settings import Settings
from tests.collectors.builders import notebook
from tests.dashboard import samples
from tests.loopback.kaggle import Kaggle
from tests.loopback.kaggle_state import Contest, DataSet, Kernel, Model, Sent, World
from tests.loopback.stackexchange import Site, StackExchange

TOKEN = "KGAT_adas_secret"
USER = 1234567
ADA = Person(77, "ada")
CONTESTS = (  # slug, title, teams, deadline, rank, submissions, score
    ("house-prices", "House Prices", 4988, date(2022, 6, 30), 2310, 3, "0.14021"),
    ("store-sales", "Store Sales", 812, date(2023, 2, 28), 231, 6, "0.45120"),
    ("leaf-disease", "Leaf Disease <b>2023</b>", 1204, date(2023, 9, 15), 188, 9, "0.8841"),
    ("icu-mortality", "ICU Mortality", 1830, date(2024, 5, 31), 41, 14, "0.91234"),
    ("river-levels", "River Levels", 644, date(2025, 3, 31), 52, 8, "1.2030"),
    ("text-gaps", "Text Gaps", 2205, date(2025, 12, 1), 0, 4, "0.7011"),
)
NOTEBOOKS = (  # slug, title, days after the beginning, votes, tags, data sets, cells
    ("first-look", "A first look at house prices", 140, 2, ("tabular",), ("bob/houses",),
     ["import pandas as pd\nimport seaborn as sns", "df = pd.read_csv('houses.csv')\ndf = df.fillna(0)", "sns.heatmap(df.corr())"]),
    ("leaves", "Leaf disease with a small network", 620, 14, ("image",), ("bob/leaves",),
     ["import torch\nfrom torch import nn", "net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Dropout(0.2))"]),
    ("icu", "ICU mortality: gradient boosting", 850, 31, ("health", "tabular"), ("bob/heart-disease",),
     ["import lightgbm as lgb\nimport pandas as pd", "df = pd.read_csv('heart.csv')\nmodel = lgb.LGBMClassifier().fit(df, df.y)"]),
    ("levels", "River levels, week by week", 1160, 5, ("time series analysis",), (),
     ["from statsmodels.tsa.arima.model import ARIMA\nimport numpy as np", "ARIMA(np.arange(40), order=(1, 1, 0)).fit()"]),
)  # fmt: skip
TAGS = (("python", "pandas"), ("python", "numpy"), ("pytorch",), ("scikit-learn", "python"), ("sql",))
ELSEWHERE = (  # repository, kind, how many, merged
    ("others/upstream", "pull-request", 7, 5),
    ("others/upstream", "issue", 4, 0),
    ("others/upstream", "review", 9, 0),
    ("arrays/broad", "pull-request", 2, 1),
    ("arrays/broad", "issue", 1, 0),
)
ENTRIES = (
    ("course", "Deep learning from the ground up", date(2022, 5, 14), 40 * 60, ("pytorch",), True),
    ("reading", "An introduction to statistical learning", date(2022, 11, 2), 0, (), False),
    ("meetup", "PyData: time series", date(2023, 4, 20), 150, (), False),
    ("talk", "Small networks on leaves", date(2023, 10, 12), 25, (), True),
    ("certificate", "Cloud practitioner", date(2024, 7, 1), 0, (), False),
    ("meetup", "PyData: gradient boosting", date(2025, 2, 6), 120, (), False),
)
FIRST = samples.FIRST


def kaggle_world():
    contests = [
        Contest(
            40 + place, slug, title, teams, f"{deadline.isoformat()}T23:59:00Z", {"ada": rank},
            [
                Sent(
                    1000 * place + number, "ada", f"{(deadline - timedelta(days=4 * number)).isoformat()}T09:00:00Z",
                    score, None, description=f"blend {number}",
                )
                for number in range(1, count + 1)
            ],
        )
        for place, (slug, title, teams, deadline, rank, count, score) in enumerate(CONTESTS)
    ]  # fmt: skip
    kernels = [
        Kernel(
            10 + place, f"ada/{slug}", notebook(*cells), title, kind="notebook", votes=votes, tags=tags, datasets=sets,
            run=(FIRST + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ"), version=3,
        )
        for place, (slug, title, days, votes, tags, sets, cells) in enumerate(NOTEBOOKS)
    ]  # fmt: skip
    return World(
        kernels=kernels,
        datasets=[DataSet(21, "ada/rain", "Rain in 40 towns")],
        models=[Model(31, "ada/leafnet", "Leafnet")],
        contests=contests,
        tokens={TOKEN: "ada"},
    )


def stack_overflow(answers=64):
    site = Site(USER)
    for number in range(answers):
        at = int((FIRST + timedelta(days=200 + 17 * number)).timestamp())
        site.answer(
            70_000 + 10 * number, at, tags=TAGS[number * number % 5], score=number % 9 - 1, is_accepted=number % 3 == 0,
            title=f"How do I reshape {number} columns?",
        )  # fmt: skip
    for number in range(4):
        site.question(90_000 + number, int((FIRST + timedelta(days=300 * number + 60)).timestamp()))
    for number, (name, rank, kind) in enumerate(
        (("Teacher", "bronze", "named"), ("Good Answer", "silver", "named"), ("pandas", "bronze", "tag_based"))
    ):
        site.badge(11 + number, name, int((FIRST + timedelta(days=260 + 300 * number)).timestamp()), rank, kind)
    return site


def settings(home, **more):
    return Settings(home=home, database_url=f"sqlite:///{home / 'store.db'}", **more)


def fill(store, home, taxonomy):
    """Everything above on top of `samples.fill`; ends with its evidence."""
    samples.fill(store, taxonomy)
    read_sites(store, home)
    add_contributions(store)
    for kind, title, day, minutes, skills, public in ENTRIES:
        learning.add_entry(store, learning.Entry(kind, title, day, minutes, "", skills, public))
    detect(store, taxonomy)


def read_sites(store, home):
    with Kaggle(kaggle_world()) as kaggle, StackExchange(stack_overflow()) as exchange:
        given = settings(home, kaggle_url=kaggle.url, kaggle_api_token=TOKEN, stackexchange_url=exchange.url)
        found = store.add_account("kaggle", "ada")
        for account in (found, store.add_account("stackoverflow", str(USER))):
            runner.run_account(store, account, given)
    medal = works.medal("silver", datetime(2024, 6, 4, tzinfo=UTC), "ada", "", "ICU Mortality")
    competition = Project(
        "kaggle", "kaggle:competition/icu-mortality", "ICU Mortality",
        "https://www.kaggle.com/competitions/icu-mortality", own=False,
    )  # fmt: skip
    store.save_batch(found, Batch(competition, [medal]))


def add_contributions(store):
    account = store.add_account("github", "ada")
    store.save_identity(Identity(IdentityKind.ID, f"github:{ADA.id}", IdentityState.CONFIRMED, "github"))
    number = 0
    for name in dict.fromkeys(name for name, *_ in ELSEWHERE):
        done = []
        for where, kind, count, merged in ELSEWHERE:
            for place in range(count if where == name else 0):
                number += 1
                done.append(
                    forge.activity_of(
                        kind, number, FIRST + timedelta(days=90 + 61 * number), ADA, own=False, merged=place < merged,
                        url=f"https://github.com/{name}/pull/{number}", title=f"Speed up part {number}",
                    )
                )  # fmt: skip
        project = Project("github", f"github:{len(name)}", name, f"https://github.com/{name}", own=False)
        store.save_batch(account, Batch(project, done))
