"""The frame of all commands: usage, help and failures, in the chosen language.

Typer has this in English only, and in other words with every version. So nothing of it is shown: the help is written
from what the commands declare, and a wrong use is told from the kind of its exception and what that holds.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any, Callable, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from ..errors import AuthenticationError, SmartbillError
from .language import t
from .output import INTERRUPTED, USAGE, exit_code, note, paragraph, section, show_error, show_failure, write_line

__all__ = ["App", "needs_command", "number", "one_of", "run", "whole"]

_F = TypeVar("_F", bound=Callable[..., Any])

# Typer exports neither, and newer versions have their own instead of Click's.
_UsageError: type[Exception] = typer.BadParameter.__mro__[1]
_ClickError: type[Exception] = _UsageError.__mro__[1]


class Command(TyperCommand):
    """A command with help in its language."""

    # So that what is too much is told here.
    allow_extra_args = True

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        with _in(ctx):
            rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            raise typer.BadParameter(
                t(
                    f"`{rest[0]}` está a mais; um nome com espaços vai entre aspas",
                    f"`{rest[0]}` is too much; a name with spaces goes between quotes",
                ),
                ctx=ctx,
            )
        return rest

    def get_help_option(self, ctx: Any) -> Any:
        return _with_help(super().get_help_option(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        _show_help(ctx)


class Group(TyperGroup):
    """Commands under one name, with help in their language."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        with _in(ctx):
            return super().parse_args(ctx, args)

    def get_params(self, ctx: Any) -> list[Any]:
        # Typer's own options speak English. docs/command-line.md tells of the variable that does the same.
        own = {"install_completion", "show_completion"}
        return [param for param in super().get_params(ctx) if param.name not in own]

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if not ctx.resilient_parsing and self.get_command(ctx, args[0]) is None:
            names = self.list_commands(ctx)
            near = get_close_matches(args[0], names, 1)
            raise typer.BadParameter(
                t(
                    f"não há comando `{args[0]}`; " + (f"o mais próximo é `{near[0]}`" if near else _there_are(names)),
                    f"there is no command `{args[0]}`; "
                    + (f"the nearest is `{near[0]}`" if near else _there_are(names)),
                ),
                ctx=ctx,
            )
        return super().resolve_command(ctx, args)

    def get_help_option(self, ctx: Any) -> Any:
        return _with_help(super().get_help_option(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        _show_help(ctx)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            note(t("interrompido; execute de novo para continuar de onde parou", "interrupted; run again to go on"))
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            # The reader of the output has closed it. typer then ends quietly.
            raise
        except (SmartbillError, OSError) as error:
            show_failure(error, as_json=_as_json())
            config = ctx.find_root().obj
            if isinstance(error, AuthenticationError) and not _as_json() and not config.resolved().get("token"):
                note(
                    t(
                        "dê o token em SMARTBILL_TOKEN, ou um arquivo com ele em --token-file",
                        "give the token in SMARTBILL_TOKEN, or a file that holds it in --token-file",
                    )
                )
            raise typer.Exit(exit_code(error)) from error


@contextmanager
def _in(ctx: Any) -> Iterator[None]:
    """Says of an option that lacks its value which command it is of."""
    try:
        yield
    except _UsageError as error:
        error.ctx = error.ctx or ctx  # type: ignore[attr-defined]
        raise


class App(typer.Typer):
    """Commands, each of which has this frame."""

    def __init__(self, name: str, help: str, **options: Any) -> None:
        super().__init__(
            name=name,
            help=help,
            cls=Group,
            pretty_exceptions_show_locals=False,
            **options,
        )

    def command(self, name: str | None = None, **options: Any) -> Callable[[_F], _F]:
        return super().command(name, cls=Command, **options)


def run(app: typer.Typer) -> int:
    """Runs the command line, and returns its exit code."""
    try:
        code = app(prog_name="smartbill", standalone_mode=False)
    except typer.Abort:
        note(t("interrompido", "interrupted"))
        return INTERRUPTED
    except _ClickError as error:
        context = getattr(error, "ctx", None)
        show_error("usage", _sentence(error), as_json=_as_json())
        if context is not None and not _as_json():
            note(f"{_usage(context)}\n{t('ajuda', 'help')}: {context.command_path} --help")
        return USAGE
    return code if isinstance(code, int) else 0


def needs_command(context: typer.Context) -> None:
    """Shows the help of a group of which no command was named."""
    if context.invoked_subcommand is not None:
        return
    if _as_json():
        raise typer.BadParameter(
            t("falta o comando; ", "the command is missing; ") + _there_are(context.command.list_commands(context)),  # type: ignore[attr-defined]
            ctx=context,
        )
    _show_help(context)
    raise typer.Exit(USAGE)


def one_of(*words: str) -> Callable[[Any], str]:
    """Reads one of some words."""

    def read(text: Any) -> str:
        if text in words:
            return str(text)
        pt, en = (separator.join(f"`{word}`" for word in words) for separator in (" nem ", " nor "))
        raise typer.BadParameter(t(f"`{text}` não é {pt}", f"`{text}` is neither {en}"))

    return read


def whole(low: int, high: int | None = None) -> Callable[[Any], int]:
    """Reads a whole number in a range."""

    def read(value: Any) -> int:
        text = str(value)
        # With 18 digits it is a number for everybody.
        if text.isascii() and text.isdigit() and len(text) <= 18:
            parsed = int(text)
            if low <= parsed and (high is None or parsed <= high):
                return parsed
        pt, en = (f"{low} em diante", f"{low} on") if high is None else (f"{low} a {high}", f"{low} to {high}")
        raise typer.BadParameter(
            t(f"`{text}` não é um número inteiro de {pt}", f"`{text}` is no whole number from {en}")
        )

    return read


def number(value: Any) -> float:
    """Reads a number above zero."""
    try:
        read = float(value)
    except ValueError:
        read = 0
    if read > 0:
        return read
    raise typer.BadParameter(
        t(f"`{value}` não é um número acima de 0, como 2 ou 0.5", f"`{value}` is no number above 0, such as 2 or 0.5")
    )


def _as_json() -> bool:
    # What cannot be parsed has no options yet.
    return "--json" in sys.argv[1:]


def _there_are(names: Sequence[str]) -> str:
    return t("há ", "there are ") + ", ".join(f"`{name}`" for name in names)


def _sentence(error: Any) -> str:
    """What is wrong with the use of a command; of a kind that is not known here, Typer's own sentence."""
    kind, context, param = type(error).__name__, getattr(error, "ctx", None), getattr(error, "param", None)
    option = getattr(error, "option_name", None)
    if kind == "BadParameter" and param is None:
        return str(error.message)
    if context is not None and param is not None:
        if kind == "MissingParameter":
            return _missing(param)
        if kind == "BadParameter":
            source = context.get_parameter_source(param.name)
            of_environment = source is not None and source.name == "ENVIRONMENT"
            return f"`{param.envvar if of_environment else _name(param)}`: {error.message}"
    if context is not None and option is not None:
        if kind == "NoSuchOption":
            return _no_such_option(option, context)
        if kind == "BadOptionUsage":
            flags = [name for p in context.command.get_params(context) if _is_flag(p) for name in p.opts]
            if option in flags:
                return t(f"`{option}` não leva valor", f"`{option}` takes no value")
            return t(f"falta o valor de `{option}`", f"the value of `{option}` is missing")
    return str(error.format_message())


def _missing(param: Any) -> str:
    what = f"`{_name(param)}`"
    if param.param_type_name == "argument" and param.help:
        # Its help says what it may be.
        what += f" ({param.help[:1].lower()}{param.help[1:].rstrip('.')})"
    return t(f"falta {what}", f"{what} is missing")


def _no_such_option(option: str, context: Any) -> str:
    own, root = ([name for p in c.command.get_params(c) for name in p.opts] for c in (context, context.find_root()))
    if option in root:
        return t(
            f"`{option}` vem antes do comando: `smartbill {option} …`",
            f"`{option}` goes before the command: `smartbill {option} …`",
        )
    near = get_close_matches(option, own, 1)
    return t(
        f"não há opção `{option}`" + (f"; a mais próxima é `{near[0]}`" if near else ""),
        f"there is no option `{option}`" + (f"; the nearest is `{near[0]}`" if near else ""),
    )


def _name(param: Any) -> str:
    """A parameter as it is typed: the option's long name, or the argument's word in the usage."""
    return str((param.metavar or param.name) if param.param_type_name == "argument" else max(param.opts, key=len))


def _with_help(option: Any) -> Any:
    if option is not None:
        option.help = t("Mostra esta ajuda.", "Shows this help.")
    return option


def _usage(context: Any) -> str:
    words = [context.command_path, t("[opções]", "[options]")]
    for param in context.command.get_params(context):
        if param.param_type_name == "argument":
            word = _name(param) + ("…" if param.nargs != 1 else "")
            words.append(word if param.required else f"[{word}]")
    if isinstance(context.command, Group):
        words.append(t("comando …", "command …"))
    return f"{t('uso', 'usage')}: {' '.join(words)}"


def _show_help(context: Any) -> None:
    command = context.command
    write_line(_usage(context))
    for text in (command.help or "").split("\n\n"):
        paragraph(text)
    params = [param for param in command.get_params(context) if not getattr(param, "hidden", False)]
    arguments = [(_name(p), p.help or "") for p in params if p.param_type_name == "argument"]
    section(t("argumentos", "arguments"), arguments)
    if isinstance(command, Group):
        commands = [(name, command.get_command(context, name)) for name in command.list_commands(context)]
        section(
            t("comandos", "commands"),
            [(name, (c.help or "").split("\n\n")[0]) for name, c in commands if c is not None],
        )
    options = [(_option(p), _option_help(p)) for p in params if p.param_type_name == "option"]
    section(t("opções", "options"), options)


def _is_flag(param: Any) -> bool:
    return bool(getattr(param, "is_flag", False))


def _option(param: Any) -> str:
    names = ", ".join(sorted(param.opts, key=len))
    return names if _is_flag(param) else f"{names} {param.metavar or t('texto', 'text')}"


def _option_help(param: Any) -> str:
    return (param.help or "") + (t(" Obrigatória.", " Required.") if param.required else "")
