"""Documents beside python-stdnum, validate-docbr and brutils: one call, and a column of a million.

Every contender answers the same texts, one in eight of them with an error, and must give the same answers.
"""

import random
import sys
from collections.abc import Callable
from functools import partial

import brutils
import polars
import pyarrow
import stdnum.br.cnpj
import stdnum.br.cpf
import validate_docbr
from medida import cabecalho, rodadas, tabela
from smartbill import documentos

Funcao = Callable[[str], bool]

TEXTOS = 10_000
COLUNA = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
ACASO = random.Random(20_260_725)


def digitos(quantos: int) -> str:
    return "".join(ACASO.choices("0123456789", k=quantos))


def com_erros(validos: list[str]) -> list[str]:
    """One in eight gets another last digit."""
    return [t[:-1] + str((int(t[-1]) + 1) % 10) if i % 8 == 7 else t for i, t in enumerate(validos)]


def cpfs() -> list[str]:
    return com_erros([brutils.generate_cpf() for _ in range(TEXTOS)])


def cnpjs() -> list[str]:
    return com_erros([brutils.generate_cnpj(ACASO.randint(1, 99)) for _ in range(TEXTOS)])


def ceps() -> list[str]:
    # In every range, so that those who look only at the length agree.
    ceps = [f"{ACASO.randint(1000, 77999):05}{digitos(3)}" for _ in range(TEXTOS)]
    return [cep[:-1] if i % 8 == 7 else cep for i, cep in enumerate(ceps)]


def telefones() -> list[str]:
    numeros = [f"{ACASO.choice(['11', '21', '51', '83'])}9{digitos(8)}" for _ in range(TEXTOS)]
    return [numero[:-2] + "ab" if i % 8 == 7 else numero for i, numero in enumerate(numeros)]


def emails() -> list[str]:
    nomes = [f"maria.souza{digitos(4)}@empresa{digitos(2)}.com.br" for _ in range(TEXTOS)]
    return [nome.replace("@", " ") if i % 8 == 7 else nome for i, nome in enumerate(nomes)]


def sem_mascara(remover: Callable[[str], str], valido: Funcao) -> Funcao:
    return lambda texto: valido(remover(texto))


CASOS: list[tuple[str, documentos.Documento, list[str], dict[str, Funcao]]] = [
    (
        "cpf",
        documentos.cpf,
        cpfs(),
        {
            "python-stdnum": stdnum.br.cpf.is_valid,
            "validate-docbr": validate_docbr.CPF().validate,
            "brutils": brutils.is_valid_cpf,
        },
    ),
    (
        "cpf, masked",
        documentos.cpf,
        [brutils.format_cpf(t) or f"{t[:3]}.{t[3:6]}.{t[6:9]}-{t[9:]}" for t in cpfs()],
        {
            "python-stdnum": stdnum.br.cpf.is_valid,
            "validate-docbr": validate_docbr.CPF().validate,
            "brutils": sem_mascara(brutils.remove_symbols_cpf, brutils.is_valid_cpf),
        },
    ),
    (
        "cnpj",
        documentos.cnpj,
        cnpjs(),
        {
            "python-stdnum": stdnum.br.cnpj.is_valid,
            "validate-docbr": validate_docbr.CNPJ().validate,
            "brutils": brutils.is_valid_cnpj,
        },
    ),
    (
        "cnpj, masked",
        documentos.cnpj,
        [f"{t[:2]}.{t[2:5]}.{t[5:8]}/{t[8:12]}-{t[12:]}" for t in cnpjs()],
        {
            "python-stdnum": stdnum.br.cnpj.is_valid,
            "validate-docbr": validate_docbr.CNPJ().validate,
            "brutils": sem_mascara(brutils.remove_symbols_cnpj, brutils.is_valid_cnpj),
        },
    ),
    ("cep", documentos.cep, ceps(), {"brutils (length only)": brutils.is_valid_cep}),
    ("telefone", documentos.telefone, telefones(), {"brutils": brutils.is_valid_phone}),
    ("email", documentos.email, emails(), {"brutils": brutils.is_valid_email}),
]


def conferir(nome: str, textos: list[str], funcoes: dict[str, Funcao]) -> None:
    respostas = {quem: [bool(funcao(texto)) for texto in textos] for quem, funcao in funcoes.items()}
    nossa = respostas["valido"]
    for quem, resposta in respostas.items():
        diferentes = [texto for texto, a, b in zip(textos, nossa, resposta) if a != b]
        if diferentes:
            raise SystemExit(f"{nome}: {quem} answers {len(diferentes)} texts otherwise, such as `{diferentes[0]}`")


def uma_a_uma(textos: list[str], funcao: Callable[[str], object]) -> None:
    for texto in textos:
        funcao(texto)


def lista(textos: list[str], funcao: Funcao) -> list[bool]:
    return [funcao(texto) for texto in textos]


def razao(deles: float, nosso: float) -> str:
    return f"{deles / nosso:.1f}x"


def principal() -> None:
    cabecalho(["smartbill-automation", "python-stdnum", "validate-docbr", "brutils", "pyarrow", "polars"])
    chamadas, colunas = [], []
    for nome, documento, textos, pares in CASOS:
        conferir(nome, textos, {"valido": documento.valido, **pares})
        funcoes = {"valido": documento.valido, "validar": documento.validar, **pares}
        por_texto = {
            quem: segundos / len(textos) * 1e9
            for quem, segundos in rodadas({q: partial(uma_a_uma, textos, f) for q, f in funcoes.items()}, 7).items()
        }
        for par in pares:
            chamadas.append(
                [nome, par]
                + [f"{por_texto[quem]:.0f} ns" for quem in (par, "valido", "validar")]
                + [razao(por_texto[par], por_texto[quem]) for quem in ("valido", "validar")]
            )

        # Texts of their own, as a reader of files makes them, in one order for all.
        coluna = ["".join(list(texto)) for texto in (textos * (COLUNA // len(textos) + 1))[:COLUNA]]
        fontes = {"list": coluna, "pyarrow": pyarrow.array(coluna), "polars": polars.Series(coluna)}
        verdade = [not documento.valido(texto) for texto in coluna]
        for fonte in fontes.values():
            if [motivo is not None for motivo in documento.validar_coluna(fonte)] != verdade:
                raise SystemExit(f"{nome}: the column answers otherwise than the single call")
        contendores: dict[str, Callable[[], object]] = {q: partial(lista, coluna, f) for q, f in pares.items()}
        contendores |= {f: partial(documento.validar_coluna, c) for f, c in fontes.items()}
        tempos = rodadas(contendores, 3)
        for par in pares:
            colunas.append(
                [nome, par]
                + [f"{tempos[quem] * 1e3:.0f} ms" for quem in (par, *fontes)]
                + [razao(tempos[par], tempos[quem]) for quem in fontes]
            )
        print(f"measured: {nome}", file=sys.stderr)
    tabela(
        "one call: `valido` gives a bool as the peers do, `validar` all that the text tells",
        ["document", "peer", "peer", "valido", "validar", "valido", "validar"],
        chamadas,
    )
    tabela(
        f"a column of {COLUNA:_}: `validar_coluna`, the reason of each, beside a loop of the peer",
        ["document", "peer", "peer", "list", "pyarrow", "polars", "list", "pyarrow", "polars"],
        colunas,
    )


if __name__ == "__main__":
    principal()
