# type: ignore
"""The component: the host on one side, policy.py on the other.

It can be imported only while a component is built, which is where the bindings come from (`wit_world`). What is done at
import is done then, once, and kept in the component.
"""

import json
import random
from dataclasses import is_dataclass
from enum import Enum
from typing import get_args, get_origin, get_type_hints

from componentize_py_types import Err
from wit_world.imports import cluster, network, security_groups, service, task, task_definition, task_details, types

from gatecheck.declaration import Policy
from gatecheck.facts import FAMILIES, Facts, Unavailable, Unknown
from gatecheck.fault import fault
from gatecheck.rehearsal import rehearse
from gatecheck.settings import InvalidSettings
from gatecheck.verdict import Severity, Verdict, to_json
from policy import evaluate as policy

if not isinstance(policy, Policy):
    raise TypeError("`evaluate` in policy.py is no policy: put `@policy(...)` before it")

# The run-time library seeds it before the first call, which takes longer than many policies do, and nothing there is
# random: what it would be seeded with is the same every time.
_seed = random.seed
_seed(0)
random.seed = lambda a=None, version=2: None if a is None else _seed(a, version)


class Judge:
    """A policy, and its settings once they have been read."""

    def __init__(self, policy):
        self.policy = policy
        self.text = self.settings = None

    def configure(self, settings):
        # Read already where `gatecheck build --settings` was given the same.
        if settings == self.text:
            return []
        try:
            self.settings = self.policy.settings.read(settings)
        except InvalidSettings as invalid:
            problems = [types.Problem(problem.pointer, problem.message, problem.remedy) for problem in invalid.problems]
            raise Err(problems) from None
        except Exception as error:  # noqa: BLE001 - the host tells it better than a trap would
            raise Err([types.Problem("", fault(error), None)]) from None
        self.text = settings
        return []

    def evaluate(self):
        verdict = Verdict()
        try:
            self.policy(self.settings, FACTS, verdict)
        except BaseException as error:  # noqa: BLE001 - the host tells it better than a trap would
            raise Err(fault(error)) from None
        return types.Verdict(
            [_violation(violation) for violation in verdict.violations],
            [_undecided(undecided) for undecided in verdict.undecided],
            verdict.passed,
        )


# What `configure` leaves for `evaluate`: each call has a `WitWorld` of its own.
JUDGE = Judge(policy)


class WitWorld:
    """What the component exports."""

    def describe(self):
        schema = json.dumps(policy.settings.schema)
        return types.Description(policy.name, policy.version, policy.summary, None, schema)

    def configure(self, settings):
        return JUDGE.configure(settings)

    def evaluate(self):
        return JUDGE.evaluate()


def _violation(violation):
    return types.Violation(
        rule=violation.rule,
        severity=SEVERITIES[violation.severity],
        object=violation.object,
        attribute=violation.attribute,
        found=to_json(violation.found),
        allowed=to_json(violation.allowed),
        check=violation.check,
        message=violation.message,
        remediation=violation.remediation,
    )


def _undecided(undecided):
    reason = REASONS[undecided.reason.kind](undecided.reason.text)
    return types.Undecided(undecided.rule, [types.Missing(undecided.family, reason)])


SEVERITIES = dict(zip(Severity, types.Severity, strict=True))

REASONS = {
    "not-yet": types.Unavailable_NotYet,
    "not-applicable": types.Unavailable_NotApplicable,
    "denied": types.Unavailable_Denied,
    "failed": types.Unavailable_Failed,
    "other": types.Unavailable_Other,
}

KINDS = {reason: kind for kind, reason in REASONS.items()}

IMPORTS = {
    "task": task.get,
    "containers": task.containers,
    "attachments": task.attachments,
    "task_document": task.document,
    "tags": task_details.tags,
    "task_details_document": task_details.document,
    "task_definition": task_definition.get,
    "task_definition_document": task_definition.document,
    "interfaces": network.interfaces,
    "interface_documents": network.interface_documents,
    "subnets": network.subnets,
    "subnet_documents": network.subnet_documents,
    "exposed_addresses": network.exposed_addresses,
    "security_group_rules": security_groups.rules,
    "security_group_documents": security_groups.documents,
    "service": service.get,
    "service_document": service.document,
    "cluster": cluster.get,
    "cluster_document": cluster.document,
}


DECODER = json.JSONDecoder()


def _parse(document):
    # json.loads looks for white space around it, with regular expressions: much to touch in a fresh instance.
    return DECODER.raw_decode(document)[0]


def _document(name):
    if name.endswith("_document"):
        return _parse
    if name.endswith("_documents"):
        return lambda documents: [_parse(document) for document in documents]
    return None


def _shape(hint):
    """Makes of what the bindings give what a policy gets, of the type `hint`; None where it is that already."""
    if is_dataclass(hint):
        return _record(hint)
    if get_origin(hint) is list:
        item = _shape(get_args(hint)[0])
        return item and (lambda items: [item(value) for value in items])
    if get_origin(hint) is dict:
        return dict
    if isinstance(hint, type) and issubclass(hint, Enum):
        return lambda case: hint[case.name]
    return None


def _record(record):
    shapes = [(name, shape) for name, hint in get_type_hints(record).items() if (shape := _shape(hint))]

    def become(value):
        for name, shape in shapes:
            setattr(value, name, shape(getattr(value, name)))
        # A dataclass of the same fields. A copy would touch more memory, and that is what a fresh instance waits for.
        value.__class__ = record
        return value

    return become


SHAPES = {name: _document(name) or _shape(get_type_hints(getattr(Facts, name))["return"]) for name in IMPORTS}


def _known(name):
    try:
        fact = IMPORTS[name]()
    except Err as error:
        reason = error.value
        raise Unknown(FAMILIES[name], Unavailable(KINDS[type(reason)], reason.value)) from None
    return SHAPES[name](fact)


FACTS = Facts(_known)

rehearse(Judge)
