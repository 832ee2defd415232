"""Settings of a policy: from JSON text to a dataclass, with every mistake at its JSON pointer.

A field is of type `str`, `int`, `float`, `bool`, `Any`, `list[T]`, `dict[str, T]`, `T | None`, `Literal[...]`, an enum
of JSON values, or another dataclass. One with a default may be left out. `Annotated[T, "text"]` describes it. What the
types cannot say is checked in `__post_init__`, which raises ValueError.
"""

import json
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints


@dataclass
class Problem:
    """A mistake in the settings."""

    pointer: str
    """JSON pointer (RFC 6901), empty for the settings as a whole."""
    message: str
    remedy: str | None = None
    """What to write instead."""


class InvalidSettings(ValueError):
    """Settings that cannot be judged."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(f"{problem.pointer}: {problem.message}" for problem in problems))
        self.problems = problems


class Settings:
    """How the settings of one type are read."""

    def __init__(self, record: Any) -> None:
        if not is_dataclass(record):
            raise TypeError(f"the first parameter of a policy is its settings, a dataclass, not `{record}`")
        setting = _record(record)
        self.schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | setting.schema
        self._read = setting.read

    def read(self, text: str) -> Any:
        """Reads the settings from JSON text. Raises `InvalidSettings`."""
        text = text.strip()
        try:
            value, end = _DECODER.raw_decode(text)
            if end < len(text):
                raise ValueError(f"there is more behind character {end}")
        except ValueError as error:
            raise InvalidSettings([Problem("", f"not JSON: {error}")]) from None
        problems: list[Problem] = []
        settings = self._read(value, None, problems)
        if problems:
            raise InvalidSettings(problems)
        return settings


def _no_constant(name: str) -> Any:
    raise ValueError(f"`{name}` is no number of JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_constant)

Place = tuple[Any, str | int] | None
"""Where a value stands: in which place, and its key or index there. Only a mistake makes a pointer of it."""

Read = Callable[[Any, Place, list[Problem]], Any]
"""Reads a value. What it returns is of no use once there are problems."""


def _problem(place: Place, message: str, remedy: str | None = None) -> Problem:
    pointer = ""
    while place:
        place, key = place
        pointer = f"/{str(key).replace('~', '~0').replace('/', '~1')}{pointer}"
    return Problem(pointer, message, remedy)


class _Setting(NamedTuple):
    """What a type is in settings: in words, as JSON Schema, and how it is read."""

    words: str
    schema: dict[str, Any]
    read: Read


def _setting(hint: Any) -> _Setting:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        setting = _setting(arguments[0])
        texts = [text for text in arguments[1:] if isinstance(text, str)]
        return setting._replace(schema=setting.schema | {"description": " ".join(texts)})
    if origin is list:
        return _list(*_setting(arguments[0]))
    if origin is dict and arguments[0] is str:
        return _dict(*_setting(arguments[1]))
    if origin in (Union, UnionType) and len(arguments) == 2 and NoneType in arguments:
        [other] = (argument for argument in arguments if argument is not NoneType)
        return _optional(*_setting(other))
    if origin is Literal:
        return _one_of({argument: argument for argument in arguments})
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _one_of({member.value: member for member in hint})
    if is_dataclass(hint):
        return _record(hint)
    if hint in _PLAIN:
        return _PLAIN[hint]
    raise TypeError(f"`{hint if origin else getattr(hint, '__name__', hint)}` is no type for a setting")


def _plain(words: str, schema: dict[str, Any], *types: type) -> _Setting:
    def read(value: Any, place: Place, problems: list[Problem]) -> Any:
        # Not isinstance: for Python, True is an integer.
        if type(value) not in types:
            problems.append(_problem(place, f"not {words}"))
        return value

    return _Setting(words, schema, read)


_PLAIN = {
    str: _plain("a string", {"type": "string"}, str),
    int: _plain("an integer", {"type": "integer"}, int),
    float: _plain("a number", {"type": "number"}, int, float),
    bool: _plain("true or false", {"type": "boolean"}, bool),
    Any: _Setting("any value", {}, lambda value, _place, _problems: value),
}


def _list(_words: str, schema: dict[str, Any], read_item: Read) -> _Setting:
    def read(value: Any, place: Place, problems: list[Problem]) -> Any:
        if not isinstance(value, list):
            problems.append(_problem(place, "not a list"))
            return None
        return [read_item(item, (place, index), problems) for index, item in enumerate(value)]

    return _Setting("a list", {"type": "array", "items": schema}, read)


def _dict(_words: str, schema: dict[str, Any], read_item: Read) -> _Setting:
    def read(value: Any, place: Place, problems: list[Problem]) -> Any:
        if not isinstance(value, dict):
            problems.append(_problem(place, "not an object"))
            return None
        return {key: read_item(item, (place, key), problems) for key, item in value.items()}

    return _Setting("an object", {"type": "object", "additionalProperties": schema}, read)


def _optional(words: str, schema: dict[str, Any], read_other: Read) -> _Setting:
    def read(value: Any, place: Place, problems: list[Problem]) -> Any:
        return None if value is None else read_other(value, place, problems)

    return _Setting(f"{words} or null", {"anyOf": [schema, {"type": "null"}]}, read)


def _one_of(values: dict[Any, Any]) -> _Setting:
    """One of these keys, which becomes what stands beside it."""
    words = f"one of {', '.join(json.dumps(key) for key in values)}"

    def read(value: Any, place: Place, problems: list[Problem]) -> Any:
        for key, meant in values.items():
            if type(key) is type(value) and key == value:
                return meant
        problems.append(_problem(place, f"not {words}"))
        return None

    return _Setting(words, {"enum": list(values)}, read)


def _record(record: Any) -> _Setting:
    hints = get_type_hints(record, include_extras=True)
    known = [field for field in fields(record) if field.init]
    settings = {field.name: _setting(hints[field.name]) for field in known}
    readers = {name: setting.read for name, setting in settings.items()}
    required = [field.name for field in known if field.default is MISSING and field.default_factory is MISSING]
    keys = f"the keys here are `{'`, `'.join(settings)}`" if settings else "there are no settings"

    def read(value: Any, place: Place, problems: list[Problem]) -> Any:
        if not isinstance(value, dict):
            problems.append(_problem(place, "not an object"))
            return None
        before = len(problems)
        given = {}
        for name, item in value.items():
            if name in readers:
                given[name] = readers[name](item, (place, name), problems)
            else:
                problems.append(_problem((place, name), "unknown key", keys))
        for name in required:
            if name not in value:
                problems.append(_problem((place, name), "is missing", f"{settings[name].words} belongs here"))
        if len(problems) > before:
            return None
        try:
            return record(**given)
        except ValueError as error:
            problems.append(_problem(place, str(error)))

    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: setting.schema for name, setting in settings.items()},
        "required": required,
        "additionalProperties": False,
    }
    # A dataclass without a docstring gets one from its fields.
    if record.__doc__ and not record.__doc__.startswith(f"{record.__name__}("):
        schema = {"description": " ".join(record.__doc__.split())} | schema
    return _Setting("an object", schema, read)
