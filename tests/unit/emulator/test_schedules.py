from datetime import UTC, datetime

from aws_lambda_powertools.utilities.parser.models import EventBridgeModel

from infra_cdk.local.emulator.schedules import schedule_event
from infra_cdk.topology import Schedule

AT = datetime(2026, 11, 22, 10, 0, 0, tzinfo=UTC)


def test_a_schedule_sends_its_own_payload() -> None:
    made = Schedule("daily", "aggregator", cron="0 3 * * *", payload=(("task", "seal"),))

    assert schedule_event(made, AT) == {"task": "seal"}


def test_without_a_payload_it_sends_the_schedulers() -> None:
    event = schedule_event(Schedule("minute", "aggregator", rate_s=60), AT)

    assert event["resources"] == [
        "arn:aws:scheduler:us-east-1:123456789012:schedule/default/minute"
    ]
    assert event["time"] == "2026-11-22T10:00:00Z"
    assert event["detail"] == "{}"
    model = EventBridgeModel.model_validate({**event, "detail": {}})
    assert model.source == "aws.scheduler"
