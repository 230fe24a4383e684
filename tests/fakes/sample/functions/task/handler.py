"""Folds messages of a queue as the other folds records of a topic."""

from functions.fold.handler import handler

__all__ = ["handler"]
