"""The owner's introduction: safe, in two parts, with no word lost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dashboard.public import introduction


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("Hello **you**", "<p>Hello <strong>you</strong></p>"),
        ("<script>alert(1)</script>", "&lt;script&gt;"),
        ("<b onclick=x>hi</b>", "&lt;b onclick=x&gt;"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("![x](https://evil.example/x.png)", "!<a"),
        ("[me](https://ada.example)", '<a href="https://ada.example" rel="nofollow noopener noreferrer">me</a>'),
        ("# Big", "<h3>Big</h3>"),
        ("Big\n===", "<h3>Big</h3>"),
        ("#mlops", "<p>#mlops</p>"),
        ("```\n# a comment\n```", "<code># a comment\n</code>"),
        ("- one\n- two", "<li>one</li>"),
    ],
)
def test_introductions_are_safe(written, made):
    assert made in introduction.halves(written)[0]
    for more in ("", "Before that, a lot.\n\n" * 40):  # then it comes after "Read on"
        assert not re.search(
            r"<(?:script|img|b |iframe)|javascript:[^)]*\"", "".join(introduction.halves(more + written))
        )


@pytest.mark.parametrize(
    ("written", "ends", "begins"),
    [
        ("Short.", "Short.</p>\n", ""),
        ("One.\n\n" * 20, "<p>One.</p>\n", ""),
        ("a" * 600 + "\n\nand a little", "little</p>\n", ""),  # no click for so little
        ("a" * 600 + "\n\n" + "b" * 600, "a</p>\n", "<p>b"),
        ("- one\n" * 200 + "\n\n" + "b" * 600, "</ul>\n", "<p>b"),
        ("a" * 4000, "a</p>\n", ""),
        ("Word here. " * 100, "here.</p>\n", "<p>Word"),
        ("*Word here. " * 30 + "*" + " Then. " * 90, "Then.</p>\n", "<p>"),
        ("See [one. " + "two. " * 200 + "](https://a.example) and so on. " + "b" * 300, "on.</p>\n", "<p>b"),
        ("> " + "Word here. " * 100, "</blockquote>\n", ""),
    ],
)
def test_long_introductions_are_read_on(written, ends, begins):
    first, rest = introduction.halves(written)
    assert first.endswith(ends)
    assert rest.startswith(begins)
    assert bool(rest) is bool(begins)


@given(
    st.lists(
        st.sampled_from(
            ["Some words. ", "*so* ", "[a. b](https://a.example). ", "\n\n", "\n- ", "`x. y` ", "# ", "> ", "**", "\n"]
        )
    )
)
def test_no_word_of_an_introduction_is_lost(parts):
    written = "".join(parts * 9)
    whole = MarkdownIt("commonmark", {"html": False}).render(written)
    assert letters_of("".join(introduction.halves(written))) == letters_of(whole)


def letters_of(html):
    return re.sub(r"<[^>]*>|\s", "", html)
