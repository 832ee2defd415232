"""The registries that a task's images may come from: the policy of tests/guests/tiny, in Python.

Its settings are `{"registries": ["111122223333.dkr.ecr.", "public.ecr.aws/"]}`.
"""

import json

from componentize_py_types import Err
from wit_world import WitWorld as Policy
from wit_world.imports import task
from wit_world.imports.types import Description, Missing, Problem, Severity, Undecided, Verdict, Violation

RULE = "registry"
SCHEMA = {
    "type": "object",
    "properties": {"registries": {"type": "array", "items": {"type": "string"}, "minItems": 1}},
    "required": ["registries"],
    "additionalProperties": False,
}

# What `configure` leaves for `evaluate`.
registries = []


class WitWorld(Policy):
    def describe(self):
        return Description("python", "0.1.0", "Images come from known registries", None, json.dumps(SCHEMA))

    def configure(self, settings):
        settings = json.loads(settings)
        if problems := list(mistakes(settings)):
            raise Err(problems)
        registries.extend(settings["registries"])
        return []

    def evaluate(self):
        try:
            containers = task.containers()
        except Err as unavailable:
            return Verdict([], [Undecided(RULE, [Missing("task", unavailable.value)])], [])
        # A container that AWS injected has no image, and nobody here chose it.
        foreign = [c for c in containers if c.image is not None and not c.image.startswith(tuple(registries))]
        return Verdict([violation(container) for container in foreign], [], [] if foreign else [RULE])


def violation(container):
    return Violation(
        rule=RULE,
        severity=Severity.HIGH,
        object=container.name,
        attribute="image",
        found=json.dumps(container.image),
        allowed=json.dumps(registries),
        check="prefix",
        message="the image comes from a registry that is not allowed",
        remediation="push it to one that is",
    )


def mistakes(settings):
    """All that is wrong in the settings."""
    remedy = 'write {"registries": ["public.ecr.aws/"]}'
    match settings:
        case {"registries": [_, *_] as listed, **others}:
            for index, registry in enumerate(listed):
                if not isinstance(registry, str):
                    yield Problem(f"/registries/{index}", "the beginning of an image's name belongs here", remedy)
            for key in others:
                pointer = key.replace("~", "~0").replace("/", "~1")
                yield Problem(f"/{pointer}", "there is no setting but `registries`", remedy)
        case {"registries": _}:
            yield Problem("/registries", "a list of registries belongs here", remedy)
        case _:
            yield Problem("", "an object with the key `registries` belongs here", remedy)
