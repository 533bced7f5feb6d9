"""GitHub's interface as this program uses it: few requests, plain dictionaries, nothing trusted."""
