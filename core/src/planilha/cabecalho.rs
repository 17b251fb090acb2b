use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::celula::{Celula, INVISIVEIS, Linha, letra_da_coluna};
use super::fluxo::{Coluna, Fluxo, Papel};
use super::leitor::Linhas;
use super::limites::Opcoes;
use super::problema::{Falha, recortar};

/// How many rows are looked at for a header: titles, filters and blank rows come before it.
const LINHAS_DE_TITULO: usize = 40;

/// Which column of the file feeds which field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapeamento {
    /// The number of the (last) header row.
    pub linha_do_cabecalho: u32,
    /// The headers as written, from column A on.
    pub cabecalhos: Vec<String>,
    /// For each recognised column, its index in the file and what it feeds.
    pub colunas: Vec<(usize, &'static Coluna)>,
    /// Columns that feed nothing and are kept.
    pub extras: Vec<Extra>,
}

/// A column that no field claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extra {
    /// Its index in the file.
    pub indice: usize,
    /// Its header, made unique.
    pub cabecalho: String,
}

/// Headers that our own report adds; when the report comes back to be imported all are ignored but the last.
pub(super) const COLUNAS_DO_RELATORIO: [&str; 4] =
    ["[smartbill] situação", "[smartbill] código", "[smartbill] mensagem", "[smartbill] ID"];

/// Reads up to the header and leaves `linhas` at the first row below it.
pub(super) fn localizar(linhas: &mut Linhas<'_>, fluxo: &'static Fluxo, opcoes: &Opcoes) -> Result<Mapeamento, Falha> {
    let mut lidas: Vec<Linha> = Vec::new();
    while lidas.len() < LINHAS_DE_TITULO {
        match linhas.next() {
            Some(linha) => lidas.push(linha?),
            None => break,
        }
    }
    if lidas.iter().all(Linha::vazia) {
        return Err(Falha::nova("planilha_vazia", vec![("planilha", linhas.aba().to_owned())]));
    }
    let escolha = Escolha::nova(fluxo, opcoes);
    // The row, or the pair of rows, that names the most fields; the first of equals, since data comes below.
    let mut melhor: Option<(usize, usize, Vec<String>)> = None;
    for (indice, linha) in lidas.iter().enumerate() {
        let simples: Vec<String> = linha.celulas.iter().map(cabecalho_de).collect();
        let mut candidatos = vec![(escolha.pontos(&simples), indice, simples)];
        if let Some(seguinte) = lidas.get(indice + 1).filter(|s| s.numero == linha.numero + 1) {
            let duplo = duas_linhas(linha, seguinte, &escolha);
            candidatos.push((escolha.pontos(&duplo), indice + 1, duplo));
        }
        for (pontos, ultima, cabecalhos) in candidatos {
            if pontos > 0 && melhor.as_ref().is_none_or(|(maior, ..)| pontos > *maior) {
                melhor = Some((pontos, ultima, cabecalhos));
            }
        }
    }
    let Some((_, ultima, cabecalhos)) = melhor else {
        return Err(sem_cabecalho(&lidas, linhas.aba(), fluxo));
    };
    let numero = lidas.get(ultima).map_or(0, |l| l.numero);
    let mapeamento = escolha.mapear(cabecalhos, numero, linhas.aba())?;
    linhas.devolver(lidas.split_off(ultima + 1));
    Ok(mapeamento)
}

/// The text of a header cell on one line.
fn cabecalho_de(celula: &Celula) -> String {
    /// Longer texts are data, of which the beginning is enough to be quoted.
    const LONGEST: usize = 300;
    let texto = match celula {
        Celula::Texto(texto) => texto.chars().take(LONGEST).collect(),
        outra => outra.mostrar(),
    };
    let limpo: String = texto.chars().filter(|c| !INVISIVEIS.contains(c)).collect();
    limpo.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The headers of two rows read together: the lower name where it says enough, else group and name joined.
fn duas_linhas(de_cima: &Linha, de_baixo: &Linha, escolha: &Escolha<'_>) -> Vec<String> {
    let largura = de_cima.celulas.len().max(de_baixo.celulas.len());
    let mut grupo = String::new();
    (0..largura)
        .map(|i| {
            let cima = cabecalho_de(de_cima.celula(i));
            let baixo = cabecalho_de(de_baixo.celula(i));
            // A merged group stores its text in its first cell only.
            if !cima.is_empty() {
                grupo.clone_from(&cima);
            }
            if baixo.is_empty() {
                return cima;
            }
            let juntos = [format!("{grupo} {baixo}"), format!("{baixo} {grupo}")];
            let junto = juntos.into_iter().find(|junto| !grupo.is_empty() && escolha.campo(junto).is_some());
            junto.unwrap_or(baixo)
        })
        .collect()
}

fn sem_cabecalho(lidas: &[Linha], aba: &str, fluxo: &Fluxo) -> Falha {
    let encontrado = lidas
        .iter()
        .filter(|linha| !linha.vazia())
        .take(3)
        .map(|linha| {
            let celulas: Vec<String> =
                linha.celulas.iter().filter(|c| !c.vazia()).take(6).map(|c| recortar(&c.mostrar())).collect();
            format!("{}: `{}`", linha.numero, celulas.join(" | "))
        })
        .collect::<Vec<_>>()
        .join(", ");
    let esperado =
        fluxo.colunas.iter().filter(|c| c.obrigatoria).map(|c| format!("`{}`", c.rotulo)).collect::<Vec<_>>();
    Falha::nova(
        "cabecalho_nao_encontrado",
        vec![("planilha", aba.to_owned()), ("encontrado", encontrado), ("esperado", esperado.join(", "))],
    )
}

/// The rule by which a header names a field: the explicit map first, then label, field and synonyms.
struct Escolha<'a> {
    fluxo: &'static Fluxo,
    mapa: Vec<(String, &'a str)>,
    nomes: std::collections::BTreeMap<String, &'static Coluna>,
}

enum Destino {
    Campo(&'static Coluna),
    Fora,
}

impl<'a> Escolha<'a> {
    fn nova(fluxo: &'static Fluxo, opcoes: &'a Opcoes) -> Self {
        let mapa = opcoes.mapa.iter().map(|(de, para)| (normalizar(de), para.as_str())).collect();
        let mut nomes = std::collections::BTreeMap::new();
        // Labels and field names before synonyms, so that a synonym of one column never takes another's own name.
        for coluna in fluxo.colunas {
            let folha = coluna.campo.rsplit('.').next().unwrap_or(coluna.campo);
            let campo = (coluna.papel != Papel::Identificador).then_some([coluna.campo, folha]);
            for nome in std::iter::once(coluna.rotulo).chain(campo.into_iter().flatten()) {
                nomes.entry(normalizar(nome)).or_insert(coluna);
            }
        }
        for coluna in fluxo.colunas {
            for nome in coluna.sinonimos {
                nomes.entry(normalizar(nome)).or_insert(coluna);
            }
        }
        Self { fluxo, mapa, nomes }
    }

    fn destino(&self, cabecalho: &str) -> Option<Destino> {
        let chave = normalizar(cabecalho);
        if chave.is_empty() {
            return None;
        }
        if let Some((_, campo)) = self.mapa.iter().find(|(de, _)| *de == chave) {
            return Some(self.fluxo.coluna(campo).map_or(Destino::Fora, Destino::Campo));
        }
        if let Some(coluna) = self.nomes.get(&chave) {
            return Some(Destino::Campo(coluna));
        }
        if COLUNAS_DO_RELATORIO.iter().any(|nossa| normalizar(nossa) == chave) {
            return Some(Destino::Fora);
        }
        // "Valor (R$)", "Vencimento (dd/mm/aaaa)": what stands in parentheses is a remark.
        let sem_parenteses = normalizar(&sem_observacao(cabecalho));
        (sem_parenteses != chave).then(|| self.nomes.get(&sem_parenteses).map(|c| Destino::Campo(c)))?
    }

    fn campo(&self, cabecalho: &str) -> Option<&'static Coluna> {
        match self.destino(cabecalho)? {
            Destino::Campo(coluna) => Some(coluna),
            Destino::Fora => None,
        }
    }

    /// How many different fields the headers name; a lone one is not a header unless the flow asks for no more.
    fn pontos(&self, cabecalhos: &[String]) -> usize {
        let mut campos: Vec<&str> = cabecalhos.iter().filter_map(|c| self.campo(c)).map(|c| c.campo).collect();
        campos.sort_unstable();
        campos.dedup();
        let obrigatoria = campos.iter().any(|campo| self.fluxo.coluna(campo).is_some_and(|c| c.obrigatoria));
        if campos.len() >= 2 || obrigatoria { campos.len() } else { 0 }
    }

    fn mapear(&self, cabecalhos: Vec<String>, linha: u32, aba: &str) -> Result<Mapeamento, Falha> {
        if let Some((_, campo)) =
            self.mapa.iter().find(|(_, campo)| !campo.is_empty() && self.fluxo.coluna(campo).is_none())
        {
            let campo = recortar(campo);
            let proximo = mais_parecido(&campo, self.fluxo.colunas.iter().map(|c| c.campo)).unwrap_or_default();
            return Err(Falha::nova(
                "mapa_campo_desconhecido",
                vec![("campo", campo), ("proximo", proximo.to_owned())],
            ));
        }
        for (de, _) in &self.mapa {
            if !cabecalhos.iter().any(|c| normalizar(c) == *de) {
                let original = cabecalhos
                    .iter()
                    .filter(|c| !c.is_empty())
                    .map(|c| format!("`{}`", recortar(c)))
                    .collect::<Vec<_>>();
                return Err(Falha::nova(
                    "mapa_cabecalho_ausente",
                    vec![("cabecalho", recortar(de)), ("encontrados", original.join(", "))],
                ));
            }
        }
        let mut colunas: Vec<(usize, &'static Coluna)> = Vec::new();
        let mut extras: Vec<Extra> = Vec::new();
        for (indice, cabecalho) in cabecalhos.iter().enumerate() {
            match self.destino(cabecalho) {
                Some(Destino::Campo(coluna)) => {
                    if let Some((outro, _)) =
                        colunas.iter().find(|(_, c)| c.campo == coluna.campo).filter(|_| !coluna.varias)
                    {
                        return Err(Falha::nova(
                            "coluna_duplicada",
                            vec![
                                ("planilha", aba.to_owned()),
                                ("linha", linha.to_string()),
                                ("primeira", letra_da_coluna(*outro)),
                                ("cabecalho_primeira", cabecalhos.get(*outro).cloned().unwrap_or_default()),
                                ("segunda", letra_da_coluna(indice)),
                                ("cabecalho_segunda", cabecalho.clone()),
                                ("campo", coluna.campo.to_owned()),
                            ],
                        ));
                    }
                    colunas.push((indice, coluna));
                }
                Some(Destino::Fora) => {}
                None if cabecalho.is_empty() => {}
                None => {
                    let repetidos = extras.iter().filter(|e| e.cabecalho == *cabecalho).count();
                    let unico = if repetidos > 0 {
                        format!("{cabecalho} ({})", letra_da_coluna(indice))
                    } else {
                        cabecalho.clone()
                    };
                    extras.push(Extra { indice, cabecalho: unico });
                }
            }
        }
        self.conferir_obrigatorias(&colunas, &cabecalhos, linha, aba)?;
        Ok(Mapeamento { linha_do_cabecalho: linha, cabecalhos, colunas, extras })
    }

    fn conferir_obrigatorias(
        &self,
        colunas: &[(usize, &'static Coluna)],
        cabecalhos: &[String],
        linha: u32,
        aba: &str,
    ) -> Result<(), Falha> {
        let tem = |campo: &str| colunas.iter().any(|(_, c)| c.campo == campo);
        let mut faltam: Vec<String> = Vec::new();
        for coluna in self.fluxo.colunas.iter().filter(|c| c.obrigatoria && !tem(c.campo)) {
            faltam.push(self.falta(coluna, colunas, cabecalhos));
        }
        for grupo in self.fluxo.uma_de.iter().filter(|grupo| !grupo.iter().any(|campo| tem(campo))) {
            let rotulos: Vec<_> =
                grupo.iter().filter_map(|c| self.fluxo.coluna(c)).map(|c| format!("`{}`", c.rotulo)).collect();
            faltam.push(rotulos.join(" / "));
        }
        if faltam.is_empty() {
            return Ok(());
        }
        let filled = cabecalhos.iter().filter(|c| !c.is_empty());
        let encontrados: Vec<String> = filled.map(|c| format!("`{}`", recortar(c))).collect();
        Err(Falha::nova(
            "coluna_obrigatoria_ausente",
            vec![
                ("planilha", aba.to_owned()),
                ("linha", linha.to_string()),
                ("colunas", faltam.join(", ")),
                ("encontrados", encontrados.join(", ")),
            ],
        ))
    }

    /// The missing column, with the unclaimed header that looks most like it.
    fn falta(&self, coluna: &'static Coluna, colunas: &[(usize, &'static Coluna)], cabecalhos: &[String]) -> String {
        let livres: Vec<(String, &String)> = cabecalhos
            .iter()
            .enumerate()
            .filter(|(i, c)| !c.is_empty() && !colunas.iter().any(|(usado, _)| usado == i))
            .map(|(_, c)| (normalizar(c), c))
            .collect();
        let nomes = self.nomes.iter().filter(|(_, c)| c.campo == coluna.campo).map(|(nome, _)| nome.as_str());
        let proximo = nomes
            .flat_map(|nome| livres.iter().map(move |(livre, c)| (strsim::jaro_winkler(nome, livre), *c)))
            .max_by(|(a, _), (b, _)| a.total_cmp(b))
            .filter(|(semelhanca, _)| *semelhanca > 0.8);
        match proximo {
            Some((_, cabecalho)) => format!("`{}` (≈ `{cabecalho}`?)", coluna.rotulo),
            None => format!("`{}`", coluna.rotulo),
        }
    }
}

fn mais_parecido<'a>(texto: &str, opcoes: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    opcoes
        .map(|opcao| (strsim::jaro_winkler(&texto.to_lowercase(), &opcao.to_lowercase()), opcao))
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, opcao)| opcao)
}

fn sem_observacao(cabecalho: &str) -> String {
    let mut profundidade = 0_u32;
    cabecalho
        .chars()
        .filter(|c| {
            match c {
                '(' | '[' => profundidade += 1,
                ')' | ']' => {
                    profundidade = profundidade.saturating_sub(1);
                    return false;
                }
                _ => {}
            }
            profundidade == 0
        })
        .collect()
}

/// A header reduced to what identifies it: no accents, case, punctuation or small words, abbreviations in full.
pub(super) fn normalizar(texto: &str) -> String {
    let mut palavras: Vec<String> = Vec::new();
    let mut palavra = String::new();
    let mut anterior_minuscula = false;
    // The ordinal and degree signs both stand for "numero" (`Nº`, `N°`).
    for letra in texto.replace('°', "º").nfkd().filter(|c| !is_combining_mark(*c)) {
        if !letra.is_alphanumeric() || (anterior_minuscula && letra.is_uppercase()) {
            palavras.push(std::mem::take(&mut palavra));
        }
        if letra.is_alphanumeric() {
            palavra.extend(letra.to_lowercase());
        }
        anterior_minuscula = letra.is_lowercase();
    }
    palavras.push(palavra);
    palavras.iter().map(|p| por_extenso(p)).collect()
}

fn por_extenso(palavra: &str) -> &str {
    match palavra {
        "de" | "do" | "da" | "dos" | "das" | "e" | "o" | "a" | "ou" | "em" => "",
        "cod" | "cd" => "codigo",
        "vlr" | "vl" | "val" => "valor",
        "dt" | "dta" => "data",
        "qtd" | "qtde" | "qt" | "quant" => "quantidade",
        "num" | "nro" | "nr" | "n" | "no" | "nos" => "numero",
        "unit" | "un" => "unitario",
        "insc" | "inscr" => "inscricao",
        "est" => "estadual",
        "tel" | "fone" => "telefone",
        "cel" => "celular",
        "end" => "endereco",
        "compl" => "complemento",
        "obs" => "observacao",
        "ref" => "referencia",
        "comp" | "compet" => "competencia",
        "venc" | "vcto" | "vencto" => "vencimento",
        "pagto" | "pgto" => "pagamento",
        "mun" => "municipio",
        "emp" => "empresa",
        "cli" => "cliente",
        "serv" | "svc" => "servico",
        "contr" => "contrato",
        outra => outra,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_compared_by_what_they_mean() {
        for (a, b) in [
            ("Razão Social*", "RAZAO SOCIAL"),
            ("CNPJ / CPF", "cnpj_cpf"),
            ("Cód. Externo", "codigoExterno"),
            ("Vlr. Unit.", "valor unitário"),
            ("Nº do Contrato", "Num Contrato"),
            ("N° Contrato", "numeroContrato"),
            ("E-mail", "E_MAIL"),
            ("  Data  de Emissão ", "DT EMISSÃO"),
        ] {
            assert_eq!(normalizar(a), normalizar(b), "{a} ≠ {b}");
        }
    }

    #[test]
    fn no_two_columns_of_a_flow_claim_one_name() {
        for fluxo in
            [&super::super::fluxo::CLIENTES, &super::super::fluxo::CONSUMOS, &super::super::fluxo::CONTAS_A_RECEBER]
        {
            let mut donos = std::collections::BTreeMap::new();
            for coluna in fluxo.colunas {
                for nome in coluna.sinonimos.iter().chain([&coluna.rotulo]) {
                    let outro = donos.insert(normalizar(nome), coluna.campo);
                    assert!(outro.is_none_or(|o| o == coluna.campo), "{}: `{nome}` is claimed twice", fluxo.nome);
                }
            }
        }
    }
}
