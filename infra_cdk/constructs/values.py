"""Where a function's settings come from on AWS: the deployment, its parameters, its secret."""

from collections.abc import Mapping

from aws_cdk import CfnParameter, SecretValue
from constructs import Construct

from infra_cdk.topology import Function, Need
from pixeltrack.platform import settings
from pixeltrack.platform.settings import Variable

_VARIABLES = {v.name: v for need in Need for v in settings.variables(need.value)}


class Values(Construct):
    """The values of all settings, each created when a function first asks for it.

    What `given` holds is fixed. Every other plain setting is a parameter of the stack by the
    setting's name in CamelCase, with its default. A secret one is a dynamic reference to the key
    of its name in one Secrets Manager secret, so that no template ever contains it.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        *,
        given: Mapping[str, str],
        defaults: Mapping[str, str],
        secret_name: str,
    ) -> None:
        super().__init__(scope, id)
        self._values = dict(given)
        self._defaults = defaults
        self._secret_name = secret_name

    def of(self, function: Function) -> dict[str, str]:
        """Return the environment of a function: the variables that it needs, and no others."""
        return {name: self.by_name(name) for need in function.needs for name in need.variables}

    def by_name(self, name: str) -> str:
        """Return a variable's value, usually a reference that CloudFormation resolves."""
        if name not in self._values:
            self._values[name] = self._make(_VARIABLES[name])
        return self._values[name]

    def _make(self, variable: Variable) -> str:
        if variable.secret:
            secret = SecretValue.secrets_manager(self._secret_name, json_field=variable.name)
            return secret.unsafe_unwrap()
        default = self._defaults.get(variable.name, variable.default)
        parameter = CfnParameter(
            self,
            variable.name,
            description=variable.about,
            default=default,
            min_length=1 if default is None else None,
        )
        parameter.override_logical_id(camel_case(variable.name))
        return parameter.value_as_string


def camel_case(name: str) -> str:
    """Return a setting's name as a parameter's: `KAFKA_RAW_TOPIC` is `KafkaRawTopic`."""
    return "".join(word.capitalize() for word in name.split("_"))
