"""What is told of a policy that raises."""

from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

from gatecheck import Facts
from gatecheck.fault import fault


def told(policy: Callable[[], None]) -> str:
    try:
        policy()
    except BaseException as error:  # noqa: BLE001 - as the component does it
        return fault(error)
    raise AssertionError


def line(function: Any) -> Any:
    return function.__code__.co_firstlineno + 1


def fails() -> None:
    raise ValueError("it is so")


def fails_in_a_library() -> None:
    ip_network("here")


def fails_in_the_sdk() -> None:
    Facts.given().tags()


def test_a_fault_has_type_message_and_place() -> None:
    assert told(fails) == f"ValueError: it is so (test_fault.py:{line(fails)})"


def test_the_place_is_in_the_policy() -> None:
    assert told(fails_in_a_library).endswith(f"(test_fault.py:{line(fails_in_a_library)})")
    text = "Unknown: `task-details` is not available: other (not given in this test)"
    assert told(fails_in_the_sdk) == f"{text} (test_fault.py:{line(fails_in_the_sdk)})"


def test_no_message_is_no_colon() -> None:
    assert fault(KeyboardInterrupt()) == "KeyboardInterrupt"
