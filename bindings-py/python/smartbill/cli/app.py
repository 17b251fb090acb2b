"""The commands for spreadsheets, plans and the sandbox; those for single records are in ``recursos``."""

from __future__ import annotations

import os
import stat
import time
from enum import Enum
from pathlib import Path
from typing import Any, Optional

import typer

from .. import __version__, lote
from ..errors import ConfigurationError
from . import recursos
from .configuracao import Configuracao
from .idioma import IDIOMA, t
from .saida import Barra, comando, em_json, escrever, mostrar_importacao, nota

app = typer.Typer(
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


class Recurso(str, Enum):
    """What spreadsheets bring in."""

    clientes = "clientes"
    consumos = "consumos"


class Exportavel(str, Enum):
    """What is written to spreadsheets."""

    consumos = "consumos"
    cobrancas = "cobrancas"


class Modo(str, Enum):
    """How forgiving reading is."""

    estrito = "estrito"
    leniente = "leniente"


def _versao(pedida: bool) -> None:
    if pedida:
        escrever(f"smartbill {__version__}")
        raise typer.Exit


@app.callback()
def _raiz(
    contexto: typer.Context,
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
    permitir_http: bool = typer.Option(
        False,
        "--permitir-http",
        help=t("Aceita http sem TLS para outra máquina.", "Allows plain http to another machine."),
    ),
    json: bool = typer.Option(
        False, "--json", help=t("Saída em JSON, para programas.", "Output in JSON, for programs.")
    ),
    idioma: str = typer.Option(
        "pt-BR", help=t("Idioma: pt-BR ou en. [SMARTBILL_IDIOMA]", "Language: pt-BR or en. [SMARTBILL_IDIOMA]")
    ),
    versao: bool = typer.Option(
        False, "--version", callback=_versao, is_eager=True, help=t("Mostra a versão.", "Shows the version.")
    ),
) -> None:
    opcoes = {
        "url": url,
        "token_file": token_file,
        "profile": profile,
        "timeout": timeout,
        "proxy": proxy,
        "permitir_http": permitir_http,
    }
    opcoes = {nome: valor for nome, valor in opcoes.items() if valor is not None and valor is not False}
    contexto.obj = Configuracao(arquivo=config, opcoes=opcoes, json=json)


# That a file cannot be read is for the core to say, in JSON too where it was asked for.
_ARQUIVO = typer.Argument(
    help=t(
        "Planilha: .xls, .xlsx, .xlsm, .xlsb, .ods ou .csv.", "Spreadsheet: .xls, .xlsx, .xlsm, .xlsb, .ods or .csv."
    ),
)
_MODO = typer.Option(None, help=t("Rigor da leitura.", "How forgiving reading is."))
_ABA = typer.Option(None, help=t("Aba a ler.", "The sheet to read."))
_MAPA = typer.Option(
    None,
    help=t(
        "Coluna e campo: `--mapa 'Cód. Cli=codigoExterno'`.", "Header and field: `--mapa 'Cod. Cli=codigoExterno'`."
    ),
)
_PONTO = typer.Option(
    False,
    "--decimal-com-ponto",
    help=t("Números em texto com ponto decimal: 1,234.56.", "Numbers in text have a decimal point: 1,234.56."),
)
_LIMPA = typer.Option(
    False,
    "--vazio-limpa",
    help=t("Célula vazia limpa o campo, em vez de mantê-lo.", "An empty cell empties the field instead of keeping it."),
)
_LIMITE = typer.Option(
    None,
    help=t(
        "O máximo que um arquivo pode ter: `--limite linhas=10000`; também bytes, descompactado, colunas, memoria.",
        "The most that a file may hold: `--limite linhas=10000`; also bytes, descompactado, colunas, memoria.",
    ),
)
_RELATORIO = typer.Option(
    None,
    help=t(
        "Grava a planilha de volta com o resultado de cada linha (.xlsx ou .csv).",
        "Writes the sheet back with what became of each row (.xlsx or .csv).",
    ),
)
_CONCORRENCIA = typer.Option(None, min=1, help=t("Máximo de pedidos ao mesmo tempo.", "The most requests at once."))
_POR_SEGUNDO = typer.Option(None, min=0.001, help=t("Máximo de pedidos por segundo.", "The most requests in a second."))
_PRAZO = typer.Option(
    None, min=0.001, help=t("Segundos que a execução inteira pode levar.", "Seconds that the whole run may take.")
)
_FALHAS = typer.Option(None, min=0, help=t("Para depois de tantas falhas.", "Stops after so many failures."))
_JOURNAL = typer.Option(
    None,
    dir_okay=False,
    help=t(
        "Arquivo que lembra o que foi enviado; ao lado da planilha por padrão.",
        "File that remembers what was sent; next to the sheet by default.",
    ),
)
_MESMA = typer.Option(
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
@comando
def importar(
    contexto: typer.Context,
    recurso: Recurso,
    arquivo: Path = _ARQUIVO,
    dry_run: bool = typer.Option(
        False, "--dry-run", help=t("Só valida; nada é enviado.", "Only checks; nothing is sent.")
    ),
    relatorio: Optional[Path] = _RELATORIO,
    journal: Optional[Path] = _JOURNAL,
    recomecar: bool = typer.Option(
        False, "--recomecar", help=t("Esquece o journal e começa de novo.", "Forgets the journal and starts anew.")
    ),
    mesma_conta: bool = _MESMA,
    permitir_sem_codigo: bool = typer.Option(
        False,
        "--permitir-sem-codigo",
        help=t(
            "Inclui também linhas sem código externo nem documento, que outra importação incluiria de novo.",
            "Includes rows without a code or document as well, which another import would include again.",
        ),
    ),
    modo: Optional[Modo] = _MODO,
    aba: Optional[str] = _ABA,
    mapa: Optional[list[str]] = _MAPA,
    decimal_com_ponto: bool = _PONTO,
    vazio_limpa: bool = _LIMPA,
    limite: Optional[list[str]] = _LIMITE,
    concorrencia: Optional[int] = _CONCORRENCIA,
    por_segundo: Optional[float] = _POR_SEGUNDO,
    prazo: Optional[float] = _PRAZO,
    max_falhas: Optional[int] = _FALHAS,
) -> None:
    config: Configuracao = contexto.obj
    leitura = _leitura(config, modo, aba, mapa, decimal_com_ponto, vazio_limpa, limite)
    with Barra() as barra:
        if dry_run:
            importacao = lote.validar(recurso.value, arquivo, **leitura, idioma=IDIOMA, progress=barra)
        else:
            with config.cliente() as sb:
                importacao = getattr(sb, recurso.value).importar(
                    arquivo,
                    **leitura,
                    journal=journal,
                    recomecar=recomecar,
                    mesma_conta=mesma_conta,
                    allow_unidentified=permitir_sem_codigo,
                    concorrencia=concorrencia,
                    por_segundo=por_segundo,
                    prazo=prazo,
                    max_falhas=max_falhas,
                    progress=barra,
                )
    _concluir(importacao, relatorio, config, validacao=dry_run)


@app.command(help=t("Valida uma planilha, sem rede nem conta.", "Checks a spreadsheet, without network or account."))
@comando
def validar(
    contexto: typer.Context,
    recurso: Recurso,
    arquivo: Path = _ARQUIVO,
    relatorio: Optional[Path] = _RELATORIO,
    modo: Optional[Modo] = _MODO,
    aba: Optional[str] = _ABA,
    mapa: Optional[list[str]] = _MAPA,
    decimal_com_ponto: bool = _PONTO,
    vazio_limpa: bool = _LIMPA,
    limite: Optional[list[str]] = _LIMITE,
) -> None:
    leitura = _leitura(contexto.obj, modo, aba, mapa, decimal_com_ponto, vazio_limpa, limite)
    with Barra() as barra:
        importacao = lote.validar(recurso.value, arquivo, **leitura, idioma=IDIOMA, progress=barra)
    _concluir(importacao, relatorio, contexto.obj, validacao=True)


@app.command(help=t("Grava o modelo de planilha de um recurso.", "Writes the template of a resource's spreadsheet."))
@comando
def modelo(
    contexto: typer.Context,
    recurso: Recurso,
    arquivo: Optional[Path] = typer.Argument(
        None,
        dir_okay=False,
        help=t("Onde gravar; `modelo-<recurso>.xlsx` por padrão.", "Where to; `modelo-<resource>.xlsx` by default."),
    ),
    sobrescrever: bool = typer.Option(
        False, "--sobrescrever", help=t("Substitui o arquivo, se existir.", "Replaces the file, if there is one.")
    ),
) -> None:
    destino = arquivo or Path(f"modelo-{recurso.value}.xlsx")
    if destino.exists() and not sobrescrever:
        raise ConfigurationError(
            t(f"`{destino}` já existe; use --sobrescrever", f"`{destino}` exists already; use --sobrescrever")
        )
    with destino.open("wb" if sobrescrever else "xb") as saida:
        saida.write(lote.modelo(recurso.value))
    _gravado(contexto.obj, destino)


@app.command(
    help=t(
        "Grava consumos ou cobranças (contas a receber) numa planilha.",
        "Writes usage or charges (accounts receivable) to a spreadsheet.",
    )
)
@comando
def exportar(
    contexto: typer.Context,
    recurso: Exportavel,
    arquivo: Path = typer.Argument(dir_okay=False, help=t("Onde gravar: .xlsx ou .csv.", "Where to: .xlsx or .csv.")),
    filtro: Optional[list[str]] = recursos.FILTRO,
    competencia: Optional[str] = typer.Option(None, help=t("Mês, AAAA-MM.", "Month, YYYY-MM.")),
    situacao: Optional[list[str]] = typer.Option(None, help=t("Situação; pode repetir.", "State; may be repeated.")),
) -> None:
    config: Configuracao = contexto.obj
    filtros = recursos.campos(filtro)
    if competencia:
        filtros["competencia"] = competencia
    if situacao:
        filtros["situacao"] = situacao
    with config.cliente() as sb:
        linhas = getattr(sb, recurso.value).exportar(arquivo, **filtros)
    _gravado(config, arquivo, linhas)


@app.command(
    help=t(
        "Planeja com --plano, e depois executa com --aplicar, o que falta para a plataforma ter o que a planilha diz.",
        "Plans with --plano, then does with --aplicar, what it takes for the platform to have what the sheet says.",
    )
)
@comando
def sincronizar(
    contexto: typer.Context,
    recurso: Optional[Recurso] = typer.Argument(None),
    arquivo: Optional[Path] = typer.Argument(None, help=t("A planilha.", "The spreadsheet.")),
    plano: Optional[Path] = typer.Option(
        None,
        dir_okay=False,
        help=t("Grava o plano (JSON); nada é executado.", "Writes the plan (JSON); nothing is done."),
    ),
    aplicar: Optional[Path] = typer.Option(
        None, exists=True, dir_okay=False, help=t("Executa um plano gravado.", "Does what a plan says.")
    ),
    remover: Optional[str] = typer.Option(
        None,
        help=t(
            "Remove o que a planilha não tem, no máximo tantos (`50`) ou tantos por cento (`10%`).",
            "Removes what the sheet lacks, so many at most (`50`) or so many per cent (`10%`).",
        ),
    ),
    dados_pessoais: bool = typer.Option(
        False,
        "--dados-pessoais",
        help=t(
            "Mostra no plano nomes, documentos, endereços e contatos, que sem isso ficam ocultos.",
            "Shows names, documents, addresses and contacts in the plan, which are hidden otherwise.",
        ),
    ),
    journal: Optional[Path] = _JOURNAL,
    mesma_conta: bool = _MESMA,
    modo: Optional[Modo] = _MODO,
    aba: Optional[str] = _ABA,
    mapa: Optional[list[str]] = _MAPA,
    decimal_com_ponto: bool = _PONTO,
    vazio_limpa: bool = _LIMPA,
    limite: Optional[list[str]] = _LIMITE,
    concorrencia: Optional[int] = _CONCORRENCIA,
    por_segundo: Optional[float] = _POR_SEGUNDO,
    prazo: Optional[float] = _PRAZO,
    max_falhas: Optional[int] = _FALHAS,
) -> None:
    config: Configuracao = contexto.obj
    if aplicar is not None:
        if recurso is not None or plano is not None or remover is not None:
            raise ConfigurationError(
                t(
                    "--aplicar não combina com planilha, --plano ou --remover",
                    "--aplicar goes with no sheet, --plano or --remover",
                )
            )
        feito = lote.Plano.from_json(aplicar.read_text(encoding="utf-8"))
        with Barra() as barra, config.cliente() as sb:
            importacao = feito.aplicar(
                sb,
                journal=journal or aplicar.with_name(aplicar.name + ".smartbill-journal"),
                mesma_conta=mesma_conta,
                concorrencia=concorrencia,
                por_segundo=por_segundo,
                prazo=prazo,
                max_falhas=max_falhas,
                progress=barra,
            )
        raise typer.Exit(mostrar_importacao(importacao, como_json=config.json))
    if recurso is None or arquivo is None:
        raise ConfigurationError(
            t(
                "diga o recurso e a planilha (`sincronizar clientes arquivo.xlsx --plano plano.json`), ou --aplicar",
                "name the resource and the sheet (`sincronizar clientes file.xlsx --plano plano.json`), or --aplicar",
            )
        )
    leitura = _leitura(config, modo, aba, mapa, decimal_com_ponto, vazio_limpa, limite)
    with Barra() as barra, config.cliente() as sb:
        novo = getattr(sb, recurso.value).sincronizar(arquivo, remover=remover, **leitura, progress=barra)
    if plano is not None:
        _write_private(plano, novo.to_json() + "\n")
    if config.json:
        em_json(novo.to_dict())
    else:
        escrever(novo.texto(IDIOMA, show_personal=dados_pessoais).rstrip("\n"))
        if plano is not None and not novo.vazio:
            nota(
                t(
                    f"para executar: smartbill sincronizar --aplicar {plano}",
                    f"to do it: smartbill sincronizar --aplicar {plano}",
                )
            )
    raise typer.Exit(1 if novo.contagem.rejeitados else 0)


@app.command(
    help=t(
        "Sobe um sandbox da plataforma nesta máquina, até Ctrl-C.",
        "Runs a stand-in of the platform on this machine, until Ctrl-C.",
    )
)
@comando
def sandbox(
    contexto: typer.Context,
    porta: int = typer.Option(
        0, min=0, max=65535, help=t("Porta; uma livre por padrão.", "Port; a free one by default.")
    ),
    sem_servicos: bool = typer.Option(
        False, "--sem-servicos", help=t("Começa sem os serviços de exemplo.", "Begins without the sample services.")
    ),
) -> None:
    from ..sandbox import Sandbox

    config: Configuracao = contexto.obj
    with Sandbox(porta=porta, semear=not sem_servicos, profile=config.resolvidas().get("profile")) as caixa:
        if config.json:
            em_json({"url": caixa.url, "token": caixa.token})
        else:
            escrever(f"SMARTBILL_URL={caixa.url}\nSMARTBILL_TOKEN={caixa.token}")
            nota(t("Ctrl-C para encerrar", "Ctrl-C to stop"))
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            return


def _leitura(
    config: Configuracao,
    modo: Modo | None,
    aba: str | None,
    mapa: list[str] | None,
    decimal_com_ponto: bool,
    vazio_limpa: bool,
    limite: list[str] | None,
) -> dict[str, Any]:
    return {
        "modo": config.resolvidas().get("modo") if modo is None else modo.value,
        "limites": {nome: _inteiro(valor) for nome, valor in recursos.campos(limite).items()} or None,
        "aba": aba,
        "mapa": recursos.campos(mapa) or None,
        "decimal_com_ponto": decimal_com_ponto,
        "vazio_limpa": vazio_limpa,
    }


def _inteiro(valor: Any) -> Any:
    return int(valor) if isinstance(valor, str) and valor.isascii() and valor.isdigit() else valor


def _write_private(caminho: Path, texto: str) -> None:
    """Writes a file that nobody else on the machine can read, even where it was there already."""
    with os.fdopen(os.open(caminho, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as saida:
        if hasattr(os, "fchmod") and stat.S_ISREG(os.fstat(saida.fileno()).st_mode):
            os.fchmod(saida.fileno(), 0o600)
        saida.write(texto)


def _concluir(importacao: Any, relatorio: Path | None, config: Configuracao, *, validacao: bool) -> None:
    if relatorio is not None:
        importacao.relatorio(relatorio)
    codigo = mostrar_importacao(importacao, como_json=config.json, validacao=validacao)
    if relatorio is not None and not config.json:
        nota(t(f"relatório: {relatorio}", f"report: {relatorio}"))
    raise typer.Exit(codigo)


def _gravado(config: Configuracao, arquivo: Path, linhas: int | None = None) -> None:
    if config.json:
        em_json({"arquivo": str(arquivo), "linhas": linhas})
    elif linhas is None:
        escrever(t(f"gravado: {arquivo}", f"written: {arquivo}"))
    else:
        escrever(t(f"gravado: {arquivo} ({linhas} linhas)", f"written: {arquivo} ({linhas} rows)"))


recursos.registrar(app)
