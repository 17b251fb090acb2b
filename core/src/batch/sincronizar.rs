use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use jiff::civil::Date;

use super::comparacao::{Confronto, achadas, competencias, confrontar, filtros, folhear};
use super::donos::conferir_donos;
use super::envio::Ritmo;
use super::fonte::{Fonte, WITHOUT_IDENTITY, ler_para_o_journal};
use super::identidade::{Identidade, conta, endereco, hexadecimal, resumo};
use super::importar::{Evento, Importacao, Observador, Prazo, despachar};
use super::journal::{Abertura, Fase, Journal};
use super::linha::{Corpo, Decidido, Decisao, Estado, NovaLinha, ProblemaDaLinha};
use super::listing::{Read, Shown, read_whole, shifting};
use super::plano::{Alteracao, Dado, Inclusao, Plano, Rejeicao, Remocao, Teto, impressao};
use super::recurso::{Importavel, chave, chaves, codigo_publico};
use crate::client::Client;
use crate::transport::Host;
use crate::validate::Options;
use crate::{Error, ErrorKind, Message, Modo, Valor};

/// Decides what it takes for the platform to have what `fonte` says, and does nothing.
///
/// Records that `fonte` does not have are to be removed only where `remover` allows it, and no more than it allows. Of
/// usage, only the months that `fonte` has are looked at; records without a code of the company's own are left alone.
///
/// # Errors
/// When the source cannot be read, or the platform does not answer; and when records were to be removed by a source
/// that is empty, has rejected rows, or would remove more than the ceiling.
pub async fn sincronizar<M: Importavel, H: Host>(
    client: &Client<H>,
    fonte: Fonte<'_>,
    remover: Option<Teto>,
    modo: Modo,
    hoje: Option<Date>,
    observar: Observador<'_>,
) -> Result<Plano, Error> {
    let mut journal = Journal::temporario(&Identidade::default(), 0)?;
    let options = Options { modo, hoje, ..Options::default() };
    ler_para_o_journal::<M>(fonte, &mut journal, options, &mut |lidas| {
        observar(Evento { fase: Fase::Leitura, feitas: lidas, total: None, linha: None })
    })?;
    let contagem = journal.contar()?;
    if remover.is_some() {
        conferir_fonte(contagem.pendentes, contagem.rejeitados)?;
    }
    let mut plano = Plano {
        versao: Plano::VERSAO,
        recurso: M::INCLUIR.resource().name().to_owned(),
        base_url: endereco(&client.options().base_url),
        competencias: competencias(&journal)?,
        incluir: Vec::new(),
        alterar: Vec::new(),
        remover: Vec::new(),
        inalterados: 0,
        rejeitados: Vec::new(),
        ignoradas: journal.ignoradas()?,
    };
    conferir_donos::<M, H>(client, &mut journal).await?;
    let mut vistos = 0;
    let mut removiveis = 0;
    for filtro in filtros::<M>(&plano.competencias) {
        let mut visit = |shown: Shown<M>| {
            let Shown::Page(pagina, total) = shown else {
                return Ok(true);
            };
            vistos += u64::try_from(pagina.len()).unwrap_or(u64::MAX);
            for registro in pagina.iter().filter(|r| !r.removido()) {
                removiveis += u64::from(registro.removivel());
                let desejado = confrontar_registro(&mut journal, &mut plano, registro)?;
                if !desejado && remover.is_some() && registro.removivel() && registro.chave().is_some() {
                    plano.remover.extend(remocao(registro));
                }
            }
            observar(Evento { fase: Fase::Comparacao, feitas: vistos, total, linha: None })?;
            Ok(true)
        };
        if read_whole::<M, H>(client, &filtro, &folhear(client), &mut visit).await? == Read::Shifting {
            return Err(shifting());
        }
    }
    if let Some(teto) = remover {
        teto.conferir(u64::try_from(plano.remover.len()).unwrap_or(u64::MAX), removiveis)?;
    }
    journal.concluir_comparacao()?;
    completar(&mut journal, &mut plano)?;
    Ok(plano)
}

/// Does what `plano` says, after checking that every record it touches is still as the plan saw it.
///
/// With a `journal`, a run that was killed goes on where it was, under the same rules as an import.
///
/// # Errors
/// `stale_plan`, when a record is no longer what it was; otherwise as [`super::importar`].
pub async fn aplicar<M: Importavel, H: Host>(
    client: &Client<H>,
    plano: &Plano,
    journal: Option<PathBuf>,
    mesma_conta: bool,
    ritmo: Ritmo,
    observar: Observador<'_>,
) -> Result<Importacao, Error> {
    let recurso = M::INCLUIR.resource().name();
    let base_url = endereco(&client.options().base_url);
    if plano.recurso != recurso || plano.base_url != base_url {
        return Err(velho(
            format!("o plano é de `{}` em `{}`, não de `{recurso}` em `{base_url}`", plano.recurso, plano.base_url),
            format!("the plan is for `{}` at `{}`, not for `{recurso}` at `{base_url}`", plano.recurso, plano.base_url),
        ));
    }
    let prazo = Prazo::novo(client, ritmo);
    let fonte = hexadecimal(&resumo(&[&plano.to_json()]));
    let identidade = Identidade {
        recurso: format!("{recurso}.sincronizar"),
        fonte: Some(fonte.clone()),
        base_url,
        conta: (!mesma_conta).then(|| conta(client.options().token.as_deref())),
        opcoes: String::new(),
    };
    let execucao = client.host().random();
    let mut journal = match journal {
        Some(caminho) => Journal::abrir(&caminho, &identidade, execucao, Abertura::SubstituirConcluido)?,
        None => Journal::temporario(&identidade, execucao)?,
    };
    // Once rows are being sent, what differs from the plan is what this very plan did.
    if journal.fase() != Fase::Envio {
        let conferido = prazo.limitar(conferir_plano::<M, H>(client, plano, observar)).await;
        if prazo.passou(&conferido) {
            return prazo.parar(journal);
        }
        conferido?;
        if journal.fase() == Fase::Leitura {
            escrever(&mut journal, plano, &fonte)?;
        }
        decidir(&mut journal, plano)?;
    }
    despachar::<M, H>(client, journal, ritmo, prazo.ate, observar).await
}

fn conferir_fonte(boas: u64, rejeitadas: u64) -> Result<(), Error> {
    let (pt, en) = match (boas, rejeitadas) {
        (_, 1..) => (
            format!("a fonte tem {rejeitadas} linha(s) rejeitada(s): corrija-as antes de remover o que ela não traz"),
            format!("the source has {rejeitadas} rejected row(s): mend them before removing what it does not bring"),
        ),
        (0, 0) => (
            "a fonte está vazia: nada será removido por causa dela".to_owned(),
            "the source is empty: nothing will be removed because of it".to_owned(),
        ),
        _ => return Ok(()),
    };
    Err(Error::new(ErrorKind::Configuration, Message::new(pt, en)))
}

/// Puts a record of the platform into the plan; whether the source wants it.
fn confrontar_registro<M: Importavel>(journal: &mut Journal, plano: &mut Plano, registro: &M) -> Result<bool, Error> {
    let id = registro.id().map(ToString::to_string).unwrap_or_default();
    let mut desejado = false;
    for (achada, chave) in achadas(journal, registro)? {
        desejado = true;
        let como = match confrontar(&achada, &chave, registro)? {
            Confronto::Ignorado => continue,
            Confronto::Incerto(problema) => {
                plano.alterar.retain(|a| a.linha != achada.numero);
                Decidido::Rejeitado(vec![problema])
            }
            Confronto::Igual => {
                plano.inalterados += 1;
                Decidido::Inalterado
            }
            Confronto::Diferente(diferenca) => {
                let corpo = diferenca.corpo.to_json();
                plano.alterar.push(Alteracao {
                    linha: achada.numero,
                    chave,
                    id: id.clone(),
                    mudancas: diferenca.mudancas.into_iter().map(Into::into).collect(),
                    corpo: Dado(diferenca.corpo),
                    visto: impressao(registro),
                });
                Decidido::Alterar(corpo)
            }
        };
        journal.decidir(&[Decisao { numero: achada.numero, id: Some(id.clone()), como }])?;
    }
    Ok(desejado)
}

fn remocao<M: Importavel>(registro: &M) -> Option<Remocao> {
    Some(Remocao { chave: chave(registro)?, id: registro.id()?.to_string(), visto: impressao(registro) })
}

/// Adds what is to be included, and what is rejected.
fn completar(journal: &mut Journal, plano: &mut Plano) -> Result<(), Error> {
    let mut cursor = 0;
    loop {
        let tarefas = journal.trocar(&[], cursor, 1_000, 0)?;
        let Some(ultima) = tarefas.last() else {
            break;
        };
        cursor = ultima.numero;
        for t in tarefas.into_iter().filter(|t| t.id.is_none()) {
            if t.chave.is_none() {
                plano.rejeitados.push(Rejeicao { linha: t.numero, problemas: vec![sem_codigo()] });
                continue;
            }
            let corpo = Valor::from_json(t.dados.as_bytes()).map_or(Valor::Nulo, Valor::into_owned);
            plano.incluir.push(Inclusao { linha: t.numero, chave: t.chave, corpo: Dado(corpo) });
        }
    }
    journal.percorrer(&[Estado::Rejeitado], 0, |r| {
        plano.rejeitados.push(Rejeicao { linha: r.numero, problemas: r.problemas });
        true
    })?;
    plano.rejeitados.sort_by_key(|r| r.linha);
    Ok(())
}

/// Such a row would be included by every plan, and never be what the platform has.
fn sem_codigo() -> ProblemaDaLinha {
    ProblemaDaLinha::novo(
        None,
        WITHOUT_IDENTITY,
        "sem código externo não há como saber se a plataforma já tem este registro; informe-o, ou use `importar`",
        "without an external code nobody can tell whether the platform has this record; give it, or use `importar`",
    )
}

/// Refuses a plan if one of the records that it touches is not what it saw.
async fn conferir_plano<M: Importavel, H: Host>(
    client: &Client<H>,
    plano: &Plano,
    observar: Observador<'_>,
) -> Result<(), Error> {
    let mut vistos: HashMap<&str, (&str, &str)> = HashMap::new();
    vistos.extend(plano.alterar.iter().map(|a| (a.id.as_str(), (a.visto.as_str(), a.chave.as_str()))));
    vistos.extend(plano.remover.iter().map(|r| (r.id.as_str(), (r.visto.as_str(), r.chave.as_str()))));
    let novas: HashSet<&str> = plano.incluir.iter().filter_map(|i| i.chave.as_deref()).collect();
    let mut mudados: Vec<String> = Vec::new();
    let mostrar = |chave: &str| codigo_publico(chave).unwrap_or_else(|| "***".to_owned());
    let mut lidos = 0;
    for filtro in filtros::<M>(&plano.competencias) {
        let mut visit = |shown: Shown<M>| {
            let Shown::Page(pagina, total) = shown else {
                return Ok(true);
            };
            lidos += u64::try_from(pagina.len()).unwrap_or(u64::MAX);
            for registro in pagina.iter().filter(|r| !r.removido()) {
                let id = registro.id().map(ToString::to_string).unwrap_or_default();
                match vistos.remove(id.as_str()) {
                    Some((visto, _)) if visto == impressao(registro) => {}
                    Some((_, chave)) => mudados.push(mostrar(chave)),
                    None => {
                        let surgida = chaves(registro).into_iter().flatten().find(|c| novas.contains(c.as_str()));
                        mudados.extend(surgida.map(|chave| mostrar(&chave)));
                    }
                }
            }
            observar(Evento { fase: Fase::Comparacao, feitas: lidos, total, linha: None })?;
            Ok(true)
        };
        if read_whole::<M, H>(client, &filtro, &folhear(client), &mut visit).await? == Read::Shifting {
            return Err(shifting());
        }
    }
    mudados.extend(vistos.into_values().map(|(_, chave)| mostrar(chave)));
    if mudados.is_empty() {
        return Ok(());
    }
    mudados.sort();
    let total = mudados.len();
    mudados.truncate(5);
    let quais = mudados.iter().map(|c| format!("`{c}`")).collect::<Vec<_>>().join(", ");
    Err(velho(
        format!("a plataforma mudou desde o plano: {total} registro(s), entre eles {quais}; faça um plano novo"),
        format!("the platform changed since the plan: {total} record(s), among them {quais}; make a new plan"),
    ))
}

fn velho(pt: String, en: String) -> Error {
    Error::new(ErrorKind::StalePlan, Message::new(pt, en))
}

/// Removals come from no row of the source; they are numbered after the last one.
fn numeradas(plano: &Plano) -> impl Iterator<Item = (u64, &Remocao)> {
    let linhas = plano.incluir.iter().map(|i| i.linha).chain(plano.alterar.iter().map(|a| a.linha));
    let rejeitadas = plano.rejeitados.iter().map(|r| r.linha);
    let ultima = linhas.chain(rejeitadas).max().unwrap_or(0);
    (ultima + 1..).zip(&plano.remover)
}

fn escrever(journal: &mut Journal, plano: &Plano, fonte: &str) -> Result<(), Error> {
    let corpo =
        |dados: &Dado| Some(Corpo { dados: dados.0.to_json(), limpar: Vec::new(), so_alterar: Vec::new(), dono: None });
    let nova = |numero, chave, corpo| NovaLinha { numero, chave, corpo, problemas: Vec::new(), likeness: None };
    let mut linhas: Vec<NovaLinha> = Vec::new();
    linhas.extend(plano.incluir.iter().map(|i| nova(i.linha, i.chave.clone(), corpo(&i.corpo))));
    linhas.extend(plano.alterar.iter().map(|a| nova(a.linha, Some(a.chave.clone()), corpo(&a.corpo))));
    linhas
        .extend(numeradas(plano).map(|(n, r)| nova(n, Some(r.chave.clone()), corpo(&Dado(Valor::Objeto(Vec::new()))))));
    linhas.extend(
        plano.rejeitados.iter().map(|r| NovaLinha { problemas: r.problemas.clone(), ..nova(r.linha, None, None) }),
    );
    journal.inserir(&linhas)?;
    journal.concluir_leitura(fonte, super::fonte::linha_duplicada)
}

fn decidir(journal: &mut Journal, plano: &Plano) -> Result<(), Error> {
    let alteracoes = plano.alterar.iter().map(|a| Decisao {
        numero: a.linha,
        id: Some(a.id.clone()),
        como: Decidido::Alterar(a.corpo.0.to_json()),
    });
    let remocoes =
        numeradas(plano).map(|(numero, r)| Decisao { numero, id: Some(r.id.clone()), como: Decidido::Remover });
    journal.decidir(&alteracoes.chain(remocoes).collect::<Vec<_>>())?;
    journal.concluir_comparacao()
}
