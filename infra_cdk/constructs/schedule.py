"""A schedule of the page as one of EventBridge Scheduler, with a role that calls one function."""

import json

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk.aws_lambda import IFunction
from aws_cdk.aws_scheduler import CfnSchedule
from constructs import Construct

from infra_cdk.topology import Schedule

LEAST_RETRY_S = 60
MOST_RETRY_S = 3600


class PageSchedule(Construct):
    """Calls the function; a failed call is retried until the next one is due.

    Raise `ValueError` for a rate or a cron expression that EventBridge does not support.
    """

    def __init__(self, scope: Construct, schedule: Schedule, *, function: IFunction) -> None:
        super().__init__(scope, f"{schedule.name.capitalize()}Schedule")
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com"))
        # The exact function: `grant_invoke` would add all its versions by a wildcard.
        call = iam.PolicyStatement(
            actions=["lambda:InvokeFunction"], resources=[function.function_arn]
        )
        role.add_to_policy(call)
        retried_s = max(LEAST_RETRY_S, min(schedule.rate_s or MOST_RETRY_S, MOST_RETRY_S))
        made = CfnSchedule(
            self,
            "Schedule",
            name=f"{Stack.of(self).stack_name}-{schedule.name}",
            schedule_expression=expression(schedule),
            schedule_expression_timezone="UTC",
            flexible_time_window=CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=CfnSchedule.TargetProperty(
                arn=function.function_arn,
                role_arn=role.role_arn,
                input=json.dumps(dict(schedule.payload)) if schedule.payload else None,
                retry_policy=CfnSchedule.RetryPolicyProperty(
                    maximum_event_age_in_seconds=retried_s
                ),
            ),
        )
        # The schedule is created only once its role may call the function.
        made.node.add_dependency(role)


def expression(schedule: Schedule) -> str:
    """Return a schedule in EventBridge's syntax: `rate(5 minutes)`, `cron(0 3 * * ? *)`."""
    if schedule.cron is not None:
        return f"cron({_six_fields(schedule)})"
    minutes, rest = divmod(schedule.rate_s or 0, 60)
    if rest or not minutes:
        raise ValueError(f"schedule {schedule.name}: rate_s is whole minutes on AWS")
    return f"rate({minutes} minute{'s' if minutes > 1 else ''})"


def _six_fields(schedule: Schedule) -> str:
    """Convert minute, hour, day, month, weekday to AWS's form, which has a year at its end.

    AWS requires a `?` for the day field that is left open, and does not support both. It counts
    weekdays from 1 for Sunday, cron from 0, others from Monday: so they are given by name.
    """
    minute, hour, day, month, weekday = (schedule.cron or "").split()
    if any(c.isdigit() for c in weekday):
        raise ValueError(f"schedule {schedule.name}: weekdays by name, as in MON-FRI")
    if weekday == "*":
        return f"{minute} {hour} {day} {month} ? *"
    if day == "*":
        return f"{minute} {hour} ? {month} {weekday} *"
    raise ValueError(f"schedule {schedule.name}: days of the month or of the week, not both")
