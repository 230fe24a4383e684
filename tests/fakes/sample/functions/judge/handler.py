"""Lets through who says so, and writes down that it was asked."""

import json
from pathlib import Path

from pixeltrack.platform import settings


def handler(event, _context):
    if "methodArn" in event:
        return _policy(event)
    with Path(settings.load(settings.Enrichment).geoip_dir, "judged").open("a") as asked:
        asked.write(json.dumps(event) + "\n")
    caller = event["headers"].get("authorization", "")
    return {"isAuthorized": caller.startswith("let"), "context": {"account": caller}}


def _policy(event):
    effect = "Allow" if event.get("queryStringParameters", {}).get("ticket") == "good" else "Deny"
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": event["methodArn"]}
    return {
        "principalId": "somebody",
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"site": "one"},
    }
