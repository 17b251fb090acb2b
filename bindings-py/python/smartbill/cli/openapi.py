"""OpenAPI 3 documents and recorded answers, as far as a draft of a profile needs them."""

from __future__ import annotations

import functools
import importlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional
from urllib.parse import unquote, urlsplit

from ..errors import FileError
from .language import t

__all__ = ["Call", "Description", "Shape", "read_description", "read_json", "shape_of"]

# Beyond these a document is not read, or not read to its end: no platform's has so much.
_LONGEST = 50 << 20
_DEEPEST = 8
_MOST_NODES = 20_000

_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass
class Shape:
    """What is known of a value: its type, its words, and what is inside it."""

    kind: str = ""
    format: str = ""
    words: tuple[Any, ...] = ()
    members: dict[str, Shape] = field(default_factory=dict)
    item: Optional[Shape] = None
    least: Any = None
    greatest: Any = None
    usual: Any = None


class Call:
    """One call of the platform. Its shapes are read when they are asked for: a document has hundreds of calls."""

    def __init__(self, reader: _Reader, method: str, path: str, operation: Mapping[str, Any], shared: Any) -> None:
        self.method: str = method
        self.path: str = path
        self.title: str = str(operation.get("operationId") or operation.get("summary") or "")
        self._reader, self._operation, self._shared = reader, operation, shared

    @functools.cached_property
    def parameters(self) -> list[tuple[str, str, Shape]]:
        """Name, place (`query`, `header`, `path`) and shape of each parameter."""
        return self._reader.parameters(self._shared, self._operation.get("parameters"))

    @functools.cached_property
    def body(self) -> Shape | None:
        """The shape of what is sent."""
        return self._reader.content(self._operation.get("requestBody"))[0]

    @property
    def form(self) -> bool:
        """Whether what is sent is a form."""
        return self._reader.content(self._operation.get("requestBody"))[1]

    @functools.cached_property
    def answer(self) -> Shape | None:
        """The shape of a success."""
        return self._reader.answer(self._operation.get("responses"), "2")

    @functools.cached_property
    def failure(self) -> Shape | None:
        """The shape of a refusal."""
        return self._reader.answer(self._operation.get("responses"), "4")


@dataclass
class Description:
    """What a document says of a platform."""

    title: str = ""
    address: str = ""
    calls: list[Call] = field(default_factory=list)
    schemes: list[Mapping[str, Any]] = field(default_factory=list)
    """The ways to prove who asks, those that are asked for together first."""


def read_json(path: Path) -> Any:
    """The content of a JSON file."""
    try:
        return json.loads(_text(path))
    except (ValueError, RecursionError) as e:
        raise FileError(t(f"`{path}` não é um JSON válido", f"`{path}` is not valid JSON")) from e


def read_description(path: Path) -> Description:
    """What the OpenAPI 3 document at `path`, in JSON or YAML, says."""
    text = _text(path)
    document = None
    if text.lstrip().startswith("{"):
        document = read_json(path)
    else:
        try:
            yaml = importlib.import_module("yaml")
        except ModuleNotFoundError:
            raise FileError(
                t(
                    f"`{path}` é YAML: falta o pacote pyyaml (`pip install pyyaml`), ou converta o documento para JSON",
                    f"`{path}` is YAML: install the package pyyaml, or convert the document to JSON",
                )
            ) from None
        try:
            # Dates and the like stay texts.
            document = yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
        except (yaml.YAMLError, RecursionError, ValueError) as e:
            raise FileError(t(f"`{path}` não é um YAML válido", f"`{path}` is not valid YAML")) from e
    if not isinstance(document, Mapping) or not isinstance(document.get("paths"), Mapping):
        raise FileError(t(f"`{path}` não é um documento OpenAPI 3", f"`{path}` is no OpenAPI 3 document"))
    return _Reader(document).description()


def shape_of(value: Any, depth: int = _DEEPEST) -> Shape:
    """The shape of a recorded value."""
    if isinstance(value, Mapping) and depth > 0:
        return Shape("object", members={str(name): shape_of(inside, depth - 1) for name, inside in value.items()})
    if isinstance(value, list) and depth > 0:
        item = Shape()
        for one in value[:20]:
            item = _merged(item, shape_of(one, depth - 1))
        return Shape("array", item=item)
    if isinstance(value, bool):
        return Shape("boolean")
    if isinstance(value, int):
        return Shape("integer")
    if isinstance(value, float):
        return Shape("number")
    if isinstance(value, str):
        return Shape("string", _format(value))
    return Shape()


def _format(text: str) -> str:
    for name, pattern in (
        ("date", r"\d{4}-\d\d-\d\d"),
        ("date-time", r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*"),
        ("dd/mm/yyyy", r"\d\d/\d\d/\d{4}"),
        ("comma", r"-?\d{1,12},\d{1,6}"),
        ("decimal", r"-?\d{1,12}\.\d{1,6}"),
    ):
        if re.fullmatch(pattern, text):
            return name
    return ""


def _merged(one: Shape, other: Shape) -> Shape:
    """What is known of a value of which both are known."""
    members = dict(one.members)
    for name, shape in other.members.items():
        members[name] = _merged(members[name], shape) if name in members else shape
    item = one.item
    if other.item is not None:
        item = other.item if item is None else _merged(item, other.item)
    return Shape(
        one.kind or other.kind,
        one.format or other.format,
        one.words or other.words,
        members,
        item,
        one.least if one.least is not None else other.least,
        one.greatest if one.greatest is not None else other.greatest,
        one.usual if one.usual is not None else other.usual,
    )


def _text(path: Path) -> str:
    if path.stat().st_size > _LONGEST:
        raise FileError(t(f"`{path}` passa de 50 MiB", f"`{path}` is longer than 50 MiB"))
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as e:
        raise FileError(t(f"`{path}` não está em UTF-8", f"`{path}` is not in UTF-8")) from e


class _Reader:
    """Follows references within the document; whatever is not as it should be is passed over."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._left = _MOST_NODES

    def description(self) -> Description:
        info, servers = self._at("info"), self._document.get("servers")
        first = servers[0] if isinstance(servers, list) and servers and isinstance(servers[0], Mapping) else {}
        paths = self._at("paths")
        calls = [call for path, item in paths.items() if isinstance(path, str) for call in self._calls(path, item)]
        return Description(str(info.get("title", "")), _address(first), calls, self._schemes())

    def _at(self, *names: str) -> Mapping[str, Any]:
        here: Any = self._document
        for name in names:
            here = self._resolved(here).get(name)
        return self._resolved(here)

    def _resolved(self, value: Any) -> Mapping[str, Any]:
        """What `value` refers to, if it is a reference; nothing where it is no object."""
        for _ in range(_DEEPEST):
            if not isinstance(value, Mapping):
                return {}
            reference = value.get("$ref")
            if not isinstance(reference, str) or not reference.startswith("#/"):
                return value
            value = self._document
            for part in reference[2:].split("/"):
                name = unquote(part).replace("~1", "/").replace("~0", "~")
                value = value.get(name) if isinstance(value, Mapping) else None
        return {}

    def _calls(self, path: str, item: Any) -> list[Call]:
        item = self._resolved(item)
        shared = item.get("parameters")
        calls = []
        for method in _METHODS:
            operation = item.get(method)
            if not isinstance(operation, Mapping) or str(operation.get("deprecated")).lower() == "true":
                continue
            calls.append(Call(self, method.upper(), path, operation, shared))
        return calls

    def parameters(self, *lists: Any) -> list[tuple[str, str, Shape]]:
        given = [self._resolved(one) for some in lists if isinstance(some, list) for one in some]
        self._left = _MOST_NODES
        return [(str(one.get("name", "")), str(one.get("in", "")), self._shape(one.get("schema"), 2)) for one in given]

    def answer(self, responses: Any, kind: str) -> Shape | None:
        """The first answer with a body whose status begins with `kind`."""
        by_code = {str(code): response for code, response in self._resolved(responses).items()}
        shapes = (self.content(by_code[code])[0] for code in sorted(by_code) if code.startswith(kind))
        return next((shape for shape in shapes if shape is not None), None)

    def content(self, body: Any) -> tuple[Shape | None, bool]:
        """The shape of a body, and whether it is a form and nothing else."""
        self._left = _MOST_NODES
        content = self._resolved(self._resolved(body).get("content"))
        kinds = {str(kind).split(";")[0].strip().lower(): media for kind, media in content.items()}
        for kind, media in kinds.items():
            if kind.endswith("json") or kind == "*/*":
                media = self._resolved(media)
                shape = self._shape(media.get("schema"), _DEEPEST)
                example = media.get("example")
                return (_merged(shape, shape_of(example)) if isinstance(example, (dict, list)) else shape), False
        form = kinds.get("application/x-www-form-urlencoded")
        if form is not None:
            return self._shape(self._resolved(form).get("schema"), _DEEPEST), True
        return None, False

    def _shape(self, schema: Any, depth: int) -> Shape:
        self._left -= 1
        schema = self._resolved(schema)
        if depth <= 0 or self._left <= 0 or not schema:
            return Shape()
        kind = schema.get("type", "")
        if isinstance(kind, list):
            kind = next((one for one in kind if one != "null"), "")
        words = schema.get("enum")
        words = tuple(word for word in words if word is not None) if isinstance(words, list) else ()
        shape = Shape(
            str(kind),
            str(schema.get("format", "")),
            words,
            least=schema.get("minimum"),
            greatest=schema.get("maximum"),
            usual=schema.get("default"),
        )
        properties = self._resolved(schema.get("properties"))
        for name, inside in properties.items():
            shape.members[str(name)] = self._shape(inside, depth - 1)
        if properties:
            shape.kind = "object"
        if schema.get("items") is not None:
            shape.kind = "array"
            shape.item = self._shape(schema["items"], depth - 1)
        for together in ("allOf", "oneOf", "anyOf"):
            parts = schema.get(together)
            for part in parts[:20] if isinstance(parts, list) else []:
                shape = _merged(shape, self._shape(part, depth - 1))
        return shape

    def _schemes(self) -> list[Mapping[str, Any]]:
        known = self._at("components", "securitySchemes")
        security = self._document.get("security")
        ways = [[str(name) for name in way] for way in security if way] if isinstance(security, list) else []
        schemes = [[self._resolved(known.get(name)) for name in way] for way in ways or [[str(name)] for name in known]]
        # A token that has to be fetched is the last choice.
        schemes.sort(key=lambda way: any(scheme.get("type") in ("oauth2", "openIdConnect") for scheme in way))
        return [scheme for scheme in schemes[0] if scheme] if schemes else []


def _address(server: Mapping[str, Any]) -> str:
    address = str(server.get("url", ""))
    variables = server.get("variables")
    for name, variable in variables.items() if isinstance(variables, Mapping) else ():
        usual = variable.get("default", "") if isinstance(variable, Mapping) else ""
        address = address.replace("{" + str(name) + "}", str(usual))
    try:
        urlsplit(address)
    except ValueError:
        return ""
    return address
