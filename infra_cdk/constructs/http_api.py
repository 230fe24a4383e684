"""The page's routes as an HTTP API, payload 2.0, with its authorizer."""

import json
from collections.abc import Mapping

from aws_cdk import Duration, Stack
from aws_cdk import aws_apigatewayv2 as gateway
from aws_cdk.aws_apigatewayv2_authorizers import HttpLambdaAuthorizer, HttpLambdaResponseType
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration
from aws_cdk.aws_lambda import IFunction
from constructs import Construct

from infra_cdk.constructs.acknowledgement import acknowledge
from infra_cdk.constructs.function import log_group
from infra_cdk.constructs.profile import Profile
from infra_cdk.topology import Authorizer, Topology

ACCESS_LOG = {
    "request_id": "$context.requestId",
    "route": "$context.routeKey",
    "status": "$context.status",
    "latency_ms": "$context.responseLatency",
    "error": "$context.integrationErrorMessage",
    "authorizer_error": "$context.authorizer.error",
}
"""Without address and user agent: the log is kept longer than is promised for these."""


class PageHttpApi(Construct):
    """The HTTP API of a page; `functions` are the Lambda functions by the page's names.

    It has no CORS of its own, which would override the functions' headers.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        *,
        topology: Topology,
        functions: Mapping[str, IFunction],
        profile: Profile,
    ) -> None:
        super().__init__(scope, id)
        name = Stack.of(self).stack_name
        self.api = gateway.HttpApi(self, "Api", api_name=name, create_default_stage=False)
        stage = self._stage(profile)
        asked = topology.authorizer
        authorizer = _authorizer(asked, functions[asked.function]) if asked else None
        served = {route.function for route in topology.routes} | {topology.fallback}
        self._integrations = {n: _integration(n, f) for n, f in functions.items() if n in served}
        for route in topology.routes:
            key = gateway.HttpRouteKey.with_(route.path, gateway.HttpMethod[route.method])
            made = self._route(route.key, key, route.function, None if route.public else authorizer)
            if most := topology.function(route.function).most_at_once:
                _bound(stage, made, route.key, most)
        if topology.fallback:
            self._route("$default", gateway.HttpRouteKey.DEFAULT, topology.fallback, None)

    def _route(
        self,
        name: str,
        key: gateway.HttpRouteKey,
        function: str,
        authorizer: gateway.IHttpRouteAuthorizer | None,
    ) -> gateway.HttpRoute:
        route = gateway.HttpRoute(
            self,
            # Constructs are named by path, so that a slash would be a level.
            name.replace("/", "|"),
            http_api=self.api,
            route_key=key,
            integration=self._integrations[function],
            authorizer=authorizer,
        )
        if authorizer is None:
            acknowledge(route, "APIG4", "The page declares this route public.")
        return route

    def _stage(self, profile: Profile) -> gateway.CfnStage:
        return gateway.CfnStage(
            self,
            "Stage",
            api_id=self.api.api_id,
            stage_name="$default",
            auto_deploy=True,
            access_log_settings=gateway.CfnStage.AccessLogSettingsProperty(
                destination_arn=log_group(self, profile).log_group_arn,
                format=json.dumps(ACCESS_LOG),
            ),
            default_route_settings=gateway.CfnStage.RouteSettingsProperty(
                throttling_rate_limit=profile.requests_per_second,
                throttling_burst_limit=profile.burst,
            ),
        )


def _bound(stage: gateway.CfnStage, route: gateway.HttpRoute, key: str, most: int) -> None:
    """Let through `most` calls of a route a second, and as many at once.

    No concurrency is reserved instead: an account of the smallest size has none to spare.
    """
    limits = {"ThrottlingRateLimit": most, "ThrottlingBurstLimit": most}
    # The key holds a slash, hence no path of an override.
    stage.route_settings = {**(stage.route_settings or {}), key: limits}
    made = route.node.default_child
    if isinstance(made, gateway.CfnRoute):
        stage.add_dependency(made)


def _integration(name: str, function: IFunction) -> HttpLambdaIntegration:
    # One permission for all routes of a function: its policy may not pass 20 KB.
    return HttpLambdaIntegration(name, function, scope_permission_to_route=False)


def _authorizer(asked: Authorizer, function: IFunction) -> HttpLambdaAuthorizer:
    return HttpLambdaAuthorizer(
        asked.function,
        function,
        response_types=[HttpLambdaResponseType.SIMPLE],
        # Without the empty list CDK would ask for the Authorization header.
        identity_source=list(asked.identity_sources),
        results_cache_ttl=Duration.seconds(asked.ttl_s),
    )
