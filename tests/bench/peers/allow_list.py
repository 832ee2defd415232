"""The semantics of plugins/allow-list/README.md in plain Python: what a Lambda function in Python would do with facts at hand.

Takes a file with `{"settings": {"task": [...]}, "facts": {...}}`. For each line of standard input, a number, it judges so many
times and prints `{"nanoseconds": ..., "violations": ...}`. Statements are prepared ahead, and nothing is read, logged or printed
while it is timed. Attributes are names; JMESPath is left out, since the benchmark needs none.
"""

import json
import re
import sys
import time

CLASSES = {"isolated": "private"}
EXPOSED = {"public", "carrier"}


class Unknown(Exception):
    """A value that cannot be had."""


def images(facts):
    return [(c["name"], c["image"]) for c in facts["containers"] if c["image"] is not None]


def subnet_types(facts):
    found = []
    for subnet in facts["subnets"]:
        if subnet["class"] == "unknown":
            raise Unknown(subnet["why"])
        found.append((subnet["id"], CLASSES.get(subnet["class"], subnet["class"])))
    return found


def subnet_ids(facts):
    return [(a["subnet_id"], a["subnet_id"]) for a in facts["attachments"] if a["subnet_id"] is not None]


def ips(facts):
    found = []
    for interface in facts["interfaces"]:
        scopes = {address["scope"] for address in interface["addresses"]}
        if scopes & EXPOSED:
            value = "public"
        elif "global-ipv6" in scopes:
            reachable = any(a["interface_id"] == interface["id"] for a in facts["exposed_addresses"])
            value = "public" if reachable else "private"
        else:
            value = "private"
        found.append((interface["id"], value))
    return found


def attribute(name):
    def find(facts):
        value = facts["task_document"].get(name)
        if value is None:
            return []
        return [("task", each) for each in value] if isinstance(value, list) else [("task", value)]

    return find


ATTRIBUTES = {"image": images, "subnet-type": subnet_types, "subnet": subnet_types, "subnet-id": subnet_ids, "ip": ips}


def number(value):
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def equal(value, allowed):
    if isinstance(value, str) != isinstance(allowed, str) and not isinstance(value, bool) and not isinstance(allowed, bool):
        return number(value) is not None and number(value) == number(allowed)
    return value == allowed


def exact(allowed):
    return lambda value: any(equal(value, each) for each in allowed)


def pattern(allowed):
    searches = [re.compile(each).search if isinstance(each, str) else None for each in allowed]

    def allows(value):
        text = value if isinstance(value, str) else json.dumps(value)
        return any(search(text) if search else value == each for search, each in zip(searches, allowed))

    return allows


def within(allowed):
    low, high = (float(bound) for bound in allowed)

    def allows(value):
        found = number(value)
        return found is not None and low <= found <= high

    return allows


CHECKS = {"exact": exact, "pattern": pattern, "range": within}
REASONS = {
    "exact": "which is none of the allowed values",
    "pattern": "which none of the allowed patterns finds",
    "range": "which is not between the bounds",
}


class Statement:
    def __init__(self, written):
        self.attribute = written["attribute"]
        self.find = ATTRIBUTES.get(self.attribute) or attribute(self.attribute)
        self.check = written.get("type", "exact")
        self.allowed = written["allowed_values"]
        self.allows = CHECKS[self.check](self.allowed)
        self.required = written.get("required", False)
        self.severity = written.get("severity", "medium")

    def violation(self, target, value, message):
        return {
            "rule": self.attribute,
            "object": target,
            "attribute": self.attribute,
            "found": value,
            "allowed": self.allowed,
            "check": self.check,
            "severity": self.severity,
            "message": message,
        }


def judge(statements, facts):
    violations, undecided = [], []
    for statement in statements:
        try:
            found = statement.find(facts)
        except Unknown as unknown:
            undecided.append((statement.attribute, str(unknown)))
            continue
        if not found and statement.required:
            violations.append(statement.violation("task", None, f"`{statement.attribute}` is missing"))
        for target, value in found:
            if not statement.allows(value):
                message = f"`{statement.attribute}` is `{value}`, {REASONS[statement.check]}"
                violations.append(statement.violation(target, value, message))
    return violations, undecided


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        given = json.load(file)
    statements = [Statement(written) for written in given["settings"]["task"]]
    facts = given["facts"]
    for line in sys.stdin:
        times = range(int(line))
        violations, undecided = judge(statements, facts)
        begun = time.perf_counter_ns()
        for _ in times:
            judge(statements, facts)
        spent = time.perf_counter_ns() - begun
        if undecided:
            sys.exit(f"undecided: {undecided}")
        print(json.dumps({"nanoseconds": spent, "violations": len(violations)}), flush=True)


main()
