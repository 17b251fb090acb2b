"""The commands for spreadsheets, plans and the sandbox. Those for single records are in ``resources``."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path
from typing import Any, Literal, Optional

import typer

from .. import __version__, imports
from .._smartbill import _check_output
from ..errors import ConfigurationError, SmartbillError
from . import resources
from ._frame import App, needs_command, number, one_of, whole
from .config import Config, read_text
from .language import LANGUAGE, language_of, t
from .names import LIMITS
from .output import ProgressBar, note, show_import, write_json, write_line
from .profiles import profiles

app: typer.Typer = App(
    "smartbill",
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=t(
        "Planilhas e cadastros de um ERP para a plataforma de cobrança, e de volta.\n\n"
        "Códigos de saída: 0 tudo feito; 1 algo ficou por fazer (linhas rejeitadas, recusas); 2 uso, arquivo ou "
        "configuração; 3 autenticação; 4 plataforma inacessível; 130 interrompido.",
        "An ERP's spreadsheets and records into the billing platform, and back.\n\n"
        "Exit codes: 0 all done; 1 something was left undone (rejected rows, refusals); 2 usage, file or "
        "configuration; 3 authentication; 4 platform out of reach; 130 interrupted.",
    ),
)


Resource = Literal["clientes", "consumos"]
_MODES = {"estrito": "strict", "leniente": "lenient"}
_FILE_WORD = t("arquivo", "file")
_NUMBER_WORD = t("número", "number")


def _version(requested: bool) -> None:
    if requested:
        write_line(f"smartbill {__version__}")
        raise typer.Exit


def _language(name: str) -> str:
    if language_of(name) is None:
        raise typer.BadParameter(t(f"`{name}` não é `pt-BR` nem `en`", f"`{name}` is neither `pt-BR` nor `en`"))
    return name


@app.callback()
def _root(
    context: typer.Context,
    url: Optional[str] = typer.Option(
        None,
        metavar=t("endereço", "address"),
        help=t("Endereço da plataforma. [SMARTBILL_URL]", "The platform's address. [SMARTBILL_URL]"),
    ),
    token_file: Optional[str] = typer.Option(
        None,
        metavar=_FILE_WORD,
        help=t(
            "Arquivo que contém o token; `-` lê da entrada. Sem ele, o token vem de SMARTBILL_TOKEN.",
            "File that holds the token; `-` reads standard input. Without it, SMARTBILL_TOKEN holds it.",
        ),
    ),
    profile: Optional[Path] = typer.Option(
        None, parser=Path, metavar=_FILE_WORD, help=t("Perfil de fio, em TOML.", "Wire profile, in TOML.")
    ),
    config: Optional[Path] = typer.Option(
        None,
        parser=Path,
        metavar=_FILE_WORD,
        help=t(
            "Arquivo de configuração, em TOML; por padrão o do usuário, e depois ./smartbill.toml, que não decide "
            "para onde os pedidos vão. [SMARTBILL_CONFIG]",
            "Configuration file, in TOML; by default the user's, and then ./smartbill.toml, which does not decide "
            "where requests go. [SMARTBILL_CONFIG]",
        ),
    ),
    timeout: Optional[float] = typer.Option(
        None,
        parser=number,
        metavar=t("segundos", "seconds"),
        help=t("Segundos que uma chamada pode levar.", "Seconds that a call may take."),
    ),
    proxy: Optional[str] = typer.Option(
        None,
        metavar=t("endereço", "address"),
        help=t("Proxy por onde os pedidos vão.", "Proxy that requests go through."),
    ),
    allow_http: bool = typer.Option(
        False,
        "--permitir-http",
        help=t("Aceita http sem TLS para outra máquina.", "Allows plain http to another machine."),
    ),
    json: bool = typer.Option(
        False, "--json", help=t("Saída em JSON, para programas.", "Output in JSON, for programs.")
    ),
    language: str = typer.Option(
        "pt-BR",
        "--idioma",
        parser=_language,
        envvar="SMARTBILL_IDIOMA",
        metavar=t("idioma", "language"),
        help=t(
            "Idioma: pt-BR, que é o padrão, ou en. [SMARTBILL_IDIOMA]",
            "Language: pt-BR, which is the default, or en. [SMARTBILL_IDIOMA]",
        ),
    ),
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help=t("Mostra a versão.", "Shows the version.")
    ),
) -> None:
    options = {
        "url": url,
        "token_file": token_file,
        "profile": profile,
        "timeout": timeout,
        "proxy": proxy,
        "allow_http": allow_http,
    }
    options = {name: value for name, value in options.items() if value is not None and value is not False}
    context.obj = Config(file=config, options=options, json=json)
    needs_command(context)
    if config is not None:
        # Not every command needs it, but the name of a file that there is not is a mistake in all of them.
        config.open("rb").close()


def _resource(*names: str, default: Any = ...) -> Any:
    said = t(" ou ", " or ").join(f"`{name}`" for name in names)
    return typer.Argument(
        default,
        parser=one_of(*names),
        autocompletion=lambda: list(names),
        metavar=t("recurso", "resource"),
        help=f"{said}.",
    )


_RESOURCE = _resource("clientes", "consumos")
_OPTIONAL_RESOURCE = _resource("clientes", "consumos", default=None)
_EXPORTABLE = _resource("consumos", "cobrancas")
# No file is looked at before the core does.
_FILE = typer.Argument(
    parser=Path,
    help=t(
        "Planilha: .xls, .xlsx, .xlsm, .xlsb, .ods ou .csv.", "Spreadsheet: .xls, .xlsx, .xlsm, .xlsb, .ods or .csv."
    ),
    metavar=_FILE_WORD,
)
_MODE = typer.Option(
    None,
    "--modo",
    parser=one_of(*_MODES),
    autocompletion=lambda: list(_MODES),
    metavar=t("modo", "mode"),
    help=t("Rigor da leitura: `estrito` ou `leniente`.", "How forgiving reading is: `estrito` or `leniente`."),
)
_SHEET = typer.Option(None, "--aba", metavar=t("aba", "sheet"), help=t("Aba a ler.", "The sheet to read."))
_PASSWORD = typer.Option(
    None,
    "--senha",
    envvar="SMARTBILL_SENHA",
    metavar=t("senha", "password"),
    help=t(
        "Senha de um .xlsx ou .xlsb protegido; na variável, outros usuários da máquina não a veem. [SMARTBILL_SENHA]",
        "Password of a protected .xlsx or .xlsb; in the variable other users of the machine do not see it. "
        "[SMARTBILL_SENHA]",
    ),
)
_COLUMNS = typer.Option(
    None,
    "--mapa",
    metavar=t("coluna=campo", "header=field"),
    help=t(
        "Coluna e campo: `--mapa 'Cód. Cli=codigoExterno'`.", "Header and field: `--mapa 'Cod. Cli=codigoExterno'`."
    ),
)
_MAPPING = typer.Option(
    None,
    "--usar-mapa",
    parser=Path,
    metavar=_FILE_WORD,
    help=t("Mapa em TOML que `--salvar-mapa` gravou.", "A mapping in TOML that `--salvar-mapa` wrote."),
)
_SAVE_MAPPING = typer.Option(
    None,
    "--salvar-mapa",
    parser=Path,
    metavar=_FILE_WORD,
    help=t(
        "Grava em TOML o que se entendeu das colunas, para outras execuções e máquinas.",
        "Writes what was understood of the columns in TOML, for other runs and machines.",
    ),
)
_DIALECT = typer.Option(
    None,
    "--dialeto",
    metavar=t("dialeto", "dialect"),
    help=t(
        "Sistema da planilha (`protheus`, `omie`, …), ou dialeto seu em TOML; sem isto, os cabeçalhos dizem.",
        "The system of the sheet (`protheus`, `omie`, …), or your own dialect in TOML; otherwise headers tell.",
    ),
)
_LAYOUT = typer.Option(
    None,
    "--layout",
    parser=Path,
    metavar=_FILE_WORD,
    help=t(
        "Layout em TOML de um texto em colunas de largura fixa.",
        "The layout in TOML of a text whose columns have a fixed width.",
    ),
)
_VALUES = typer.Option(
    None,
    "--valor",
    metavar=t("regra", "rule"),
    help=t(
        "O que um valor do seu sistema significa: `--valor tipoPessoa:1=FISICA`.",
        "What a value of your system's means: `--valor tipoPessoa:1=FISICA`.",
    ),
)
_DEFAULTS = typer.Option(
    None,
    "--padrao",
    metavar=t("campo=valor", "field=value"),
    help=t(
        "O que vale onde nenhuma célula diz: `--padrao endereco.uf=SC`.",
        "What holds where no cell says it: `--padrao endereco.uf=SC`.",
    ),
)
_DECIMAL_POINT = typer.Option(
    False,
    "--decimal-com-ponto",
    help=t("Números em texto com ponto decimal: 1,234.56.", "Numbers in text have a decimal point: 1,234.56."),
)
_CLEAR_EMPTY = typer.Option(
    False,
    "--vazio-limpa",
    help=t("Célula vazia limpa o campo, em vez de mantê-lo.", "An empty cell empties the field instead of keeping it."),
)
_REFUSE_OPTIONAL = typer.Option(
    False,
    "--recusar-opcionais",
    help=t(
        "Recusa o cliente que tem um campo opcional errado, em vez de deixar o campo de fora com um aviso.",
        "Rejects a customer with an optional field that is wrong, instead of leaving the field out with a warning.",
    ),
)
_DDD = typer.Option(
    None,
    "--ddd",
    metavar="DDD",
    help=t("DDD dos telefones que não têm um.", "The area code of telephones that have none."),
)
_LIMIT = typer.Option(
    None,
    "--limite",
    metavar=t("limite=número", "limit=number"),
    help=t(
        f"O máximo que um arquivo pode ter, como `linhas=10000`; há {', '.join(LIMITS)}.",
        f"The most that a file may hold, such as `linhas=10000`; there are {', '.join(LIMITS)}.",
    ),
)
_REPORT = typer.Option(
    None,
    "--relatorio",
    parser=Path,
    metavar=_FILE_WORD,
    help=t(
        "Grava a planilha de volta com o resultado de cada linha (.xlsx ou .csv).",
        "Writes the sheet back with what became of each row (.xlsx or .csv).",
    ),
)
_CONCURRENCY = typer.Option(
    None,
    "--concorrencia",
    parser=whole(1),
    metavar=_NUMBER_WORD,
    help=t("Máximo de pedidos ao mesmo tempo.", "The most requests at once."),
)
_RATE = typer.Option(
    None,
    "--por-segundo",
    parser=number,
    metavar=_NUMBER_WORD,
    help=t("Máximo de pedidos por segundo.", "The most requests in a second."),
)
_DEADLINE = typer.Option(
    None,
    "--prazo",
    parser=number,
    metavar=t("segundos", "seconds"),
    help=t("Segundos que a execução inteira pode levar.", "Seconds that the whole run may take."),
)
_MAX_FAILURES = typer.Option(
    None,
    "--max-falhas",
    parser=whole(0),
    metavar=_NUMBER_WORD,
    help=t("Para depois de tantas falhas.", "Stops after so many failures."),
)
_JOURNAL = typer.Option(
    None,
    parser=Path,
    metavar=_FILE_WORD,
    help=t(
        "Arquivo que lembra o que foi enviado; ao lado da planilha por padrão.",
        "File that remembers what was sent; next to the sheet by default.",
    ),
)
_SAME_ACCOUNT = typer.Option(
    False,
    "--mesma-conta",
    help=t(
        "Garante que a conta do journal é esta, embora o token seja outro.",
        "Vouches that the journal's account is this one, though the token is another.",
    ),
)


@app.command(
    help=t(
        "Inclui e altera os registros de uma planilha; interrompido, continua de onde parou.",
        "Adds and changes the records of a spreadsheet; interrupted, it goes on where it was.",
    )
)
def importar(
    context: typer.Context,
    resource: Resource = _RESOURCE,
    file: Path = _FILE,
    dry_run: bool = typer.Option(
        False, "--dry-run", help=t("Só valida; nada é enviado.", "Only checks; nothing is sent.")
    ),
    report: Optional[Path] = _REPORT,
    journal: Optional[Path] = _JOURNAL,
    restart: bool = typer.Option(
        False, "--recomecar", help=t("Esquece o journal e começa de novo.", "Forgets the journal and starts anew.")
    ),
    same_account: bool = _SAME_ACCOUNT,
    allow_unidentified: bool = typer.Option(
        False,
        "--permitir-sem-codigo",
        help=t(
            "Inclui também linhas sem código externo nem documento, que outra importação incluiria de novo.",
            "Includes rows without a code or document as well, which another import would include again.",
        ),
    ),
    mode: Optional[str] = _MODE,
    sheet: Optional[str] = _SHEET,
    password: Optional[str] = _PASSWORD,
    mapping: Optional[Path] = _MAPPING,
    save_mapping: Optional[Path] = _SAVE_MAPPING,
    dialect: Optional[str] = _DIALECT,
    layout: Optional[Path] = _LAYOUT,
    columns: Optional[list[str]] = _COLUMNS,
    values: Optional[list[str]] = _VALUES,
    defaults: Optional[list[str]] = _DEFAULTS,
    decimal_point: bool = _DECIMAL_POINT,
    clear_empty: bool = _CLEAR_EMPTY,
    refuse_optional: bool = _REFUSE_OPTIONAL,
    ddd: Optional[str] = _DDD,
    limit: Optional[list[str]] = _LIMIT,
    concurrency: Optional[int] = _CONCURRENCY,
    rate: Optional[float] = _RATE,
    deadline: Optional[float] = _DEADLINE,
    max_failures: Optional[int] = _MAX_FAILURES,
) -> None:
    config: Config = context.obj
    if report is not None:
        _check_output(report, False, LANGUAGE)
    reading = _reading(
        config,
        mode,
        sheet,
        password,
        mapping,
        dialect,
        layout,
        columns,
        values,
        defaults,
        decimal_point,
        clear_empty,
        refuse_optional,
        ddd,
        limit,
    )
    with ProgressBar() as bar:
        if dry_run:
            result = imports.validar(resource, file, **reading, language=LANGUAGE, progress=bar)
        else:
            with config.client() as sb:
                result = getattr(sb, resource).importar(
                    file,
                    **reading,
                    journal=journal,
                    restart=restart,
                    same_account=same_account,
                    allow_unidentified=allow_unidentified,
                    concurrency=concurrency,
                    rate=rate,
                    deadline=deadline,
                    max_failures=max_failures,
                    progress=bar,
                )
    _finish(result, report, save_mapping, config, validation=dry_run)


@app.command(help=t("Valida uma planilha, sem rede nem conta.", "Checks a spreadsheet, without network or account."))
def validar(
    context: typer.Context,
    resource: Resource = _RESOURCE,
    file: Path = _FILE,
    report: Optional[Path] = _REPORT,
    mode: Optional[str] = _MODE,
    sheet: Optional[str] = _SHEET,
    password: Optional[str] = _PASSWORD,
    mapping: Optional[Path] = _MAPPING,
    save_mapping: Optional[Path] = _SAVE_MAPPING,
    dialect: Optional[str] = _DIALECT,
    layout: Optional[Path] = _LAYOUT,
    columns: Optional[list[str]] = _COLUMNS,
    values: Optional[list[str]] = _VALUES,
    defaults: Optional[list[str]] = _DEFAULTS,
    decimal_point: bool = _DECIMAL_POINT,
    clear_empty: bool = _CLEAR_EMPTY,
    refuse_optional: bool = _REFUSE_OPTIONAL,
    ddd: Optional[str] = _DDD,
    limit: Optional[list[str]] = _LIMIT,
) -> None:
    if report is not None:
        _check_output(report, False, LANGUAGE)
    reading = _reading(
        context.obj,
        mode,
        sheet,
        password,
        mapping,
        dialect,
        layout,
        columns,
        values,
        defaults,
        decimal_point,
        clear_empty,
        refuse_optional,
        ddd,
        limit,
    )
    with ProgressBar() as bar:
        result = imports.validar(resource, file, **reading, language=LANGUAGE, progress=bar)
    _finish(result, report, save_mapping, context.obj, validation=True)


@app.command(
    "modelo", help=t("Grava o modelo de planilha de um recurso.", "Writes the template of a resource's spreadsheet.")
)
def template(
    context: typer.Context,
    resource: Resource = _RESOURCE,
    file: Optional[Path] = typer.Argument(
        None,
        parser=Path,
        help=t("Onde gravar; `modelo-<recurso>.xlsx` por padrão.", "Where to; `modelo-<resource>.xlsx` by default."),
        metavar=_FILE_WORD,
    ),
    overwrite: bool = typer.Option(
        False, "--sobrescrever", help=t("Substitui o arquivo, se existir.", "Replaces the file, if there is one.")
    ),
) -> None:
    target = file or Path(f"modelo-{resource}.xlsx")
    _check_output(target, True, LANGUAGE)
    if target.exists() and not overwrite:
        raise ConfigurationError(
            t(f"`{target}` já existe; use --sobrescrever", f"`{target}` exists already; use --sobrescrever")
        )
    with target.open("wb" if overwrite else "xb") as output:
        output.write(imports.template(resource))
    _written(context.obj, target)


@app.command(
    help=t(
        "Grava consumos ou cobranças (contas a receber) numa planilha.",
        "Writes usage or charges (accounts receivable) to a spreadsheet.",
    )
)
def exportar(
    context: typer.Context,
    resource: str = _EXPORTABLE,
    file: Path = typer.Argument(
        parser=Path, help=t("Onde gravar: .xlsx ou .csv.", "Where to: .xlsx or .csv."), metavar=_FILE_WORD
    ),
    pairs: Optional[list[str]] = resources.FILTER,
    competencia: Optional[str] = typer.Option(
        None, metavar=t("mês", "month"), help=t("Mês, AAAA-MM.", "Month, YYYY-MM.")
    ),
    situacao: Optional[list[str]] = typer.Option(
        None, metavar=t("situação", "state"), help=t("Situação; pode repetir.", "State; may be repeated.")
    ),
) -> None:
    config: Config = context.obj
    filters = resources.fields_of(pairs)
    if competencia:
        filters["competencia"] = competencia
    if situacao:
        filters["situacao"] = situacao
    with config.client() as sb:
        # Past the keyword parameters: which names there are is for the core to say.
        rows = sb._core.exportar(resource, file, filters, {})
    _written(config, file, rows)


@app.command(
    help=t(
        "Planeja com --plano, e depois executa com --aplicar, o que falta para a plataforma ter o que a planilha diz.",
        "Plans with --plano, then does with --aplicar, what it takes for the platform to have what the sheet says.",
    )
)
def sincronizar(
    context: typer.Context,
    resource: Optional[Resource] = _OPTIONAL_RESOURCE,
    file: Optional[Path] = typer.Argument(
        None, parser=Path, help=t("A planilha.", "The spreadsheet."), metavar=_FILE_WORD
    ),
    plan_file: Optional[Path] = typer.Option(
        None,
        "--plano",
        parser=Path,
        metavar=_FILE_WORD,
        help=t("Grava o plano (JSON); nada é executado.", "Writes the plan (JSON); nothing is done."),
    ),
    apply: Optional[Path] = typer.Option(
        None,
        "--aplicar",
        parser=Path,
        metavar=_FILE_WORD,
        help=t("Executa um plano gravado.", "Does what a plan says."),
    ),
    remover: Optional[str] = typer.Option(
        None,
        metavar=t("número", "number"),
        help=t(
            "Remove o que a planilha não tem, no máximo tantos (`50`) ou tantos por cento (`10%`).",
            "Removes what the sheet lacks, so many at most (`50`) or so many per cent (`10%`).",
        ),
    ),
    personal_data: bool = typer.Option(
        False,
        "--dados-pessoais",
        help=t(
            "Mostra no plano nomes, documentos, endereços e contatos, que sem isso ficam ocultos.",
            "Shows names, documents, addresses and contacts in the plan, which are hidden otherwise.",
        ),
    ),
    journal: Optional[Path] = _JOURNAL,
    same_account: bool = _SAME_ACCOUNT,
    mode: Optional[str] = _MODE,
    sheet: Optional[str] = _SHEET,
    password: Optional[str] = _PASSWORD,
    mapping: Optional[Path] = _MAPPING,
    dialect: Optional[str] = _DIALECT,
    layout: Optional[Path] = _LAYOUT,
    columns: Optional[list[str]] = _COLUMNS,
    values: Optional[list[str]] = _VALUES,
    defaults: Optional[list[str]] = _DEFAULTS,
    decimal_point: bool = _DECIMAL_POINT,
    clear_empty: bool = _CLEAR_EMPTY,
    refuse_optional: bool = _REFUSE_OPTIONAL,
    ddd: Optional[str] = _DDD,
    limit: Optional[list[str]] = _LIMIT,
    concurrency: Optional[int] = _CONCURRENCY,
    rate: Optional[float] = _RATE,
    deadline: Optional[float] = _DEADLINE,
    max_failures: Optional[int] = _MAX_FAILURES,
) -> None:
    config: Config = context.obj
    if apply is not None:
        if resource is not None or plan_file is not None or remover is not None:
            raise ConfigurationError(
                t(
                    "--aplicar não combina com planilha, --plano ou --remover",
                    "--aplicar goes with no sheet, --plano or --remover",
                )
            )
        text = read_text(apply)
        try:
            plan = imports.Plan.from_json(text, LANGUAGE)
        except ConfigurationError as error:
            raise ConfigurationError(f"`{apply}`: {error}") from error
        with ProgressBar() as bar, config.client() as sb:
            result = plan.apply(
                sb,
                journal=journal or apply.with_name(apply.name + ".smartbill-journal"),
                same_account=same_account,
                concurrency=concurrency,
                rate=rate,
                deadline=deadline,
                max_failures=max_failures,
                progress=bar,
            )
        raise typer.Exit(show_import(result, [], as_json=config.json))
    if resource is None or file is None:
        raise ConfigurationError(
            t(
                "diga o recurso e a planilha (`sincronizar clientes arquivo.xlsx --plano plano.json`), ou --aplicar",
                "name the resource and the sheet (`sincronizar clientes file.xlsx --plano plano.json`), or --aplicar",
            )
        )
    reading = _reading(
        config,
        mode,
        sheet,
        password,
        mapping,
        dialect,
        layout,
        columns,
        values,
        defaults,
        decimal_point,
        clear_empty,
        refuse_optional,
        ddd,
        limit,
    )
    with ProgressBar() as bar, config.client() as sb:
        plan = getattr(sb, resource).sincronizar(file, remover=remover, **reading, progress=bar)
    if plan_file is not None:
        _write_private(plan_file, plan.to_json() + "\n")
    if config.json:
        write_json(plan.to_dict())
    else:
        write_line(plan.text(LANGUAGE, show_personal=personal_data).rstrip("\n"))
        if plan_file is not None and not plan.empty:
            note(
                t(
                    f"para executar: smartbill sincronizar --aplicar {plan_file}",
                    f"to do it: smartbill sincronizar --aplicar {plan_file}",
                )
            )
    raise typer.Exit(1 if plan.counts.rejected else 0)


@app.command(
    help=t(
        "Sobe um sandbox da plataforma nesta máquina, até Ctrl-C.",
        "Runs a stand-in of the platform on this machine, until Ctrl-C.",
    )
)
def sandbox(
    context: typer.Context,
    port: int = typer.Option(
        0,
        "--porta",
        parser=whole(0, 65535),
        metavar=_NUMBER_WORD,
        help=t("Porta; uma livre por padrão.", "Port; a free one by default."),
    ),
    no_services: bool = typer.Option(
        False, "--sem-servicos", help=t("Começa sem os serviços de exemplo.", "Begins without the sample services.")
    ),
) -> None:
    from ..sandbox import Sandbox

    config: Config = context.obj
    with Sandbox(
        port=port, seed=not no_services, profile=config.resolved().get("profile"), language=LANGUAGE
    ) as sandbox:
        if config.json:
            write_json({"url": sandbox.url, "token": sandbox.token})
        else:
            write_line(f"SMARTBILL_URL={sandbox.url}\nSMARTBILL_TOKEN={sandbox.token}")
            note(t("Ctrl-C para encerrar", "Ctrl-C to stop"))
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            return


def _reading(
    config: Config,
    mode: str | None,
    sheet: str | None,
    password: str | None,
    mapping: Path | None,
    dialect: str | None,
    layout: Path | None,
    columns: list[str] | None,
    values: list[str] | None,
    defaults: list[str] | None,
    decimal_point: bool,
    clear_empty: bool,
    refuse_optional: bool,
    ddd: str | None,
    limit: list[str] | None,
) -> dict[str, Any]:
    return {
        "mode": config.resolved().get("mode") if mode is None else _MODES[mode],
        "limits": _limits(limit),
        "sheet": sheet,
        "password": password,
        "mapping": mapping,
        "dialect": dialect,
        "layout": layout,
        "columns": resources.once("--mapa", columns),
        "values": _words(values),
        "defaults": resources.once("--padrao", defaults),
        "decimal_point": decimal_point,
        "clear_empty": clear_empty,
        "optional": "refuse" if refuse_optional else None,
        "ddd": ddd,
    }


def _limits(pairs: list[str] | None) -> dict[str, int] | None:
    """Reads `linhas=10000` as a limit of the core's."""
    limits = {}
    for name, value in (resources.once("--limite", pairs) or {}).items():
        if name not in LIMITS:
            there_are = ", ".join(LIMITS)
            raise ConfigurationError(
                t(
                    f"`--limite`: `{name}` não é um limite; há {there_are}",
                    f"`--limite`: `{name}` is no limit; there are {there_are}",
                )
            )
        if not (value.isascii() and value.isdigit() and len(value) <= 18):
            raise ConfigurationError(
                t(
                    f"`--limite {name}`: `{value}` não é um número inteiro",
                    f"`--limite {name}`: `{value}` is no whole number",
                )
            )
        limits[LIMITS[name]] = int(value)
    return limits or None


def _words(rules: list[str] | None) -> dict[str, dict[str, str]] | None:
    """Reads `tipoPessoa:1=FISICA` as a word of a field and its meaning."""
    words: dict[str, dict[str, str]] = {}
    for rule in rules or []:
        field, colon, word = rule.partition(":")
        text, equals, meaning = word.partition("=")
        if not (field and colon and equals):
            raise ConfigurationError(
                t(
                    f"`--valor`: `{rule}` não é `campo:valor=significado`",
                    f"`--valor`: `{rule}` is not `field:value=meaning`",
                )
            )
        words.setdefault(field, {})[text] = meaning
    return words or None


def _write_private(path: Path, text: str) -> None:
    """Writes a file that only its owner may read, even if it existed before."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as output:
        if hasattr(os, "fchmod") and stat.S_ISREG(os.fstat(output.fileno()).st_mode):
            os.fchmod(output.fileno(), 0o600)
        output.write(text)


def _finish(result: Any, report: Path | None, mapping: Path | None, config: Config, *, validation: bool) -> None:
    # What was sent is told even if a file about it cannot be written.
    unwritten = []
    if report is not None:
        try:
            result.report(report)
        except (SmartbillError, OSError) as error:
            unwritten.append((report, error))
    if mapping is not None:
        try:
            mapping.write_text(result.mapping or "", encoding="utf-8")
        except OSError as error:
            unwritten.append((mapping, error))
    code = show_import(result, unwritten, as_json=config.json, validation=validation)
    if report is not None and not config.json and report not in dict(unwritten):
        note(t(f"relatório: {report}", f"report: {report}"))
    raise typer.Exit(code)


def _written(config: Config, file: Path, rows: int | None = None) -> None:
    if config.json:
        write_json({"file": str(file), "rows": rows})
    elif rows is None:
        write_line(t(f"gravado: {file}", f"written: {file}"))
    else:
        write_line(t(f"gravado: {file} ({rows} linhas)", f"written: {file} ({rows} rows)"))


resources.register(app)
app.add_typer(profiles)
