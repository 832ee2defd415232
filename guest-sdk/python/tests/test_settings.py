"""Settings: from JSON text to a dataclass, with every mistake at its pointer."""

import json
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, Any, Literal

import pytest

from gatecheck import InvalidSettings
from gatecheck.settings import Settings


class Level(Enum):
    LOW = "low"
    TEN = 10


@dataclass
class Limit:
    max: float
    unit: Literal["cpu", "memory"] = "cpu"


@dataclass
class Example:
    """What is
    allowed."""

    names: Annotated[list[str], "names that are allowed"]
    count: int = 1
    strict: bool = False
    limits: dict[str, Limit] = field(default_factory=dict)
    level: Level | None = None
    extra: Any = None

    def __post_init__(self) -> None:
        if self.count > 100:
            raise ValueError("`count` is above 100")


def mistakes(settings: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidSettings) as raised:
        Settings(Example).read(json.dumps(settings))
    return [(problem.pointer, problem.message) for problem in raised.value.problems]


def test_settings_are_read() -> None:
    settings = {"names": ["a"], "count": 2, "limits": {"a/b": {"max": 1}}, "level": 10, "extra": [None]}
    assert Settings(Example).read(json.dumps(settings)) == Example(
        ["a"], count=2, limits={"a/b": Limit(1, "cpu")}, level=Level.TEN, extra=[None]
    )
    assert Settings(Example).read(' {"names": [], "level": null}\n') == Example([])


def test_every_mistake_is_told_with_its_pointer() -> None:
    settings = {
        "names": ["a", 1, None],
        "count": True,
        "strict": 1,
        "limits": {"a/b~": {"max": "1", "unit": "gpu"}, "c": [], "d": {}},
        "level": "10",
        "nmaes": [],
    }
    assert mistakes(settings) == [
        ("/names/1", "not a string"),
        ("/names/2", "not a string"),
        ("/count", "not an integer"),
        ("/strict", "not true or false"),
        ("/limits/a~1b~0/max", "not a number"),
        ("/limits/a~1b~0/unit", 'not one of "cpu", "memory"'),
        ("/limits/c", "not an object"),
        ("/limits/d/max", "is missing"),
        ("/level", 'not one of "low", 10'),
        ("/nmaes", "unknown key"),
    ]


def test_there_is_no_lenience() -> None:
    assert mistakes([]) == [("", "not an object")]
    assert mistakes({}) == [("/names", "is missing")]
    assert mistakes({"names": "a"}) == [("/names", "not a list")]
    assert mistakes({"names": [], "count": 1.0}) == [("/count", "not an integer")]
    assert mistakes({"names": [], "limits": None}) == [("/limits", "not an object")]
    assert mistakes({"names": [], "count": 101}) == [("", "`count` is above 100")]


def test_remedies_name_what_belongs_there() -> None:
    with pytest.raises(InvalidSettings) as raised:
        Settings(Limit).read('{"min": 1}')
    assert [problem.remedy for problem in raised.value.problems] == [
        "the keys here are `max`, `unit`",
        "a number belongs here",
    ]


@pytest.mark.parametrize("text", ["", "[", '{"names": []} x', '{"names": [NaN]}', "\u00e4"])
def test_what_is_no_json_is_a_mistake_too(text: str) -> None:
    with pytest.raises(InvalidSettings) as raised:
        Settings(Example).read(text)
    [problem] = raised.value.problems
    assert problem.pointer == "" and problem.message.startswith("not JSON: ")


def test_the_schema_is_that_of_the_type() -> None:
    limit = {
        "type": "object",
        "properties": {"max": {"type": "number"}, "unit": {"enum": ["cpu", "memory"]}},
        "required": ["max"],
        "additionalProperties": False,
    }
    assert Settings(Example).schema == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "description": "What is allowed.",
        "type": "object",
        "properties": {
            "names": {"type": "array", "items": {"type": "string"}, "description": "names that are allowed"},
            "count": {"type": "integer"},
            "strict": {"type": "boolean"},
            "limits": {"type": "object", "additionalProperties": limit},
            "level": {"anyOf": [{"enum": ["low", 10]}, {"type": "null"}]},
            "extra": {},
        },
        "required": ["names"],
        "additionalProperties": False,
    }


def test_other_types_are_refused_before_there_are_settings() -> None:
    @dataclass
    class Sets:
        names: set[str]

    with pytest.raises(TypeError, match="`set\\[str\\]` is no type for a setting"):
        Settings(Sets)
    with pytest.raises(TypeError, match="its settings, a dataclass, not"):
        Settings(dict)
