"""What the Python tool said of a task, written anew from what is known of its behaviour.

Reads one JSON document, `{CASE: {...}}`, and prints `{CASE: [[ATTRIBUTE, VALUE], ...]}`: the violations that were alerted or logged
for good. A crash took all of them. A case has

- `statements`: what is under `task` in the policy, or null where the policy is no such document
- `task`: the task as DescribeTasks tells it, or null where AWS did not
- `gateways`: for each subnet, the gateways of all routes that were looked at
- `exposed`: the interfaces whose primary address has a public one
"""

import json
import re
import sys

CHECKS = {
    "exact": lambda value, allowed: value in allowed,
    "pattern": lambda value, allowed: any(re.search(each, value) for each in allowed),
    "range": lambda value, allowed: float(min(allowed)) <= float(value) <= float(max(allowed)),
}


def details(task, name):
    """All values of a detail of the task's interfaces."""
    interfaces = [each for each in task["attachments"] if each["type"] == "eni"]
    return [detail.get("value") for each in interfaces for detail in each["details"] if detail["name"] == name]


def subnet_types(task, case):
    for subnet in details(task, "subnetId"):
        is_public = any(gateway.startswith("igw-") for gateway in case["gateways"].get(subnet, []))
        yield "public" if is_public else "private"


def last_address(task, case):
    interfaces = details(task, "networkInterfaceId")
    if interfaces and len(interfaces[-1]):
        yield "public" if interfaces[-1] in case["exposed"] else "private"


def attribute(task, name):
    if task.get(name) is not None:
        yield task[name]


def broken(statement, task, case):
    """The values that a statement does not allow."""
    name = statement.get("attribute", "")
    allowed = statement.get("allowed_values", [])
    check = statement.get("type", "exact")
    if name in ("subnet-type", "ip"):
        if "private" in allowed and "public" in allowed:
            return []
        check = "exact"
    if name == "subnet-type":
        values = subnet_types(task, case)
    elif name == "ip":
        values = last_address(task, case)
    elif name == "subnet-id":
        values = details(task, "subnetId")
    elif name == "image":
        values = [container.get("image", "") for container in task["containers"]]
    else:
        values = attribute(task, name)
    return [[name, value] for value in values if check in CHECKS and not CHECKS[check](value, allowed)]


def said(case):
    if case["statements"] is None or case["task"] is None:
        return []
    told = []
    try:
        for statement in case["statements"]:
            found = broken(statement, case["task"], case)
            told += found
            if found and statement.get("action", "") == "terminate":
                break
    except Exception:
        return []
    return told


print(json.dumps({name: said(case) for name, case in json.load(sys.stdin).items()}))
