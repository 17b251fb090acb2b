//! The queue: rows as they are read, decided, taken for sending and done with.

use rusqlite::{OptionalExtension, Transaction, params};

use super::arquivo::sql;
use super::{COM_IDS, Fase, Journal, gravar_meta, inteiro, natural};
use crate::Error;
use crate::batch::linha::{
    Acao, Achada, Colunas, Como, Corpo, Decidido, Decisao, Desfecho, Estado, Ignorada, NovaLinha, ProblemaDaLinha,
    Tarefa,
};
use crate::batch::recurso::id_da_chave;

impl Journal {
    /// Writes rows that were read.
    pub(crate) fn inserir(&mut self, linhas: &[NovaLinha]) -> Result<(), Error> {
        if !self.com_ids && linhas.iter().any(|l| l.chave.as_deref().and_then(id_da_chave).is_some()) {
            self.com_ids = true;
            self.gravar(COM_IDS, "1")?;
        }
        self.transacao(|tx| {
            let mut linha = tx.prepare_cached(
                "INSERT INTO linha (numero, chave, estado, codigo, problemas) VALUES (?, ?, ?, ?, ?)",
            )?;
            let mut corpo = tx
                .prepare_cached("INSERT INTO corpo (numero, dados, limpar, so_alterar, dono) VALUES (?, ?, ?, ?, ?)")?;
            for l in linhas {
                let numero = inteiro(l.numero);
                let estado = if l.corpo.is_some() { Estado::Pendente } else { Estado::Rejeitado };
                let codigo = if l.corpo.is_some() { None } else { primeiro_codigo(&l.problemas) };
                linha.execute(params![numero, l.chave, estado.number(), codigo, em_json(&l.problemas)])?;
                if let Some(c) = &l.corpo {
                    let limpar = (!c.limpar.is_empty()).then(|| c.limpar.join(","));
                    corpo.execute(params![numero, c.dados, limpar, em_json(&c.so_alterar), c.dono])?;
                }
            }
            Ok(())
        })
    }

    /// Rejects rows that were accepted when they were read, as the first of two that share a key is.
    pub(crate) fn rejeitar(&mut self, numeros: &[(u64, ProblemaDaLinha)]) -> Result<(), Error> {
        let colunas = self.colunas();
        self.transacao(|tx| {
            for (numero, problema) in numeros {
                rejeitar(tx, inteiro(*numero), std::slice::from_ref(problema), &colunas)?;
            }
            Ok(())
        })
    }

    /// Notes the rows of the sheet that are no records.
    pub(crate) fn ignorar(&mut self, linhas: impl Iterator<Item = Ignorada>) -> Result<(), Error> {
        self.transacao(|tx| {
            let mut inserir = tx.prepare_cached("INSERT INTO ignorada (numero, motivo, texto) VALUES (?, ?, ?)")?;
            for l in linhas {
                inserir.execute(params![inteiro(l.linha), l.motivo, l.texto])?;
            }
            Ok(())
        })
    }

    /// Ends the first pass: keys are indexed, and rows that share one are rejected, all of them. From here on the
    /// journal belongs to `fonte`, and survives a power failure.
    pub(crate) fn concluir_leitura(
        &mut self,
        fonte: &str,
        duplicada: impl Fn(u64) -> ProblemaDaLinha,
    ) -> Result<(), Error> {
        self.durar(true)?;
        let fonte = fonte.to_owned();
        let colunas = self.colunas();
        self.transacao(|tx| {
            tx.execute_batch("CREATE INDEX IF NOT EXISTS linha_chave ON linha (chave)")?;
            let mut repetidas = tx.prepare(
                "SELECT numero, chave FROM linha WHERE chave IN
                   (SELECT chave FROM linha WHERE chave IS NOT NULL AND estado = 0 GROUP BY chave HAVING count(*) > 1)
                 AND estado = 0 ORDER BY chave, numero",
            )?;
            let mut grupos: Vec<(i64, String)> = Vec::new();
            let mut rows = repetidas.query([])?;
            while let Some(row) = rows.next()? {
                grupos.push((row.get(0)?, row.get(1)?));
            }
            for grupo in grupos.chunk_by(|a, b| a.1 == b.1) {
                for (i, (numero, _)) in grupo.iter().enumerate() {
                    let outra = grupo.get(usize::from(i == 0)).map_or(*numero, |(n, _)| *n);
                    rejeitar(tx, *numero, &[duplicada(natural(outra))], &colunas)?;
                }
            }
            gravar_meta(tx, "fonte", &fonte)?;
            gravar_meta(tx, "fase", Fase::Comparacao.name())
        })?;
        self.fase = Fase::Comparacao;
        Ok(())
    }

    /// The row under `chave` that nothing was sent of, if there is one.
    pub(crate) fn por_chave(&self, chave: &str) -> Result<Option<Achada>, Error> {
        if id_da_chave(chave).is_some() && !self.com_ids {
            return Ok(None);
        }
        let mut stmt = self.stmt(
            "SELECT l.numero, l.id, c.dados, c.limpar, c.so_alterar FROM linha l JOIN corpo c USING (numero)
             WHERE l.chave = ? AND (l.estado = 0 OR l.estado = 2 AND l.codigo = 'unchanged')",
        )?;
        stmt.query_row([chave], |r| {
            let corpo =
                Corpo { dados: r.get(2)?, limpar: lista(r.get(3)?), so_alterar: de_json(r.get(4)?), dono: None };
            Ok(Achada { numero: natural(r.get(0)?), id: r.get(1)?, corpo })
        })
        .optional()
        .map_err(|e| sql(&e, self.caminho.as_deref()))
    }

    /// Up to `quantas` of the rows that wait after `depois_de` and say whose they are: number, body and document.
    pub(crate) fn com_dono(&self, depois_de: u64, quantas: usize) -> Result<Vec<(u64, String, String)>, Error> {
        let onde = self.caminho.as_deref();
        let mut stmt = self.stmt(
            "SELECT c.numero, c.dados, c.dono FROM corpo c JOIN linha l USING (numero)
             WHERE c.numero > ? AND c.dono IS NOT NULL AND l.estado = 0 ORDER BY c.numero LIMIT ?",
        )?;
        let quantas = i64::try_from(quantas).unwrap_or(i64::MAX);
        let linhas =
            stmt.query_map(params![inteiro(depois_de), quantas], |r| Ok((natural(r.get(0)?), r.get(1)?, r.get(2)?)));
        linhas.and_then(Iterator::collect).map_err(|e| sql(&e, onde))
    }

    /// Up to `quantas` keys of the rows that wait undecided after `depois_de`, and the last row looked at.
    pub(crate) fn chaves_em_espera(&self, depois_de: u64, quantas: usize) -> Result<Vec<(u64, String)>, Error> {
        let onde = self.caminho.as_deref();
        let mut stmt = self.stmt(
            "SELECT numero, chave FROM linha WHERE numero > ? AND estado = 0 AND operacao = 0 AND chave IS NOT NULL
             ORDER BY numero LIMIT ?",
        )?;
        let quantas = i64::try_from(quantas).unwrap_or(i64::MAX);
        let chaves = stmt.query_map(params![inteiro(depois_de), quantas], |r| Ok((natural(r.get(0)?), r.get(1)?)));
        chaves.and_then(Iterator::collect).map_err(|e| sql(&e, onde))
    }

    /// Writes what comparing rows with the platform's records decided.
    pub(crate) fn decidir(&mut self, decisoes: &[Decisao]) -> Result<(), Error> {
        let colunas = self.colunas();
        self.transacao(|tx| {
            for d in decisoes {
                let numero = inteiro(d.numero);
                match &d.como {
                    Decidido::Inalterado => {
                        tx.prepare_cached(
                            "UPDATE linha SET estado = 2, codigo = 'unchanged', id = ? WHERE numero = ?",
                        )?
                        .execute(params![d.id, numero])?;
                    }
                    Decidido::Alterar(dados) => {
                        tx.prepare_cached("UPDATE linha SET operacao = 2, id = ? WHERE numero = ?")?
                            .execute(params![d.id, numero])?;
                        tx.prepare_cached("UPDATE corpo SET dados = ? WHERE numero = ?")?
                            .execute(params![dados, numero])?;
                    }
                    Decidido::Remover => {
                        tx.prepare_cached("UPDATE linha SET operacao = 3, id = ? WHERE numero = ?")?
                            .execute(params![d.id, numero])?;
                    }
                    Decidido::Rejeitado(problemas) => rejeitar(tx, numero, problemas, &colunas)?,
                }
            }
            Ok(())
        })
    }

    /// Ends the comparison: what the platform does not have is to be included, and what is good for a change only is
    /// rejected for what an include would lack.
    pub(crate) fn concluir_comparacao(&mut self) -> Result<(), Error> {
        let colunas = self.colunas();
        self.transacao(|tx| {
            let mut stmt = tx.prepare(
                "SELECT numero, so_alterar FROM corpo WHERE so_alterar IS NOT NULL
                 AND numero IN (SELECT numero FROM linha WHERE estado = 0 AND operacao = 0)",
            )?;
            let mut rows = stmt.query([])?;
            while let Some(row) = rows.next()? {
                rejeitar(tx, row.get(0)?, &de_json(row.get(1)?), &colunas)?;
            }
            tx.execute("UPDATE linha SET operacao = 1 WHERE estado = 0 AND operacao = 0", [])?;
            gravar_meta(tx, "fase", Fase::Envio.name())
        })?;
        self.fase = Fase::Envio;
        Ok(())
    }

    /// Ends a check that asks no platform: rows that are good for a change only say what an include would lack.
    pub(crate) fn avisar_faltas(&mut self) -> Result<(), Error> {
        let colunas = self.colunas();
        self.transacao(|tx| {
            let mut stmt = tx.prepare(
                "SELECT c.numero, c.so_alterar, l.problemas FROM corpo c JOIN linha l USING (numero)
                 WHERE c.so_alterar IS NOT NULL AND l.estado = 0",
            )?;
            let mut rows = stmt.query([])?;
            while let Some(row) = rows.next()? {
                let mut problemas = vec![so_para_alterar()];
                problemas.extend(de_json(row.get(1)?));
                problemas.extend(de_json(row.get(2)?));
                for problema in &mut problemas {
                    problema.aviso = true;
                    colunas.situar(problema);
                }
                tx.prepare_cached("UPDATE linha SET codigo = ?, problemas = ? WHERE numero = ?")?.execute(params![
                    SO_PARA_ALTERAR,
                    em_json(&problemas),
                    row.get::<_, i64>(0)?
                ])?;
            }
            Ok(())
        })
    }

    /// Records outcomes, and takes up to `quantas` of the rows that wait after `depois_de`: in one transaction, on
    /// disk when it returns, so that a row is known to be on its way before it is. Outcomes alone need not reach the
    /// disk: one that is lost to a power failure leaves its row in doubt, which is settled when the batch is resumed.
    pub(crate) fn trocar(
        &mut self,
        desfechos: &[Desfecho],
        depois_de: u64,
        quantas: usize,
    ) -> Result<Vec<Tarefa>, Error> {
        self.durar(quantas > 0)?;
        let depois_de = inteiro(depois_de);
        let quantas = i64::try_from(quantas).unwrap_or(i64::MAX);
        self.transacao(|tx| {
            for d in desfechos {
                registrar(tx, d)?;
            }
            if quantas == 0 {
                return Ok(Vec::new());
            }
            let mut stmt = tx.prepare_cached(
                "SELECT l.numero, l.chave, l.operacao, l.id, c.dados, c.limpar, l.geracao, l.duvida
                 FROM linha l JOIN corpo c USING (numero)
                 WHERE l.estado = 0 AND l.numero > ? ORDER BY l.numero LIMIT ?",
            )?;
            let tarefas: Vec<Tarefa> = stmt
                .query_map(params![depois_de, quantas], |r| {
                    Ok(Tarefa {
                        numero: natural(r.get(0)?),
                        chave: r.get(1)?,
                        acao: Acao::from_number(r.get(2)?),
                        id: r.get(3)?,
                        dados: r.get(4)?,
                        limpar: lista(r.get(5)?),
                        geracao: r.get(6)?,
                        duvida: r.get(7)?,
                        falhas: 0,
                        pausas: 0,
                    })
                })?
                .collect::<rusqlite::Result<_>>()?;
            let mut marcar = tx.prepare_cached("UPDATE linha SET estado = 1 WHERE numero = ?")?;
            for t in &tarefas {
                marcar.execute([inteiro(t.numero)])?;
            }
            Ok(tarefas)
        })
    }
}

fn registrar(tx: &Transaction<'_>, d: &Desfecho) -> rusqlite::Result<()> {
    let numero = inteiro(d.numero);
    let fim = |estado: Estado, codigo: Option<&str>, id: Option<&str>, problemas: Option<String>| {
        tx.prepare_cached(
            "UPDATE linha SET estado = ?, codigo = ?, id = coalesce(?, id), problemas = coalesce(?, problemas),
             tentativas = tentativas + ? WHERE numero = ?",
        )?
        .execute(params![estado.number(), codigo, id, problemas, d.tentativas, numero])
    };
    match &d.como {
        Como::Feito { efeito, id } => fim(Estado::Feito, Some(efeito.name()), id.as_deref(), None)?,
        Como::Recusado(p) => fim(Estado::Recusado, primeiro_codigo(p), None, em_json(p))?,
        Como::Desconhecido(p) => fim(Estado::Desconhecido, primeiro_codigo(p), None, em_json(p))?,
        Como::DeVolta { duvida, nova_chave } => tx
            .prepare_cached(
                "UPDATE linha SET estado = 0, duvida = ?, geracao = geracao + ?, tentativas = tentativas + ? WHERE numero = ?",
            )?
            .execute(params![duvida, i64::from(*nova_chave), d.tentativas, numero])?,
        Como::Outra { acao, id, dados } => {
            if let Some(dados) = dados {
                tx.prepare_cached("UPDATE corpo SET dados = ? WHERE numero = ?")?.execute(params![dados, numero])?;
            }
            tx.prepare_cached(
                "UPDATE linha SET estado = 0, duvida = 0, geracao = geracao + 1, operacao = ?, id = ?, tentativas = tentativas + ?
                 WHERE numero = ?",
            )?
            .execute(params![acao.number(), id, d.tentativas, numero])?
        }
    };
    Ok(())
}

fn rejeitar(
    tx: &Transaction<'_>,
    numero: i64,
    problemas: &[ProblemaDaLinha],
    colunas: &Colunas,
) -> rusqlite::Result<()> {
    let anteriores: Option<String> =
        tx.prepare_cached("SELECT problemas FROM linha WHERE numero = ?")?.query_row([numero], |r| r.get(0))?;
    let mut todos: Vec<ProblemaDaLinha> = de_json(anteriores);
    todos.extend_from_slice(problemas);
    for problema in &mut todos {
        colunas.situar(problema);
    }
    tx.prepare_cached("UPDATE linha SET estado = 3, codigo = ?, problemas = ? WHERE numero = ?")?.execute(params![
        primeiro_codigo(&todos),
        em_json(&todos),
        numero
    ])?;
    Ok(())
}

/// The code of a row that is good for a change only, when nobody asked whether there is something to change.
pub(super) const SO_PARA_ALTERAR: &str = "so_para_alterar";

fn so_para_alterar() -> ProblemaDaLinha {
    ProblemaDaLinha::novo(
        None,
        SO_PARA_ALTERAR,
        "só serve para alterar um registro que já existe; para incluir um novo, falta",
        "good only for changing a record that exists; a new one lacks",
    )
}

fn primeiro_codigo(problemas: &[ProblemaDaLinha]) -> Option<&str> {
    problemas.iter().find(|p| !p.aviso).or(problemas.first()).map(|p| p.codigo.as_str())
}

fn em_json(problemas: &[ProblemaDaLinha]) -> Option<String> {
    (!problemas.is_empty()).then(|| serde_json::to_string(problemas).unwrap_or_default())
}

pub(super) fn de_json(texto: Option<String>) -> Vec<ProblemaDaLinha> {
    texto.and_then(|t| serde_json::from_str(&t).ok()).unwrap_or_default()
}

fn lista(texto: Option<String>) -> Vec<String> {
    texto.map(|t| t.split(',').map(str::to_owned).collect()).unwrap_or_default()
}
