"""The parameters that reports share, as the OpenAPI document describes them."""

from datetime import date
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query as Parameter

from pixeltrack.api.problems import BAD_PARAMETER
from pixeltrack.reports.periods import Compare, Period
from pixeltrack.reports.query import GROUPINGS

PROBLEMS = BAD_PARAMETER | {404: "No such site or goal, or not the caller's."}

EVENTS, SUMMARY = "events", "summary"
DATASETS = (EVENTS, SUMMARY, *GROUPINGS)

SiteParameter = Annotated[
    str | None,
    Parameter(alias="siteId", description="The site; may be left out by an account with one site."),
]
PeriodParameter = Annotated[
    Period,
    Parameter(
        description="The range of days. `day` is today; `week`, `month` and `year` run to date, "
        "weeks from Monday; `7d`, `30d`, `90d` end today; `12mo` is this month and the eleven "
        "before; `all` begins with the site's first event; `custom` takes `from` and `to`."
    ),
]
FromParameter = Annotated[
    date | None, Parameter(alias="from", description="First day of a `custom` period.")
]
ToParameter = Annotated[
    date | None, Parameter(alias="to", description="Last day of a `custom` period.")
]
CompareParameter = Annotated[
    Compare,
    Parameter(
        description="`previous`: the range before, as long; of a range to date, its same elapsed "
        "part. `year`: the same dates a year before."
    ),
]
ZoneParameter = Annotated[
    str | None,
    Parameter(
        max_length=64,
        description="IANA zone of the days, the site's own by default; another one for at most "
        "92 days.",
    ),
]
DimensionParameter = Annotated[
    str,
    Parameter(
        description="What the rows are values of; `payload` needs `event`.",
        json_schema_extra={"enum": list(GROUPINGS)},
    ),
]
DatasetParameter = Annotated[
    str,
    Parameter(
        description="What is exported; `payload` needs `event`.",
        json_schema_extra={"enum": list(DATASETS)},
    ),
]
FilterParameter = Annotated[
    list[str] | None,
    Parameter(
        alias="filter",
        description="`dimension:op:value`, at most 20 of them, all of which a visit must fit; "
        "`op` is `is`, `is_not` or `contains` (whatever the case). A page or an event selects the "
        "visits that contain it; an empty value stands for none. An address may be written in any "
        "spelling: `/%D1%87` or `/ч`.",
        json_schema_extra={"examples": [["country:is:DE", "page:contains:/blog"]]},
    ),
]
GoalParameter = Annotated[
    str | None, Parameter(max_length=64, description="Id of a goal to count the conversions of.")
]
EventParameter = Annotated[
    str | None,
    Parameter(
        min_length=1,
        max_length=64,
        description="Name of the event whose payload dimension `payload` shows.",
    ),
]
SearchParameter = Annotated[
    str | None,
    Parameter(max_length=200, description="Only values that contain this, whatever the case."),
]
