"""The policy, judged natively: run `.venv/bin/pytest`."""

from dataclasses import replace

import pytest

from gatecheck import Facts
from gatecheck.testing import judge, recorded
from policy import evaluate, has_fixed_version

SETTINGS = {"registries": ["111122223333.dkr.ecr."], "tags": ["team"], "public": ["service:edge"]}


def broken(facts: Facts) -> list[str]:
    return [violation.rule for violation in judge(evaluate, SETTINGS, facts).violations]


def test_a_public_task_is_exposed_unless_it_may_be() -> None:
    facts = recorded("fargate-public")
    assert "exposed" in broken(facts)
    edge = replace(facts.task(), group="service:edge")
    assert "exposed" not in broken(facts.replace(task=edge))


@pytest.mark.parametrize("image", ["nginx:1.27", "localhost:5000/web:1", "web@sha256:0123", "web:latest@sha256:0123"])
def test_a_fixed_version_is_a_tag_or_a_digest(image: str) -> None:
    assert has_fixed_version(image)


@pytest.mark.parametrize("image", ["nginx", "nginx:latest", "localhost:5000/web", "web:"])
def test_no_tag_and_latest_are_none(image: str) -> None:
    assert not has_fixed_version(image)
