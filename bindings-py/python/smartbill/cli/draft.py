"""The draft of a wire profile, out of an OpenAPI document and recorded answers: guesses, each with a comment."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple, Optional
from urllib.parse import urlsplit

from .. import _smartbill
from ..errors import ProfileError
from .language import t
from .openapi import Call, Description, Shape
from .synonyms import ACTIONS, FIELDS, RESOURCES, VERBS, WORDS

__all__ = ["OPERATIONS", "draft"]

OPERATIONS = [
    f"{resource}.{verb}"
    for resource, verbs in {
        "clientes": "incluir alterar remover obter listar",
        "servicos": "obter listar",
        "contratos": "incluir ativar desativar suspender cancelar obter listar",
        "consumos": "incluir alterar remover obter listar",
        "cobrancas": "listar",
    }.items()
    for verb in verbs.split()
]

_MODELS = {
    "clientes": "Cliente",
    "servicos": "Servico",
    "contratos": "Contrato",
    "consumos": "Consumo",
    "cobrancas": "Cobranca",
}
_REFERENCES = {"clientes": "clienteId", "servicos": "servicoId", "contratos": "contratoId"}

_LISTS = ["data", "items", "results", "content", "records", "list", "dados", "itens", "registros"]
_ENVELOPES = ["data", "result", "item", "dados", "registro", "object"]
_TOTALS = ["total", "totalcount", "totalitems", "totalelements", "totalderegistros", "count", "quantidadetotal"]
_MORE = ["hasmore", "hasnext", "more", "hasnextpage"]
_PAGES = ["page", "pagina", "pagenumber", "currentpage"]
_SIZES = ["pagesize", "perpage", "limit", "size", "tamanhopagina", "registrosporpagina", "itensporpagina", "count"]
_OFFSETS = ["offset", "skip", "start", "startingat"]
_CURSORS = ["cursor", "after", "startingafter", "pagetoken", "nexttoken"]
_NEXT = ["nextcursor", "endcursor", "nextpagetoken", "nexttoken", "next", "cursor"]
_CODES = ["code", "codigo", "errorcode", "faultcode", "id"]
_MESSAGES = ["message", "mensagem", "detail", "description", "descricao", "faultstring", "error", "title"]

# A place in JSON as the language of profiles can say it.
_NAME = re.compile(r"[^\s.\[\]$\x00-\x1f][^\s.\[\]\x00-\x1f]*")


def draft(name: str, description: Optional[Description], examples: dict[str, Shape]) -> str:
    """A profile called `name`, as TOML. It loads: what does not is left as a comment with the reason."""
    return _checked(_Draft(description, examples).text(name))


def _checked(text: str) -> str:
    """`text` with every line as a comment that the loader refuses."""
    lines = text.splitlines()
    for _ in range(len(lines)):
        try:
            _smartbill.Core("https://localhost", {"profile": ("\n".join(lines) + "\n", "draft"), "language": "en"})
        except ProfileError as error:
            refused = re.findall(r"(?:^|; )draft:(\d+): (.*?)(?=; draft:|$)", str(error).split("; and ")[0])
            if not refused:
                raise
            for number, reason in refused:
                index = int(number) - 1
                line = lines[index]
                if line.startswith("#"):
                    continue
                operation = re.match(r'"[a-z]+\.[a-z]+" = ', line)
                kept = f"{operation[0]}{{ unsupported = true }} " if operation else ""
                lines[index] = f"{kept}# {line} # {reason}"
        else:
            return "\n".join(lines) + "\n"
    raise ProfileError(t("o rascunho não pôde ser lido", "the draft could not be read"))


def _plain(name: str) -> str:
    """A name in small letters, without marks between its words and in it."""
    marks = str.maketrans("áàâãéêíóôõúüç", "aaaaeeiooouuc")
    return re.sub(r"[^a-z0-9]", "", name.lower().translate(marks))


def _quoted(text: Any) -> str:
    return json.dumps(text, ensure_ascii=False)


def _comment(text: str) -> str:
    """One line of a comment; what a document says may hold anything."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]


class _Rank(NamedTuple):
    """How likely a call is to be meant: the least is."""

    before: int
    word: int
    length: int
    place: str


class _Draft:
    def __init__(self, description: Description | None, examples: dict[str, Shape]) -> None:
        self.description = description
        self.examples = examples
        self.chosen: dict[str, Call] = {}
        if description is not None:
            for resource in RESOURCES:
                self._choose(resource, description.calls)

    def text(self, name: str) -> str:
        paging = list(self._paging())
        lines = [*self._head(name), *self._auth(), *self._operations(), *paging, *self._errors(), *self._encoding()]
        for resource in RESOURCES:
            lines += self._fields(resource)
        return "\n".join(lines) + "\n"

    # Operations

    def _choose(self, resource: str, calls: list[Call]) -> None:
        """Which calls of the document the operations of `resource` are."""
        found: dict[str, tuple[_Rank, Call]] = {}
        for call in calls:
            verb, rank = self._verb(resource, call)
            if f"{resource}.{verb}" in OPERATIONS and (verb not in found or rank < found[verb][0]):
                found[verb] = (rank, call)
        # All of one resource: that which has a listing, if any does.
        if "listar" in found:
            place = found["listar"][0].place
            ranked = ((call, *self._verb(resource, call)) for call in calls)
            found = {}
            for call, verb, rank in ranked:
                fits = f"{resource}.{verb}" in OPERATIONS and rank.place == place
                if fits and (verb not in found or rank < found[verb][0]):
                    found[verb] = (rank, call)
        for verb, (_, call) in found.items():
            self.chosen[f"{resource}.{verb}"] = call
        if resource == "contratos" and "cancelar" not in found and "obter" in found:
            path = found["obter"][1].path
            removal = next((call for call in calls if (call.method, call.path) == ("DELETE", path)), None)
            if removal is not None:
                self.chosen["contratos.cancelar"] = removal

    def _verb(self, resource: str, call: Call) -> tuple[str, _Rank]:
        """What `call` does to `resource`, and how likely that is; an empty verb where it does nothing."""
        nothing = "", _Rank(0, 0, 0, "")
        segments = [segment for segment in call.path.split("/") if segment]
        words = RESOURCES[resource]
        if "webhook" in call.path.lower():
            return nothing
        tail: list[str] = []
        # From the end: an action, the identifier, then the word of the resource.
        for index in range(len(segments) - 1, -1, -1):
            name = _plain(re.sub(r"\{[^}]*\}.*", "", segments[index]))
            if "{" not in segments[index] and name in words:
                before = segments[:index]
                if not self._parents(before, resource):
                    return nothing
                # Some have `/customers` for all, and `/customer/{id}` for one.
                place = "/".join([*before, name.rstrip("s")])
                rank = _Rank(len(before), words.index(name), len(segments), place)
                return self._by_tail(resource, call.method, tail), rank
            tail.insert(0, segments[index])
            if len(tail) > 2:
                return nothing
        return nothing

    def _parents(self, segments: list[str], resource: str) -> bool:
        """Whether what stands before a resource in a path is of one that is known, or has no parameter."""
        for index, segment in enumerate(segments):
            if "{" in segment and self._parent(segments, index, resource) is None:
                return False
        return True

    def _parent(self, segments: list[str], index: int, resource: str) -> str | None:
        word = _plain(segments[index - 1]) if index > 0 else ""
        parent = next((one for one, words in RESOURCES.items() if word in words and one != resource), "")
        return _REFERENCES.get(parent)

    def _by_tail(self, resource: str, method: str, tail: list[str]) -> str:
        """The verb of a call, by what follows the word of its resource."""
        if not tail:
            return {"GET": "listar", "POST": "incluir"}.get(method, "")
        own, rest = "{" in tail[0], [_plain(part) for part in tail if "{" not in part]
        if own and not rest:
            changes = "" if resource == "contratos" else "alterar"
            return {"GET": "obter", "DELETE": "remover"}.get(method, changes)
        if own and resource == "contratos" and method != "GET":
            return next((verb for verb, words in ACTIONS.items() if rest[0] in words), "")
        return next((verb for verb, words in VERBS.items() if rest and rest[0] in words and not own), "")

    def _operations(self) -> Iterator[str]:
        if self.description is None:
            return
        yield ""
        yield t(
            "# O que a plataforma promete decide o que pode ser enviado duas vezes; `none` é o seguro.",
            "# What the platform promises decides what may be sent twice; `none` is the safe one.",
        )
        yield "[operations]"
        for operation in OPERATIONS:
            call = self.chosen.get(operation)
            if call is None:
                nothing = t("nada parecido no documento", "nothing alike in the document")
                yield f'"{operation}" = {{ unsupported = true }} # {nothing}'
                continue
            settings = [f"method = {_quoted(call.method)}", f"path = {_quoted(self._path(operation, call))}"]
            settings += self._places(operation, call)
            title = _comment(f"{call.method} {call.path} {call.title}")
            if operation.split(".")[1] not in ("obter", "listar"):
                settings.append('promise = "none"')
                if self._key(call):
                    title += t("; lê uma chave: `idempotency_key`?", "; it reads a key: `idempotency_key`?")
            yield f'"{operation}" = {{ {", ".join(settings)} }} # {title}'

    def _path(self, operation: str, call: Call) -> str:
        segments = call.path.split("/")
        resource = operation.split(".")[0]
        own = max((i for i, s in enumerate(segments) if "{" not in s and _plain(s) in RESOURCES[resource]), default=0)
        for index, segment in enumerate(segments):
            name = "id" if index > own else (self._parent(segments, index, resource) or "id")
            segments[index] = re.sub(r"\{[^}]*\}", "{" + name + "}", segment)
        return "/".join(segments)

    def _key(self, call: Call) -> str | None:
        """The header for an idempotency key, where the document has one."""
        return next((name for name, at, _ in call.parameters if at == "header" and "idempoten" in _plain(name)), None)

    def _places(self, operation: str, call: Call) -> Iterator[str]:
        verb = operation.split(".")[1]
        if verb in ("incluir", "alterar") and call.body is not None:
            wrap = self._envelope(operation, call.body)
            if wrap:
                yield f"wrap = {_quoted(wrap)}"
            if call.form:
                yield 'encoding = "form"'
        answer = self._answer(operation)
        if answer is None:
            return
        if verb != "listar":
            record = self._envelope(operation, answer)
            if record:
                yield f"record = {_quoted(record)}"
            return
        items, item = self._items(operation, answer)
        if items not in ("", "."):
            yield f"items = {_quoted(items)}"
        record = self._envelope(operation, item) if item is not None else ""
        if record:
            yield f"record = {_quoted(record)}"

    def _answer(self, operation: str) -> Shape | None:
        if operation in self.examples:
            return self.examples[operation]
        call = self.chosen.get(operation)
        return None if call is None else call.answer

    def _envelope(self, operation: str, shape: Shape) -> str:
        """The member that holds the record, where it is in one."""
        words = [word.rstrip("s") for word in (*RESOURCES[operation.split(".")[0]], *_ENVELOPES)]
        inside = [(name, one) for name, one in shape.members.items() if one.members and _NAME.fullmatch(name)]
        alike = [name for name, _ in inside if _plain(name).rstrip("s") in words]
        own = any(_plain(name) in ("id", "uuid") for name in shape.members)
        if own or not alike or (len(shape.members) > 3 and len(inside) != 1):
            return ""
        return alike[0]

    def _items(self, operation: str, shape: Shape) -> tuple[str, Shape | None]:
        """Where the list of a listing is, and what its items are."""
        if shape.kind == "array":
            return ".", shape.item
        words = [*RESOURCES[operation.split(".")[0]], *_LISTS]
        lists = []
        for path, one in _places_in(shape, 2):
            if one.kind == "array":
                name = _plain(path.split(".")[-1])
                rank = words.index(name) if name in words else len(words) + path.count(".")
                lists.append((rank, path, one.item))
        if not lists:
            return "", None
        _, path, item = min(lists, key=lambda one: one[:2])
        return path, item

    # The rest

    def _head(self, name: str) -> Iterator[str]:
        title = self.description.title if self.description else ""
        yield t(
            f"# Rascunho de {_comment(title) or name}. Cada linha é um palpite pelos nomes: confira com a referência",
            f"# A draft of {_comment(title) or name}. Each line is a guess by names: check it with the reference",
        )
        yield t("# e com `smartbill perfil testar`.", "# and with `smartbill perfil testar`.")
        yield ""
        yield f"name = {_quoted(name)}"
        if self.description is None:
            return
        address = urlsplit(self.description.address)
        if address.netloc:
            origin = _comment(f"{address.scheme}://{address.netloc}")
            yield t(f"# o endereço (--url): {origin}", f"# the address (--url): {origin}")
        path = address.path.rstrip("/")
        sound = not path or re.fullmatch(r"(/[A-Za-z0-9._~-]+)+", path)
        yield f"base_path = {_quoted(path if sound else '')}"

    def _auth(self) -> Iterator[str]:
        if self.description is None:
            return
        yield ""
        yield "[auth]"
        parts, other = [], ""
        for scheme in self.description.schemes:
            kind, name = str(scheme.get("type", "")).lower(), str(scheme.get("name", ""))
            place = str(scheme.get("in", "")).lower()
            if kind == "apikey" and place in ("header", "query"):
                parts.append((place, name))
            elif kind == "http" and str(scheme.get("scheme", "")).lower() == "basic":
                other = "basic"
            else:
                other = other or "bearer"
                if kind in ("oauth2", "openidconnect"):
                    yield t(
                        "# OAuth2: dê como token um obtido à parte",
                        "# OAuth2: give as the token one that was got elsewhere",
                    )
        if len(parts) > 1:
            places = [f"{{ scheme = {_quoted(place)}, name = {_quoted(name)} }}" for place, name in parts[:4]]
            yield 'scheme = "several"'
            yield f"parts = [{', '.join(places)}]"
        elif parts and not other:
            yield f"scheme = {_quoted(parts[0][0])}"
            yield f"name = {_quoted(parts[0][1])}"
        else:
            if not other:
                yield t("# o documento não diz como", "# the document does not say how")
            yield f"scheme = {_quoted(other or 'bearer')}"
        key = next((key for key in map(self._key, self.chosen.values()) if key), None)
        if key:
            yield ""
            yield "[idempotency]"
            yield f"header = {_quoted(key)}"

    def _listings(self) -> list[str]:
        return [o for o in OPERATIONS if o.endswith(".listar") and self._answer(o) is not None]

    def _paging(self) -> Iterator[str]:
        listings = self._listings()
        if not listings:
            return
        if self.description is not None:
            yield ""
            yield "[pagination]"
            yield from self._page_style(listings)
        yield ""
        yield "[list]"
        found: dict[str, Counter[str]] = {"items": Counter(), "total": Counter(), "more": Counter()}
        for operation in listings:
            answer = self._answer(operation) or Shape()
            items, _ = self._items(operation, answer)
            # In the draft from a document, each listing says where its list is.
            if items and items != "." and operation not in self.chosen:
                found["items"][items] += 1
            for key, words in (("total", _TOTALS), ("more", _MORE)):
                place = _alike(answer, words, 2)
                if place:
                    found[key][place] += 1
        for key, places in found.items():
            if places:
                yield f"{key} = {_quoted(places.most_common(1)[0][0])}"

    def _page_style(self, listings: list[str]) -> Iterator[str]:
        styles: Counter[tuple[str, ...]] = Counter()
        limits: list[Shape] = []
        first = "1"
        for operation in listings:
            call = self.chosen.get(operation)
            query = {} if call is None else {n: shape for n, at, shape in call.parameters if at == "query"}
            # A date may be called `start`.
            counts = [name for name, shape in query.items() if shape.kind in ("integer", "number", "")]
            page, size, offset, cursor = (
                next((name for word in words for name in names if _plain(name) == word), "")
                for words, names in ((_PAGES, counts), (_SIZES, counts), (_OFFSETS, counts), (_CURSORS, list(query)))
            )
            following = _alike(self._answer(operation) or Shape(), _NEXT, 3)
            if size in query:
                limits.append(query[size])
            if page:
                styles["page", page, size or "size"] += 1
                if "0" in (str(query[page].least), str(query[page].usual)):
                    first = "0"
            elif offset:
                styles["offset", offset, size or "limit"] += 1
            elif cursor and following:
                styles["cursor", cursor, size or "limit", following] += 1
            else:
                styles["none",] += 1
        style = max(styles, key=lambda one: (one[0] != "none", styles[one]))
        yield t(
            f"# como em {styles[style]} de {len(listings)} listagens",
            f"# as in {styles[style]} of {len(listings)} listings",
        )
        yield f"style = {_quoted(style[0])}"
        names = {"page": ["page", "size"], "offset": ["offset", "limit"], "cursor": ["cursor", "size", "next"]}
        for key, name in zip(names.get(style[0], []), style[1:]):
            yield f"{key} = {_quoted(name)}"
        if style[0] == "page":
            yield f"first = {first}"
        if style[0] == "none":
            return
        greatest = min((int(str(s.greatest)) for s in limits if str(s.greatest).isdigit()), default=100)
        greatest = max(1, min(greatest, 10_000))
        usual = min((int(str(s.usual)) for s in limits if str(s.usual).isdigit()), default=greatest)
        yield f"default_size = {max(1, min(usual, greatest))}"
        yield f"max_size = {greatest}"

    def _errors(self) -> Iterator[str]:
        for operation in ("clientes.incluir", *OPERATIONS):
            failure = self.chosen[operation].failure if operation in self.chosen else None
            if failure is None:
                continue
            code, message = _alike(failure, _CODES, 3), _alike(failure, _MESSAGES, 3)
            if code or message:
                yield ""
                yield "[errors]"
                yield from [f"code = {_quoted(code)}"] if code else []
                yield from [f"message = {_quoted(message)}"] if message and message != code else []
                return

    def _encoding(self) -> Iterator[str]:
        """How most values look; a field that looks otherwise says so."""
        self.identifiers, self.decimals, self.dates = Counter[str](), Counter[str](), Counter[str]()
        for resource, model in _MODELS.items():
            for field, _, shape in self._guesses(resource):
                kind = _kind(model, field)
                if field == "id":
                    self.identifiers["integer" if shape.kind == "integer" else "string"] += 1
                elif kind == "decimal":
                    self.decimals[_decimal(shape)] += 1
                elif kind == "date":
                    self.dates[_date(shape)] += 1
        self.encoding = {
            "id": _most(self.identifiers, "string"),
            "decimal": _most(self.decimals, "string"),
            "date": _most(self.dates, "iso"),
        }
        if self.identifiers:
            yield ""
            yield "[encoding]"
            for key, word in self.encoding.items():
                yield f"{key} = {_quoted(word)}"

    # Fields

    def _record(self, resource: str, verbs: tuple[str, ...]) -> Shape | None:
        """The record of a resource as one of the answers has it."""
        for verb in verbs:
            operation = f"{resource}.{verb}"
            answer = self._answer(operation)
            if answer is None:
                continue
            if verb == "listar":
                _, item = self._items(operation, answer)
                answer = item or Shape()
            envelope = self._envelope(operation, answer)
            record = answer.members[envelope] if envelope else answer
            if record.members:
                return record
        return None

    def _sent(self, resource: str) -> tuple[set[str], dict[str, str]] | None:
        """The places of what can be written, and those of its fields; None where that is not known."""
        places: set[str] = set()
        fields: dict[str, str] = {}
        for verb in ("incluir", "alterar"):
            call = self.chosen.get(f"{resource}.{verb}")
            if call is not None and call.body is not None and call.body.members:
                envelope = self._envelope(f"{resource}.{verb}", call.body)
                body = call.body.members[envelope] if envelope else call.body
                places |= {path for path, _ in _places_in(body, 3)}
                fields.update(
                    {field: path for field, path, _ in _guesses(_MODELS[resource], body) if field not in fields}
                )
        return (places, fields) if places else None

    def _guesses(self, resource: str) -> list[tuple[str, str, Shape]]:
        """The fields of the model of `resource`, each with its place and shape."""
        record = self._record(resource, ("obter", "listar", "incluir"))
        return [] if record is None else _guesses(_MODELS[resource], record)

    def _fields(self, resource: str) -> Iterator[str]:
        model = _MODELS[resource]
        guesses = self._guesses(resource)
        if not guesses:
            return
        sent = self._sent(resource)
        yield ""
        yield f"[fields.{model}]"
        yield f'"*" = false # {t("a plataforma não tem outros campos", "the platform has no other fields")}'
        if not any(field == "id" for field, _, _ in guesses):
            yield f'id = "id" # {t("nenhum identificador encontrado", "no identifier was found")}'
        for field, path, shape in guesses:
            yield self._field(model, field, path, shape, sent)
        items = next((shape.item for field, _, shape in guesses if field == "itens" and shape.item is not None), None)
        record = self._record(resource, ("obter", "listar", "incluir")) or Shape()
        left = [path for path, shape in _places_in(record, 3) if not shape.members]
        left = [_comment(path) for path in left if path not in {place for _, place, _ in guesses}]
        if left:
            yield f"# {t('sem campo', 'without a field')}: {', '.join(left[:60])}"
        if f"{resource}.listar" in self.chosen:
            yield from self._filters(resource)
        inside = f"Item{model}"
        if items is not None and items.members and inside in FIELDS:
            yield ""
            yield f"[fields.{inside}]"
            yield '"*" = false'
            for field, path, shape in _guesses(inside, items):
                yield self._field(inside, field, path, shape, None)

    def _field(
        self, model: str, field: str, path: str, shape: Shape, sent: tuple[set[str], dict[str, str]] | None
    ) -> str:
        settings, notes = [f"name = {_quoted(path)}"], []
        kind = _kind(model, field)
        if kind == "decimal" and _decimal(shape, path) != self.encoding["decimal"]:
            settings.append(f"as = {_quoted(_decimal(shape, path))}")
        if kind == "date" and _date(shape) != self.encoding["date"]:
            settings.append(f"as = {_quoted(_date(shape))}")
        if kind == "enum":
            values, others = _words(model, field, path, shape)
            if values:
                settings.append(f"values = {{ {', '.join(values)} }}")
            if others:
                notes.append(t("sem tradução: ", "not mapped: ") + _comment(", ".join(map(str, others))))
            elif not values:
                notes.append(t("diga as palavras em `values`", "say the words in `values`"))
        if sent is not None and path not in sent[0] and field not in ("id", "criadoEm", "alteradoEm"):
            settings.append(f"send = {_quoted(sent[1].get(field, False))}")
        value = _quoted(path) if len(settings) == 1 else f"{{ {', '.join(settings)} }}"
        return f"{field} = {value}" + (f" # {'; '.join(notes)}" if notes else "")

    def _filters(self, resource: str) -> Iterator[str]:
        call = self.chosen[f"{resource}.listar"]
        query = [name for name, at, _ in call.parameters if at == "query" and _NAME.fullmatch(name)]
        own = {name for name, kind in _schema(f"{resource.capitalize()}Filter").items() if kind not in ("enum", "list")}
        yield ""
        yield f"[filters.{resource}]"
        yield '"*" = false'
        for field, words in FIELDS[_MODELS[resource]].items():
            if field in own:
                name = next((name for word in words for name in query if _plain(name) == _plain(word)), None)
                if name is not None:
                    query.remove(name)
                    yield f"{field} = {_quoted(name)}"


_UNLIKE = 1000


def _guesses(model: str, record: Shape) -> list[tuple[str, str, Shape]]:
    """The fields of a model, each with its place in a record and the shape that it has there."""
    leaves = [(path, shape) for path, shape in _places_in(record, 3) if not shape.members]
    # What has names of its own on platforms first; then whatever is called as in the model.
    words = {**FIELDS[model], **{field: [] for field in _schema(model) if field not in FIELDS[model]}}
    taken: list[str] = []
    guesses = []
    for field, names in words.items():
        kind = _kind(model, field)
        matching = (
            (_likeness(field, path, names), index, path, shape)
            for index, (path, shape) in enumerate(leaves)
            if _fits(kind, shape) and not any(_overlap(path, other) for other in taken)
        )
        likeness, _, path, shape = min(matching, default=(_UNLIKE, 0, "", Shape()), key=lambda one: one[:2])
        if likeness < _UNLIKE:
            taken.append(path)
            guesses.append((field, path, shape))
    if not any(field == "id" for field, _, _ in guesses):
        # An identifier under a name of the platform's own.
        for path, shape in leaves:
            if _plain(path).endswith("id") and "." not in path and path not in taken and _fits("id", shape):
                return [("id", path, shape), *guesses]
    return guesses


def _overlap(one: str, other: str) -> bool:
    """Whether one of two places is inside the other."""
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


def _likeness(field: str, path: str, words: list[str]) -> int:
    """How unlike a place is to the names of a field; `_UNLIKE` where it is not alike at all."""
    parts = [_plain(part) for part in path.split(".")]
    whole, last = ".".join(parts), parts[-1]
    for rank, word in enumerate([_plain(field.split(".")[-1]), *words]):
        if word == whole or (len(parts) == 1 and word == last):
            return rank
        # Inside an object: one that bears the name of the model's own, or of an address.
        if "." in field and len(parts) > 1 and word == last and _inside(field.split(".")[0], parts[0]):
            return rank + 50
    return _UNLIKE


def _inside(own: str, name: str) -> bool:
    alike = {"endereco": ("endereco", "address", "billingaddress"), "boleto": ("boleto", "bankslip")}
    return name in alike.get(own, (own,))


def _fits(kind: str, shape: Shape) -> bool:
    if kind in ("object", "map"):
        return False
    if kind == "list":
        return shape.kind == "array"
    if kind == "boolean":
        return shape.kind in ("boolean", "")
    if kind == "enum":
        return shape.kind in ("string", "boolean", "integer", "")
    if kind in ("decimal", "integer"):
        return shape.kind in ("number", "integer", "string", "") and not shape.format.startswith("date")
    if kind in ("date", "date_time", "competencia"):
        return shape.kind in ("string", "integer", "")
    return shape.kind in ("string", "integer", "number", "")


def _places_in(shape: Shape, depth: int, before: str = "") -> Iterator[tuple[str, Shape]]:
    """The places inside an object that a profile can name, the outer ones first."""
    own = [(f"{before}{name}", one) for name, one in shape.members.items() if _NAME.fullmatch(name)]
    yield from own
    if depth > 1:
        for path, one in own:
            yield from _places_in(one, depth - 1, f"{path}.")


def _alike(shape: Shape, words: list[str], depth: int) -> str:
    """The place whose last name is one of `words`, the likelier and outer first; empty where there is none."""
    places = list(_places_in(shape, depth))
    # What is wrong is often told in the first item of a list.
    places += [
        (f"{path}[0].{name}", inside)
        for path, one in places
        if one.kind == "array" and one.item is not None
        for name, inside in one.item.members.items()
        if _NAME.fullmatch(name)
    ]
    found = [
        (words.index(_plain(path.split(".")[-1])), path.count("."), path)
        for path, one in places
        if _plain(path.split(".")[-1]) in words and not one.members and one.kind != "array"
    ]
    return min(found)[2] if found else ""


def _schema(name: str) -> dict[str, str]:
    """The fields of a model, dotted, with what each holds."""
    fields: dict[str, str] = {}
    for model, _, rows in _smartbill._schemas():
        if model == name:
            for snake, (kind, inside), _ in rows:
                own = re.sub(r"_(\w)", lambda match: match[1].upper(), snake)
                fields[own] = kind
                if kind == "object":
                    fields.update({f"{own}.{field}": inner for field, inner in _schema(inside).items()})
    return fields


def _kind(model: str, field: str) -> str:
    return _schema(model).get(field, "")


def _options(model: str, field: str) -> list[str]:
    """The values of a field that has a choice of them."""
    for name, _, rows in _smartbill._schemas():
        if name == model:
            for snake, (kind, names), _ in rows:
                if kind == "enum" and re.sub(r"_(\w)", lambda match: match[1].upper(), snake) == field:
                    return list(names)
    return []


def _decimal(shape: Shape, path: str = "") -> str:
    if "cents" in _plain(path) or "centavos" in _plain(path):
        return "cents"
    if shape.kind in ("number", "integer"):
        return "number"
    return "comma" if shape.format == "comma" else "string"


def _date(shape: Shape) -> str:
    if shape.kind == "integer":
        return "unix"
    return {"date-time": "datetime", "dd/mm/yyyy": "dd/mm/yyyy"}.get(shape.format, "iso")


def _most(counts: Counter[str], usual: str) -> str:
    return counts.most_common(1)[0][0] if counts else usual


def _words(model: str, field: str, path: str, shape: Shape) -> tuple[list[str], list[Any]]:
    """The words of the platform for the values of a field, and those that are none of them."""
    options = _options(model, field)
    if shape.kind == "boolean":
        off = _plain(path.split(".")[-1]) in ("deleted", "inativo", "suspended")
        if {"ATIVO", "INATIVO"} <= set(options):
            return [f"ATIVO = {_quoted(not off)}", f"INATIVO = {_quoted(off)}"], []
        return [], []
    words = [int(w) if shape.kind == "integer" and str(w).lstrip("-").isdigit() else w for w in shape.words]
    words = [word for word in words if isinstance(word, (str, int)) and not isinstance(word, bool)]
    by_value: dict[str, list[Any]] = {}
    others = []
    for word in dict.fromkeys(word for word in words if word != "null"):
        value = next((one for one in options if _plain(str(word)) in (_plain(one), *WORDS.get(one, []))), None)
        if value is None:
            others.append(word)
        else:
            by_value.setdefault(value, []).append(word)
    told = [f"{value} = {_quoted(some[0] if len(some) == 1 else some)}" for value, some in by_value.items()]
    return told, others
