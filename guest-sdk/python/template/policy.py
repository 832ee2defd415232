"""Containers run as a user that is allowed."""

from dataclasses import dataclass
from typing import Annotated

from gatecheck import Facts, Verdict, Violation, policy


# What the entry, my-policy.json, gives as `settings`. `gatecheck inspect` shows the schema that is made of this.
@dataclass
class Settings:
    users: Annotated[list[str], "users that containers may run as"]


@policy("my-policy", version="0.1.0", summary="Containers run as a user that is allowed")
def evaluate(settings: Settings, facts: Facts, verdict: Verdict) -> None:
    with verdict.rule("user") as rule:
        # Where the task definition cannot be had, the block ends here and the rule is undecided: nothing passes because
        # it is not known.
        for container in facts.task_definition().containers:
            if container.user not in settings.users:
                rule.violated(
                    Violation(
                        container.name,
                        "user",
                        "runs as a user that is not allowed",
                        found=container.user,
                        allowed=settings.users,
                        remediation="set `user` in the task definition",
                    )
                )
