use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::cabecalho::Mapeamento;
use super::celula::{Celula, Linha, letra_da_coluna};
use super::convert::{self, Achado, Contexto};
use super::detect::Formato;
use super::fluxo::{Coluna, Conversao, Fluxo, Papel};
use super::leitor::{Found, Linhas};
use super::limites::{Opcoes, Vazio};
use super::linhas::{Ignoradas, motivo_para_ignorar};
use super::problema::{Falha, Problema, Severidade};
use crate::document::{Tipo, Uf};
use crate::model::Modelo;
use crate::validate::{self, Options, Severity, Violation};
use crate::{Modo, Valor, validate::Problem};

/// One row, converted.
#[derive(Debug, Clone, PartialEq)]
pub struct Registro {
    /// The number of the row as a spreadsheet program shows it, from 1.
    pub linha: u32,
    /// The fields that have a value, by path (`endereco.cep`).
    pub campos: Vec<(&'static str, Valor<'static>)>,
    /// The fields to be emptied: their cell says `[limpar]`, or is empty and the options say that this empties.
    pub limpar: Vec<&'static str>,
    /// The cells under headers that no field claims, as shown.
    pub extras: Vec<(String, String)>,
    /// Everything wrong or unusual about the row.
    pub problemas: Vec<Problema>,
    /// The row as read.
    pub bruta: Linha,
}

impl Registro {
    /// Whether nothing stops the row from being sent.
    #[must_use]
    pub fn aceito(&self) -> bool {
        self.problemas.iter().all(|p| p.severidade == Severidade::Aviso)
    }

    /// The value of the field at `caminho`.
    #[must_use]
    pub fn campo(&self, caminho: &str) -> Option<&Valor<'static>> {
        self.campos.iter().find(|(campo, _)| *campo == caminho).map(|(_, valor)| valor)
    }

    /// The fields as one object, nested by their paths; columns that only serve the import are left out.
    #[must_use]
    pub fn valor(&self, fluxo: &Fluxo) -> Valor<'static> {
        let mut objeto = Vec::new();
        for (caminho, valor) in &self.campos {
            if !fluxo.coluna(caminho).is_some_and(|c| c.papel != Papel::Campo) {
                inserir(&mut objeto, caminho, valor.clone());
            }
        }
        Valor::Objeto(objeto)
    }
}

fn inserir(
    objeto: &mut Vec<(std::borrow::Cow<'static, str>, Valor<'static>)>,
    caminho: &'static str,
    valor: Valor<'static>,
) {
    let Some((primeiro, resto)) = caminho.split_once('.') else {
        objeto.push((caminho.into(), valor));
        return;
    };
    if let Some((_, Valor::Objeto(dentro))) = objeto.iter_mut().find(|(nome, _)| nome == primeiro) {
        inserir(dentro, resto, valor);
    } else {
        let mut dentro = Vec::new();
        inserir(&mut dentro, resto, valor);
        objeto.push((primeiro.into(), Valor::Objeto(dentro)));
    }
}

/// The first two rows that share a value that must be unique.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicata {
    /// The row that came first, which was handed out before the second was seen.
    pub primeira: u32,
    /// The row that repeats it, and carries the problem.
    pub segunda: u32,
    /// The field.
    pub campo: &'static str,
}

/// The records of a sheet, one row at a time.
pub struct Registros<'a> {
    linhas: Linhas<'a>,
    mapeamento: Mapeamento,
    colunas: Vec<Lida>,
    /// The columns of the header row without a header.
    untitled: Vec<usize>,
    fluxo: &'static Fluxo,
    opcoes: Opcoes,
    ignoradas: Ignoradas,
    anterior: u32,
    /// Row by a 128-bit hash of field and value, and whether another repeats it: a million keys stay small, and a clash
    /// is not to be expected.
    vistas: HashMap<[u64; 2], (u32, bool)>,
    duplicatas: Vec<Duplicata>,
}

/// A column of the file that feeds a field, with what its header says once for all rows.
#[derive(Clone, Copy)]
struct Lida {
    indice: usize,
    coluna: &'static Coluna,
    documento: Option<Tipo>,
}

impl<'a> Registros<'a> {
    pub(super) fn novo(linhas: Linhas<'a>, mapeamento: Mapeamento, fluxo: &'static Fluxo, opcoes: Opcoes) -> Self {
        let anterior = mapeamento.linha_do_cabecalho;
        let documento = |indice: usize| mapeamento.cabecalhos.get(indice).and_then(|c| documento_do_cabecalho(c));
        let colunas = mapeamento
            .colunas
            .iter()
            .map(|(indice, coluna)| Lida { indice: *indice, coluna, documento: documento(*indice) })
            .collect();
        let headers = mapeamento.cabecalhos.iter().enumerate();
        let untitled = headers.filter(|(_, header)| header.is_empty()).map(|(index, _)| index).collect();
        Self {
            linhas,
            mapeamento,
            colunas,
            untitled,
            fluxo,
            opcoes,
            ignoradas: Ignoradas::default(),
            anterior,
            vistas: HashMap::new(),
            duplicatas: Vec::new(),
        }
    }

    /// The sheet being read.
    #[must_use]
    pub fn aba(&self) -> &str {
        self.linhas.aba()
    }

    /// Which column feeds which field.
    #[must_use]
    pub fn mapeamento(&self) -> &Mapeamento {
        &self.mapeamento
    }

    /// The rows passed over so far.
    #[must_use]
    pub fn ignoradas(&self) -> &Ignoradas {
        &self.ignoradas
    }

    /// The repeated keys found so far, each once; the first row of each was handed out without a problem.
    #[must_use]
    pub fn duplicatas(&self) -> &[Duplicata] {
        &self.duplicatas
    }

    /// Reads the record as a model, and adds what its rules say to the record's problems.
    pub fn validar<M: Modelo>(&self, registro: &mut Registro, options: Options) -> Option<M> {
        let (modelo, report) = match M::validar(registro.valor(self.fluxo), options) {
            Ok((modelo, report)) => (Some(modelo), report),
            Err(report) => (None, report),
        };
        self.acrescentar(registro, &report);
        modelo.filter(|_| registro.aceito())
    }

    /// Adds the violations of a model to the problems of the row it was read from.
    pub fn acrescentar(&self, registro: &mut Registro, report: &validate::Report) {
        for violation in &report.violations {
            if !ja_dito(registro, violation) {
                let problema = self.problema(registro, violation);
                registro.problemas.push(problema);
            }
        }
    }

    /// A violation of the model, at the cell that it comes from.
    #[must_use]
    pub fn problema(&self, registro: &Registro, violation: &Violation) -> Problema {
        // `tags[0]` comes from the column of `tags`.
        let caminho = violation.path.split('[').next().unwrap_or_default();
        let coluna = self.coluna_de(caminho, &registro.bruta);
        let valor = coluna.map(|indice| registro.bruta.celula(indice).mostrar()).unwrap_or_default();
        Problema {
            planilha: self.aba().to_owned(),
            linha: registro.linha,
            coluna: coluna.map(letra_da_coluna),
            cabecalho: coluna.and_then(|i| self.mapeamento.cabecalhos.get(i)).cloned(),
            campo: Some(violation.path.clone()),
            valor,
            codigo: violation.code(),
            parametros: violation.params(),
            severidade: match violation.severity {
                Severity::Error => Severidade::Erro,
                Severity::Warning => Severidade::Aviso,
            },
            sugestao: None,
            do_modelo: Some(violation.problem.clone()),
        }
    }

    /// The column that feeds `campo`, the one that is filled where there are several.
    fn coluna_de(&self, campo: &str, linha: &Linha) -> Option<usize> {
        let mut indices = self.mapeamento.colunas.iter().filter(|(_, c)| c.campo == campo).map(|(i, _)| *i);
        let primeira = indices.next()?;
        if linha.celula(primeira).vazia() {
            indices.find(|i| !linha.celula(*i).vazia()).or(Some(primeira))
        } else {
            Some(primeira)
        }
    }

    fn converter(&mut self, bruta: Linha) -> Registro {
        let mut registro = Registro {
            linha: bruta.numero,
            campos: Vec::with_capacity(self.mapeamento.colunas.len()),
            limpar: Vec::new(),
            extras: Vec::new(),
            problemas: Vec::new(),
            bruta,
        };
        let contexto = Contexto {
            modo: self.opcoes.modo,
            decimal_com_ponto: self.opcoes.decimal_com_ponto,
            sistema_1904: self.linhas.sistema_1904(),
            documento: None,
            uf: self.uf_da_linha(&registro.bruta),
        };
        let do_tipo = self.documento_do_tipo(&registro.bruta);
        let mut avisos = Vec::new();
        for Lida { indice, coluna, documento } in &self.colunas {
            let celula = registro.bruta.celula(*indice);
            if matches!(celula, Celula::Vazia) {
                continue;
            }
            if marcador_de_limpar(celula) {
                if coluna.obrigatoria {
                    let problema = self.problema_em(&registro, *indice, coluna, Achado::erro("limpar_obrigatorio"));
                    registro.problemas.push(problema);
                } else {
                    registro.limpar.push(coluna.campo);
                }
                continue;
            }
            let contexto = Contexto { documento: documento.or(do_tipo), ..contexto };
            match convert::celula(celula, coluna.conversao, contexto, &mut avisos) {
                Ok(Some(valor)) => {
                    match registro.campos.iter().find(|(campo, _)| coluna.varias && *campo == coluna.campo) {
                        None => registro.campos.push((coluna.campo, valor)),
                        Some((_, outro)) if *outro == valor => {}
                        Some(_) => avisos.push(Achado::erro("duas_colunas_preenchidas")),
                    }
                }
                Ok(None) => {}
                Err(achado) => avisos.push(achado),
            }
            for achado in avisos.drain(..) {
                let problema = self.problema_em(&registro, *indice, coluna, achado);
                registro.problemas.push(problema);
            }
        }
        juntar_ddd(&mut registro);
        if self.opcoes.vazio == Vazio::Limpar {
            self.limpar_vazias(&mut registro);
        }
        for extra in &self.mapeamento.extras {
            let celula = registro.bruta.celula(extra.indice);
            if !celula.vazia() {
                registro.extras.push((extra.cabecalho.clone(), celula.mostrar()));
            }
        }
        self.tell_found(&mut registro);
        self.tell_beyond_header(&mut registro);
        self.conferir_duplicatas(&mut registro);
        self.avisar_exemplo(&mut registro);
        registro
    }

    /// The document of the kind of person that the row names.
    fn documento_do_tipo(&self, linha: &Linha) -> Option<Tipo> {
        let (indice, coluna) = self.mapeamento.colunas.iter().find(|(_, c)| c.campo == "tipoPessoa")?;
        match convert::celula(linha.celula(*indice), coluna.conversao, Contexto::default(), &mut Vec::new()) {
            Ok(Some(Valor::Texto(tipo))) if tipo == "FISICA" => Some(Tipo::Cpf),
            Ok(Some(Valor::Texto(tipo))) if tipo == "JURIDICA" => Some(Tipo::Cnpj),
            _ => None,
        }
    }

    fn uf_da_linha(&self, linha: &Linha) -> Option<Uf> {
        let coluna = self.colunas.iter().find(|lida| lida.coluna.campo == "endereco.uf")?;
        match linha.celula(coluna.indice) {
            Celula::Texto(texto) => Uf::parse(texto, Modo::Leniente).ok(),
            _ => None,
        }
    }

    fn limpar_vazias(&self, registro: &mut Registro) {
        for (_, coluna) in &self.mapeamento.colunas {
            let campo = coluna.campo;
            let intocado = registro.campo(campo).is_none()
                && !registro.limpar.contains(&campo)
                && !registro.problemas.iter().any(|p| p.campo.as_deref() == Some(campo));
            if intocado && !coluna.obrigatoria && coluna.papel == Papel::Campo {
                registro.limpar.push(campo);
            }
        }
    }

    /// Text that was mended may have been meant as it stood, and stray quotes may have moved cells.
    fn tell_found(&mut self, registro: &mut Registro) {
        for (indice, found) in self.linhas.found(registro.linha) {
            let coluna = self.mapeamento.colunas.iter().find(|(i, _)| *i == indice).map(|(_, coluna)| *coluna);
            let achado = match found {
                Found::Mended if coluna.is_none() => continue,
                Found::Mended => Achado::aviso("mojibake_desfeito"),
                Found::StrayQuote if self.opcoes.modo == Modo::Leniente => Achado::aviso("aspas_soltas"),
                Found::StrayQuote => Achado::erro("aspas_soltas"),
            };
            registro.problemas.push(self.problem_at(registro, indice, coluna, achado));
        }
    }

    /// A cell that no header stands over is not read. In a text file it may be there because a separator inside a text
    /// has moved every cell after it to the wrong column.
    fn tell_beyond_header(&self, registro: &mut Registro) {
        let width = self.mapeamento.cabecalhos.len();
        let filled = |index: &usize| !registro.bruta.celula(*index).vazia();
        let beyond = (width..registro.bruta.celulas.len()).rev().find(filled);
        let Some(index) = beyond.or_else(|| self.untitled.iter().copied().rev().find(filled)) else {
            return;
        };
        let moved = self.linhas.formato() == Formato::Texto && index >= width;
        let achado = if moved { Achado::erro("celulas_demais") } else { Achado::aviso("celula_sem_cabecalho") };
        registro.problemas.push(self.problem_at(registro, index, None, achado));
    }

    /// The template's example row is a good one, so that it teaches; somebody may forget to delete it.
    fn avisar_exemplo(&self, registro: &mut Registro) {
        let Some(campo) = self.fluxo.unicos.first() else {
            return;
        };
        let Some((indice, coluna)) = self.mapeamento.colunas.iter().find(|(_, c)| c.campo == *campo).copied() else {
            return;
        };
        if matches!(registro.campo(campo), Some(Valor::Texto(texto)) if texto == coluna.exemplo) {
            let problema = self.problema_em(registro, indice, coluna, Achado::aviso("linha_de_exemplo"));
            registro.problemas.push(problema);
        }
    }

    fn conferir_duplicatas(&mut self, registro: &mut Registro) {
        for campo in self.fluxo.unicos {
            let Some(Valor::Texto(texto)) = registro.campo(campo) else {
                continue;
            };
            // Codes may differ by punctuation alone; a document may not.
            let documento = self.fluxo.coluna(campo).is_some_and(|c| c.conversao == Conversao::CpfCnpj);
            let chave = if documento {
                let letras = texto.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase);
                espalhar(campo, &letras.collect::<String>())
            } else {
                espalhar(campo, texto)
            };
            let linha = registro.linha;
            let (primeira, repetida) = self.vistas.entry(chave).or_insert((linha, false));
            let primeira = *primeira;
            if primeira == linha {
                continue;
            }
            // Once: a value that fills a column would be told to the row that has it first a thousand times.
            if !std::mem::replace(repetida, true) {
                self.duplicatas.push(Duplicata { primeira, segunda: linha, campo });
            }
            self.acusar(registro, campo, primeira);
        }
    }

    /// Tells the first row of a repeated value of the second one, as that was told of it: which of them is meant is not
    /// for a reader to know.
    pub fn acusar_primeira(&self, primeira: &mut Registro, duplicata: &Duplicata) {
        self.acusar(primeira, duplicata.campo, duplicata.segunda);
    }

    fn acusar(&self, registro: &mut Registro, campo: &'static str, outra: u32) {
        let Some((indice, coluna)) = self.mapeamento.colunas.iter().find(|(_, c)| c.campo == campo).copied() else {
            return;
        };
        let indice = self.coluna_de(campo, &registro.bruta).unwrap_or(indice);
        let achado = Achado::erro("linha_duplicada").com("outra_linha", outra.to_string());
        let problema = self.problema_em(registro, indice, coluna, achado);
        registro.problemas.push(problema);
    }

    fn problema_em(&self, registro: &Registro, indice: usize, coluna: &Coluna, achado: Achado) -> Problema {
        self.problem_at(registro, indice, Some(coluna), achado)
    }

    fn problem_at(&self, registro: &Registro, indice: usize, coluna: Option<&Coluna>, achado: Achado) -> Problema {
        Problema {
            planilha: self.aba().to_owned(),
            linha: registro.linha,
            coluna: Some(letra_da_coluna(indice)),
            cabecalho: self.mapeamento.cabecalhos.get(indice).cloned(),
            campo: coluna.map(|coluna| coluna.campo.to_owned()),
            valor: registro.bruta.celula(indice).mostrar(),
            codigo: achado.codigo,
            parametros: achado.parametros,
            severidade: achado.severidade,
            sugestao: achado.sugestao,
            do_modelo: None,
        }
    }
}

impl Iterator for Registros<'_> {
    type Item = Result<Registro, Falha>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let linha = match self.linhas.next()? {
                Ok(linha) => linha,
                Err(falha) => return Some(Err(falha)),
            };
            let pulo = linha.numero.saturating_sub(self.anterior).saturating_sub(1);
            self.anterior = linha.numero;
            if linha.vazia() {
                self.ignoradas.vazias += u64::from(pulo) + 1;
                continue;
            }
            self.ignoradas.vazias += u64::from(pulo);
            if let Some(ignorada) = motivo_para_ignorar(&linha, &self.mapeamento) {
                self.ignoradas.linhas.push(ignorada);
                continue;
            }
            return Some(Ok(self.converter(linha)));
        }
    }
}

/// Whether the conversion already said what is wrong with the field that the violation misses.
fn ja_dito(registro: &Registro, violation: &Violation) -> bool {
    let com_erro = |campo: &str| {
        registro
            .problemas
            .iter()
            .any(|p| p.severidade == Severidade::Erro && p.do_modelo.is_none() && p.campo.as_deref() == Some(campo))
    };
    match &violation.problem {
        Problem::OneOf { fields } => fields.iter().any(|campo| com_erro(campo)),
        _ => com_erro(&violation.path),
    }
}

/// The document that a header such as `CNPJ` asks for; one that names both asks for neither.
fn documento_do_cabecalho(cabecalho: &str) -> Option<Tipo> {
    let cabecalho = cabecalho.to_uppercase();
    match (cabecalho.contains("CPF"), cabecalho.contains("CNPJ") || cabecalho.contains("CGC")) {
        (true, false) => Some(Tipo::Cpf),
        (false, true) => Some(Tipo::Cnpj),
        _ => None,
    }
}

/// Puts the area code, which many systems keep in a column of its own, before the numbers that lack it.
fn juntar_ddd(registro: &mut Registro) {
    let Some(Valor::Texto(ddd)) = registro.campo("ddd") else {
        return;
    };
    let digitos = |texto: &str| texto.chars().filter(char::is_ascii_digit).collect::<String>();
    let ddd = digitos(ddd).trim_start_matches('0').to_owned();
    if ddd.len() != 2 {
        return;
    }
    for (campo, valor) in &mut registro.campos {
        if let ("telefone" | "celular", Valor::Texto(texto)) = (*campo, &mut *valor)
            && matches!(digitos(texto).len(), 8 | 9)
        {
            *valor = Valor::Texto(format!("({ddd}) {texto}").into());
        }
    }
}

fn marcador_de_limpar(celula: &Celula) -> bool {
    matches!(celula, Celula::Texto(texto) if texto.trim().eq_ignore_ascii_case("[limpar]"))
}

fn espalhar(campo: &str, valor: &str) -> [u64; 2] {
    [0_u8, 1].map(|sal| {
        let mut hasher = DefaultHasher::new();
        (sal, campo, valor).hash(&mut hasher);
        hasher.finish()
    })
}
