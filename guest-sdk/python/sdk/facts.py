"""Facts as a policy reads them."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from gatecheck.records import (
    Attachment,
    Cluster,
    Container,
    ExposedAddress,
    NetworkInterface,
    SecurityGroupRule,
    Service,
    Subnet,
    Task,
    TaskDefinition,
)

Kind = Literal["not-yet", "not-applicable", "denied", "failed", "other"]


@dataclass(frozen=True)
class Unavailable:
    """Why a fact is not known.

    `not-yet`: a later event brings it. `not-applicable`: it will never exist for this task. `denied`: AWS refused, and
    the text is the IAM action that is missing. `failed`: AWS, or the way to it, failed. `other`: something else.
    """

    kind: Kind
    text: str

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"`{self.kind}` is none of `{'`, `'.join(get_args(Kind))}`")


class Unknown(Exception):
    """A fact is not known. It ends the rule that needs it."""

    def __init__(self, family: str, reason: Unavailable) -> None:
        super().__init__(f"`{family}` is not available: {reason.kind} ({reason.text})")
        self.family = family
        self.reason = reason


class Facts:
    """What is known about the task. Reading a fact for the first time may cost the host an AWS call.

    A fact that is not available raises `Unknown`. Documents are what the AWS CLI prints.
    """

    def __init__(self, known: Callable[[str], Any]) -> None:
        """Facts of which `known` gives each by its name, or raises `Unknown`."""
        self._known = known

    @classmethod
    def given(cls, **facts: Any) -> Facts:
        """Facts for a test: unavailable, but for these. Each is a value of its type, or `Unavailable`."""
        return cls(_not_given).replace(**facts)

    def replace(self, **facts: Any) -> Facts:
        """The same facts, but for these. Each is a value of its type, or `Unavailable`."""
        for name in facts:
            if name not in FAMILIES:
                raise TypeError(f"`{name}` is no fact")

        def known(name: str) -> Any:
            fact = facts[name] if name in facts else self._known(name)
            if isinstance(fact, Unavailable):
                raise Unknown(FAMILIES[name], fact)
            return fact

        return Facts(known)

    def task(self) -> Task:
        """The essentials of the task, from its event."""
        return self._known("task")

    def containers(self) -> list[Container]:
        """Its containers, from its event."""
        return self._known("containers")

    def attachments(self) -> list[Attachment]:
        """Its own network interfaces, from its event. Does not apply to bridge and host tasks."""
        return self._known("attachments")

    def task_document(self) -> dict[str, Any]:
        """The task as its event describes it, in the shape of DescribeTasks."""
        return self._known("task_document")

    def tags(self) -> dict[str, str]:
        """Its tags, from DescribeTasks."""
        return self._known("tags")

    def task_details_document(self) -> dict[str, Any]:
        """The task as DescribeTasks knows it."""
        return self._known("task_details_document")

    def task_definition(self) -> TaskDefinition:
        """The essentials of its task definition."""
        return self._known("task_definition")

    def task_definition_document(self) -> dict[str, Any]:
        """The task definition as DescribeTaskDefinition knows it."""
        return self._known("task_definition_document")

    def interfaces(self) -> list[NetworkInterface]:
        """Its network interfaces, or those of its container instance."""
        return self._known("interfaces")

    def interface_documents(self) -> list[dict[str, Any]]:
        """The same as DescribeNetworkInterfaces knows them."""
        return self._known("interface_documents")

    def subnets(self) -> list[Subnet]:
        """The subnets of those interfaces."""
        return self._known("subnets")

    def subnet_documents(self) -> list[dict[str, Any]]:
        """The same with their route tables: `{"Subnet": ..., "RouteTable": ...}`."""
        return self._known("subnet_documents")

    def exposed_addresses(self) -> list[ExposedAddress]:
        """The addresses under which the internet may find the task."""
        return self._known("exposed_addresses")

    def security_group_rules(self) -> list[SecurityGroupRule]:
        """The rules of its security groups."""
        return self._known("security_group_rules")

    def security_group_documents(self) -> list[dict[str, Any]]:
        """The security groups as DescribeSecurityGroups knows them."""
        return self._known("security_group_documents")

    def service(self) -> Service:
        """The essentials of its service."""
        return self._known("service")

    def service_document(self) -> dict[str, Any]:
        """The service as DescribeServices knows it."""
        return self._known("service_document")

    def cluster(self) -> Cluster:
        """The essentials of its cluster."""
        return self._known("cluster")

    def cluster_document(self) -> dict[str, Any]:
        """The cluster as DescribeClusters knows it."""
        return self._known("cluster_document")


FAMILIES = {
    "task": "task",
    "containers": "task",
    "attachments": "task",
    "task_document": "task",
    "tags": "task-details",
    "task_details_document": "task-details",
    "task_definition": "task-definition",
    "task_definition_document": "task-definition",
    "interfaces": "interfaces",
    "interface_documents": "interfaces",
    "subnets": "subnets",
    "subnet_documents": "subnets",
    "exposed_addresses": "interfaces",
    "security_group_rules": "security-groups",
    "security_group_documents": "security-groups",
    "service": "service",
    "service_document": "service",
    "cluster": "cluster",
    "cluster_document": "cluster",
}
"""The family of each fact: what is fetched together."""


def _not_given(name: str) -> Any:
    raise Unknown(FAMILIES[name], Unavailable("other", "not given in this test"))
