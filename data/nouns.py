"""What people call the things that runs count: (one, many), by our names of them."""

from __future__ import annotations

WORK = ("piece of work", "pieces of work")
NOUNS = {
    "activities": WORK,
    "datasets": ("data set", "data sets"),
    "fetched": ("history fetched", "histories fetched"),
    "repositories": ("repository", "repositories"),
    "versions": ("notebook version", "notebook versions"),
}
