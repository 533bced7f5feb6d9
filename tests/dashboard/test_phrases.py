from datetime import UTC, date, datetime

import pandas as pd
import pytest

from dashboard import cards, phrases

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (phrases.number(1234567), "1 234 567"),
        (phrases.count(1, "day"), "1 day"),
        (phrases.count(0, "repository", "repositories"), "0 repositories"),
        (phrases.percent(0), "0 %"),
        (phrases.percent(0.001), "<1 %"),
        (phrases.percent(0.625), "62 %"),
        (phrases.percent(0.999), ">99 %"),
        (phrases.percent(1), "100 %"),
        (phrases.day(date(2024, 3, 5)), "5 Mar 2024"),
        (phrases.day(pd.Timestamp("2024-03-05")), "5 Mar 2024"),
        (phrases.day(pd.NaT), "–"),
        (phrases.day(None), "–"),
        (phrases.month("2024-03-05"), "Mar 2024"),
        (phrases.months("2024-03-05", "2024-03-28"), "Mar 2024"),
        (phrases.months("2023-03-05", "2024-03-05"), "Mar 2023 – Mar 2024"),
        (phrases.span("2024-03-05", "2024-03-05"), "5 Mar 2024"),
        (phrases.span("2024-03-05", "2025-01-01"), "5 Mar 2024 – 1 Jan 2025"),
        (phrases.ago(date(2026, 11, 22), TODAY), "today"),
        (phrases.ago(date(2026, 11, 23), TODAY), "today"),
        (phrases.ago(date(2026, 11, 21), TODAY), "yesterday"),
        (phrases.ago(date(2026, 11, 19), TODAY), "3 days ago"),
        (phrases.ago(date(2026, 11, 8), TODAY), "2 weeks ago"),
        (phrases.ago(date(2025, 11, 22), TODAY), "1 year ago"),
        (phrases.ago(None, TODAY), "never"),
        (phrases.moment(datetime(2026, 11, 21, 14, 5, tzinfo=UTC)), "21 Nov 2026, 14:05 UTC"),
        (phrases.listing([]), ""),
        (phrases.listing(["a"]), "a"),
        (phrases.listing(["a", "b", "c"]), "a, b and c"),
        (phrases.listing(["a", "b", "c", "d", "e"]), "a, b, c and 2 more"),
    ],
)
def test_as_a_reader_writes(said, text):
    assert said.replace("\u202f", " ") == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("as of 3 Mar 2024.", "as of 3\u00a0Mar\u00a02024."),
        ("Jan 2022 – 5 Feb 2026", "Jan\u00a02022 – 5\u00a0Feb\u00a02026"),
        ("in May 20 of 2024 days", "in May 20 of 2024 days"),
        ("May 20241 and Marc 2024", "May 20241 and Marc 2024"),
        ("", ""),
        (7, 7),
    ],
)
def test_dates_stay_on_one_line(text, shown):
    assert cards.unbroken(text) == shown
