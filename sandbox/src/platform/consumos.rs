use smartbill_core::model::{Consumo, SituacaoContrato, TipoCobranca};
use smartbill_core::validate::{Finding, Problem, Severity};
use smartbill_core::{Competencia, Value};

use crate::collection;
use crate::consumos::{Row, State};
use crate::platform::contratos::reference;
use crate::platform::{Effect, Platform};
use crate::refusal::Refusal;

impl Platform {
    /// Adds usage. The same record with the same external identifier is neither a second record nor an error.
    pub(crate) fn consumo_incluir(&mut self, consumo: &Consumo) -> Result<(Consumo, Effect), Refusal> {
        let new = self.row(consumo)?;
        if let Some(external) = &consumo.id_externo
            && let Some(other) = self.store.consumos.by_external(external)
        {
            self.duplicates += 1;
            return match self.store.consumos.get(other) {
                Some(row) if row.same_content(&new) => Ok((self.consumo_at(other)?, Effect::AlreadyDone)),
                _ => Err(Refusal::repeated(Consumo::SCHEMA, "idExterno", &collection::id(other))),
            };
        }
        let contrato = new.contrato;
        let index = self.store.consumos.push(new);
        if let Some(contrato) = self.store.contratos.get_mut(contrato) {
            contrato.consumos.push(index);
        }
        Ok((self.consumo_at(index)?, Effect::Created))
    }

    pub(crate) fn consumo_alterar(&mut self, id: &str, change: &Value<'_>) -> Result<(Consumo, Effect), Refusal> {
        let index = self.pending_consumo(id)?;
        let mut current = self.consumo_at(index)?;
        // A reference has two forms. The form that the change gives counts.
        let names_any = |names: [&str; 2]| names.iter().any(|n| change.field(n).is_some_and(|v| *v != Value::Null));
        if names_any(["contratoCodigoExterno", "contrato_codigo_externo"]) {
            current.contrato_id = None;
        }
        if names_any(["servicoCodigo", "servico_codigo"]) {
            current.servico_id = None;
        }
        (current.contrato_codigo_externo, current.servico_codigo) = (None, None);
        let new: Consumo = self.merged(&current, change)?;
        let new_line = self.row(&new)?;
        let Some(row) = self.store.consumos.get(index) else {
            return Err(Refusal::not_found("o consumo", "usage record"));
        };
        if row.same_content(&new_line) {
            return Ok((self.consumo_at(index)?, Effect::Equal));
        }
        if let Some(external) = &new.id_externo
            && let Some(other) = self.store.consumos.by_external(external).filter(|other| *other != index)
        {
            return Err(Refusal::repeated(Consumo::SCHEMA, "idExterno", &collection::id(other)));
        }
        let (before, after) = (row.contrato, new_line.contrato);
        self.store.consumos.replace(index, new_line);
        if before != after {
            if let Some(contrato) = self.store.contratos.get_mut(before) {
                contrato.consumos.retain(|i| *i != index);
            }
            if let Some(contrato) = self.store.contratos.get_mut(after) {
                contrato.consumos.push(index);
            }
        }
        Ok((self.consumo_at(index)?, Effect::Changed))
    }

    pub(crate) fn consumo_remover(&mut self, id: &str) -> Result<(Consumo, Effect), Refusal> {
        if let Some(index) = self.store.consumos.by_id(id).filter(|i| self.removed_consumo(*i)) {
            return Ok((self.consumo_at(index)?, Effect::AlreadyDone));
        }
        let index = self.pending_consumo(id)?;
        self.store.consumos.remover(index, self.now);
        Ok((self.consumo_at(index)?, Effect::Changed))
    }

    pub(crate) fn removed_consumo(&self, index: u32) -> bool {
        self.store.consumos.get(index).is_some_and(|l| l.state == State::Removed)
    }

    pub(crate) fn consumo(&self, id: &str) -> Result<Consumo, Refusal> {
        let index = self.store.consumos.by_id(id);
        self.consumo_at(index.ok_or_else(|| Refusal::not_found("o consumo", "usage record"))?)
    }

    /// The record at `index` in the form of an answer.
    pub(crate) fn consumo_at(&self, index: u32) -> Result<Consumo, Refusal> {
        let row = self.store.consumos.get(index);
        let row = row.ok_or_else(|| Refusal::not_found("o consumo", "usage record"))?;
        let contrato = self.store.contratos.get(row.contrato).and_then(|c| c.model.codigo_externo.as_deref());
        let servico = self.store.servicos.get(row.servico).and_then(|s| s.codigo.as_deref());
        Ok(row.model(index, contrato, servico))
    }

    /// The index of the record `id`, if it may still be changed.
    fn pending_consumo(&self, id: &str) -> Result<u32, Refusal> {
        let hit = self.store.consumos.by_id(id).and_then(|i| Some((i, self.store.consumos.get(i)?)));
        match hit {
            Some((index, row)) if row.state == State::Pending => Ok(index),
            Some((_, row)) if matches!(row.state, State::Faturado(_)) => Err(Refusal::new(
                409,
                "consumo_faturado",
                "o consumo já foi faturado e não pode ser mudado",
                "the usage was billed already and cannot be changed",
            )),
            _ => Err(Refusal::not_found("o consumo", "usage record")),
        }
    }

    /// Makes the stored record of `consumo`: resolves its references, and checks that its contract accepts usage.
    fn row(&self, consumo: &Consumo) -> Result<Row, Refusal> {
        let schema = Consumo::SCHEMA;
        let contrato = self.contrato_by(consumo.contrato_id.as_ref(), consumo.contrato_codigo_externo.as_deref());
        let contrato_field = if consumo.contrato_id.is_some() { "contratoId" } else { "contratoCodigoExterno" };
        let hit = contrato.and_then(|i| Some((i, self.store.contratos.get(i)?)));
        let (contrato_index, contrato) =
            hit.ok_or_else(|| reference(schema, contrato_field, "o contrato", "contract"))?;
        let situacao = contrato.situacao(self.today);
        if situacao != SituacaoContrato::Ativo {
            return Err(Refusal::field(
                schema,
                contrato_field,
                "contrato_nao_ativo",
                format!("o contrato está em `{situacao}`; só um contrato `ATIVO` recebe consumo"),
                format!("the contract is in `{situacao}`; only an `ATIVO` contract takes usage"),
            ));
        }
        let servico = self.servico_by(consumo.servico_id.as_ref(), consumo.servico_codigo.as_deref());
        let servico_field = if consumo.servico_id.is_some() { "servicoId" } else { "servicoCodigo" };
        let servico = servico.ok_or_else(|| reference(schema, servico_field, "o serviço", "service"))?;
        let metered = self.store.servicos.get(servico).is_some_and(|s| s.tipo_cobranca == Some(TipoCobranca::Consumo));
        if !metered || !contrato.servicos.contains(&servico) {
            return Err(Refusal::field(
                schema,
                servico_field,
                "servico_fora_do_contrato",
                "o serviço não é um item de consumo do contrato",
                "the service is no usage item of the contract",
            ));
        }
        let row = Row::new(consumo, contrato_index, servico, self.now);
        let row = row.ok_or_else(|| missing_field(schema, "competencia"))?;
        let term = Competencia::of(contrato.start())..=Competencia::of(contrato.end());
        if !term.contains(&row.competencia) {
            let (from, until) = (term.start(), contrato.model.data_fim.map(Competencia::of));
            let until = until.map(|until| format!(" a `{until}`")).unwrap_or_default();
            return Err(Refusal::field(
                schema,
                "competencia",
                "fora_da_vigencia",
                format!("fora da vigência do contrato: de `{from}`{until}"),
                format!("outside the contract's term, which begins in `{from}`"),
            ));
        }
        Ok(row)
    }
}

/// The refusal of a record without the field at `path`.
pub(crate) fn missing_field(schema: &'static smartbill_core::model::Schema, path: &str) -> Refusal {
    let finding = Finding::new(path, Severity::Error, Problem::Required);
    let message = |language| finding.message(language);
    let (pt, en) = (message(smartbill_core::Language::PtBr), message(smartbill_core::Language::En));
    Refusal::field(schema, path, Problem::Required.code(), pt, en)
}
