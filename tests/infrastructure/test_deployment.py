from infra_cdk.topology import TOPOLOGY
from infra_cdk.topology.deployment import migration_payload, resolved_name


def test_names_are_the_settings_values_or_defaults() -> None:
    raw = TOPOLOGY.topics[0]

    assert resolved_name(raw, {}) == "raw_events"
    assert resolved_name(raw, {"KAFKA_RAW_TOPIC": "mine"}) == "mine"
    assert resolved_name(raw, {"KAFKA_RAW_TOPIC": ""}) == "raw_events"


def test_the_migrator_is_told_every_topic_and_queue_of_the_page() -> None:
    payload = migration_payload(TOPOLOGY, {"KAFKA_RAW_TOPIC": "mine", "RABBITMQ_EXCHANGE": "n"})

    assert payload["topics"][0] == {
        "name": "mine",
        "partitions": TOPOLOGY.topics[0].partitions,
        "retentionMs": 48 * 3_600_000,
        "segmentMs": 3_600_000,
    }
    assert len(payload["topics"]) == len(TOPOLOGY.topics)
    assert payload["queues"] == [{"name": "n", "deadLetter": "n.dlq", "deliveryLimit": 5}]


def test_stacks_with_topics_of_their_own_have_consumer_groups_of_their_own() -> None:
    [consumer] = TOPOLOGY.consumers

    assert consumer.group_id("raw_events") == "pixeltrack-processor-raw_events"
    assert consumer.group_id("raw_events") != consumer.group_id("mine")
