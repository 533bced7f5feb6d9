"""The commands of `skillfolio`, a module for each sort. Only these know collectors, data and dashboard.

A module lists its commands in `COMMANDS`; that is the registry. What is heavy is imported in the commands themselves.
"""
