use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    Aviso, Boleto, BrCode, Cep, ChaveDfe, ClasseTelefone, Cnpj, Cpf, Email, InscricaoEstadual, Motivo, Municipio,
    PixChave, Segmento, Telefone, Uf, email,
};
use crate::Modo;
use crate::tempo::date_text;

/// The value of one of a document's own fields.
#[derive(Clone, PartialEq, Eq)]
pub enum ValorCampo {
    /// A text.
    Texto(String),
    /// Several texts.
    Lista(Vec<String>),
    /// Yes or no.
    Booleano(bool),
    /// An exact number.
    Decimal(Decimal),
    /// A calendar date.
    Data(Date),
}

impl From<&str> for ValorCampo {
    fn from(texto: &str) -> Self {
        Self::Texto(texto.to_owned())
    }
}

impl From<bool> for ValorCampo {
    fn from(valor: bool) -> Self {
        Self::Booleano(valor)
    }
}

/// What validation found.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Resultado {
    /// Whether the text is a valid document.
    pub valido: bool,
    /// Why not.
    pub motivo: Option<Motivo>,
    /// The canonical text.
    pub valor: Option<String>,
    /// What lenient mode removed or changed; nothing if strict mode would take the text as it is.
    pub removido: Option<String>,
    /// What is worth telling nonetheless.
    pub avisos: Vec<Aviso>,
    /// The document's own fields, by their camelCase names.
    pub campos: Vec<(&'static str, ValorCampo)>,
}

/// Personal data does not print: only the kind of value.
impl std::fmt::Debug for ValorCampo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Texto(_) => "Texto(***)",
            Self::Lista(_) => "Lista(***)",
            Self::Booleano(_) => "Booleano(***)",
            Self::Decimal(_) => "Decimal(***)",
            Self::Data(_) => "Data(***)",
        })
    }
}

/// Personal data does not print: only the verdict and the names of the fields.
impl std::fmt::Debug for Resultado {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let campos: Vec<&str> = self.campos.iter().map(|(nome, _)| *nome).collect();
        f.debug_struct("Resultado")
            .field("valido", &self.valido)
            .field("motivo", &self.motivo)
            .field("avisos", &self.avisos)
            .field("campos", &campos)
            .finish_non_exhaustive()
    }
}

pub(super) fn reprovado(motivo: Motivo) -> Resultado {
    Resultado { motivo: Some(motivo), ..Resultado::default() }
}

fn aprovado(valor: &str, campos: Vec<(&'static str, ValorCampo)>) -> Resultado {
    Resultado { valido: true, valor: Some(valor.to_owned()), campos, ..Resultado::default() }
}

pub(super) fn com_tipo(mut resultado: Resultado, tipo: &str) -> Resultado {
    resultado.campos.insert(0, ("tipo", tipo.into()));
    resultado
}

/// A CEP or telephone of another state is a warning: both may differ from the address for good reasons.
fn outra_uf(esperada: Option<Uf>, uf: Option<Uf>) -> Option<Aviso> {
    match (esperada, uf) {
        (Some(esperada), Some(uf)) if esperada != uf => Some(Aviso::UfDivergente { uf }),
        _ => None,
    }
}

pub(super) fn do_cpf(cpf: &Cpf) -> Resultado {
    let ufs = cpf.ufs().iter().map(|uf| uf.sigla().to_owned()).collect();
    aprovado(
        cpf.as_str(),
        vec![("regiaoFiscal", ValorCampo::Texto(cpf.regiao_fiscal().to_string())), ("ufs", ValorCampo::Lista(ufs))],
    )
}

pub(super) fn do_cnpj(cnpj: &Cnpj) -> Resultado {
    aprovado(
        cnpj.as_str(),
        vec![
            ("alfanumerico", cnpj.alfanumerico().into()),
            ("raiz", cnpj.raiz().into()),
            ("ordem", cnpj.ordem().into()),
            ("matriz", cnpj.matriz().into()),
        ],
    )
}

pub(super) fn da_ie(lida: &InscricaoEstadual, texto: &str, modo: Modo, uf: Option<Uf>) -> Resultado {
    let mut resultado = aprovado(lida.as_str(), vec![("isento", lida.isento().into())]);
    if let Some(uf) = uf {
        resultado.campos.push(("uf", uf.sigla().into()));
        resultado.campos.push(("produtorRural", lida.produtor_rural().into()));
        let nova = lida.forma_nova();
        resultado.campos.extend(nova.map(|nova| ("formaNova", nova.as_str().into())));
        if lida.serie_futura() {
            resultado.avisos.push(Aviso::SerieFutura);
        }
        let digitos = texto.bytes().filter(u8::is_ascii_digit).count();
        if !lida.isento() && uf == Uf::MT && digitos < lida.as_str().len() {
            resultado.avisos.push(Aviso::ZerosCompletados);
        }
    } else {
        let ufs = InscricaoEstadual::ufs_possiveis(texto, modo);
        // Mato Grosso puts zeros back: the text is canonical only where all the states agree on it.
        let unico = ufs
            .iter()
            .all(|&uf| InscricaoEstadual::parse(texto, uf, modo).is_ok_and(|outra| outra.as_str() == lida.as_str()));
        if !unico {
            resultado.valor = Some(InscricaoEstadual::limpar(texto));
        }
        let ufs = ufs.iter().map(|uf| uf.sigla().to_owned()).collect();
        resultado.campos.push(("ufs", ValorCampo::Lista(ufs)));
    }
    resultado
}

pub(super) fn do_cep(cep: &Cep, uf: Option<Uf>) -> Resultado {
    let mut resultado = aprovado(cep.as_str(), vec![("uf", cep.uf().sigla().into())]);
    resultado.avisos.extend(outra_uf(uf, Some(cep.uf())));
    resultado
}

pub(super) fn do_uf(uf: Uf) -> Resultado {
    aprovado(
        uf.sigla(),
        vec![
            ("nome", uf.nome().into()),
            ("codigoIbge", ValorCampo::Texto(uf.codigo_ibge().to_string())),
            ("exterior", (uf == Uf::EX).into()),
        ],
    )
}

pub(super) fn do_municipio(municipio: &Municipio) -> Resultado {
    aprovado(municipio.as_str(), vec![("uf", municipio.uf().sigla().into())])
}

pub(super) fn do_telefone(telefone: &Telefone, uf: Option<Uf>) -> Resultado {
    let classe = telefone.classe();
    let mut resultado = aprovado(telefone.as_str(), vec![("classe", classe.name().into())]);
    let campos = &mut resultado.campos;
    campos.extend(telefone.ddd().map(|ddd| ("ddd", ddd.into())));
    campos.extend(telefone.uf().map(|uf| ("uf", uf.sigla().into())));
    campos.extend(telefone.e164().map(|e164| ("e164", e164.into())));
    campos.extend(telefone.sugestao().map(|outro| ("sugestao", outro.as_str().into())));
    match classe {
        ClasseTelefone::Legado => resultado.avisos.push(Aviso::CelularSemNonoDigito),
        ClasseTelefone::Sme => resultado.avisos.push(Aviso::TrunkingOuLegado),
        ClasseTelefone::Celular | ClasseTelefone::Fixo | ClasseTelefone::NaoGeografico => {}
    }
    // 61 also serves towns of Goiás.
    let entorno = telefone.ddd() == Some("61") && uf == Some(Uf::GO);
    if !entorno {
        resultado.avisos.extend(outra_uf(uf, telefone.uf()));
    }
    resultado
}

pub(super) fn do_email(endereco: &Email) -> Resultado {
    let mut resultado =
        aprovado(endereco.as_str(), vec![("local", endereco.local().into()), ("dominio", endereco.dominio().into())]);
    let tamanho = endereco.as_str().len();
    if tamanho > email::MAXIMO_NOTA_FISCAL {
        resultado.avisos.push(Aviso::LongoParaNotaFiscal);
    }
    if tamanho > email::MAXIMO_PIX {
        resultado.avisos.push(Aviso::LongoParaPix);
    }
    resultado
}

pub(super) fn do_boleto(boleto: &Boleto, texto: &str) -> Resultado {
    // A field for the barcode keeps its barcode: the form that was read is canonical.
    let barras = texto.bytes().filter(u8::is_ascii_digit).count() == 44;
    let lido = if barras { boleto.codigo_de_barras() } else { boleto.linha_digitavel() };
    let tipo = if boleto.arrecadacao() { "arrecadacao" } else { "bancario" };
    let mut resultado = aprovado(
        lido,
        vec![
            ("tipo", tipo.into()),
            ("linhaDigitavel", boleto.linha_digitavel().into()),
            ("codigoDeBarras", boleto.codigo_de_barras().into()),
        ],
    );
    let campos = &mut resultado.campos;
    campos.extend(boleto.banco().map(|banco| ("banco", banco.into())));
    campos.extend(boleto.segmento().map(Segmento::name).map(|nome| ("segmento", nome.into())));
    campos.extend(boleto.valor().map(|valor| ("quantia", ValorCampo::Decimal(valor))));
    campos.extend(boleto.fator_vencimento().map(|fator| ("fatorVencimento", fator.into())));
    if boleto.fator_vencimento().is_some() {
        let dias = boleto.vencimentos().iter().map(|dia| date_text(*dia)).collect();
        campos.push(("vencimentos", ValorCampo::Lista(dias)));
    }
    campos.extend(boleto.campo_livre().map(|livre| ("campoLivre", livre.into())));
    if boleto.valor_sem_fator() {
        resultado.avisos.push(Aviso::ValorSemFator);
    }
    resultado
}

pub(super) fn da_pix_chave(chave: &PixChave) -> Resultado {
    let mut resultado = aprovado(chave.as_str(), vec![("tipo", chave.tipo().into())]);
    if chave.fora_do_plano() {
        resultado.avisos.push(Aviso::TelefoneForaDoPlano);
    }
    resultado
}

pub(super) fn do_brcode(codigo: &BrCode) -> Resultado {
    let lidos = codigo.campos();
    let tipo = if lidos.url.is_some() { "dinamico" } else { "estatico" };
    let mut resultado = aprovado(codigo.as_str(), vec![("tipo", tipo.into())]);
    let campos = &mut resultado.campos;
    campos.extend(lidos.chave.map(|chave| ("chave", chave.into())));
    let chave = lidos.chave.and_then(|chave| PixChave::parse(chave, Modo::Leniente).ok());
    campos.extend(chave.map(|chave| ("tipoChave", chave.tipo().into())));
    campos.extend(lidos.url.map(|url| ("url", url.into())));
    campos.extend(lidos.recorrencia.map(|url| ("recorrencia", url.into())));
    campos.extend(lidos.valor().map(|valor| ("quantia", ValorCampo::Decimal(valor))));
    campos.push(("nome", lidos.nome.into()));
    campos.push(("cidade", lidos.cidade.into()));
    campos.extend(lidos.cep.map(|cep| ("cep", cep.into())));
    campos.extend(lidos.txid().map(|txid| ("txid", txid.into())));
    campos.extend(lidos.info.map(|info| ("info", info.into())));
    campos.push(("unicoUso", lidos.unico_uso.into()));
    campos.push(("categoria", lidos.categoria.into()));
    campos.push(("crc", codigo.crc().into()));
    resultado.avisos = lidos.avisos();
    resultado
}

pub(super) fn da_chave_dfe(chave: &ChaveDfe, uf: Option<Uf>) -> Resultado {
    let mut resultado = aprovado(
        chave.as_str(),
        vec![
            ("uf", chave.uf().sigla().into()),
            ("anoMes", ValorCampo::Texto(chave.ano_mes())),
            ("modelo", chave.modelo().into()),
            ("serie", chave.serie().into()),
            ("numero", chave.numero().into()),
        ],
    );
    let campos = &mut resultado.campos;
    campos.extend(chave.nome_do_modelo().map(|nome| ("documento", nome.into())));
    campos.extend(chave.emitente().map(|quem| ("emitente", quem.as_str().into())));
    campos.extend(chave.tipo_emissao().map(|tipo| ("tipoEmissao", tipo.into())));
    resultado.avisos.extend(chave.avisos());
    resultado.avisos.extend(outra_uf(uf, Some(chave.uf())));
    resultado
}

/// The characters of `texto` that are not in `valor`, in order. Both are walked from the end, because what a
/// document puts back (zeros, `+55`) is at the beginning.
pub(super) fn removido(texto: &str, valor: &str) -> Option<String> {
    let mut esperados = valor.chars().rev().peekable();
    let mut fora: Vec<char> = texto
        .chars()
        .rev()
        .filter(|&letra| match esperados.peek() {
            Some(&esperado) if esperado == letra => {
                esperados.next();
                false
            }
            Some(esperado) if esperado.eq_ignore_ascii_case(&letra) => {
                esperados.next();
                true
            }
            _ => true,
        })
        .collect();
    fora.reverse();
    (!fora.is_empty()).then(|| fora.into_iter().collect())
}
