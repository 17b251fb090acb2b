"""Records beside msgspec: a platform's answer into objects, and an ERP's rows checked.

msgspec is the fastest that a user would put together by hand: structs with the same fields and types. It checks less,
no check digits and no rule over two fields, and stops at the first error; here everything wrong is found.
"""

import json
import random
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Optional

import brutils
import msgspec
import polars
from measuring import medians, print_machine, print_table
from smartbill import Cliente, Cobranca

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
RANDOM = random.Random(20_261_128)


class Item(msgspec.Struct, rename="camel"):
    servico_id: Optional[str] = None
    descricao: Optional[str] = None
    quantidade: Optional[Decimal] = None
    valor_unitario: Optional[Decimal] = None
    valor: Optional[Decimal] = None


class Boleto(msgspec.Struct, rename="camel"):
    nosso_numero: Optional[str] = None
    linha_digitavel: Optional[str] = None
    url: Optional[str] = None


class Charge(msgspec.Struct, rename="camel"):
    id: Optional[str] = None
    numero: Optional[str] = None
    cliente_id: Optional[str] = None
    contrato_id: Optional[str] = None
    itens: list[Item] = []
    competencia: Optional[str] = None
    data_emissao: Optional[date] = None
    data_vencimento: Optional[date] = None
    valor_original: Optional[Decimal] = None
    valor_pago: Optional[Decimal] = None
    saldo: Optional[Decimal] = None
    forma_pagamento: Optional[str] = None
    situacao: Optional[str] = None
    boleto: Optional[Boleto] = None


class Address(msgspec.Struct, rename="camel"):
    cep: Annotated[str, msgspec.Meta(pattern=r"^\d{5}-?\d{3}$")]
    logradouro: Annotated[str, msgspec.Meta(max_length=60)]
    numero: Annotated[str, msgspec.Meta(max_length=10)]
    bairro: Annotated[str, msgspec.Meta(max_length=60)]
    municipio: Annotated[str, msgspec.Meta(max_length=60)]
    uf: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]


class Customer(msgspec.Struct, rename="camel"):
    codigo_externo: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    nome: Annotated[str, msgspec.Meta(min_length=2, max_length=225)]
    cpf_cnpj: Annotated[str, msgspec.Meta(min_length=11, max_length=18)]
    email: Annotated[str, msgspec.Meta(pattern="^[^@ ]+@[^@ ]+$")]
    endereco: Optional[Address] = None


def charge(i: int) -> dict[str, Any]:
    amount = f"{RANDOM.randint(1000, 99999) / 100:.2f}"
    return {
        "id": f"cob_{i:08d}",
        "numero": str(100_000 + i),
        "clienteId": f"cli_{i % 5000:06d}",
        "contratoId": f"ctr_{i % 7000:06d}",
        "itens": [{"servicoId": "svc_1", "descricao": "Internet", "quantidade": "1", "valorUnitario": amount}],
        "competencia": "2026-10",
        "dataEmissao": "2026-10-01",
        "dataVencimento": "2026-10-15",
        "valorOriginal": amount,
        "valorPago": amount,
        "saldo": "0.00",
        "formaPagamento": "BOLETO",
        "situacao": RANDOM.choice(["EM_ABERTO", "PAGA", "VENCIDA"]),
        "boleto": {
            "nossoNumero": str(i),
            "linhaDigitavel": "00190500954014481606906809350314337370000000100",
            "url": f"https://x.example/b/{i}",
        },
    }


def customer(i: int, cpf: str) -> dict[str, Any]:
    return {
        "codigoExterno": f"ERP-{i}",
        "nome": f"Cliente de número {i}",
        "cpfCnpj": cpf,
        "email": f"cliente{i}@example.com.br",
        "endereco": {
            "cep": "01310-100",
            "logradouro": "Avenida Paulista",
            "numero": str(i % 3000),
            "bairro": "Bela Vista",
            "municipio": "São Paulo",
            "uf": "SP",
        },
    }


FIELDS = [name for name in Charge.__struct_fields__ if name not in ("itens", "boleto")]


def every_field(charges: list[Any]) -> int:
    count = 0
    for c in charges:
        for name in FIELDS:
            count += getattr(c, name) is not None
    return count


def two_fields(charges: list[Any]) -> Decimal:
    return sum((c.valor_pago for c in charges if c.situacao == "PAGA"), Decimal(0))


def compare(title: str, contenders: dict[str, Callable[[], object]], rounds: int = 5) -> list[str]:
    times = medians(contenders, rounds)
    best = min(seconds for name, seconds in times.items() if name != "smartbill")
    return [title, *(f"{seconds * 1e3:.0f} ms" for seconds in times.values()), f"{times['smartbill'] / best:.2f}"]


def main() -> None:
    print_machine(["msgspec", "polars"])
    answer = json.dumps({"data": [charge(i) for i in range(COUNT)]}, ensure_ascii=False).encode()
    decoder = msgspec.json.Decoder(dict[str, list[Charge]])
    ours, theirs = Cobranca.list_from_json(answer), decoder.decode(answer)["data"]
    assert [getattr(a, n) for a in ours[:100] for n in FIELDS] == [getattr(b, n) for b in theirs[:100] for n in FIELDS]
    assert two_fields(ours) == two_fields(theirs)
    del ours, theirs
    rows = [
        compare(
            "JSON to objects",
            {"smartbill": lambda: Cobranca.list_from_json(answer), "msgspec": lambda: decoder.decode(answer)},
        ),
        compare(
            "… two fields read",
            {
                "smartbill": lambda: two_fields(Cobranca.list_from_json(answer)),
                "msgspec": lambda: two_fields(decoder.decode(answer)["data"]),
            },
        ),
        compare(
            "… every field read",
            {
                "smartbill": lambda: every_field(Cobranca.list_from_json(answer)),
                "msgspec": lambda: every_field(decoder.decode(answer)["data"]),
            },
        ),
    ]
    customers = [customer(i, brutils.generate_cpf()) for i in range(COUNT)]
    text = json.dumps(customers, ensure_ascii=False).encode()
    assert Cliente.check_all(customers).valid
    assert Cliente.check_all(text).valid
    convert = msgspec.json.Decoder(list[Customer])
    rows += [
        compare(
            "dicts checked",
            {
                "smartbill": lambda: Cliente.check_all(customers),
                "msgspec": lambda: msgspec.convert(customers, list[Customer]),
            },
        ),
        compare(
            "JSON checked", {"smartbill": lambda: Cliente.check_all(text), "msgspec": lambda: convert.decode(text)}
        ),
    ]
    flat = polars.DataFrame([{k: v for k, v in c.items() if k != "endereco"} for c in customers])
    rows.append(
        compare(
            "data frame checked",
            {
                "smartbill": lambda: Cliente.check_all(flat),
                "msgspec": lambda: msgspec.convert(flat.to_dicts(), list[Customer]),
            },
        )
    )
    print_table(f"{COUNT:,} records, processor time", ["work", "smartbill", "msgspec", "ratio"], rows)


if __name__ == "__main__":
    main()
