"""Write a Gatecheck policy in Python.

A policy is one function over typed facts, and a dataclass for its settings:

    from dataclasses import dataclass

    from gatecheck import Facts, Verdict, Violation, policy


    @dataclass
    class Settings:
        users: list[str]


    @policy("images", version="1.0.0", summary="Containers run as a user that is allowed")
    def evaluate(settings: Settings, facts: Facts, verdict: Verdict) -> None:
        with verdict.rule("user") as rule:
            for container in facts.task_definition().containers:
                if container.user not in settings.users:
                    rule.violated(Violation(container.name, "user", "runs as a user that is not allowed"))

A fact that is not available ends its rule, which is undecided then. `gatecheck.testing` judges natively, in pytest.
"""

from gatecheck.declaration import Policy, policy
from gatecheck.facts import Facts, Unavailable, Unknown
from gatecheck.records import (
    Address,
    AddressScope,
    Attachment,
    Cluster,
    Container,
    ContainerDefinition,
    ExposedAddress,
    MountPoint,
    NetworkInterface,
    SecurityGroupRule,
    Service,
    Subnet,
    SubnetClass,
    Task,
    TaskDefinition,
    Volume,
)
from gatecheck.settings import InvalidSettings, Problem
from gatecheck.verdict import Rule, Severity, Undecided, Verdict, Violation

__all__ = [
    "Address",
    "AddressScope",
    "Attachment",
    "Cluster",
    "Container",
    "ContainerDefinition",
    "ExposedAddress",
    "Facts",
    "InvalidSettings",
    "MountPoint",
    "NetworkInterface",
    "Policy",
    "Problem",
    "Rule",
    "SecurityGroupRule",
    "Service",
    "Severity",
    "Subnet",
    "SubnetClass",
    "Task",
    "TaskDefinition",
    "Unavailable",
    "Undecided",
    "Unknown",
    "Verdict",
    "Violation",
    "Volume",
    "policy",
]
