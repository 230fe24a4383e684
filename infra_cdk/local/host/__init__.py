"""The local reader of the topology: what AWS does around functions, on one machine.

main          puts it together, serves, stops
frames        what host and environment say to each other
environment   the process that runs handlers (`context`: Lambda's context object)
process       one such process as the host sees it
pool          the environments of a group, kept alive; `functions` finds the pool by name
outcomes      how an invocation can end
launch        command line and environment variables of a process
gateway       HTTP API (`routes`, `requests`, `responses`, `authorizer`)
sockets       WebSocket API and its management API
invoke_api    Lambda's Invoke API
kafka         Kafka event source (`batches`: which records go when)
rabbitmq      RabbitMQ event source
schedules     EventBridge Scheduler
deploy        the migrator's call before anything is served
pages         dashboard files, tracker, demo shop
status        health, status and metrics endpoints (`metrics`, `logs`: what functions print)
"""
