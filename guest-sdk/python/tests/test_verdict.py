"""What a rule says, for each way in which it ends."""

import pytest

from gatecheck import Facts, Severity, Unavailable, Undecided, Verdict, Violation

DENIED = Unavailable("denied", "ecs:DescribeTaskDefinition")


def test_a_rule_without_violations_passes() -> None:
    verdict = Verdict()
    with verdict.rule("user"):
        pass
    assert verdict == Verdict(passed=["user"])


def test_a_violation_carries_its_rule() -> None:
    verdict = Verdict()
    violation = Violation("web", "user", "runs as root", found="root")
    for name in ["user", "root"]:
        with verdict.rule(name) as rule:
            rule.violated(violation)
    assert [violation.rule for violation in verdict.violations] == ["user", "root"]
    assert verdict.violations[0].severity is Severity.MEDIUM
    assert verdict.passed == []


def test_what_is_not_known_leaves_a_rule_undecided() -> None:
    verdict = Verdict()
    facts = Facts.given(task_definition=DENIED)
    with verdict.rule("user") as rule:
        rule.violated(Violation("web", "user", "runs as root"))
        facts.task_definition()
    assert verdict.undecided == [Undecided("user", "task-definition", DENIED)]
    assert [violation.object for violation in verdict.violations] == ["web"]
    assert verdict.passed == []


def test_what_does_not_apply_ends_a_rule_without_a_word() -> None:
    verdict = Verdict()
    facts = Facts.given(service=Unavailable("not-applicable", "a standalone task"))
    with verdict.rule("service"):
        facts.service()
    assert verdict == Verdict()


def test_other_exceptions_are_not_swallowed() -> None:
    with pytest.raises(KeyError), Verdict().rule("user"):
        raise KeyError("user")


@pytest.mark.parametrize("found", [{1, 2}, float("nan"), object()])
def test_what_is_found_is_json(found: object) -> None:
    with pytest.raises((TypeError, ValueError)), Verdict().rule("user") as rule:
        rule.violated(Violation("web", "user", "runs as root", found=found))


def test_an_object_has_a_name() -> None:
    with pytest.raises(TypeError, match="not `None`"), Verdict().rule("user") as rule:
        rule.violated(Violation(None, "user", "runs as root"))  # type: ignore[arg-type]
