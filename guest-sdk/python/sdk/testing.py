"""Unit tests of a policy without WebAssembly: `judge` it on facts of a recording, or made up with `Facts.given`."""

import json
import os
import subprocess
from dataclasses import is_dataclass
from enum import Enum
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from gatecheck.declaration import Policy
from gatecheck.facts import FAMILIES, Facts, Unavailable
from gatecheck.verdict import Verdict


def judge(policy: Policy[Any], settings: Any, facts: Facts) -> Verdict:
    """Judges `facts` as the host would have it done.

    The settings are a JSON value; mistakes in them raise `InvalidSettings`.
    """
    verdict = Verdict()
    policy(policy.settings.read(json.dumps(settings)), facts, verdict)
    return verdict


def recorded(name_or_path: str | os.PathLike[str]) -> Facts:
    """The facts of a recording: a file, or one that comes with Gatecheck (`gatecheck test --bases` lists them).

    Runs `gatecheck facts`, with the program that the environment variable GATECHECK names or the one on the PATH, so
    that a test sees what a policy will see.
    """
    views = json.loads(_printed(os.environ.get("GATECHECK", "gatecheck"), os.fspath(name_or_path)))
    try:
        return Facts.given(**{name: _fact(name, views[name]) for name in FAMILIES})
    except (LookupError, TypeError, ValueError) as error:
        raise RuntimeError(f"`gatecheck facts` prints those of another version: {error!r}") from error


@cache
def _printed(program: str, recording: str) -> str:
    command = f"`{program} facts {recording}`"
    try:
        done = subprocess.run([program, "facts", recording], check=False, capture_output=True, encoding="utf-8")
    except OSError as error:
        remedy = "put it on the PATH, or its path into the environment variable GATECHECK"
        raise RuntimeError(f"{command} cannot be started: {error.strerror}; {remedy}") from None
    if done.returncode != 0:
        raise RuntimeError(f"{command} failed: {done.stderr.strip()}")
    return done.stdout


def _fact(name: str, view: Any) -> Any:
    match view:
        case {"known": fact}:
            return _of_json(get_type_hints(getattr(Facts, name))["return"], fact)
        case {"unavailable": reason}:
            [(kind, text)] = reason.items()
            return Unavailable(kind, text)
        case _:
            raise ValueError(f"`{name}` is neither known nor unavailable")


def _of_json(hint: Any, value: Any) -> Any:
    """A fact of the type `hint`."""
    if isinstance(hint, type) and is_dataclass(hint):
        # A field that is a keyword of Python has an underscore behind it.
        return hint(**{name: _of_json(of, value[name.rstrip("_")]) for name, of in get_type_hints(hint).items()})
    if get_origin(hint) is list:
        return [_of_json(get_args(hint)[0], item) for item in value]
    if get_origin(hint) is dict:
        # Tags are pairs.
        return dict(value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    return value
