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
from measuring import medians, print_machine, print_table
from smartbill import documentos

Function = Callable[[str], bool]

TEXTS = 10_000
COLUMN = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
RANDOM = random.Random(20_260_725)


def digits(count: int) -> str:
    return "".join(RANDOM.choices("0123456789", k=count))


def with_errors(valid: list[str]) -> list[str]:
    """One in eight gets another last digit."""
    return [t[:-1] + str((int(t[-1]) + 1) % 10) if i % 8 == 7 else t for i, t in enumerate(valid)]


def cpfs() -> list[str]:
    return with_errors([brutils.generate_cpf() for _ in range(TEXTS)])


def cnpjs() -> list[str]:
    return with_errors([brutils.generate_cnpj(RANDOM.randint(1, 99)) for _ in range(TEXTS)])


def ceps() -> list[str]:
    # In every range, so that those who look only at the length agree.
    ceps = [f"{RANDOM.randint(1000, 77999):05}{digits(3)}" for _ in range(TEXTS)]
    return [cep[:-1] if i % 8 == 7 else cep for i, cep in enumerate(ceps)]


def telefones() -> list[str]:
    numbers = [f"{RANDOM.choice(['11', '21', '51', '83'])}9{digits(8)}" for _ in range(TEXTS)]
    return [number[:-2] + "ab" if i % 8 == 7 else number for i, number in enumerate(numbers)]


def emails() -> list[str]:
    names = [f"maria.souza{digits(4)}@empresa{digits(2)}.com.br" for _ in range(TEXTS)]
    return [name.replace("@", " ") if i % 8 == 7 else name for i, name in enumerate(names)]


def unmasked(remover: Callable[[str], str], valido: Function) -> Function:
    return lambda text: valido(remover(text))


CASES: list[tuple[str, documentos.Documento, list[str], dict[str, Function]]] = [
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
            "brutils": unmasked(brutils.remove_symbols_cpf, brutils.is_valid_cpf),
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
            "brutils": unmasked(brutils.remove_symbols_cnpj, brutils.is_valid_cnpj),
        },
    ),
    ("cep", documentos.cep, ceps(), {"brutils (length only)": brutils.is_valid_cep}),
    ("telefone", documentos.telefone, telefones(), {"brutils": brutils.is_valid_phone}),
    ("email", documentos.email, emails(), {"brutils": brutils.is_valid_email}),
]


def check(name: str, texts: list[str], functions: dict[str, Function]) -> None:
    answers = {who: [bool(function(text)) for text in texts] for who, function in functions.items()}
    ours = answers["valido"]
    for who, response in answers.items():
        different = [text for text, a, b in zip(texts, ours, response) if a != b]
        if different:
            raise SystemExit(f"{name}: {who} answers {len(different)} texts otherwise, such as `{different[0]}`")


def one_by_one(texts: list[str], function: Callable[[str], object]) -> None:
    for text in texts:
        function(text)


def as_list(texts: list[str], function: Function) -> list[bool]:
    return [function(text) for text in texts]


def ratio(theirs: float, ours: float) -> str:
    return f"{theirs / ours:.1f}x"


def main() -> None:
    print_machine(["smartbill-automation", "python-stdnum", "validate-docbr", "brutils", "pyarrow", "polars"])
    calls, columns = [], []
    for name, documento, texts, pairs in CASES:
        check(name, texts, {"valido": documento.valido, **pairs})
        functions = {"valido": documento.valido, "validar": documento.validar, **pairs}
        per_text = {
            who: seconds / len(texts) * 1e9
            for who, seconds in medians({q: partial(one_by_one, texts, f) for q, f in functions.items()}, 7).items()
        }
        for pair in pairs:
            calls.append(
                [name, pair]
                + [f"{per_text[who]:.0f} ns" for who in (pair, "valido", "validar")]
                + [ratio(per_text[pair], per_text[who]) for who in ("valido", "validar")]
            )

        # Texts of their own, as a reader of files makes them, in one order for all.
        column = ["".join(list(text)) for text in (texts * (COLUMN // len(texts) + 1))[:COLUMN]]
        sources = {"list": column, "pyarrow": pyarrow.array(column), "polars": polars.Series(column)}
        truth = [not documento.valido(text) for text in column]
        for source in sources.values():
            if [reason is not None for reason in documento.validar_coluna(source)] != truth:
                raise SystemExit(f"{name}: the column answers otherwise than the single call")
        contenders: dict[str, Callable[[], object]] = {q: partial(as_list, column, f) for q, f in pairs.items()}
        contenders |= {f: partial(documento.validar_coluna, c) for f, c in sources.items()}
        times = medians(contenders, 3)
        for pair in pairs:
            columns.append(
                [name, pair]
                + [f"{times[who] * 1e3:.0f} ms" for who in (pair, *sources)]
                + [ratio(times[pair], times[who]) for who in sources]
            )
        print(f"measured: {name}", file=sys.stderr)
    print_table(
        "one call: `valido` gives a bool as the peers do, `validar` all that the text tells",
        ["document", "peer", "peer", "valido", "validar", "valido", "validar"],
        calls,
    )
    print_table(
        f"a column of {COLUMN:_}: `validar_coluna`, the reason of each, beside a loop of the peer",
        ["document", "peer", "peer", "list", "pyarrow", "polars", "list", "pyarrow", "polars"],
        columns,
    )


if __name__ == "__main__":
    main()
