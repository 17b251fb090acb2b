//! Records with and without a Rust type of their own. What sends and reads is written once over both: a host such as
//! JavaScript, which moves values only, needs no model's code at all.

use crate::Valor;
use crate::api::{Operation, Resource};
use crate::model::{
    AcaoContrato, Cliente, Cobranca, Consumo, Contrato, Esquema, FiltroClientes, FiltroCobrancas, FiltroConsumos,
    FiltroContratos, FiltroServicos, Modelo, Servico, Tipo,
};
use crate::validate::{Context, Violation};

impl Operation {
    /// The table of what it answers with.
    pub(crate) fn modelo(self) -> &'static Esquema {
        match self.resource() {
            Resource::Clientes => Cliente::ESQUEMA,
            Resource::Servicos => Servico::ESQUEMA,
            Resource::Contratos => Contrato::ESQUEMA,
            Resource::Consumos => Consumo::ESQUEMA,
            Resource::Cobrancas => Cobranca::ESQUEMA,
        }
    }

    /// The table of what it is given: a filter, the parameters of an action, or a record.
    pub(crate) fn entrada(self) -> &'static Esquema {
        match self.resource() {
            _ if self.acao().is_some() => AcaoContrato::ESQUEMA,
            _ if !self.is_listing() => self.modelo(),
            Resource::Clientes => FiltroClientes::ESQUEMA,
            Resource::Servicos => FiltroServicos::ESQUEMA,
            Resource::Contratos => FiltroContratos::ESQUEMA,
            Resource::Consumos => FiltroConsumos::ESQUEMA,
            Resource::Cobrancas => FiltroCobrancas::ESQUEMA,
        }
    }
}

/// Where the records of an answer go as they are read.
pub trait Destino: Send {
    /// Forgets what came so far: the answer is asked for again.
    fn esvaziar(&mut self);

    /// Takes one record; false when it is none.
    fn receber(&mut self, valor: Valor<'_>, ctx: &mut Context) -> bool;

    /// Takes what could not be read of the last record.
    fn annotate(&mut self, findings: Vec<Violation>);
}

/// What a client gives back: a model, or its value.
pub trait Registro: Sized {
    /// Collects them.
    type Lidos: Destino;

    /// An empty collection for the answers of `operation`.
    fn lidos(operation: Operation) -> Self::Lidos;

    /// What was collected.
    fn todos(lidos: Self::Lidos) -> Vec<Self>;

    /// The one record that was collected.
    fn um(lidos: Self::Lidos) -> Self;

    /// Whether its field `name` is the text `text`.
    fn says(&self, name: &str, text: &str) -> bool;
}

impl<M: Modelo> Destino for Vec<M> {
    fn esvaziar(&mut self) {
        self.clear();
    }

    fn receber(&mut self, valor: Valor<'_>, ctx: &mut Context) -> bool {
        let lido = M::ler(valor, ctx);
        let achado = lido.is_some();
        self.extend(lido);
        achado
    }

    fn annotate(&mut self, findings: Vec<Violation>) {
        if let Some(last) = self.last_mut() {
            last.annotate(findings);
        }
    }
}

impl<M: Modelo> Registro for M {
    type Lidos = Vec<M>;

    fn lidos(_: Operation) -> Vec<M> {
        Vec::new()
    }

    fn todos(lidos: Vec<M>) -> Vec<M> {
        lidos
    }

    fn um(mut lidos: Vec<M>) -> M {
        lidos.pop().unwrap_or_default()
    }

    fn says(&self, name: &str, text: &str) -> bool {
        self.valor().campo(name).and_then(Valor::texto) == Some(text)
    }
}

/// A record as a value.
#[derive(Clone, PartialEq)]
pub struct ValueRecord {
    /// Its fields.
    pub value: Valor<'static>,
    /// What of the platform's answer could not be read, and is absent.
    pub findings: Vec<Violation>,
}

/// Records as values.
pub struct Valores {
    esquema: &'static Esquema,
    itens: Vec<ValueRecord>,
}

impl Destino for Valores {
    fn esvaziar(&mut self) {
        self.itens.clear();
    }

    fn receber(&mut self, valor: Valor<'_>, ctx: &mut Context) -> bool {
        let lido = self.esquema.ler(valor, ctx);
        let achado = lido.is_some();
        self.itens.extend(lido.map(|entradas| ValueRecord {
            value: presente(self.esquema, Valor::Objeto(entradas)).into_owned(),
            findings: Vec::new(),
        }));
        achado
    }

    fn annotate(&mut self, findings: Vec<Violation>) {
        if let Some(last) = self.itens.last_mut() {
            last.findings = findings;
        }
    }
}

/// What [`Esquema::ler`] left, without the fields that are absent; what the table does not have stays as it came.
fn presente<'a>(esquema: &Esquema, valor: Valor<'a>) -> Valor<'a> {
    let Valor::Objeto(entradas) = valor else {
        return valor;
    };
    let mut campos = esquema.campos.iter();
    let presentes = entradas.into_iter().filter_map(|(nome, valor)| match campos.next() {
        Some(campo) => (valor != Valor::Nulo).then(|| (nome, presente_dentro(campo.regra.tipo, valor))),
        None => Some((nome, valor)),
    });
    Valor::Objeto(presentes.collect())
}

fn presente_dentro(tipo: Tipo, valor: Valor<'_>) -> Valor<'_> {
    match (tipo, valor) {
        (Tipo::Objeto(esquema), valor) => presente(esquema, valor),
        (Tipo::Lista(item), Valor::Lista(itens)) => {
            Valor::Lista(itens.into_iter().map(|v| presente_dentro(item.tipo, v)).collect())
        }
        (_, valor) => valor,
    }
}

impl Registro for ValueRecord {
    type Lidos = Valores;

    fn lidos(operation: Operation) -> Valores {
        Valores { esquema: operation.modelo(), itens: Vec::new() }
    }

    fn todos(lidos: Valores) -> Vec<Self> {
        lidos.itens
    }

    fn um(mut lidos: Valores) -> Self {
        lidos.itens.pop().unwrap_or(Self { value: Valor::Nulo, findings: Vec::new() })
    }

    fn says(&self, name: &str, text: &str) -> bool {
        self.value.campo(name).and_then(Valor::texto) == Some(text)
    }
}
