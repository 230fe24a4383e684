"""The local reader of the topology: what AWS does around functions, on one machine.

main         assembles it, deploys, serves, stops
functions    the environments of each group, kept alive; the one way in for every trigger
environment  one such process as the emulator sees it
runtime      the process itself, which runs handlers
invocation   the frames between both, Lambda's context, how an invocation ends
gateway      HTTP API with its authorizer (`payload`: events and responses)
sockets      WebSocket API and its management API
invoke_api   Lambda's Invoke API (`signed`: what must be signed to be read)
kafka        Kafka event source (`batches`: which records go when)
rabbitmq     RabbitMQ event source
schedules    EventBridge Scheduler
pages        dashboard files, tracker, demo shop (`mailbox`: mails that were sent)
limits       what a connection may cost at any port (`authority`: what `Host` may be)
doors        who may come in at the local port
status       health, status and metrics endpoints (`metrics`, `logs`: what functions print)
"""
