"""The commands for spreadsheets, plans and the sandbox. Those for single records are in ``resources``."""

from __future__ import annotations

import os
import stat
import time
from enum import Enum
from pathlib import Path
from typing import Any, Optional

import typer

from .. import __version__, imports
from ..errors import ConfigurationError
from . import resources
from .config import Config
from .language import LANGUAGE, t
from .output import ProgressBar, command, note, show_import, write_json, write_line
from .profiles import profiles

app: typer.Typer = typer.Typer(
    name="smartbill",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,
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


class Resource(str, Enum):
    """The resources that can be imported from spreadsheets."""

    clientes = "clientes"
    consumos = "consumos"


class Exportable(str, Enum):
    """The resources that can be written to spreadsheets."""

    consumos = "consumos"
    cobrancas = "cobrancas"


class Mode(str, Enum):
    """How forgiving reading is: strict or lenient."""

    strict = "estrito"
    lenient = "leniente"


def _version(requested: bool) -> None:
    if requested:
        write_line(f"smartbill {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    context: typer.Context,
    url: Optional[str] = typer.Option(
        None, help=t("Endereço da plataforma. [SMARTBILL_URL]", "The platform's address. [SMARTBILL_URL]")
    ),
    token_file: Optional[str] = typer.Option(
        None,
        help=t(
            "Arquivo que contém o token; `-` lê da entrada. Sem ele, o token vem de SMARTBILL_TOKEN.",
            "File that holds the token; `-` reads standard input. Without it, SMARTBILL_TOKEN holds it.",
        ),
    ),
    profile: Optional[Path] = typer.Option(None, help=t("Perfil de fio, em TOML.", "Wire profile, in TOML.")),
    config: Optional[Path] = typer.Option(
        None,
        exists=True,
        dir_okay=False,
        help=t(
            "Arquivo de configuração, em TOML; por padrão o do usuário, e depois ./smartbill.toml, que não decide "
            "para onde os pedidos vão. [SMARTBILL_CONFIG]",
            "Configuration file, in TOML; by default the user's, and then ./smartbill.toml, which does not decide "
            "where requests go. [SMARTBILL_CONFIG]",
        ),
    ),
    timeout: Optional[float] = typer.Option(
        None, min=0.001, help=t("Segundos que uma chamada pode levar.", "Seconds that a call may take.")
    ),
    proxy: Optional[str] = typer.Option(None, help="Proxy."),
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
        help=t("Idioma: pt-BR ou en. [SMARTBILL_IDIOMA]", "Language: pt-BR or en. [SMARTBILL_IDIOMA]"),
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


# The core reports a file that cannot be read, so that the report can be JSON too.
_FILE = typer.Argument(
    help=t(
        "Planilha: .xls, .xlsx, .xlsm, .xlsb, .ods ou .csv.", "Spreadsheet: .xls, .xlsx, .xlsm, .xlsb, .ods or .csv."
    ),
    metavar="arquivo",
)
_MODE = typer.Option(None, "--modo", help=t("Rigor da leitura.", "How forgiving reading is."))
_SHEET = typer.Option(None, "--aba", help=t("Aba a ler.", "The sheet to read."))
_PASSWORD = typer.Option(
    None,
    "--senha",
    envvar="SMARTBILL_SENHA",
    show_envvar=False,
    help=t(
        "Senha de um .xlsx ou .xlsb protegido; na variável, outros usuários da máquina não a veem. [SMARTBILL_SENHA]",
        "Password of a protected .xlsx or .xlsb; in the variable other users of the machine do not see it. "
        "[SMARTBILL_SENHA]",
    ),
)
_COLUMNS = typer.Option(
    None,
    "--mapa",
    help=t(
        "Coluna e campo: `--mapa 'Cód. Cli=codigoExterno'`.", "Header and field: `--mapa 'Cod. Cli=codigoExterno'`."
    ),
)
_MAPPING = typer.Option(
    None,
    "--usar-mapa",
    help=t("Mapa em TOML que `--salvar-mapa` gravou.", "A mapping in TOML that `--salvar-mapa` wrote."),
)
_SAVE_MAPPING = typer.Option(
    None,
    "--salvar-mapa",
    help=t(
        "Grava em TOML o que se entendeu das colunas, para outras execuções e máquinas.",
        "Writes what was understood of the columns in TOML, for other runs and machines.",
    ),
)
_DIALECT = typer.Option(
    None,
    "--dialeto",
    help=t(
        "Sistema da planilha (`protheus`, `omie`, …), ou dialeto seu em TOML; sem isto, os cabeçalhos dizem.",
        "The system of the sheet (`protheus`, `omie`, …), or your own dialect in TOML; otherwise headers tell.",
    ),
)
_LAYOUT = typer.Option(
    None,
    "--layout",
    help=t(
        "Layout em TOML de um texto em colunas de largura fixa.",
        "The layout in TOML of a text whose columns have a fixed width.",
    ),
)
_VALUES = typer.Option(
    None,
    "--valor",
    help=t(
        "O que um valor do seu sistema significa: `--valor tipoPessoa:1=FISICA`.",
        "What a value of your system's means: `--valor tipoPessoa:1=FISICA`.",
    ),
)
_DEFAULTS = typer.Option(
    None,
    "--padrao",
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
    None, "--ddd", help=t("DDD dos telefones que não têm um.", "The area code of telephones that have none.")
)
_LIMIT = typer.Option(
    None,
    "--limite",
    help=t(
        "O máximo que um arquivo pode ter: `--limite linhas=10000`; também bytes, descompactado, colunas, memoria.",
        "The most that a file may hold: `--limite linhas=10000`; also bytes, descompactado, colunas, memoria.",
    ),
)
_REPORT = typer.Option(
    None,
    "--relatorio",
    help=t(
        "Grava a planilha de volta com o resultado de cada linha (.xlsx ou .csv).",
        "Writes the sheet back with what became of each row (.xlsx or .csv).",
    ),
)
_CONCURRENCY = typer.Option(
    None, "--concorrencia", min=1, help=t("Máximo de pedidos ao mesmo tempo.", "The most requests at once.")
)
_RATE = typer.Option(
    None, "--por-segundo", min=0.001, help=t("Máximo de pedidos por segundo.", "The most requests in a second.")
)
_DEADLINE = typer.Option(
    None,
    "--prazo",
    min=0.001,
    help=t("Segundos que a execução inteira pode levar.", "Seconds that the whole run may take."),
)
_MAX_FAILURES = typer.Option(
    None, "--max-falhas", min=0, help=t("Para depois de tantas falhas.", "Stops after so many failures.")
)
_JOURNAL = typer.Option(
    None,
    dir_okay=False,
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
@command
def importar(
    context: typer.Context,
    resource: Resource = typer.Argument(metavar="recurso"),
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
    mode: Optional[Mode] = _MODE,
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
            result = imports.validar(resource.value, file, **reading, language=LANGUAGE, progress=bar)
        else:
            with config.client() as sb:
                result = getattr(sb, resource.value).importar(
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
@command
def validar(
    context: typer.Context,
    resource: Resource = typer.Argument(metavar="recurso"),
    file: Path = _FILE,
    report: Optional[Path] = _REPORT,
    mode: Optional[Mode] = _MODE,
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
        result = imports.validar(resource.value, file, **reading, language=LANGUAGE, progress=bar)
    _finish(result, report, save_mapping, context.obj, validation=True)


@app.command(
    "modelo", help=t("Grava o modelo de planilha de um recurso.", "Writes the template of a resource's spreadsheet.")
)
@command
def template(
    context: typer.Context,
    resource: Resource = typer.Argument(metavar="recurso"),
    file: Optional[Path] = typer.Argument(
        None,
        dir_okay=False,
        help=t("Onde gravar; `modelo-<recurso>.xlsx` por padrão.", "Where to; `modelo-<resource>.xlsx` by default."),
        metavar="arquivo",
    ),
    overwrite: bool = typer.Option(
        False, "--sobrescrever", help=t("Substitui o arquivo, se existir.", "Replaces the file, if there is one.")
    ),
) -> None:
    target = file or Path(f"modelo-{resource.value}.xlsx")
    if target.exists() and not overwrite:
        raise ConfigurationError(
            t(f"`{target}` já existe; use --sobrescrever", f"`{target}` exists already; use --sobrescrever")
        )
    with target.open("wb" if overwrite else "xb") as output:
        output.write(imports.template(resource.value))
    _written(context.obj, target)


@app.command(
    help=t(
        "Grava consumos ou cobranças (contas a receber) numa planilha.",
        "Writes usage or charges (accounts receivable) to a spreadsheet.",
    )
)
@command
def exportar(
    context: typer.Context,
    resource: Exportable = typer.Argument(metavar="recurso"),
    file: Path = typer.Argument(
        dir_okay=False, help=t("Onde gravar: .xlsx ou .csv.", "Where to: .xlsx or .csv."), metavar="arquivo"
    ),
    pairs: Optional[list[str]] = resources.FILTER,
    competencia: Optional[str] = typer.Option(None, help=t("Mês, AAAA-MM.", "Month, YYYY-MM.")),
    situacao: Optional[list[str]] = typer.Option(None, help=t("Situação; pode repetir.", "State; may be repeated.")),
) -> None:
    config: Config = context.obj
    filters = resources.fields_of(pairs)
    if competencia:
        filters["competencia"] = competencia
    if situacao:
        filters["situacao"] = situacao
    with config.client() as sb:
        # Past the keyword parameters: which names there are is for the core to say.
        rows = sb._core.exportar(resource.value, file, filters, {})
    _written(config, file, rows)


@app.command(
    help=t(
        "Planeja com --plano, e depois executa com --aplicar, o que falta para a plataforma ter o que a planilha diz.",
        "Plans with --plano, then does with --aplicar, what it takes for the platform to have what the sheet says.",
    )
)
@command
def sincronizar(
    context: typer.Context,
    resource: Optional[Resource] = typer.Argument(None, metavar="recurso"),
    file: Optional[Path] = typer.Argument(None, help=t("A planilha.", "The spreadsheet."), metavar="arquivo"),
    plan_file: Optional[Path] = typer.Option(
        None,
        "--plano",
        dir_okay=False,
        help=t("Grava o plano (JSON); nada é executado.", "Writes the plan (JSON); nothing is done."),
    ),
    apply: Optional[Path] = typer.Option(
        None, "--aplicar", exists=True, dir_okay=False, help=t("Executa um plano gravado.", "Does what a plan says.")
    ),
    remover: Optional[str] = typer.Option(
        None,
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
    mode: Optional[Mode] = _MODE,
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
        plan = imports.Plan.from_json(apply.read_text(encoding="utf-8"))
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
        raise typer.Exit(show_import(result, as_json=config.json))
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
        plan = getattr(sb, resource.value).sincronizar(file, remover=remover, **reading, progress=bar)
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
@command
def sandbox(
    context: typer.Context,
    port: int = typer.Option(
        0, "--porta", min=0, max=65535, help=t("Porta; uma livre por padrão.", "Port; a free one by default.")
    ),
    no_services: bool = typer.Option(
        False, "--sem-servicos", help=t("Começa sem os serviços de exemplo.", "Begins without the sample services.")
    ),
) -> None:
    from ..sandbox import Sandbox

    config: Config = context.obj
    with Sandbox(port=port, seed=not no_services, profile=config.resolved().get("profile")) as sandbox:
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


# The names of the limits on the command line.
_LIMITS = {
    "descompactado": "unpacked",
    "linhas": "rows",
    "colunas": "columns",
    "bytes_por_linha": "bytes_per_row",
    "memoria": "memory",
}


def _reading(
    config: Config,
    mode: Mode | None,
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
        "mode": config.resolved().get("mode") if mode is None else mode.name,
        "limits": {_LIMITS.get(name, name): _whole(value) for name, value in resources.fields_of(limit).items()}
        or None,
        "sheet": sheet,
        "password": password,
        "mapping": mapping,
        "dialect": dialect,
        "layout": layout,
        "columns": resources.fields_of(columns) or None,
        "values": _words(values),
        "defaults": resources.fields_of(defaults) or None,
        "decimal_point": decimal_point,
        "clear_empty": clear_empty,
        "optional": "refuse" if refuse_optional else None,
        "ddd": ddd,
    }


def _words(rules: list[str] | None) -> dict[str, dict[str, str]] | None:
    """Reads `tipoPessoa:1=FISICA` as a word of a field and its meaning."""
    words: dict[str, dict[str, str]] = {}
    for rule in rules or []:
        field, colon, word = rule.partition(":")
        text, equals, meaning = word.partition("=")
        if not (field and colon and equals):
            raise ConfigurationError(
                t(f"`{rule}` não é `campo:valor=significado`", f"`{rule}` is not `field:value=meaning`")
            )
        words.setdefault(field, {})[text] = meaning
    return words or None


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value


def _write_private(path: Path, text: str) -> None:
    """Writes a file that only its owner may read, even if it existed before."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as output:
        if hasattr(os, "fchmod") and stat.S_ISREG(os.fstat(output.fileno()).st_mode):
            os.fchmod(output.fileno(), 0o600)
        output.write(text)


def _finish(result: Any, report: Path | None, mapping: Path | None, config: Config, *, validation: bool) -> None:
    if report is not None:
        result.report(report)
    if mapping is not None:
        mapping.write_text(result.mapping or "", encoding="utf-8")
    code = show_import(result, as_json=config.json, validation=validation)
    if report is not None and not config.json:
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
