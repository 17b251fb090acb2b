//! Listings: which records a filter names, in a stable order.

use std::cmp::Ordering;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use smartbill_core::Competencia;
use smartbill_core::api::Operation;
use smartbill_core::model::{
    Cliente, Cobranca, FiltroClientes, FiltroCobrancas, FiltroConsumos, FiltroContratos, FiltroServicos, Modelo, Ordem,
    OrdenarCobrancas, Servico, SituacaoConsumo, TipoData,
};

use crate::consumos::{Estado, Linha};
use crate::contratos::ContratoGuardado;
use crate::plataforma::{Plataforma, cobrancas};
use crate::store;

/// How many listings are remembered at once.
const LEMBRANCAS: usize = 8;

/// Listings already made, so that turning the pages of a long one does not search it again for each.
#[derive(Default)]
pub(crate) struct Lembrancas(Vec<Lembranca>);

struct Lembranca {
    operacao: Operation,
    filtro: String,
    /// The collection's version and the day: what was found holds as long as both do.
    quando: (u64, Date),
    indices: Arc<Vec<u32>>,
}

impl Lembrancas {
    fn obter(
        &mut self,
        operacao: Operation,
        filtro: &impl Modelo,
        quando: (u64, Date),
        buscar: impl FnOnce() -> Vec<u32>,
    ) -> Arc<Vec<u32>> {
        let filtro = filtro.valor().to_json();
        self.0.retain(|l| l.operacao != operacao || l.quando == quando);
        if let Some(l) = self.0.iter().find(|l| l.operacao == operacao && l.filtro == filtro) {
            return Arc::clone(&l.indices);
        }
        let indices = Arc::new(buscar());
        if self.0.len() >= LEMBRANCAS {
            self.0.remove(0);
        }
        self.0.push(Lembranca { operacao, filtro, quando, indices: Arc::clone(&indices) });
        indices
    }
}

/// Every record, or the only one that an index allows, if even that.
#[expect(clippy::option_option, reason = "no index to ask, and an index that knows nothing, are two things")]
fn candidatos<'a, T>(
    unico: Option<Option<u32>>,
    todos: impl Iterator<Item = (u32, &'a T)> + 'a,
    obter: impl Fn(u32) -> Option<&'a T>,
) -> Box<dyn Iterator<Item = (u32, &'a T)> + 'a> {
    match unico {
        None => Box::new(todos),
        Some(indice) => {
            let achado: Vec<_> = indice.and_then(|i| Some((i, obter(i)?))).into_iter().collect();
            Box::new(achado.into_iter())
        }
    }
}

fn igual<T: PartialEq>(quer: Option<&T>, tem: Option<&T>) -> bool {
    quer.is_none_or(|quer| tem == Some(quer))
}

fn desde(quer: Option<Timestamp>, tem: Option<Timestamp>) -> bool {
    quer.is_none_or(|quer| tem.is_some_and(|tem| tem >= quer))
}

fn um_de<T: PartialEq>(quer: &[T], tem: &T) -> bool {
    quer.is_empty() || quer.contains(tem)
}

impl Plataforma {
    pub(crate) fn clientes_listar(&mut self, f: &FiltroClientes) -> Arc<Vec<u32>> {
        let clientes = &self.store.clientes;
        let nome = f.nome.as_ref().map(|n| n.to_lowercase());
        let serve = |c: &Cliente| {
            igual(f.codigo_externo.as_ref(), c.codigo_externo.as_ref())
                && igual(f.cpf_cnpj.as_ref(), c.cpf_cnpj.as_ref())
                && igual(f.email.as_ref(), c.email.as_ref())
                && igual(f.grupo.as_ref(), c.grupo.as_ref())
                && nome.as_ref().is_none_or(|n| c.nome.as_ref().is_some_and(|tem| tem.to_lowercase().contains(n)))
                && c.situacao.as_ref().is_some_and(|s| um_de(&f.situacao, s))
                && desde(f.alterado_desde, c.alterado_em)
        };
        let unico = f.codigo_externo.as_deref().map(|c| clientes.por_externo(c));
        let quando = (clientes.versao(), self.hoje);
        self.lembrancas.obter(Operation::ClientesListar, f, quando, || {
            let todos = candidatos(unico, clientes.iter(), |i| clientes.get(i));
            todos.filter(|(_, c)| serve(c)).map(|(i, _)| i).collect()
        })
    }

    pub(crate) fn servicos_listar(&mut self, f: &FiltroServicos) -> Arc<Vec<u32>> {
        let servicos = &self.store.servicos;
        let serve = |s: &Servico| {
            igual(f.codigo.as_ref(), s.codigo.as_ref())
                && igual(f.codigo_externo.as_ref(), s.codigo_externo.as_ref())
                && igual(f.tipo_cobranca.as_ref(), s.tipo_cobranca.as_ref())
                && s.situacao.as_ref().is_some_and(|tem| um_de(&f.situacao, tem))
        };
        let quando = (servicos.versao(), self.hoje);
        self.lembrancas.obter(Operation::ServicosListar, f, quando, || {
            servicos.iter().filter(|(_, s)| serve(s)).map(|(i, _)| i).collect()
        })
    }

    pub(crate) fn contratos_listar(&mut self, f: &FiltroContratos) -> Arc<Vec<u32>> {
        let (contratos, hoje) = (&self.store.contratos, self.hoje);
        let por_codigo = f.cliente_codigo_externo.as_deref().map(|c| self.store.clientes.por_externo(c));
        let por_id = f.cliente_id.as_ref().map(|id| self.store.clientes.por_id(id.as_str()));
        let serve = |c: &ContratoGuardado| {
            por_codigo.is_none_or(|quer| quer == Some(c.cliente))
                && por_id.is_none_or(|quer| quer == Some(c.cliente))
                && igual(f.codigo_externo.as_ref(), c.modelo.codigo_externo.as_ref())
                && igual(f.numero.as_ref(), c.modelo.numero.as_ref())
                && um_de(&f.situacao, &c.situacao(hoje))
                && desde(f.alterado_desde, c.modelo.alterado_em)
        };
        let unico = f.codigo_externo.as_deref().map(|c| contratos.por_externo(c));
        // The customers' codes take part in the filter.
        let quando = (contratos.versao() + self.store.clientes.versao(), hoje);
        self.lembrancas.obter(Operation::ContratosListar, f, quando, || {
            let todos = candidatos(unico, contratos.iter(), |i| contratos.get(i));
            todos.filter(|(_, c)| serve(c)).map(|(i, _)| i).collect()
        })
    }

    /// Usage that was removed is listed only where it is asked for.
    pub(crate) fn consumos_listar(&mut self, f: &FiltroConsumos) -> Arc<Vec<u32>> {
        let store = &self.store;
        let consumos = &store.consumos;
        let referidos = |id: Option<Option<u32>>, codigo: Option<Option<u32>>| match (id, codigo) {
            (Some(a), Some(b)) if a != b => Some(None),
            (a, b) => a.or(b),
        };
        let contrato = referidos(
            f.contrato_id.as_ref().map(|id| store.contratos.por_id(id.as_str())),
            f.contrato_codigo_externo.as_deref().map(|c| store.contratos.por_externo(c)),
        );
        let servico = referidos(
            f.servico_id.as_ref().map(|id| store.servicos.por_id(id.as_str())),
            f.servico_codigo.as_deref().map(|c| store.servicos.por_externo(c)),
        );
        let serve = |l: &Linha| {
            contrato.is_none_or(|quer| quer == Some(l.contrato))
                && servico.is_none_or(|quer| quer == Some(l.servico))
                && f.competencia.is_none_or(|quer| quer == l.competencia)
                && f.id_externo.as_deref().is_none_or(|quer| l.id_externo.as_deref() == Some(quer))
                && (l.estado != Estado::Removido || !f.situacao.is_empty())
                && um_de(&f.situacao, &l.estado.situacao())
                && f.alterado_desde.is_none_or(|quer| l.alterado_desde(quer))
        };
        // Only what is not removed is in the index of external identifiers.
        let removidos = f.situacao.contains(&SituacaoConsumo::Removido);
        let unico = f.id_externo.as_deref().filter(|_| !removidos).map(|c| consumos.por_externo(c));
        if let Some(indice) = unico {
            let serve = |i: &u32| consumos.get(*i).is_some_and(serve);
            return Arc::new(indice.filter(serve).into_iter().collect());
        }
        let quando = (consumos.versao(), self.hoje);
        self.lembrancas.obter(Operation::ConsumosListar, f, quando, || match contrato {
            Some(contrato) => {
                let do_contrato = contrato.and_then(|i| store.contratos.get(i)).map(|c| c.consumos.as_slice());
                let serve = |i: &&u32| consumos.get(**i).is_some_and(serve);
                let mut indices: Vec<u32> = do_contrato.unwrap_or_default().iter().filter(serve).copied().collect();
                // A record that changed its contract stands at the end of its list.
                indices.sort_unstable();
                indices
            }
            None => consumos.iter().filter(|(_, l)| serve(l)).map(|(i, _)| i).collect(),
        })
    }

    pub(crate) fn cobrancas_listar(&mut self, f: &FiltroCobrancas) -> Arc<Vec<u32>> {
        let (cobrancas, hoje) = (&self.store.cobrancas, self.hoje);
        let quando = (cobrancas.versao(), hoje);
        self.lembrancas.obter(Operation::CobrancasListar, f, quando, || {
            let mut achadas: Vec<(u32, &Cobranca)> =
                cobrancas.iter().filter(|(_, c)| cobranca_serve(f, c, hoje)).collect();
            if let Some(por) = &f.ordenar_por {
                let inverte = f.ordem == Some(Ordem::Decrescente);
                // A stable sort: equal charges stay in the order in which they were made.
                achadas.sort_by(|(_, a), (_, b)| {
                    let ordem = comparar(por, a, b);
                    if inverte { ordem.reverse() } else { ordem }
                });
            } else if f.ordem == Some(Ordem::Decrescente) {
                achadas.reverse();
            }
            achadas.into_iter().map(|(i, _)| i).collect()
        })
    }
}

fn cobranca_serve(f: &FiltroCobrancas, c: &Cobranca, hoje: Date) -> bool {
    let no_intervalo = || {
        if f.de.is_none() && f.ate.is_none() {
            return true;
        }
        let entre = |data: Date| f.de.is_none_or(|de| data >= de) && f.ate.is_none_or(|ate| data <= ate);
        match &f.tipo_data {
            Some(TipoData::Emissao) => c.data_emissao.is_some_and(entre),
            Some(TipoData::Pagamento) => c.data_pagamento.is_some_and(entre),
            Some(TipoData::Competencia) => c.competencia.is_some_and(|mes| {
                f.de.is_none_or(|de| mes >= Competencia::of(de)) && f.ate.is_none_or(|ate| mes <= Competencia::of(ate))
            }),
            _ => c.data_vencimento.is_some_and(entre),
        }
    };
    let valor = c.valor_liquido.unwrap_or_default();
    let nosso_numero = c.boleto.as_ref().and_then(|b| b.nosso_numero.as_ref());
    igual(f.cliente_id.as_ref(), c.cliente_id.as_ref())
        && igual(f.contrato_id.as_ref(), c.contrato_id.as_ref())
        && um_de(&f.situacao, &cobrancas::situacao(c, hoje))
        && igual(f.competencia.as_ref(), c.competencia.as_ref())
        && igual(f.forma_pagamento.as_ref(), c.forma_pagamento.as_ref())
        && igual(f.nosso_numero.as_ref(), nosso_numero)
        && igual(f.numero_documento.as_ref(), c.numero_documento.as_ref())
        && f.valor_min.is_none_or(|min| valor >= min)
        && f.valor_max.is_none_or(|max| valor <= max)
        && no_intervalo()
}

fn comparar(por: &OrdenarCobrancas, a: &Cobranca, b: &Cobranca) -> Ordering {
    match por {
        OrdenarCobrancas::Emissao => a.data_emissao.cmp(&b.data_emissao),
        OrdenarCobrancas::Vencimento => a.data_vencimento.cmp(&b.data_vencimento),
        OrdenarCobrancas::Pagamento => a.data_pagamento.cmp(&b.data_pagamento),
        OrdenarCobrancas::Valor => a.valor_liquido.cmp(&b.valor_liquido),
        _ => {
            let numero = |c: &Cobranca| c.id.as_ref().and_then(|id| store::indice(id.as_str()));
            numero(a).cmp(&numero(b))
        }
    }
}
