"""The commands for wire profiles; all but `testar` need no platform and no network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

import typer

from .. import default_profile
from ..client import Smartbill
from ..errors import ConfigurationError, ProfileError
from ._frame import App
from .config import Config
from .language import LANGUAGE, t
from .output import PARTIAL, USAGE, exit_code, heading, note, table, write_json, write_line

if TYPE_CHECKING:
    from ..profiles import OperationTest

__all__ = ["profiles"]

profiles: typer.Typer = App(
    "perfil",
    t(
        "Perfis de fio; sem comando, mostra o padrão, em TOML.",
        "Wire profiles; without a command, shows the default, as TOML.",
    ),
)


@profiles.callback(invoke_without_command=True)
def show(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        write_line(default_profile().rstrip())


@profiles.command(
    "verificar",
    help=t(
        "Confere um perfil, sem rede, e diz tudo o que está errado nele.",
        "Checks a profile, with no network, and tells everything that is wrong with it.",
    ),
)
def check(
    context: typer.Context,
    file: Path = typer.Argument(
        parser=Path, help=t("Perfil, em TOML.", "Profile, in TOML."), metavar=t("perfil", "profile")
    ),
) -> None:
    config: Config = context.obj
    mistakes = _mistakes(file)
    if config.json:
        write_json({"valid": not mistakes, "mistakes": mistakes})
    elif mistakes:
        for mistake in mistakes:
            note(mistake)
    else:
        write_line(t(f"{file}: tudo certo", f"{file}: all is well"))
    if mistakes:
        raise typer.Exit(USAGE)


@profiles.command(
    "rascunho",
    help=t(
        "Rascunha um perfil de um documento OpenAPI 3 (JSON ou YAML) e de respostas gravadas; cada linha é um palpite.",
        "Drafts a profile from an OpenAPI 3 document (JSON or YAML) and recorded answers; each line is a guess.",
    ),
)
def write_draft(
    file: Optional[Path] = typer.Argument(
        None, parser=Path, help=t("O documento OpenAPI.", "The OpenAPI document."), metavar="openapi"
    ),
    answers: Optional[list[str]] = typer.Option(
        None,
        "--exemplo",
        metavar=t("operação=arquivo", "operation=file"),
        help=t(
            "Uma resposta da plataforma: `clientes.listar=resposta.json`; pode repetir.",
            "An answer of the platform: `clientes.listar=answer.json`; may be repeated.",
        ),
    ),
    name: Optional[str] = typer.Option(
        None, "--nome", metavar=t("nome", "name"), help=t("O nome do perfil.", "The profile's name.")
    ),
) -> None:
    from .draft import OPERATIONS, draft
    from .openapi import read_description, read_json, shape_of

    if file is None and not answers:
        raise ConfigurationError(
            t("dê um documento OpenAPI ou `--exemplo`", "give an OpenAPI document, or `--exemplo`")
        )
    examples = {}
    for answer in answers or []:
        operation, equals, path = answer.partition("=")
        if not equals or operation not in OPERATIONS:
            raise ConfigurationError(
                t(
                    f"`{answer}` não é `operação=arquivo`, como `clientes.listar=resposta.json`",
                    f"`{answer}` is not `operation=file`, such as `clientes.listar=answer.json`",
                )
            )
        examples[operation] = shape_of(read_json(Path(path)))
    description = None if file is None else read_description(file)
    write_line(draft(name or (file.stem if file else "acme"), description, examples).rstrip())


@profiles.command(
    "testar",
    help=t(
        "Confere um perfil com a plataforma, só com leituras: o que foi enviado, o que veio e o que foi entendido.",
        "Holds a profile against the platform, with reads only: what was sent, what came and what was understood.",
    ),
)
def hold(
    context: typer.Context,
    file: Optional[Path] = typer.Argument(
        None,
        parser=Path,
        help=t("Perfil, em TOML; sem ele, o de --profile.", "Profile, in TOML; without it, that of --profile."),
        metavar=t("perfil", "profile"),
    ),
) -> None:
    config: Config = context.obj
    if file is not None:
        config.options["profile"] = file
    with config.client() as sb:
        tests = sb.test_profile()
    if config.json:
        write_json([_as_json(operation) for operation in tests])
    else:
        for operation in tests:
            if operation.sent is not None or operation.error is not None:
                _show(operation)
        _show_skipped(tests)
    errors = [operation.error for operation in tests if operation.error is not None]
    if len(errors) == 1 and not any(operation.sent and operation.error is None for operation in tests):
        # Nothing but this one was asked.
        raise typer.Exit(exit_code(errors[0]))
    if errors or any(operation.result == "partial" for operation in tests):
        raise typer.Exit(PARTIAL)


def _as_json(test: OperationTest) -> dict[str, Any]:
    return {
        "operation": test.operation,
        "result": test.result,
        "sent": test.sent and {**test.sent._asdict(), "headers": dict(test.sent.headers)},
        "status": test.status,
        "members": test.members,
        "records": test.records,
        "understood": [place._asdict() for place in test.understood],
        "missing": [place._asdict() for place in test.missing],
        "unreadable": [field._asdict() for field in test.unreadable],
        "drift": [{"kind": e.kind, "path": e.path, "word": e.word, "total": e.total} for e in test.drift],
        "reason": test.reason,
        "error": test.error and {"code": test.error.code, "message": str(test.error)},
    }


_RESULTS = {
    "understood": ("entendido", "understood"),
    "partial": ("entendido em parte", "understood in part"),
    "failed": ("não deu certo", "failed"),
}


def _show(test: OperationTest) -> None:
    heading(test.operation, t(*_RESULTS[test.result]))
    lines: list[tuple[str, str]] = []
    if test.sent is not None:
        lines.append((t("enviado", "sent"), f"{test.sent.method} {test.sent.target}"))
        lines += [("", f"{name}: {value}") for name, value in test.sent.headers]
        if test.sent.body is not None:
            lines.append(("", test.sent.body))
    if test.status is not None:
        lines.append((t("veio", "came"), f"HTTP {test.status} · {', '.join(test.members) or '{}'}"))
    if test.error is not None:
        lines.append((t("erro", "error"), str(test.error)))
    else:
        lines.append((t("registros", "records"), str(test.records)))
        pairs = [
            place.field if place.field == place.wire else f"{place.field} = {place.wire}" for place in test.understood
        ]
        lines.append((t("entendido", "understood"), ", ".join(pairs) or "–"))
    unknown = [entry.path for entry in test.drift if entry.kind == "unknown_member"]
    words = [
        f"{entry.path}: {entry.word or t('(oculta)', '(hidden)')}"
        for entry in test.drift
        if entry.kind == "unmapped_word"
    ]
    for name, texts in (
        (t("membros sem campo", "members without a field"), unknown),
        (t("palavras sem tradução", "words that are not mapped"), words),
        (t("ilegíveis", "unreadable"), [f"{field.field}: {field.code}" for field in test.unreadable]),
        (t("não vieram", "did not come"), [place.wire for place in test.missing]),
    ):
        if texts:
            lines.append((name, ", ".join(texts)))
    table(["", ""], lines)


def _show_skipped(tests: list[OperationTest]) -> None:
    """The operations that were not asked, each reason once."""
    reasons: dict[str, list[str]] = {}
    for test in tests:
        if test.reason is not None:
            reasons.setdefault(test.reason, []).append(test.operation)
    if reasons:
        heading(t("não perguntado", "not asked"))
        table(["", ""], [(reason, ", ".join(operations)) for reason, operations in reasons.items()])


def _mistakes(file: Path) -> list[str]:
    """The mistakes in a profile, each as `file:line: reason`."""
    try:
        # This makes a client, which sends nothing.
        Smartbill("https://localhost", profile=file, language=LANGUAGE, trust_env=False).close()
    except ProfileError as error:
        first, *others = str(error).split(f"; {file}:")
        return [first, *(f"{file}:{other}" for other in others)]
    return []
