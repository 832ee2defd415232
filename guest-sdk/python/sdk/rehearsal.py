"""A policy that is judged while a component is built, so that what all policies go through is not new to any of them.

CPython writes beside code that has run a few times how it runs faster. A fresh instance would do that for each task
anew, and each page of memory that is written to is copied for it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gatecheck.declaration import Policy, policy
from gatecheck.facts import Facts
from gatecheck.verdict import Severity, Verdict, Violation

TIMES = 50
"""More than CPython waits for."""


@dataclass
class Settings:
    """As many kinds of values as most policies have."""

    names: list[str]
    numbers: list[int]


@policy("rehearsal", version="1.0.0", summary="One rule is kept, and one is broken")
def evaluate(settings: Settings, _facts: Facts, verdict: Verdict) -> None:
    """Says whatever there is to say."""
    with verdict.rule("kept"):
        pass
    with verdict.rule("broken") as rule:
        message = "`a` is none of them"
        rule.violated(Violation("task", "name", message, found="a", allowed=settings.names, severity=Severity.LOW))


def rehearse(judge_of: Callable[[Policy[Settings]], Any]) -> None:
    """Judges it, by what the component judges by."""
    judge = judge_of(evaluate)
    for number in range(TIMES):
        judge.configure(f'{{"names": ["b", "c"], "numbers": [{number}]}}')
        judge.evaluate()
