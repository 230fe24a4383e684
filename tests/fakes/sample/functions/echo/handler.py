"""Does what its caller says: answers, waits, raises, exits, prints."""

import json
import os
import sys
import time


def handler(event, context):
    if "requestContext" not in event:
        return _do(event, context)
    parameters = event.get("queryStringParameters", {})
    if "do" in parameters:
        return _do(json.loads(parameters["do"]), context)
    if event["rawPath"] == "/fast":
        return {"statusCode": 204}
    return {"statusCode": 200, "body": json.dumps({"event": event, "pid": os.getpid()})}


def _do(order, context):
    if "print" in order:
        sys.stdout.write(order["print"] + "\n")
    if "sleep_s" in order:
        time.sleep(order["sleep_s"])
    if "raise" in order:
        raise ValueError(order["raise"])
    if "exit" in order:
        sys.exit(order["exit"])
    if order.get("show") == "environ":
        return dict(os.environ)  # noqa: TID251 - to be looked at
    if order.get("show") == "context":
        return {
            "aws_request_id": context.aws_request_id,
            "function_name": context.function_name,
            "memory_limit_in_mb": context.memory_limit_in_mb,
            "invoked_function_arn": context.invoked_function_arn,
            "function_version": context.function_version,
            "log_group_name": context.log_group_name,
            "log_stream_name": context.log_stream_name,
            "remaining_ms": context.get_remaining_time_in_millis(),
            "deadline_ms": context.deadline_ms,
            "pid": os.getpid(),
        }
    return order.get("return")
