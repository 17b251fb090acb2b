"""Measuring: contenders take turns, the median of the rounds counts, in processor time so that neighbours do not."""

import gc
import platform
import statistics
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path


def rodadas(contendores: dict[str, Callable[[], object]], quantas: int) -> dict[str, float]:
    """Seconds of each contender, the median of `quantas` rounds after one that does not count."""
    tempos: dict[str, list[float]] = {nome: [] for nome in contendores}
    gc.disable()
    for rodada in range(quantas + 1):
        for nome, contendor in contendores.items():
            gc.collect()
            inicio = time.process_time()
            saida = contendor()
            duracao = time.process_time() - inicio
            del saida
            if rodada:
                tempos[nome].append(duracao)
    gc.enable()
    return {nome: statistics.median(duracoes) for nome, duracoes in tempos.items()}


def cabecalho(pacotes: list[str]) -> None:
    """Prints the machine and the versions."""
    cpu = next((linha for linha in ler("/proc/cpuinfo") if linha.startswith("model name")), platform.machine())
    print(f"{cpu.split(':')[-1].strip()}, {platform.system()} {platform.release()}, Python {platform.python_version()}")
    print(", ".join(f"{pacote} {version(pacote)}" for pacote in pacotes))


def ler(caminho: str) -> list[str]:
    arquivo = Path(caminho)
    return arquivo.read_text().splitlines() if arquivo.exists() else []


def tabela(titulo: str, colunas: list[str], linhas: list[list[str]]) -> None:
    """Prints a table, its first two columns to the left."""
    print(f"\n{titulo}")
    larguras = [max(len(linha[i]) for linha in [colunas, *linhas]) for i in range(len(colunas))]
    for linha in [colunas, *linhas]:
        celulas = (c.ljust(w) if i < 2 else c.rjust(w) for i, (c, w) in enumerate(zip(linha, larguras)))
        print("  " + "  ".join(celulas).rstrip())
