import json

import msgspec
import pika
from aws_lambda_powertools.utilities.data_classes.rabbit_mq_event import RabbitMQEvent
from pika.compat import long

from infra_cdk.local.emulator.rabbitmq import message, queue_event


def test_the_event_is_that_of_amazon_mq() -> None:
    properties = pika.BasicProperties(
        content_type="application/json",
        headers={
            "requestId": "r-1",
            "count": 10,
            "x-delivery-count": long(2),
            "nested": {"a": "b"},
            "raw": b"\xff",
            "n": None,
        },
        delivery_mode=2,
        priority=3,
        message_id="incident-1.opened",
        timestamp=2_021,
        expiration="60000",
    )
    made = queue_event("jobs", "/", [message(properties, b'{"a":1}', True)])

    event = json.loads(msgspec.json.encode(made))

    assert event["eventSource"] == "aws:rmq"
    [only] = event["rmqMessagesByQueue"]["jobs::/"]
    assert only["basicProperties"] == {
        "contentType": "application/json",
        "contentEncoding": None,
        "headers": {
            "requestId": {"bytes": list(b"r-1")},
            "count": 10,
            "x-delivery-count": 2,
            "nested": {"a": {"bytes": [98]}},
            "raw": {"bytes": [255]},
            "n": None,
        },
        "deliveryMode": 2,
        "priority": 3,
        "correlationId": None,
        "replyTo": None,
        "expiration": "60000",
        "messageId": "incident-1.opened",
        "timestamp": "Jan 1, 1970, 12:33:41 AM",
        "type": None,
        "userId": None,
        "appId": None,
        "clusterId": None,
        "bodySize": 7,
    }
    [read] = RabbitMQEvent(event).rmq_messages_by_queue["jobs::/"]
    assert read.json_data == {"a": 1}
    assert read.redelivered is True
    assert read.basic_properties.message_id == "incident-1.opened"
