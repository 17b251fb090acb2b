"""What the tests of other people's software share: a platform, customers, and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.fixture(scope="session")
def people() -> Callable[[int], list[dict[str, str]]]:
    """Makes customers, each with a code and a document of its own."""

    def make(number: int) -> list[dict[str, str]]:
        return [
            {"codigo_externo": f"C-{i:05}", "nome": f"Pessoa {i}", "cpf_cnpj": cpf(i)} for i in range(1, number + 1)
        ]

    return make


def cpf(number: int) -> str:
    digits = [int(digit) for digit in f"{number:09}"]
    for first in (10, 11):
        total = sum(digit * (first - place) for place, digit in enumerate(digits))
        digits.append(total * 10 % 11 % 10)
    return "".join(map(str, digits))
