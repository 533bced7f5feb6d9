"""Pictures in a README: which of them show results."""

from __future__ import annotations

import pytest

from tests.collectors.reading.reading import read


def shown(text, wanted=None):
    """{(line, value)} of the facts."""
    return {(fact.line, fact.value) for fact in read(text, "README.md", wanted=wanted)}


RESULTS = {
    "by its text": "![Confusion matrix](a.png)",
    "by its name": "![](images/loss_curve.png)",
    "by the heading": "# Work\n## Results\ntext ![](a.png)",
    "as a tag": '<p><img width="10" src="img/dashboard.jpg"></p>',
    "a tag's text": "<img alt='ROC of both models' src='a.png'/>",
    "a screenshot of one": "[![dashboard screenshot](out/a.png)](https://example.org/board)",
    "a heading as a tag": "<h2 align='center'>Dashboard</h2>\n\n![a](https://user-images.githubusercontent.com/1/a.png)",
}
OTHERS = {
    "a badge": "# Results\n![build](https://img.shields.io/badge/a-b-c)",
    "a drawing": "# Results\n![Architecture of the dashboard](a.png)",
    "under a heading for something else": "## Dashboard pipeline\n![](a.png)",
    "no picture": "## Results\n[confusion matrix](a.png)",
    "a screenshot of something": "# Results\n![screenshot of the settings](a.png)",
    "of nothing in particular": "# Flowers\n![a rose](rose.png)",
    "on another site": "# Results\n![confusion matrix](https://example.org/1.png)",
    "a vector logo": "![plot](a.svg)",
}


@pytest.mark.parametrize("text", [*RESULTS.values(), *OTHERS.values()])
def test_pictures(text):
    expected = {"results-picture"} if text in RESULTS.values() else set()
    assert {value for _, value in shown(text + "\n")} == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## Results\n- Accuracy: 92.3%\n", True),
        ("## Model performance\nThe forest reaches an RMSE of 3.41.\n", True),
        ("## Metrics\n| Model | Accuracy |\n|---|---|\n| a forest | 0.91 |\n", True),
        ("## Metrics\n| Model | Seconds |\n|---|---|\n| a forest | 0.91 |\n", False),
        ("## Accuracy of models\n| a forest | 0.91 |\n", True),
        ("## Results\nTook 3.5 hours.\n", False),
        ("## Installation\nAccuracy 0.91\n", False),
        ("## Results\nAccuracy is good.\n", False),
        ("## Results\nPrecision needs version 1.2.3 of it.\n", False),
    ],
)
def test_figures(text, expected):
    assert ("results-in-figures" in {value for _, value in shown(text)}) is expected


def test_the_heading_of_a_line_that_was_added():
    text = "# Results\n\nWords.\n![](a.png)\n"
    assert shown(text, wanted=[3]) == {(4, "results-picture")}
    assert not shown(text, wanted=[0, 2])
