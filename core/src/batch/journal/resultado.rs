//! What became of the rows, read by pages.

use rusqlite::Row;

use super::arquivo::{nomear, sql};
use super::fila::{SO_PARA_ALTERAR, de_json};
use super::{Journal, inteiro, natural};
use crate::batch::linha::{Acao, Contagem, Estado, Ignorada, ResultadoDaLinha};
use crate::batch::recurso::codigo_publico;
use crate::{Error, ErrorKind, Message};

impl Journal {
    /// How many rows are in each state.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn contar(&self) -> Result<Contagem, Error> {
        let mut stmt = self.stmt(
            "SELECT estado, codigo, count(*) FROM linha GROUP BY estado, CASE WHEN estado IN (0, 2) THEN codigo END",
        )?;
        let mut contagem = Contagem::default();
        let linhas =
            stmt.query_map([], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, Option<String>>(1)?, r.get::<_, i64>(2)?)));
        for linha in linhas.map_err(|e| sql(&e, self.caminho.as_deref()))? {
            let (estado, codigo, n) = linha.map_err(|e| sql(&e, self.caminho.as_deref()))?;
            let n = natural(n);
            contagem.total += n;
            if estado == 0 && codigo.as_deref() == Some(SO_PARA_ALTERAR) {
                contagem.so_alterar += n;
            }
            let campo = match (Estado::from_number(estado), codigo.as_deref()) {
                (Estado::Pendente, _) => &mut contagem.pendentes,
                (Estado::Rejeitado, _) => &mut contagem.rejeitados,
                (Estado::Recusado, _) => &mut contagem.recusados,
                (Estado::Enviando | Estado::Desconhecido, _) => &mut contagem.desconhecidos,
                (Estado::Feito, Some("created")) => &mut contagem.incluidos,
                (Estado::Feito, Some("updated")) => &mut contagem.alterados,
                (Estado::Feito, Some("unchanged")) => &mut contagem.inalterados,
                (Estado::Feito, Some("removed")) => &mut contagem.removidos,
                (Estado::Feito, _) => &mut contagem.ja_feitos,
            };
            *campo += n;
        }
        let ignoradas = self.stmt("SELECT count(*) FROM ignorada")?.query_row([], |r| r.get(0).map(natural));
        contagem.ignoradas = ignoradas.map_err(|e| sql(&e, self.caminho.as_deref()))?;
        // A row that was rejected as it was read has no body, and would not have been sent anyhow.
        let unidentified = self
            .stmt("SELECT count(*) FROM linha JOIN corpo USING (numero) WHERE chave IS NULL")?
            .query_row([], |r| r.get(0).map(natural));
        contagem.unidentified = unidentified.map_err(|e| sql(&e, self.caminho.as_deref()))?;
        Ok(contagem)
    }

    /// The rows of the sheet that are no records: totals, footers, the header again.
    ///
    /// # Errors
    /// As [`Journal::pagina`].
    pub fn ignoradas(&self) -> Result<Vec<Ignorada>, Error> {
        self.conferir_execucao()?;
        let mut stmt = self.stmt("SELECT numero, motivo, texto FROM ignorada ORDER BY numero")?;
        let linhas = stmt
            .query_map([], |r| Ok(Ignorada { linha: natural(r.get(0)?), motivo: r.get(1)?, texto: r.get(2)? }))
            .and_then(Iterator::collect);
        linhas.map_err(|e| sql(&e, self.caminho.as_deref()))
    }

    /// Hands the outcome of every row to `f`, in order, until it says to stop; `estados` limits which, none means all.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn percorrer(
        &self,
        estados: &[Estado],
        depois_de: u64,
        mut f: impl FnMut(ResultadoDaLinha) -> bool,
    ) -> Result<(), Error> {
        let onde = self.caminho.as_deref();
        let mut stmt = self.stmt(
            "SELECT numero, chave, estado, operacao, codigo, id, tentativas, problemas FROM linha WHERE numero > ? ORDER BY numero",
        )?;
        let mut rows = stmt.query([inteiro(depois_de)]).map_err(|e| sql(&e, onde))?;
        while let Some(row) = rows.next().map_err(|e| sql(&e, onde))? {
            let resultado = resultado(row).map_err(|e| sql(&e, onde))?;
            if (estados.is_empty() || estados.contains(&resultado.estado)) && !f(resultado) {
                break;
            }
        }
        Ok(())
    }

    /// Up to `quantas` outcomes of the rows after `depois_de`: what an iterator in another language reads by pages.
    ///
    /// # Errors
    /// When the file cannot be read, or was begun anew by another run after [`Journal::soltar`].
    pub fn pagina(&self, estados: &[Estado], depois_de: u64, quantas: usize) -> Result<Vec<ResultadoDaLinha>, Error> {
        self.conferir_execucao()?;
        let mut pagina = Vec::new();
        self.percorrer(estados, depois_de, |r| {
            pagina.push(r);
            pagina.len() < quantas
        })?;
        Ok(pagina)
    }

    fn conferir_execucao(&self) -> Result<(), Error> {
        if self.meta("execucao")?.as_ref() == Some(&self.execucao) {
            return Ok(());
        }
        let onde = nomear(self.caminho.as_deref());
        Err(Error::new(
            ErrorKind::Journal,
            Message::new(
                format!("o journal {onde} foi recomeçado por outra execução"),
                format!("the journal {onde} was begun anew by another run"),
            ),
        ))
    }
}

fn resultado(row: &Row<'_>) -> rusqlite::Result<ResultadoDaLinha> {
    Ok(ResultadoDaLinha {
        numero: natural(row.get(0)?),
        chave: row.get::<_, Option<String>>(1)?.as_deref().and_then(codigo_publico),
        estado: Estado::from_number(row.get(2)?),
        acao: Acao::from_number(row.get(3)?),
        codigo: row.get(4)?,
        id: row.get(5)?,
        tentativas: row.get(6)?,
        problemas: de_json(row.get(7)?),
    })
}
