//! The queue: rows as they are read, decided, taken for sending and done with.

use rusqlite::{OptionalExtension, Transaction, params};

use super::arquivo::sql;
use super::{COM_IDS, Fase, Journal, gravar_meta, inteiro, natural};
use crate::Error;
use crate::batch::linha::{
    Acao, Achada, Colunas, Como, Corpo, Decidido, Decisao, Desfecho, Estado, Ignorada, NovaLinha, ProblemaDaLinha,
    Tarefa,
};
use crate::batch::recurso::{chave_por_codigo, id_da_chave};

impl Journal {
    /// Writes rows that were read.
    pub(crate) fn inserir(&mut self, linhas: &[NovaLinha]) -> Result<(), Error> {
        if !self.com_ids && linhas.iter().any(|l| l.chave.as_deref().and_then(id_da_chave).is_some()) {
            self.com_ids = true;
            self.gravar(COM_IDS, "1")?;
        }
        self.transacao(|tx| {
            let mut linha = tx.prepare_cached(
                "INSERT INTO linha (numero, chave, estado, codigo, problemas, likeness) VALUES (?, ?, ?, ?, ?, ?)",
            )?;
            let mut corpo = tx
                .prepare_cached("INSERT INTO corpo (numero, dados, limpar, so_alterar, dono) VALUES (?, ?, ?, ?, ?)")?;
            for l in linhas {
                let numero = inteiro(l.numero);
                let estado = if l.corpo.is_some() { Estado::Pendente } else { Estado::Rejeitado };
                let codigo = if l.corpo.is_some() { None } else { primeiro_codigo(&l.problemas) };
                linha.execute(params![numero, l.chave, estado.number(), codigo, em_json(&l.problemas), l.likeness])?;
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

    /// Adds a warning to every row without an identity that says the same as another such row, which it names.
    pub(crate) fn warn_of_identical(&mut self, warning: impl Fn(u64) -> ProblemaDaLinha) -> Result<(), Error> {
        self.transacao(|tx| {
            let mut stmt = tx.prepare(
                "SELECT c.numero, c.dados, c.limpar FROM corpo c JOIN linha l USING (numero)
                 WHERE l.chave IS NULL AND l.estado = 0 ORDER BY c.dados, c.limpar, c.numero",
            )?;
            let mut rows = stmt.query([])?;
            let mut first: Option<(i64, String, Option<String>)> = None;
            let mut pairs: Vec<(i64, i64)> = Vec::new();
            let mut second = false;
            while let Some(row) = rows.next()? {
                let this: (i64, String, Option<String>) = (row.get(0)?, row.get(1)?, row.get(2)?);
                match &first {
                    Some((numero, dados, limpar)) if (dados, limpar) == (&this.1, &this.2) => {
                        if !std::mem::replace(&mut second, true) {
                            pairs.push((*numero, this.0));
                        }
                        pairs.push((this.0, *numero));
                    }
                    _ => (first, second) = (Some(this), false),
                }
            }
            for (numero, other) in pairs {
                let mut problemas = avisos(tx, numero)?;
                problemas.push(warning(natural(other)));
                tx.prepare_cached("UPDATE linha SET problemas = ? WHERE numero = ?")?
                    .execute(params![em_json(&problemas), numero])?;
            }
            Ok(())
        })
    }

    /// Whether a row without an identity waits for what to do with it.
    pub(crate) fn has_unidentified(&self) -> Result<bool, Error> {
        let mut stmt =
            self.stmt("SELECT EXISTS (SELECT 1 FROM linha WHERE chave IS NULL AND estado = 0 AND operacao = 0)")?;
        stmt.query_row([], |r| r.get(0)).map_err(|e| sql(&e, self.caminho.as_deref()))
    }

    /// The rows without an identity that have this likeness and wait: number and body.
    pub(crate) fn alike(&self, likeness: &str) -> Result<Vec<(u64, String)>, Error> {
        let mut stmt = self.stmt(
            "SELECT numero, dados FROM linha JOIN corpo USING (numero)
             WHERE likeness = ? AND likeness IS NOT NULL AND estado = 0 AND operacao = 0",
        )?;
        let rows = stmt.query_map([likeness], |r| Ok((natural(r.get(0)?), r.get(1)?)));
        rows.and_then(Iterator::collect).map_err(|e| sql(&e, self.caminho.as_deref()))
    }

    /// Rejects every row without an identity that waits for what to do with it.
    pub(crate) fn refuse_unidentified(&mut self, problema: &ProblemaDaLinha) -> Result<(), Error> {
        let colunas = self.colunas();
        self.transacao(|tx| {
            let mut stmt =
                tx.prepare("SELECT numero FROM linha WHERE chave IS NULL AND estado = 0 AND operacao = 0")?;
            let numeros: Vec<i64> = stmt.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
            for numero in numeros {
                rejeitar(tx, numero, std::slice::from_ref(problema), &colunas)?;
            }
            Ok(())
        })
    }

    /// Takes back that rows were rejected for want of an identity, with one of `codes`.
    pub(crate) fn readmit_unidentified(&mut self, codes: [&str; 2]) -> Result<(), Error> {
        let sent = self.fase == Fase::Envio;
        self.transacao(|tx| {
            let mut stmt = tx.prepare(
                "SELECT numero FROM linha JOIN corpo USING (numero) WHERE chave IS NULL AND estado = 3 AND codigo IN (?, ?)",
            )?;
            let numeros: Vec<i64> = stmt.query_map(codes, |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
            for numero in numeros {
                let avisos = avisos(tx, numero)?;
                tx.prepare_cached(
                    "UPDATE linha SET estado = 0, codigo = NULL, problemas = ?, operacao = ? WHERE numero = ?",
                )?
                .execute(params![em_json(&avisos), i64::from(sent), numero])?;
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
            tx.execute_batch(
                "CREATE INDEX IF NOT EXISTS linha_chave ON linha (chave);
                 CREATE INDEX IF NOT EXISTS linha_likeness ON linha (likeness) WHERE likeness IS NOT NULL;",
            )?;
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

    /// Whether a row waits that has no code: nothing keeps the platform from making two records of it.
    pub(crate) fn waits_without_code(&self) -> Result<bool, Error> {
        let mut stmt = self.stmt(
            "SELECT EXISTS (SELECT 1 FROM linha WHERE estado = 0 AND operacao < 2
                            AND (chave IS NULL OR substr(chave, 1, length(?1)) <> ?1))",
        )?;
        stmt.query_row([chave_por_codigo("")], |r| r.get(0)).map_err(|e| sql(&e, self.caminho.as_deref()))
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

    /// At `now`, in seconds: records outcomes, and takes up to `quantas` of the rows that wait after `depois_de`: in one transaction, on
    /// disk when it returns, so that a row is known to be on its way before it is. Outcomes alone need not reach the
    /// disk: one that is lost to a power failure leaves its row in doubt, which is settled when the batch is resumed.
    pub(crate) fn trocar(
        &mut self,
        desfechos: &[Desfecho],
        depois_de: u64,
        quantas: usize,
        now: i64,
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
                "SELECT l.numero, l.chave, l.operacao, l.id, c.dados, c.limpar, l.geracao, l.duvida, l.sent_at
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
                        duvida: r.get::<_, i64>(7)? != 0,
                        under_old_key: r.get::<_, i64>(7)? == UNDER_OLD_KEY,
                        sent_at: r.get(8)?,
                        falhas: 0,
                        pausas: 0,
                    })
                })?
                .collect::<rusqlite::Result<_>>()?;
            let mut marcar = tx.prepare_cached("UPDATE linha SET estado = 1, sent_at = ? WHERE numero = ?")?;
            for t in &tarefas {
                marcar.execute([now, inteiro(t.numero)])?;
            }
            Ok(tarefas)
        })
    }
}

/// What `duvida` says of a row whose earlier attempt went out under a key that is not the row's any more.
const UNDER_OLD_KEY: i64 = 2;

fn registrar(tx: &Transaction<'_>, d: &Desfecho) -> rusqlite::Result<()> {
    let numero = inteiro(d.numero);
    let fim = |estado: Estado, codigo: Option<&str>, id: Option<&str>, problemas: &[ProblemaDaLinha]| {
        // What reading the row found stays; what an earlier attempt met is past.
        let avisos = avisos(tx, numero)?;
        let problemas: Vec<_> = avisos.into_iter().chain(problemas.iter().cloned()).collect();
        let doubt = match estado {
            Estado::Desconhecido => None,
            // An attempt before the refused one may still arrive: the next run offers the row under the same key.
            Estado::Recusado if d.doubt => Some(1),
            _ => Some(0),
        };
        tx.prepare_cached(
            "UPDATE linha SET estado = ?, codigo = ?, id = coalesce(?, id), problemas = ?, duvida = coalesce(?, duvida),
             tentativas = tentativas + ? WHERE numero = ?",
        )?
        .execute(params![estado.number(), codigo, id, em_json(&problemas), doubt, d.tentativas, numero])
    };
    match &d.como {
        Como::Feito { efeito, id } => fim(Estado::Feito, Some(efeito.name()), id.as_deref(), &[])?,
        Como::Recusado(p) => fim(Estado::Recusado, primeiro_codigo(p), None, p)?,
        Como::Desconhecido(p) => fim(Estado::Desconhecido, primeiro_codigo(p), None, p)?,
        Como::DeVolta { duvida, nova_chave } => tx
            .prepare_cached(
                "UPDATE linha SET estado = 0, duvida = CASE WHEN ?1 = 0 THEN 0 ELSE max(duvida, ?1) END,
                 geracao = geracao + ?2, tentativas = tentativas + ?3 WHERE numero = ?4",
            )?
            .execute(params![
                if *duvida && *nova_chave { UNDER_OLD_KEY } else { i64::from(*duvida) },
                i64::from(*nova_chave),
                d.tentativas,
                numero
            ])?,
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

/// Leaves of what is wrong with rows that are offered again the warnings alone.
pub(super) fn forget_errors(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    let mut stmt =
        tx.prepare("SELECT numero, problemas FROM linha WHERE estado IN (4, 5) AND problemas IS NOT NULL")?;
    let mut rows = stmt.query([])?;
    while let Some(row) = rows.next()? {
        let avisos: Vec<_> = de_json(row.get(1)?).into_iter().filter(|p| p.aviso).collect();
        tx.prepare_cached("UPDATE linha SET problemas = ? WHERE numero = ?")?
            .execute(params![em_json(&avisos), row.get::<_, i64>(0)?])?;
    }
    Ok(())
}

/// The warnings of a row.
fn avisos(tx: &Transaction<'_>, numero: i64) -> rusqlite::Result<Vec<ProblemaDaLinha>> {
    let mut stmt = tx.prepare_cached("SELECT problemas FROM linha WHERE numero = ?")?;
    let problemas = de_json(stmt.query_row([numero], |r| r.get(0))?);
    Ok(problemas.into_iter().filter(|p| p.aviso).collect())
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
