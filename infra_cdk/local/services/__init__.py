"""The four servers of one stack: where each comes from, and how all are started and stopped."""

from infra_cdk.local.services.bring import Running, down, forget, missing, up

__all__ = ["Running", "down", "forget", "missing", "up"]
