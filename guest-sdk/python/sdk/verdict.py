"""What a policy says: rules, each with its violations, or undecided."""

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from gatecheck.facts import Unavailable, Unknown


class Severity(StrEnum):
    """How bad a violation is."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


@dataclass
class Violation:
    """A rule broken by one object."""

    object: str
    """What broke it: a container's name, the id of an interface or subnet, or `task`."""
    attribute: str
    message: str
    """One sentence for the person who reads it."""
    found: Any = None
    """What was found: any JSON value."""
    allowed: Any = None
    """What is allowed: any JSON value."""
    check: str | None = None
    """How found and allowed were compared, such as `exact`, `pattern` or `range`."""
    severity: Severity = Severity.MEDIUM
    remediation: str | None = None
    """What to do about it."""
    rule: str = ""
    """Which rule: `Rule.violated` fills it in."""


@dataclass
class Undecided:
    """A rule that could not be judged, because a fact of this family is not available."""

    rule: str
    family: str
    reason: Unavailable


@dataclass
class Verdict:
    """What a policy says about a task."""

    violations: list[Violation] = field(default_factory=list)
    undecided: list[Undecided] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    """Rules that were judged and found nothing wrong."""

    def rule(self, name: str) -> "Rule":
        """Judges one rule, in the block below `with verdict.rule(name) as rule:`.

        A fact that is not available ends the block: the rule is undecided then, unless the fact does not apply to this
        task. What was found before that stays.
        """
        return Rule(name, self)


class Rule:
    """A rule while it is judged."""

    def __init__(self, name: str, verdict: Verdict) -> None:
        self.name = name
        self._verdict = verdict
        self._broken = False

    def violated(self, violation: Violation) -> None:
        """Reports that the rule is broken."""
        # What the host would not take has the line of its violation here, and in a test too.
        for text in (violation.object, violation.attribute, violation.message):
            if not isinstance(text, str):
                raise TypeError(f"object, attribute and message of a violation are strings, not `{text!r}`")
        to_json(violation.found)
        to_json(violation.allowed)
        fields: dict[str, Any] = vars(violation) | {"rule": self.name}
        self._verdict.violations.append(Violation(**fields))
        self._broken = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _type: object, error: BaseException | None, _trace: object) -> bool:
        if error is None and not self._broken:
            self._verdict.passed.append(self.name)
        if not isinstance(error, Unknown):
            return False
        if error.reason.kind != "not-applicable":
            self._verdict.undecided.append(Undecided(self.name, error.family, error.reason))
        return True


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def to_json(value: Any) -> str | None:
    """What is found or allowed, as the host takes it."""
    return None if value is None else _ENCODER.encode(value)
