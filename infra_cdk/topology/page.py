"""THE page: what Pixel-Track consists of. CDK and the local host both read it."""

from infra_cdk.topology.model import (
    Authorizer,
    Consumer,
    Function,
    Method,
    Need,
    Queue,
    Route,
    Topic,
    Topology,
)

TOPOLOGY = Topology(
    functions=(
        Function(
            name="collector",
            about="takes events from browsers and produces them to Kafka",
            needs=(Need.CORE, Need.INGEST, Need.KAFKA),
            group="collector",
            memory_mb=512,
            timeout_s=5,
            environments=4,
            slim=True,
        ),
        Function(
            name="processor",
            about="enriches raw events, stores them and passes them on",
            needs=(Need.CORE, Need.KAFKA, Need.MONGO, Need.POSTGRES, Need.ENRICHMENT),
            group="processor",
            memory_mb=1024,
            timeout_s=60,
            environments=2,
        ),
        Function(
            name="authorizer",
            about="tells who calls the API",
            needs=(Need.CORE, Need.POSTGRES),
            group="api",
            timeout_s=5,
            environments=2,
        ),
        Function(
            name="reports",
            about="answers the API's questions about events",
            needs=(Need.CORE, Need.API, Need.MONGO, Need.POSTGRES),
            group="api",
            memory_mb=512,
            timeout_s=20,
            environments=2,
        ),
        Function(
            name="migrator",
            about="brings SQL schema, indexes, topics and queues up to date",
            needs=(Need.CORE, Need.KAFKA, Need.MONGO, Need.POSTGRES, Need.RABBITMQ),
            group="migrator",
            timeout_s=300,
        ),
    ),
    routes=(
        Route(Method.POST, "/track", "collector", public=True),
        Route(Method.OPTIONS, "/track", "collector", public=True),
        Route(Method.GET, "/pixel.gif", "collector", public=True),
        Route(Method.GET, "/api/v1/events", "reports"),
        Route(Method.OPTIONS, "/api/v1/events", "reports", public=True),
        Route(Method.GET, "/api/v1/openapi.json", "reports", public=True),
        Route(Method.OPTIONS, "/api/v1/openapi.json", "reports", public=True),
    ),
    authorizer=Authorizer("authorizer"),
    fallback="reports",
    topics=(
        Topic("raw_events", "KAFKA_RAW_TOPIC", partitions=4, retention_hours=48),
        Topic("enriched_events", "KAFKA_ENRICHED_TOPIC", partitions=4, retention_hours=48),
    ),
    consumers=(Consumer("processor", "raw_events"),),
    queues=(Queue("notifications", "RABBITMQ_EXCHANGE"),),
)
