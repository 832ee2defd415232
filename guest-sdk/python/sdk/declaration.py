"""What makes a policy of a function."""

from collections.abc import Callable
from typing import Generic, TypeVar, get_type_hints

from gatecheck.facts import Facts
from gatecheck.settings import Settings
from gatecheck.verdict import Verdict

S = TypeVar("S")

Evaluate = Callable[[S, Facts, Verdict], None]


class Policy(Generic[S]):
    """A function that judges, with what else is known about the policy. It is called like the function."""

    def __init__(self, evaluate: Evaluate[S], name: str, version: str, summary: str) -> None:
        self.evaluate = evaluate
        self.name = name
        self.version = version
        self.summary = summary
        # The first parameter is the settings.
        self.settings = Settings(next(iter(get_type_hints(evaluate).values()), None))

    def __call__(self, settings: S, facts: Facts, verdict: Verdict) -> None:
        self.evaluate(settings, facts, verdict)


def policy(name: str, *, version: str, summary: str) -> Callable[[Evaluate[S]], Policy[S]]:
    """Makes a policy of a function `evaluate(settings, facts, verdict)`.

    The type of its settings is a dataclass (see `gatecheck.settings`); `gatecheck inspect` shows the rest. A component
    is made of the function `evaluate` in policy.py.
    """
    return lambda evaluate: Policy(evaluate, name, version, summary)
