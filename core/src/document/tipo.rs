use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    Aviso, Boleto, BrCode, Cep, ChaveDfe, Classe, Cnpj, Cpf, CpfCnpj, Email, InscricaoEstadual, Motivo, Municipio,
    PixChave, Segmento, Telefone, Uf, brcode, email, pix_chave,
};
use crate::Modo;
use crate::tempo::DateText;

/// A kind of document, chosen at run time: the door that the bindings use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Tipo {
    /// A person's taxpayer number.
    Cpf,
    /// A company's taxpayer number.
    Cnpj,
    /// A taxpayer number of either kind.
    CpfCnpj,
    /// A state's taxpayer registration (inscrição estadual).
    Ie,
    /// A postal code.
    Cep,
    /// A state.
    Uf,
    /// The IBGE code of a municipality.
    Municipio,
    /// A telephone number.
    Telefone,
    /// An e-mail address.
    Email,
    /// A payment slip: linha digitável of 47 or 48 digits, or barcode of 44.
    Boleto,
    /// A PIX key.
    PixChave,
    /// The text of a PIX QR.
    Brcode,
    /// The access key of an electronic fiscal document.
    ChaveDfe,
}

/// The value of one of a document's own fields.
#[derive(Debug, Clone, PartialEq, Eq)]
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

impl Tipo {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::Cpf,
        Self::Cnpj,
        Self::CpfCnpj,
        Self::Ie,
        Self::Cep,
        Self::Uf,
        Self::Municipio,
        Self::Telefone,
        Self::Email,
        Self::Boleto,
        Self::PixChave,
        Self::Brcode,
        Self::ChaveDfe,
    ];

    /// The kind of a name such as `"cpf"` or `"chave_dfe"`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|tipo| tipo.name() == name)
    }

    /// The name that [`Tipo::from_name`] reads.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cpf => "cpf",
            Self::Cnpj => "cnpj",
            Self::CpfCnpj => "cpf_cnpj",
            Self::Ie => "ie",
            Self::Cep => "cep",
            Self::Uf => "uf",
            Self::Municipio => "municipio",
            Self::Telefone => "telefone",
            Self::Email => "email",
            Self::Boleto => "boleto",
            Self::PixChave => "pix_chave",
            Self::Brcode => "brcode",
            Self::ChaveDfe => "chave_dfe",
        }
    }

    /// The names of all the fields that [`Resultado::campos`] may have for this kind. None of them is the name of a
    /// field of [`Resultado`] itself, because the bindings show the two side by side.
    #[must_use]
    pub fn campos(self) -> &'static [&'static str] {
        match self {
            Self::Cpf => &["regiaoFiscal", "ufs"],
            Self::Cnpj => &["alfanumerico", "raiz", "ordem", "matriz"],
            Self::CpfCnpj => &["tipo", "regiaoFiscal", "ufs", "alfanumerico", "raiz", "ordem", "matriz"],
            Self::Ie => &["isento", "uf", "produtorRural", "formaNova", "ufs"],
            Self::Cep | Self::Municipio => &["uf"],
            Self::Uf => &["nome", "codigoIbge", "exterior"],
            Self::Telefone => &["classe", "ddd", "uf", "e164", "sugestao"],
            Self::Email => &["local", "dominio"],
            Self::Boleto => &[
                "tipo",
                "linhaDigitavel",
                "codigoDeBarras",
                "banco",
                "segmento",
                "quantia",
                "fatorVencimento",
                "vencimentos",
                "campoLivre",
            ],
            Self::PixChave => &["tipo"],
            Self::Brcode => &[
                "tipo",
                "chave",
                "tipoChave",
                "url",
                "recorrencia",
                "quantia",
                "nome",
                "cidade",
                "cep",
                "txid",
                "info",
                "unicoUso",
                "categoria",
                "crc",
            ],
            Self::ChaveDfe => &["uf", "anoMes", "modelo", "serie", "numero", "documento", "emitente", "tipoEmissao"],
        }
    }

    /// Validates a text and gives everything that can be said of it. `uf` is the state it should belong to.
    #[must_use]
    pub fn validar(self, texto: &str, modo: Modo, uf: Option<&str>) -> Resultado {
        let Ok(uf) = uf.map(|uf| Uf::parse(uf, Modo::Leniente)).transpose() else {
            return reprovado(Motivo::UfInvalida);
        };
        let lido = match self {
            Self::Cpf => Cpf::parse(texto, modo).map(|d| do_cpf(&d)),
            Self::Cnpj => Cnpj::parse(texto, modo).map(|d| do_cnpj(&d)),
            Self::CpfCnpj => CpfCnpj::parse(texto, modo).map(|d| match &d {
                CpfCnpj::Cpf(cpf) => com_tipo(do_cpf(cpf), "cpf"),
                CpfCnpj::Cnpj(cnpj) => com_tipo(do_cnpj(cnpj), "cnpj"),
            }),
            Self::Ie => da_ie(texto, modo, uf),
            Self::Cep => Cep::parse(texto, modo).map(|d| do_cep(&d, uf)),
            Self::Uf => Uf::parse(texto, modo).map(do_uf),
            Self::Municipio => do_estado(Municipio::parse(texto, modo), uf).map(|d| do_municipio(&d)),
            Self::Telefone => Telefone::parse(texto, modo).map(|d| do_telefone(&d, uf)),
            Self::Email => Email::parse(texto, modo).map(|d| do_email(&d)),
            Self::Boleto => Boleto::parse(texto, modo).map(|d| do_boleto(&d, texto)),
            Self::PixChave => PixChave::parse(texto, modo).map(|d| da_pix_chave(&d)),
            Self::Brcode => BrCode::parse(texto, modo).map(|d| do_brcode(&d)),
            Self::ChaveDfe => ChaveDfe::parse(texto, modo).map(|d| da_chave_dfe(&d, uf)),
        };
        match lido {
            Err(motivo) => reprovado(motivo),
            Ok(mut resultado) => {
                debug_assert!(resultado.campos.iter().all(|(nome, _)| self.campos().contains(nome)));
                if modo == Modo::Leniente && self.conferir(texto, Modo::Estrito, uf).is_err() {
                    let valor = resultado.valor.as_deref().unwrap_or_default();
                    resultado.removido = removido(texto, comparavel(self, texto, valor));
                }
                resultado
            }
        }
    }

    /// Whether a text is valid in strict mode: the fastest path, without an allocation.
    #[must_use]
    pub fn valido(self, texto: &str) -> bool {
        self.conferir(texto, Modo::Estrito, None).is_ok()
    }

    /// The text with its official mask, if it is valid in lenient mode.
    #[must_use]
    pub fn formatar(self, texto: &str) -> Option<String> {
        let modo = Modo::Leniente;
        match self {
            Self::Cpf => Cpf::parse(texto, modo).ok().map(|d| d.formatar()),
            Self::Cnpj => Cnpj::parse(texto, modo).ok().map(|d| d.formatar()),
            Self::CpfCnpj => CpfCnpj::parse(texto, modo).ok().map(|d| d.formatar()),
            // Without a state there is a mask only if all the possible states write it alike.
            Self::Ie => mascara_unica(texto),
            Self::Cep => Cep::parse(texto, modo).ok().map(|d| d.formatar()),
            Self::Uf => Uf::parse(texto, modo).ok().map(|d| d.formatar()),
            Self::Municipio => Municipio::parse(texto, modo).ok().map(|d| d.formatar()),
            Self::Telefone => Telefone::parse(texto, modo).ok().map(|d| d.formatar()),
            Self::Email => Email::parse(texto, modo).ok().map(|d| d.formatar()),
            Self::Boleto => Boleto::parse(texto, modo).ok().map(|d| d.formatar()),
            Self::PixChave => PixChave::parse(texto, modo).ok().map(|d| d.formatar()),
            Self::Brcode => BrCode::parse(texto, modo).ok().map(|d| d.formatar()),
            Self::ChaveDfe => ChaveDfe::parse(texto, modo).ok().map(|d| d.formatar()),
        }
    }

    /// The text without mask characters, whether it is valid or not.
    #[must_use]
    pub fn limpar(self, texto: &str) -> String {
        match self {
            Self::Cpf => Cpf::limpar(texto),
            Self::Cnpj => Cnpj::limpar(texto),
            Self::CpfCnpj => CpfCnpj::limpar(texto),
            Self::Ie => InscricaoEstadual::limpar(texto),
            Self::Cep => Cep::limpar(texto),
            Self::Uf => Uf::limpar(texto),
            Self::Municipio => Municipio::limpar(texto),
            Self::Telefone => Telefone::limpar(texto),
            Self::Email => Email::limpar(texto),
            Self::Boleto => Boleto::limpar(texto),
            Self::PixChave => PixChave::limpar(texto),
            Self::Brcode => BrCode::limpar(texto),
            Self::ChaveDfe => ChaveDfe::limpar(texto),
        }
    }

    /// Validates a column in one pass: for each item the code of its reason, or nothing if it is valid.
    /// A missing item is `vazio`.
    pub fn validar_coluna<'t>(
        self,
        textos: impl Iterator<Item = Option<&'t str>>,
        modo: Modo,
        uf: Option<&str>,
    ) -> Vec<Option<&'static str>> {
        let uf = uf.map(|uf| Uf::parse(uf, Modo::Leniente)).transpose();
        textos
            .map(|texto| match (texto, uf) {
                (_, Err(_)) => Err(Motivo::UfInvalida),
                (None, _) => Err(Motivo::Vazio),
                (Some(texto), Ok(uf)) => self.conferir(texto, modo, uf),
            })
            .map(|conferido| conferido.err().map(|motivo| motivo.codigo()))
            .collect()
    }

    /// The verdict alone, without an allocation.
    ///
    /// # Errors
    /// The reason why the text is not valid.
    pub fn conferir(self, texto: &str, modo: Modo, uf: Option<Uf>) -> Result<(), Motivo> {
        match self {
            Self::Cpf => Cpf::parse(texto, modo).map(drop),
            Self::Cnpj => Cnpj::parse(texto, modo).map(drop),
            Self::CpfCnpj => CpfCnpj::parse(texto, modo).map(drop),
            Self::Ie => ie(texto, modo, uf).map(drop),
            Self::Cep => Cep::parse(texto, modo).map(drop),
            Self::Uf => Uf::parse(texto, modo).map(drop),
            Self::Municipio => do_estado(Municipio::parse(texto, modo), uf).map(drop),
            Self::Telefone => Telefone::parse(texto, modo).map(drop),
            Self::Email => email::conferir(texto, modo).map(drop),
            Self::Boleto => Boleto::parse(texto, modo).map(drop),
            Self::PixChave => pix_chave::conferir(texto, modo).map(drop),
            Self::Brcode => brcode::conferir(texto, modo).map(drop),
            Self::ChaveDfe => ChaveDfe::parse(texto, modo).map(drop),
        }
    }
}

fn reprovado(motivo: Motivo) -> Resultado {
    Resultado { motivo: Some(motivo), ..Resultado::default() }
}

fn aprovado(valor: &str, campos: Vec<(&'static str, ValorCampo)>) -> Resultado {
    Resultado { valido: true, valor: Some(valor.to_owned()), campos, ..Resultado::default() }
}

fn com_tipo(mut resultado: Resultado, tipo: &str) -> Resultado {
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

/// A municipality is part of its state, so another state is an error.
fn do_estado(lido: Result<Municipio, Motivo>, uf: Option<Uf>) -> Result<Municipio, Motivo> {
    let municipio = lido?;
    match uf {
        Some(uf) if uf != municipio.uf() => Err(Motivo::UfDivergente { uf: municipio.uf() }),
        _ => Ok(municipio),
    }
}

fn do_cpf(cpf: &Cpf) -> Resultado {
    let ufs = cpf.ufs().iter().map(|uf| uf.sigla().to_owned()).collect();
    aprovado(
        cpf.as_str(),
        vec![("regiaoFiscal", ValorCampo::Texto(cpf.regiao_fiscal().to_string())), ("ufs", ValorCampo::Lista(ufs))],
    )
}

fn do_cnpj(cnpj: &Cnpj) -> Resultado {
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

/// Without a state, the first state that takes the text.
fn ie(texto: &str, modo: Modo, uf: Option<Uf>) -> Result<InscricaoEstadual, Motivo> {
    match uf {
        Some(uf) => InscricaoEstadual::parse(texto, uf, modo),
        None => Uf::ESTADOS
            .into_iter()
            .find_map(|uf| InscricaoEstadual::parse(texto, uf, modo).ok())
            .ok_or_else(|| em_nenhuma_uf(texto)),
    }
}

/// What is wrong in every state is said; otherwise only that no state takes it.
fn em_nenhuma_uf(texto: &str) -> Motivo {
    match InscricaoEstadual::parse(texto, Uf::SP, Modo::Leniente) {
        Err(motivo @ (Motivo::Vazio | Motivo::Alfabeto { .. } | Motivo::Longo { .. })) => motivo,
        _ => Motivo::NenhumaUf,
    }
}

fn da_ie(texto: &str, modo: Modo, uf: Option<Uf>) -> Result<Resultado, Motivo> {
    let lida = ie(texto, modo, uf)?;
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
    Ok(resultado)
}

fn mascara_unica(texto: &str) -> Option<String> {
    let mut formas = Uf::ESTADOS
        .into_iter()
        .filter_map(|uf| InscricaoEstadual::parse(texto, uf, Modo::Leniente).ok())
        .map(|ie| ie.formatar());
    let primeira = formas.next()?;
    formas.all(|outra| outra == primeira).then_some(primeira)
}

fn do_cep(cep: &Cep, uf: Option<Uf>) -> Resultado {
    let mut resultado = aprovado(cep.as_str(), vec![("uf", cep.uf().sigla().into())]);
    resultado.avisos.extend(outra_uf(uf, Some(cep.uf())));
    resultado
}

fn do_uf(uf: Uf) -> Resultado {
    aprovado(
        uf.sigla(),
        vec![
            ("nome", uf.nome().into()),
            ("codigoIbge", ValorCampo::Texto(uf.codigo_ibge().to_string())),
            ("exterior", (uf == Uf::EX).into()),
        ],
    )
}

fn do_municipio(municipio: &Municipio) -> Resultado {
    aprovado(municipio.as_str(), vec![("uf", municipio.uf().sigla().into())])
}

fn do_telefone(telefone: &Telefone, uf: Option<Uf>) -> Resultado {
    let classe = telefone.classe();
    let mut resultado = aprovado(telefone.as_str(), vec![("classe", classe.name().into())]);
    let campos = &mut resultado.campos;
    campos.extend(telefone.ddd().map(|ddd| ("ddd", ddd.into())));
    campos.extend(telefone.uf().map(|uf| ("uf", uf.sigla().into())));
    campos.extend(telefone.e164().map(|e164| ("e164", e164.into())));
    campos.extend(telefone.sugestao().map(|outro| ("sugestao", outro.as_str().into())));
    match classe {
        Classe::Legado => resultado.avisos.push(Aviso::CelularSemNonoDigito),
        Classe::Sme => resultado.avisos.push(Aviso::TrunkingOuLegado),
        Classe::Celular | Classe::Fixo | Classe::NaoGeografico => {}
    }
    // 61 also serves towns of Goiás.
    let entorno = telefone.ddd() == Some("61") && uf == Some(Uf::GO);
    if !entorno {
        resultado.avisos.extend(outra_uf(uf, telefone.uf()));
    }
    resultado
}

fn do_email(endereco: &Email) -> Resultado {
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

fn do_boleto(boleto: &Boleto, texto: &str) -> Resultado {
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
        let dias = boleto.vencimentos().iter().map(|dia| DateText(*dia).to_string()).collect();
        campos.push(("vencimentos", ValorCampo::Lista(dias)));
    }
    campos.extend(boleto.campo_livre().map(|livre| ("campoLivre", livre.into())));
    resultado
}

fn da_pix_chave(chave: &PixChave) -> Resultado {
    let mut resultado = aprovado(chave.as_str(), vec![("tipo", chave.tipo().into())]);
    if chave.fora_do_plano() {
        resultado.avisos.push(Aviso::TelefoneForaDoPlano);
    }
    resultado
}

fn do_brcode(codigo: &BrCode) -> Resultado {
    let tipo = if codigo.e_dinamico() { "dinamico" } else { "estatico" };
    let mut resultado = aprovado(codigo.as_str(), vec![("tipo", tipo.into())]);
    let campos = &mut resultado.campos;
    campos.extend(codigo.chave().map(|chave| ("chave", chave.into())));
    let chave = codigo.chave().and_then(|chave| PixChave::parse(chave, Modo::Leniente).ok());
    campos.extend(chave.map(|chave| ("tipoChave", chave.tipo().into())));
    campos.extend(codigo.url().map(|url| ("url", url.into())));
    campos.extend(codigo.recorrencia().map(|url| ("recorrencia", url.into())));
    campos.extend(codigo.valor().map(|valor| ("quantia", ValorCampo::Decimal(valor))));
    campos.push(("nome", codigo.nome().into()));
    campos.push(("cidade", codigo.cidade().into()));
    campos.extend(codigo.cep().map(|cep| ("cep", cep.into())));
    campos.extend(codigo.txid().map(|txid| ("txid", txid.into())));
    campos.extend(codigo.info().map(|info| ("info", info.into())));
    campos.push(("unicoUso", codigo.unico_uso().into()));
    campos.push(("categoria", codigo.categoria().into()));
    campos.push(("crc", codigo.crc().into()));
    resultado.avisos = codigo.avisos();
    resultado
}

fn da_chave_dfe(chave: &ChaveDfe, uf: Option<Uf>) -> Resultado {
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

/// The form of a telephone that keeps the characters of what was read: with `+55` or without.
fn comparavel<'v>(tipo: Tipo, texto: &str, valor: &'v str) -> &'v str {
    match valor.strip_prefix("+55") {
        Some(nacional) if tipo == Tipo::Telefone && !texto.contains('+') => nacional,
        _ => valor,
    }
}

/// The characters of `texto` that are not in `valor`, in order. Both are walked from the end, because what a
/// document puts back (zeros, `+55`) is at the beginning.
fn removido(texto: &str, valor: &str) -> Option<String> {
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
