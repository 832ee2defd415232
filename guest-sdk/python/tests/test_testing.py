"""Facts that tests make up, and those of recordings."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gatecheck import (
    Address,
    AddressScope,
    Container,
    Facts,
    InvalidSettings,
    NetworkInterface,
    Subnet,
    SubnetClass,
    Unavailable,
    Unknown,
    Verdict,
    policy,
)
from gatecheck.facts import FAMILIES
from gatecheck.testing import judge, recorded


def test_what_is_not_given_is_not_known() -> None:
    facts = Facts.given(tags={"team": "web"})
    assert facts.tags() == {"team": "web"}
    for name, family in FAMILIES.items() - {("tags", "task-details")}:
        with pytest.raises(Unknown) as raised:
            getattr(facts, name)()
        assert (raised.value.family, raised.value.reason) == (family, Unavailable("other", "not given in this test"))


def test_facts_are_replaced() -> None:
    facts = Facts.given(tags={"team": "web"}, containers=[])
    changed = facts.replace(tags=Unavailable("denied", "ecs:DescribeTasks"))
    assert changed.containers() == []
    with pytest.raises(Unknown, match=r"`task-details` is not available: denied \(ecs:DescribeTasks\)"):
        changed.tags()
    assert facts.tags() == {"team": "web"}


def test_slips_of_a_test_are_told() -> None:
    with pytest.raises(TypeError, match="`tag` is no fact"):
        Facts.given(tag={})
    with pytest.raises(ValueError, match="`refused` is none of `not-yet`"):
        Unavailable("refused", "")  # type: ignore[arg-type]


@dataclass
class Settings:
    names: list[str]


@policy("names", version="1.0.0", summary="Containers have names that are allowed")
def evaluate(settings: Settings, facts: Facts, verdict: Verdict) -> None:
    with verdict.rule("name"):
        assert all(container.name in settings.names for container in facts.containers())


def test_a_policy_is_judged_with_settings_as_the_host_gives_them() -> None:
    facts = Facts.given(containers=[Container("web")])
    assert judge(evaluate, {"names": ["web"]}, facts).passed == ["name"]
    with pytest.raises(InvalidSettings, match="^/names: not a list$"):
        judge(evaluate, {"names": "web"}, facts)


def printing(folder: Path, views: dict[str, Any]) -> str:
    """A program that prints these views, as `gatecheck facts` does."""
    program = folder / "gatecheck"
    program.write_text(f"#!{sys.executable}\nprint({json.dumps(views)!r})\n")
    program.chmod(0o755)
    return str(program)


def test_recordings_become_facts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = {"ip": "2600::1", "scope": "global-ipv6"}
    interface = {"id": "eni-1", "subnet_id": None, "vpc_id": None, "addresses": [address], "security_group_ids": []}
    subnet = {"id": "subnet-1", "vpc_id": "vpc-1", "class": "inspected", "public_ipv4": False, "public_ipv6": True}
    views: dict[str, Any] = {name: {"unavailable": {"not-yet": "too early"}} for name in FAMILIES} | {
        "interfaces": {"known": [interface]},
        "subnets": {"known": [subnet | {"route_table_id": None, "why": "it is so"}]},
        "tags": {"known": [["team", "web"]]},
        "task_document": {"known": {"class": "as it is"}},
    }
    monkeypatch.setenv("GATECHECK", printing(tmp_path, views))
    facts = recorded("views")
    assert facts.interfaces() == [NetworkInterface("eni-1", addresses=[Address("2600::1", AddressScope.GLOBAL_IPV6)])]
    assert facts.subnets() == [Subnet("subnet-1", "vpc-1", SubnetClass.INSPECTED, public_ipv6=True, why="it is so")]
    assert facts.tags() == {"team": "web"}
    assert facts.task_document() == {"class": "as it is"}
    with pytest.raises(Unknown, match="`cluster` is not available: not-yet"):
        facts.cluster()


def test_a_recording_of_another_version_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATECHECK", printing(tmp_path, {}))
    with pytest.raises(RuntimeError, match="prints those of another version: KeyError\\('task'\\)"):
        recorded("nothing")


def test_without_the_program_there_is_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATECHECK", "/no/such/gatecheck")
    with pytest.raises(RuntimeError, match="cannot be started: .*; put it on the PATH"):
        recorded("fargate-public")
