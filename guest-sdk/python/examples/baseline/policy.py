"""What every task of a company keeps to: images of known registries and of a fixed version, no root, no role but that
of the task definition, not open to the internet, and tags that say whose it is."""

from dataclasses import dataclass
from typing import Annotated

from gatecheck import Facts, Severity, Verdict, Violation, policy


@dataclass
class Settings:
    """What is allowed."""

    registries: Annotated[list[str], "how the name of an image may begin"]
    tags: Annotated[list[str], "tags that every task has"]
    public: Annotated[list[str], "groups whose tasks the internet may reach, such as `service:edge`"]


@policy("baseline", version="1.0.0", summary="What every task of a company keeps to")
def evaluate(settings: Settings, facts: Facts, verdict: Verdict) -> None:
    with verdict.rule("registry") as rule:
        for container in facts.containers():
            # A container that AWS injected has no image, and nobody here chose it.
            if container.image is not None and not container.image.startswith(tuple(settings.registries)):
                rule.violated(
                    Violation(
                        container.name,
                        "image",
                        "the image comes from a registry that is not allowed",
                        found=container.image,
                        allowed=settings.registries,
                        check="prefix",
                        severity=Severity.HIGH,
                        remediation="push it to one that is",
                    )
                )

    with verdict.rule("version") as rule:
        for container in facts.containers():
            if container.image is not None and not has_fixed_version(container.image):
                message = "the image has no fixed version"
                remediation = "name a tag or a digest"
                rule.violated(
                    Violation(container.name, "image", message, found=container.image, remediation=remediation)
                )

    with verdict.rule("root") as rule:
        for definition in facts.task_definition().containers:
            if definition.privileged:
                rule.violated(
                    Violation(
                        definition.name,
                        "privileged",
                        "the container has all rights of its host",
                        found=True,
                        severity=Severity.HIGH,
                        remediation="leave out `privileged`",
                    )
                )
            if (definition.user or "").split(":")[0] in ("", "root", "0"):
                message = "the container runs as root"
                remediation = "set `user` in the task definition"
                rule.violated(
                    Violation(definition.name, "user", message, found=definition.user, remediation=remediation)
                )

    with verdict.rule("role") as rule:
        match facts.task_document():
            case {"overrides": {"taskRoleArn": str(role)}} if role:
                message = "the task was started with a role of its own"
                rule.violated(Violation("task", "overrides.taskRoleArn", message, found=role))

    with verdict.rule("exposed") as rule:
        if facts.task().group not in settings.public:
            for address in facts.exposed_addresses():
                rule.violated(
                    Violation(
                        address.interface_id,
                        "ip",
                        f"the internet may reach the task: {address.why}",
                        found=address.ip,
                        severity=Severity.CRITICAL,
                        remediation="run it in a private subnet without a public address",
                    )
                )

    with verdict.rule("tags") as rule:
        tags = facts.tags()
        for tag in settings.tags:
            if tag not in tags:
                rule.violated(
                    Violation(
                        "task",
                        "tags",
                        f"the tag `{tag}` is missing",
                        allowed=settings.tags,
                        severity=Severity.LOW,
                    )
                )


def has_fixed_version(image: str) -> bool:
    name = image.rpartition("/")[2]
    return "@" in name or name.partition(":")[2] not in ("", "latest")
