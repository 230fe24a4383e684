import dataclasses
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App
from aws_cdk.aws_s3 import Bucket

from infra_cdk.app import build
from infra_cdk.constructs import layers
from infra_cdk.constructs.schedule import expression
from infra_cdk.constructs.values import camel_case
from infra_cdk.topology import TOPOLOGY, Invocation, Need, Schedule, Topology, TopologyError
from pixeltrack.platform import settings
from tests.fakes.template import CONTEXT, ROOT, Template

VARIABLES = {v.name: v for need in Need for v in settings.variables(need.value)}


def test_functions_run_what_the_page_says_on_arm(template: Template) -> None:
    functions = template.functions()

    assert functions.keys() == {f.name for f in TOPOLOGY.functions}
    for function in TOPOLOGY.functions:
        made = functions[function.name]
        assert made["Handler"] == function.handler
        assert made["MemorySize"] == function.memory_mb
        assert made["Timeout"] == function.timeout_s
        assert (made["Runtime"], made["Architectures"]) == ("python3.13", ["arm64"])
        assert "ReservedConcurrentExecutions" not in made


def test_every_function_logs_json_into_a_log_of_its_own_that_ends(template: Template) -> None:
    groups = template.of_type("AWS::Logs::LogGroup")
    logs = [f["LoggingConfig"] for f in template.functions().values()]

    assert {log["LogFormat"] for log in logs} == {"JSON"}
    assert len({log["LogGroup"]["Ref"] for log in logs}) == len(logs)
    assert {group["RetentionInDays"] for group in groups.values()} == {30}


def test_every_function_may_write_its_own_log_and_little_else(template: Template) -> None:
    for policy in template.of_type("AWS::IAM::Policy").values():
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement["Resource"] != "*"
            assert statement["Action"] in (
                ["logs:CreateLogStream", "logs:PutLogEvents"],
                "secretsmanager:GetSecretValue",
                "lambda:InvokeFunction",
            )


def test_the_collector_alone_has_the_slim_layer(template: Template) -> None:
    of = {
        name: [template.resources[ref["Ref"]]["Properties"]["Description"] for ref in f["Layers"]]
        for name, f in template.functions().items()
    }
    slim = {name for name, found in of.items() if any("collector's" in text for text in found)}
    full = {name for name, found in of.items() if any("third-party" in text for text in found)}
    placed = {name for name, found in of.items() if any("DB-IP" in text for text in found)}

    assert slim == {"collector"}
    assert full == of.keys() - slim
    assert placed == {f.name for f in TOPOLOGY.functions if Need.ENRICHMENT in f.needs}
    assert all("Pixel-Track: the package pixeltrack" in found for found in of.values())


def test_no_secret_stands_in_the_template(template: Template) -> None:
    for name, function in template.functions().items():
        for variable, value in function["Environment"]["Variables"].items():
            if VARIABLES[variable].secret:
                key = f"pixeltrack/dev:SecretString:{variable}::"
                assert value == f"{{{{resolve:secretsmanager:{key}}}}}", (name, variable)


def test_plain_settings_are_parameters_with_the_settings_defaults(template: Template) -> None:
    other = {"PIXELTRACK_STAGE", "KAFKA_SECURITY_PROTOCOL", "KAFKA_REPLICATION_FACTOR"}
    asked = {v for f in template.functions().values() for v in f["Environment"]["Variables"]}

    for name in asked - other:
        if not VARIABLES[name].secret:
            parameter = template.parameters[camel_case(name)]
            assert parameter.get("Default") == VARIABLES[name].default, name
    assert template.parameters["KafkaSecurityProtocol"]["Default"] == "SASL_SSL"


def test_the_api_asks_the_authorizer_anew_each_time(template: Template) -> None:
    [authorizer] = template.of_type("AWS::ApiGatewayV2::Authorizer").values()

    assert authorizer["AuthorizerPayloadFormatVersion"] == "2.0"
    assert authorizer["EnableSimpleResponses"] is True
    assert authorizer["IdentitySource"] == []
    assert authorizer["AuthorizerResultTtlInSeconds"] == 0


def test_the_api_speaks_payload_2_without_cors_of_its_own(template: Template) -> None:
    [api] = template.of_type("AWS::ApiGatewayV2::Api").values()
    integrations = template.of_type("AWS::ApiGatewayV2::Integration").values()

    assert "CorsConfiguration" not in api
    assert {i["PayloadFormatVersion"] for i in integrations} == {"2.0"}


def test_the_stage_throttles_and_logs_without_addresses(template: Template) -> None:
    [stage] = template.of_type("AWS::ApiGatewayV2::Stage").values()
    logged = json.loads(stage["AccessLogSettings"]["Format"])

    assert stage["DefaultRouteSettings"] == {
        "ThrottlingRateLimit": 200,
        "ThrottlingBurstLimit": 400,
    }
    assert logged["request_id"] == "$context.requestId"
    assert not any("identity" in value for value in logged.values())


def test_routes_of_a_bounded_function_have_a_limit_of_their_own(template: Template) -> None:
    bounded = [r for r in TOPOLOGY.routes if TOPOLOGY.function(r.function).most_at_once]
    assert bounded
    (stage,) = (r for r in template.resources.values() if r["Type"] == "AWS::ApiGatewayV2::Stage")
    most = TOPOLOGY.function("passwords").most_at_once
    limits = {"ThrottlingRateLimit": most, "ThrottlingBurstLimit": most}
    assert stage["Properties"]["RouteSettings"] == {route.key: limits for route in bounded}
    # A limit of a route that does not exist yet would fail the deployment.
    routes = template.of_type("AWS::ApiGatewayV2::Route")
    first = {routes[name]["RouteKey"] for name in stage["DependsOn"]}
    assert first == {route.key for route in bounded}


def test_kafka_is_read_from_its_beginning_with_a_login_that_consumers_alone_may_see(
    template: Template,
) -> None:
    login = {"Ref": "KafkaConsumerLogin"}
    for source in template.of_type("AWS::Lambda::EventSourceMapping").values():
        assert source["StartingPosition"] == "TRIM_HORIZON"
        assert source["SourceAccessConfigurations"] == [
            {"Type": "SASL_SCRAM_512_AUTH", "URI": login}
        ]
        servers = source["SelfManagedEventSource"]["Endpoints"]["KafkaBootstrapServers"]
        assert servers == {"Fn::Split": [",", {"Ref": "KafkaBootstrapServers"}]}

    policies = template.of_type("AWS::IAM::Policy").values()
    readers = [
        p for p in policies if login in (s["Resource"] for s in p["PolicyDocument"]["Statement"])
    ]
    assert len(readers) == len({c.function for c in TOPOLOGY.consumers})


def test_a_stage_has_the_size_of_its_profile(tmp_path: Path) -> None:
    small = Topology(functions=(TOPOLOGY.function("collector"),))
    template = Template(tmp_path, small, stage="prod")
    [stage] = template.of_type("AWS::ApiGatewayV2::Stage").values()
    collector = template.functions()["collector"]["Environment"]["Variables"]

    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] == 5000
    assert collector["PIXELTRACK_STAGE"] == "prod"
    assert "secretsmanager:pixeltrack/prod:" in collector["KAFKA_PASSWORD"]


def test_an_unknown_stage_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"stage mars is not in cdk\.json"):
        Template(tmp_path, stage="mars")


def test_what_is_not_built_on_aws_yet_is_refused(tmp_path: Path) -> None:
    page = dataclasses.replace(TOPOLOGY, invocations=(Invocation("reports", "sites"),))
    with pytest.raises(TopologyError, match="nothing is made yet of the page's invocations"):
        Template(tmp_path, page)


def test_a_window_that_lambda_cannot_keep_is_refused(tmp_path: Path) -> None:
    odd = tuple(dataclasses.replace(c, window_ms=1500) for c in TOPOLOGY.consumers)
    with pytest.raises(ValueError, match="window_ms is 500 or whole seconds on AWS"):
        Template(tmp_path, dataclasses.replace(TOPOLOGY, consumers=odd))


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("0 3 * * *", "cron(0 3 * * ? *)"),
        ("*/15 * * * *", "cron(*/15 * * * ? *)"),
        ("30 1 1 1,7 *", "cron(30 1 1 1,7 ? *)"),
        ("0 4 * * MON-FRI", "cron(0 4 ? * MON-FRI *)"),
    ],
)
def test_a_cron_gets_its_year_and_one_open_day(cron: str, expected: str) -> None:
    assert expression(Schedule("s", "reports", cron=cron)) == expected


@pytest.mark.parametrize(
    ("when", "fault"),
    [
        ({"rate_s": 90}, "rate_s is whole minutes"),
        ({"rate_s": 30}, "rate_s is whole minutes"),
        ({"cron": "0 4 * * 1"}, "weekdays by name"),
        ({"cron": "0 4 1 * MON"}, "not both"),
    ],
)
def test_a_schedule_that_readers_would_keep_differently_is_refused(
    when: dict[str, Any], fault: str
) -> None:
    with pytest.raises(ValueError, match=fault):
        expression(Schedule("s", "reports", **when))


def test_rates_are_minutes() -> None:
    rates = {s: expression(Schedule("s", "reports", rate_s=s)) for s in (60, 300, 3600)}
    assert rates == {60: "rate(1 minute)", 300: "rate(5 minutes)", 3600: "rate(60 minutes)"}


def test_a_schedule_may_call_its_function_alone_and_gives_up_when_the_next_is_due(
    tmp_path: Path,
) -> None:
    functions = (TOPOLOGY.function("collector"), TOPOLOGY.function("sites"))
    schedules = (
        Schedule("often", "sites", rate_s=60, payload=(("do", "this"),)),
        Schedule("nightly", "sites", cron="0 3 * * *"),
    )
    template = Template(tmp_path, Topology(functions=functions, schedules=schedules))
    made = {s["Name"]: s for s in template.of_type("AWS::Scheduler::Schedule").values()}
    often = made["PixelTrack-dev-Functions-often"]
    nightly = made["PixelTrack-dev-Functions-nightly"]

    assert often["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert often["Target"]["RetryPolicy"] == {"MaximumEventAgeInSeconds": 60}
    assert json.loads(often["Target"]["Input"]) == {"do": "this"}
    assert nightly["ScheduleExpressionTimezone"] == "UTC"
    assert nightly["Target"]["RetryPolicy"] == {"MaximumEventAgeInSeconds": 3600}
    assert "Input" not in nightly["Target"]
    for schedule in made.values():
        role = schedule["Target"]["RoleArn"]["Fn::GetAtt"][0]
        [policy] = [
            p
            for p in template.of_type("AWS::IAM::Policy").values()
            if p["Roles"] == [{"Ref": role}]
        ]
        [statement] = policy["PolicyDocument"]["Statement"]
        assert statement["Action"] == "lambda:InvokeFunction"
        assert statement["Resource"] == schedule["Target"]["Arn"]
        assert template.function_named(statement["Resource"]) == "sites"


def test_layers_that_are_not_built_are_named_with_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layers, "built", lambda name: tmp_path / name)
    app = App(outdir=str(tmp_path), context=CONTEXT)
    with pytest.raises(layers.MissingLayer, match=r"dependencies is not there; run `make layers`"):
        build(app)


def test_findings_of_cdk_nag_stop_the_synthesis(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path), context={**CONTEXT, "assets": "stub"})
    Bucket(build(app), "Open")
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
    report = json.loads((tmp_path / "validation-report.json").read_text())
    assert "AwsSolutions-S1" in json.dumps(report)


def test_the_command_synthesises_without_account_region_or_network(tmp_path: Path) -> None:
    nowhere = "http://127.0.0.1:9"
    environ = [
        *(
            word
            for name in ("PROFILE", "REGION", "DEFAULT_REGION")
            for word in ("-u", f"AWS_{name}")
        ),
        f"HOME={tmp_path}",
        f"HTTPS_PROXY={nowhere}",
        f"HTTP_PROXY={nowhere}",
    ]
    output = tmp_path / "out"
    cdk = ["npx", "--no-install", "cdk", "synth", "--quiet", "--context", "assets=stub"]
    command = ["env", *environ, *cdk, "--output", str(output)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (output / "PixelTrack-dev-Functions.template.json").is_file()
