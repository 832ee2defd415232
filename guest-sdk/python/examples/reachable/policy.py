"""Security groups let in networks that are allowed, and everyone only where that is meant."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated

from gatecheck import Facts, SecurityGroupRule, Severity, Verdict, Violation, policy


@dataclass
class Settings:
    allowed: Annotated[list[str], "networks that may connect, such as `10.0.0.0/8`, and prefix lists by their id"]
    ports: Annotated[list[int], "TCP ports to which everyone may connect"]

    def __post_init__(self) -> None:
        # What is no network is a mistake in the settings: ip_network raises ValueError.
        self.networks = [ip_network(allowed) for allowed in self.allowed if not allowed.startswith("pl-")]


@policy("reachable", version="1.0.0", summary="Security groups let in networks that are allowed")
def evaluate(settings: Settings, facts: Facts, verdict: Verdict) -> None:
    with verdict.rule("reachable") as rule:
        for entry in facts.security_group_rules():
            if not (entry.egress or is_public(entry, settings) or is_allowed(entry.peer, settings)):
                rule.violated(
                    Violation(
                        entry.group_id,
                        ports(entry),
                        f"`{entry.peer}` may connect, and is not allowed",
                        found=entry.peer,
                        allowed=settings.allowed,
                        check="network",
                        severity=Severity.CRITICAL if entry.anywhere else Severity.HIGH,
                        remediation="let in a security group, or a network that is allowed",
                    )
                )


def is_public(entry: SecurityGroupRule, settings: Settings) -> bool:
    if entry.protocol != "tcp" or entry.from_port is None or entry.to_port is None:
        return False
    return set(range(entry.from_port, entry.to_port + 1)) <= set(settings.ports)


def is_allowed(peer: str, settings: Settings) -> bool:
    # What is in a security group has its own rules; what is in a prefix list is not known here.
    if peer.startswith(("sg-", "pl-")):
        return peer.startswith("sg-") or peer in settings.allowed
    network = ip_network(peer)
    return any(is_within(network, allowed) for allowed in settings.networks)


def is_within(network: IPv4Network | IPv6Network, allowed: IPv4Network | IPv6Network) -> bool:
    # Not subnet_of: it does not take one of IPv4 and one of IPv6.
    return network.prefixlen >= allowed.prefixlen and network.supernet(new_prefix=allowed.prefixlen) == allowed


def ports(entry: SecurityGroupRule) -> str:
    if entry.protocol == "-1":
        return "all"
    if entry.from_port == entry.to_port:
        return f"{entry.protocol}/{entry.from_port}"
    return f"{entry.protocol}/{entry.from_port}-{entry.to_port}"
