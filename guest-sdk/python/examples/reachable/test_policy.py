"""The policy, judged natively: run `.venv/bin/pytest`."""

import pytest

from gatecheck import Facts, InvalidSettings, SecurityGroupRule
from gatecheck.testing import judge
from policy import evaluate

SETTINGS = {"allowed": ["10.0.0.0/8", "2001:db8::/32", "pl-1"], "ports": [443, 8443]}


def open_to(peer: str, from_port: int = 22, to_port: int = 22) -> Facts:
    """A security group that lets a peer in."""
    rule = SecurityGroupRule("sg-1", egress=False, protocol="tcp", from_port=from_port, to_port=to_port, peer=peer)
    return Facts.given(security_group_rules=[rule])


@pytest.mark.parametrize("peer", ["10.0.0.0/8", "10.1.2.3/32", "2001:db8:1::/48", "sg-2", "pl-1"])
def test_what_is_allowed_is_let_in(peer: str) -> None:
    assert judge(evaluate, SETTINGS, open_to(peer)).passed == ["reachable"]


@pytest.mark.parametrize("peer", ["0.0.0.0/0", "::/0", "8.0.0.0/5", "11.0.0.0/8", "2001:db9::/32", "pl-2"])
def test_what_is_not_is_found(peer: str) -> None:
    [violation] = judge(evaluate, SETTINGS, open_to(peer)).violations
    assert (violation.object, violation.attribute, violation.found) == ("sg-1", "tcp/22", peer)


def test_everyone_is_let_in_to_public_ports_only() -> None:
    assert judge(evaluate, SETTINGS, open_to("0.0.0.0/0", 443, 443)).passed == ["reachable"]
    [violation] = judge(evaluate, SETTINGS, open_to("0.0.0.0/0", 443, 444)).violations
    assert violation.attribute == "tcp/443-444"


def test_settings_name_networks() -> None:
    with pytest.raises(InvalidSettings, match="10.0.0.0/33"):
        judge(evaluate, {"allowed": ["10.0.0.0/33"], "ports": []}, Facts.given())
