use smartbill_core::model::{Consumo, SituacaoContrato, TipoCobranca};
use smartbill_core::validate::Problem;
use smartbill_core::{Competencia, Valor};

use crate::consumos::{Estado, Linha};
use crate::erro::Erro;
use crate::plataforma::contratos::referencia;
use crate::plataforma::{Plataforma, Resultado};
use crate::store;

impl Plataforma {
    /// Adds usage. The same record under the same external identifier is no second one, and no error.
    pub(crate) fn consumo_incluir(&mut self, consumo: &Consumo) -> Result<(Consumo, Resultado), Erro> {
        let nova = self.linha(consumo)?;
        if let Some(externo) = &consumo.id_externo
            && let Some(outro) = self.store.consumos.por_externo(externo)
        {
            self.repetidos += 1;
            return match self.store.consumos.get(outro) {
                Some(linha) if linha.mesmo_conteudo(&nova) => Ok((self.consumo_em(outro)?, Resultado::JaFeito)),
                _ => Err(Erro::repetido(Consumo::ESQUEMA, "idExterno", &store::id(outro))),
            };
        }
        let contrato = nova.contrato;
        let indice = self.store.consumos.push(nova);
        if let Some(contrato) = self.store.contratos.get_mut(contrato) {
            contrato.consumos.push(indice);
        }
        Ok((self.consumo_em(indice)?, Resultado::Criado))
    }

    pub(crate) fn consumo_alterar(&mut self, id: &str, mudanca: &Valor<'_>) -> Result<(Consumo, Resultado), Erro> {
        let indice = self.consumo_pendente(id)?;
        let mut atual = self.consumo_em(indice)?;
        // A reference has two names; the one that the change gives is the one that counts.
        let nomeia = |nomes: [&str; 2]| nomes.iter().any(|n| mudanca.campo(n).is_some_and(|v| *v != Valor::Nulo));
        if nomeia(["contratoCodigoExterno", "contrato_codigo_externo"]) {
            atual.contrato_id = None;
        }
        if nomeia(["servicoCodigo", "servico_codigo"]) {
            atual.servico_id = None;
        }
        (atual.contrato_codigo_externo, atual.servico_codigo) = (None, None);
        let novo: Consumo = self.mesclado(&atual, mudanca)?;
        let linha_nova = self.linha(&novo)?;
        let Some(linha) = self.store.consumos.get(indice) else {
            return Err(Erro::nao_encontrado("o consumo", "usage record"));
        };
        if linha.mesmo_conteudo(&linha_nova) {
            return Ok((self.consumo_em(indice)?, Resultado::Igual));
        }
        if let Some(externo) = &novo.id_externo
            && let Some(outro) = self.store.consumos.por_externo(externo).filter(|outro| *outro != indice)
        {
            return Err(Erro::repetido(Consumo::ESQUEMA, "idExterno", &store::id(outro)));
        }
        let (antes, depois) = (linha.contrato, linha_nova.contrato);
        self.store.consumos.substituir(indice, linha_nova);
        if antes != depois {
            if let Some(contrato) = self.store.contratos.get_mut(antes) {
                contrato.consumos.retain(|i| *i != indice);
            }
            if let Some(contrato) = self.store.contratos.get_mut(depois) {
                contrato.consumos.push(indice);
            }
        }
        Ok((self.consumo_em(indice)?, Resultado::Alterado))
    }

    pub(crate) fn consumo_remover(&mut self, id: &str) -> Result<(Consumo, Resultado), Erro> {
        if let Some(indice) = self.store.consumos.por_id(id).filter(|i| self.consumo_removido(*i)) {
            return Ok((self.consumo_em(indice)?, Resultado::JaFeito));
        }
        let indice = self.consumo_pendente(id)?;
        self.store.consumos.remover(indice, self.agora);
        Ok((self.consumo_em(indice)?, Resultado::Alterado))
    }

    pub(crate) fn consumo_removido(&self, indice: u32) -> bool {
        self.store.consumos.get(indice).is_some_and(|l| l.estado == Estado::Removido)
    }

    pub(crate) fn consumo(&self, id: &str) -> Result<Consumo, Erro> {
        let indice = self.store.consumos.por_id(id);
        self.consumo_em(indice.ok_or_else(|| Erro::nao_encontrado("o consumo", "usage record"))?)
    }

    /// The record at `indice`, as it is answered.
    pub(crate) fn consumo_em(&self, indice: u32) -> Result<Consumo, Erro> {
        let linha = self.store.consumos.get(indice);
        let linha = linha.ok_or_else(|| Erro::nao_encontrado("o consumo", "usage record"))?;
        let contrato = self.store.contratos.get(linha.contrato).and_then(|c| c.modelo.codigo_externo.as_deref());
        let servico = self.store.servicos.get(linha.servico).and_then(|s| s.codigo.as_deref());
        Ok(linha.modelo(indice, contrato, servico))
    }

    /// The record that `id` names, if it may still be changed.
    fn consumo_pendente(&self, id: &str) -> Result<u32, Erro> {
        let achado = self.store.consumos.por_id(id).and_then(|i| Some((i, self.store.consumos.get(i)?)));
        match achado {
            Some((indice, linha)) if linha.estado == Estado::Pendente => Ok(indice),
            Some((_, linha)) if matches!(linha.estado, Estado::Faturado(_)) => Err(Erro::new(
                409,
                "consumo_faturado",
                "o consumo já foi faturado e não pode ser mudado",
                "the usage was billed already and cannot be changed",
            )),
            _ => Err(Erro::nao_encontrado("o consumo", "usage record")),
        }
    }

    /// The record that `consumo` describes, its references resolved and its contract in a state to take it.
    fn linha(&self, consumo: &Consumo) -> Result<Linha, Erro> {
        let esquema = Consumo::ESQUEMA;
        let contrato = self.contrato_por(consumo.contrato_id.as_ref(), consumo.contrato_codigo_externo.as_deref());
        let campo_contrato = if consumo.contrato_id.is_some() { "contratoId" } else { "contratoCodigoExterno" };
        let achado = contrato.and_then(|i| Some((i, self.store.contratos.get(i)?)));
        let (indice_contrato, contrato) =
            achado.ok_or_else(|| referencia(esquema, campo_contrato, "o contrato", "contract"))?;
        let situacao = contrato.situacao(self.hoje);
        if situacao != SituacaoContrato::Ativo {
            return Err(Erro::campo(
                esquema,
                campo_contrato,
                "contrato_nao_ativo",
                format!("o contrato está em `{situacao}`; só um contrato `ATIVO` recebe consumo"),
                format!("the contract is in `{situacao}`; only an `ATIVO` contract takes usage"),
            ));
        }
        let servico = self.servico_por(consumo.servico_id.as_ref(), consumo.servico_codigo.as_deref());
        let campo_servico = if consumo.servico_id.is_some() { "servicoId" } else { "servicoCodigo" };
        let servico = servico.ok_or_else(|| referencia(esquema, campo_servico, "o serviço", "service"))?;
        let medido = self.store.servicos.get(servico).is_some_and(|s| s.tipo_cobranca == Some(TipoCobranca::Consumo));
        if !medido || !contrato.servicos.contains(&servico) {
            return Err(Erro::campo(
                esquema,
                campo_servico,
                "servico_fora_do_contrato",
                "o serviço não é um item de consumo do contrato",
                "the service is no usage item of the contract",
            ));
        }
        let linha = Linha::nova(consumo, indice_contrato, servico, self.agora);
        let linha = linha.ok_or_else(|| campo_ausente(esquema, "competencia"))?;
        let vigencia = Competencia::of(contrato.inicio())..=Competencia::of(contrato.fim());
        if !vigencia.contains(&linha.competencia) {
            let (de, ate) = (vigencia.start(), contrato.modelo.data_fim.map(Competencia::of));
            let ate = ate.map(|ate| format!(" a `{ate}`")).unwrap_or_default();
            return Err(Erro::campo(
                esquema,
                "competencia",
                "fora_da_vigencia",
                format!("fora da vigência do contrato: de `{de}`{ate}"),
                format!("outside the contract's term, which begins in `{de}`"),
            ));
        }
        Ok(linha)
    }
}

fn campo_ausente(esquema: &'static smartbill_core::model::Esquema, caminho: &str) -> Erro {
    let problema = Problem::Required;
    let mensagem = |idioma| problema.message(idioma);
    Erro::campo(
        esquema,
        caminho,
        problema.code(),
        mensagem(smartbill_core::Idioma::PtBr),
        mensagem(smartbill_core::Idioma::En),
    )
}
