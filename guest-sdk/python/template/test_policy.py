"""The policy, judged natively: run `.venv/bin/pytest`."""

from dataclasses import replace

from gatecheck import Facts, Unavailable
from gatecheck.testing import judge, recorded
from policy import evaluate

SETTINGS = {"users": ["app"]}


def runs_as(user: str | None) -> Facts:
    """The recorded task, with containers that run as `user`."""
    facts = recorded("fargate-private")
    definition = facts.task_definition()
    containers = [replace(container, user=user) for container in definition.containers]
    return facts.replace(task_definition=replace(definition, containers=containers))


def test_an_allowed_user_passes() -> None:
    assert judge(evaluate, SETTINGS, runs_as("app")).passed == ["user"]


def test_another_user_and_none_at_all_do_not() -> None:
    for user in ["root", None]:
        [violation] = judge(evaluate, SETTINGS, runs_as(user)).violations
        assert (violation.object, violation.found) == ("web", user)


def test_without_the_task_definition_it_is_undecided() -> None:
    denied = Unavailable("denied", "ecs:DescribeTaskDefinition")
    facts = recorded("fargate-private").replace(task_definition=denied)
    [undecided] = judge(evaluate, SETTINGS, facts).undecided
    assert (undecided.family, undecided.reason) == ("task-definition", denied)
