"""Mistakes of a user's, each of which every type checker finds on its line."""

from __future__ import annotations

from smartbill import Cliente, Smartbill
from smartbill.sandbox import Sandbox


def mistakes(sb: Smartbill, sandbox: Sandbox) -> None:
    sb.contratos.cancelar("1")  # mistake
    sb.clientes.listar(situacao=["ATIVOO"])  # mistake
    sb.clientes.listar(codigo="A")  # mistake
    sb.clientes.alterar(Cliente(nome="Ana").id, {})  # mistake
    sandbox.faults({"rules": [{"kind": "fire"}]})  # mistake
