use crate::Competencia;
use crate::api::{Alteravel, Obtivel};
use crate::model::{
    Cliente, Consumo, FiltroClientes, FiltroConsumos, Id, SituacaoCliente, SituacaoConsumo, diferencas,
};
use crate::planilha::{Fluxo, fluxo};

/// A model that spreadsheets bring in, row by row.
pub trait Importavel: Alteravel + Obtivel {
    /// The columns of its spreadsheets.
    const FLUXO: &'static Fluxo;
    /// Fields that name the same thing as another: the code, and the platform's identifier.
    const REFERENCIAS: &'static [(&'static str, &'static str)];

    /// The platform's identifier.
    fn id(&self) -> Option<&Id>;

    /// What else tells one record from all others, where there is no code.
    fn documento(&self) -> Option<&str>;

    /// Whether the platform keeps it only for the record, so that its code is free again.
    fn removido(&self) -> bool;

    /// The state of a record that is out of use, and that a change brings back.
    fn fora_de_uso(&self) -> Option<&'static str>;

    /// Whether a synchronisation may remove it.
    fn removivel(&self) -> bool;

    /// The month it belongs to, where its listing is worth narrowing by month.
    fn competencia(&self) -> Option<Competencia>;

    /// The contract it belongs to, by the platform's identifier or the company's own code.
    fn contrato(&self) -> Option<&str>;

    /// Whether a row that names its record by the platform's identifier alone can mean `atual`: an identifier of
    /// another account names a record of somebody else.
    fn pode_ser(&self, atual: &Self) -> bool;

    /// What every record must have that looks like this one, as one text; `None` where nothing is said that could tell.
    fn likeness(&self) -> Option<String>;

    /// Whether `atual`, which has the same [`Importavel::likeness`], may well be the record that this one would make
    /// again. What only one of the two says does not tell them apart.
    fn looks_like(&self, atual: &Self) -> bool;

    /// The filter that finds one record by its code or document.
    fn filtro_por_chave(codigo: Option<&str>, documento: Option<&str>) -> Self::Filtro;

    /// The filter that finds the records of a month; `None` where months mean nothing to it.
    fn filtro_por_competencia(competencia: Competencia) -> Option<Self::Filtro>;
}

impl Importavel for Cliente {
    const FLUXO: &'static Fluxo = &fluxo::CLIENTES;
    const REFERENCIAS: &'static [(&'static str, &'static str)] = &[];

    fn id(&self) -> Option<&Id> {
        self.id.as_ref()
    }

    fn documento(&self) -> Option<&str> {
        self.cpf_cnpj.as_deref()
    }

    /// A customer that is out of use keeps its code, so it is still the one that a row with that code means.
    fn removido(&self) -> bool {
        false
    }

    fn fora_de_uso(&self) -> Option<&'static str> {
        (self.situacao == Some(SituacaoCliente::Inativo)).then_some("INATIVO")
    }

    fn removivel(&self) -> bool {
        self.fora_de_uso().is_none()
    }

    fn competencia(&self) -> Option<Competencia> {
        None
    }

    fn contrato(&self) -> Option<&str> {
        None
    }

    fn pode_ser(&self, atual: &Self) -> bool {
        self.nome == atual.nome
    }

    fn likeness(&self) -> Option<String> {
        self.nome.clone()
    }

    fn looks_like(&self, atual: &Self) -> bool {
        diferencas(atual, self).is_empty()
    }

    fn filtro_por_chave(codigo: Option<&str>, documento: Option<&str>) -> FiltroClientes {
        FiltroClientes {
            codigo_externo: codigo.map(str::to_owned),
            cpf_cnpj: documento.map(str::to_owned),
            ..FiltroClientes::default()
        }
    }

    fn filtro_por_competencia(_: Competencia) -> Option<FiltroClientes> {
        None
    }
}

impl Importavel for Consumo {
    const FLUXO: &'static Fluxo = &fluxo::CONSUMOS;
    const REFERENCIAS: &'static [(&'static str, &'static str)] =
        &[("contratoCodigoExterno", "contratoId"), ("servicoCodigo", "servicoId")];

    fn id(&self) -> Option<&Id> {
        self.id.as_ref()
    }

    fn documento(&self) -> Option<&str> {
        None
    }

    fn removido(&self) -> bool {
        self.situacao == Some(SituacaoConsumo::Removido)
    }

    fn fora_de_uso(&self) -> Option<&'static str> {
        None
    }

    /// Usage that was billed stays.
    fn removivel(&self) -> bool {
        !self.removido() && self.faturado != Some(true) && self.situacao != Some(SituacaoConsumo::Faturado)
    }

    fn competencia(&self) -> Option<Competencia> {
        self.competencia.or_else(|| self.data_consumo.map(Competencia::of))
    }

    fn contrato(&self) -> Option<&str> {
        self.contrato_codigo_externo.as_deref().or(self.contrato_id.as_ref().map(Id::as_str))
    }

    fn pode_ser(&self, atual: &Self) -> bool {
        let igual = |de: Option<&str>, para: Option<&str>| de.is_none() || para.is_none() || de == para;
        igual(self.contrato_codigo_externo.as_deref(), atual.contrato_codigo_externo.as_deref())
            && igual(self.contrato_id.as_ref().map(Id::as_str), atual.contrato_id.as_ref().map(Id::as_str))
            && igual(self.servico_codigo.as_deref(), atual.servico_codigo.as_deref())
            && igual(self.servico_id.as_ref().map(Id::as_str), atual.servico_id.as_ref().map(Id::as_str))
            && Importavel::competencia(self) == Importavel::competencia(atual)
    }

    fn likeness(&self) -> Option<String> {
        let (competencia, quantidade) = (Importavel::competencia(self)?, self.quantidade?);
        Some(format!("{competencia} {}", quantidade.normalize()))
    }

    fn looks_like(&self, atual: &Self) -> bool {
        let other_day = self.data_consumo.zip(atual.data_consumo).is_some_and(|(a, b)| a != b);
        self.pode_ser(atual) && self.likeness() == atual.likeness() && !other_day
    }

    fn filtro_por_chave(codigo: Option<&str>, _: Option<&str>) -> FiltroConsumos {
        FiltroConsumos { id_externo: codigo.map(str::to_owned), ..FiltroConsumos::default() }
    }

    fn filtro_por_competencia(competencia: Competencia) -> Option<FiltroConsumos> {
        Some(FiltroConsumos { competencia: Some(competencia), ..FiltroConsumos::default() })
    }
}

/// The business identity of a row: its code, or its document where it has no code.
pub(crate) fn chave<M: Importavel>(modelo: &M) -> Option<String> {
    let [codigo, documento, _] = chaves(modelo);
    codigo.or(documento)
}

/// Every identity under which a row may mean this record.
pub(crate) fn chaves<M: Importavel>(modelo: &M) -> [Option<String>; 3] {
    [
        modelo.chave().map(chave_por_codigo),
        modelo.documento().map(|d| format!("{DOCUMENTO}{d}")),
        modelo.id().map(|id| chave_por_id(id.as_str())),
    ]
}

/// The identity of a row that has a code.
pub(crate) fn chave_por_codigo(codigo: &str) -> String {
    format!("{CODIGO}{codigo}")
}

/// The identity of a row that has none of its own, and that an export or a report gave the platform's identifier.
pub(crate) fn chave_por_id(id: &str) -> String {
    format!("{ID}{id}")
}

/// The code inside an identity, if it is one.
pub(crate) fn codigo_da_chave(chave: &str) -> Option<&str> {
    chave.strip_prefix(CODIGO)
}

/// What people are shown of an identity: a document is personal data.
pub(crate) fn codigo_publico(chave: &str) -> Option<String> {
    codigo_da_chave(chave).map(str::to_owned)
}

/// The document inside an identity, if it is one.
pub(crate) fn documento_da_chave(chave: &str) -> Option<&str> {
    chave.strip_prefix(DOCUMENTO)
}

/// The platform's identifier inside an identity, if it is one.
pub(crate) fn id_da_chave(chave: &str) -> Option<&str> {
    chave.strip_prefix(ID)
}

const CODIGO: &str = "c:";
const DOCUMENTO: &str = "d:";
const ID: &str = "i:";
