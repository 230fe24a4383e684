"""The ranges of days that reports are asked for by name, what each compares with, and its course.

A range is made of whole days of a zone. One that holds the present ends at it for now (a to-date
range), and compares with the same elapsed part of the range before.
"""

from enum import StrEnum


class Period(StrEnum):
    """A range by name, spelled as in the API."""

    DAY = "day"
    YESTERDAY = "yesterday"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    LAST_7_DAYS = "7d"
    LAST_30_DAYS = "30d"
    LAST_90_DAYS = "90d"
    LAST_12_MONTHS = "12mo"
    ALL = "all"
    CUSTOM = "custom"


class Compare(StrEnum):
    """What a range is compared with: nothing, the one before, the same dates a year before."""

    NONE = "none"
    PREVIOUS = "previous"
    YEAR = "year"


class Interval(StrEnum):
    """What one point of a series stands for."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
