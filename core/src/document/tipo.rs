use super::resultado::{Documento, Pedido, removido};
#[cfg(feature = "pagamentos")]
use super::{Boleto, BrCode, ChaveDfe, PixChave, brcode, pix_chave};
use super::{Cep, Cnpj, Cpf, CpfCnpj, Email, InscricaoEstadual, Motivo, Municipio, Resultado, Telefone, Uf, email};
use crate::Modo;
use crate::modo::Textos;

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
    #[cfg(feature = "pagamentos")]
    Boleto,
    /// A PIX key.
    #[cfg(feature = "pagamentos")]
    PixChave,
    /// The text of a PIX QR.
    #[cfg(feature = "pagamentos")]
    Brcode,
    /// The access key of an electronic fiscal document.
    #[cfg(feature = "pagamentos")]
    ChaveDfe,
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
        #[cfg(feature = "pagamentos")]
        Self::Boleto,
        #[cfg(feature = "pagamentos")]
        Self::PixChave,
        #[cfg(feature = "pagamentos")]
        Self::Brcode,
        #[cfg(feature = "pagamentos")]
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
            #[cfg(feature = "pagamentos")]
            Self::Boleto => "boleto",
            #[cfg(feature = "pagamentos")]
            Self::PixChave => "pix_chave",
            #[cfg(feature = "pagamentos")]
            Self::Brcode => "brcode",
            #[cfg(feature = "pagamentos")]
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
            #[cfg(feature = "pagamentos")]
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
            #[cfg(feature = "pagamentos")]
            Self::PixChave => &["tipo"],
            #[cfg(feature = "pagamentos")]
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
            #[cfg(feature = "pagamentos")]
            Self::ChaveDfe => &["uf", "anoMes", "modelo", "serie", "numero", "documento", "emitente", "tipoEmissao"],
        }
    }

    /// Validates a text and gives everything that can be said of it. `uf` is the state it should belong to.
    #[must_use]
    pub fn validar(self, texto: &str, modo: Modo, uf: Option<&str>) -> Resultado {
        let mut resultado = Resultado::default();
        let lido = uf.map(|uf| Uf::parse(uf, Modo::Leniente)).transpose().or(Err(Motivo::UfInvalida)).and_then(|uf| {
            let pedido = Pedido { texto, modo, uf };
            self.ler(&pedido, &mut |documento| {
                resultado.valor = Some(documento.canonico(&pedido).to_owned());
                documento.descrever(&pedido, &mut resultado);
            })?;
            Ok(modo == Modo::Leniente && self.conferir(texto, Modo::Estrito, uf).is_err())
        });
        debug_assert!(resultado.campos.iter().all(|(nome, _)| self.campos().contains(nome)));
        match lido {
            Err(motivo) => resultado.motivo = Some(motivo),
            Ok(mudado) => {
                resultado.valido = true;
                if mudado {
                    let valor = resultado.valor.as_deref().unwrap_or_default();
                    resultado.removido = removido(texto, comparavel(self, texto, valor));
                }
            }
        }
        resultado
    }

    /// The canonical text alone.
    pub(crate) fn canonico(self, texto: &str, modo: Modo) -> Result<String, Motivo> {
        let mut canonico = String::new();
        let pedido = Pedido { texto, modo, uf: None };
        self.ler(&pedido, &mut |documento| canonico.push_str(documento.canonico(&pedido)))?;
        Ok(canonico)
    }

    /// Reads a document of this kind and hands it over.
    fn ler(self, pedido: &Pedido<'_>, usar: &mut dyn FnMut(&dyn Documento)) -> Result<(), Motivo> {
        let &Pedido { texto, modo, uf } = pedido;
        match self {
            Self::Cpf => dar(&Cpf::parse(texto, modo), usar),
            Self::Cnpj => dar(&Cnpj::parse(texto, modo), usar),
            Self::CpfCnpj => dar(&CpfCnpj::parse(texto, modo), usar),
            Self::Ie => dar(&ie(texto, modo, uf), usar),
            Self::Cep => dar(&Cep::parse(texto, modo), usar),
            Self::Uf => dar(&Uf::parse(texto, modo), usar),
            Self::Municipio => dar(&do_estado(Municipio::parse(texto, modo), uf), usar),
            Self::Telefone => dar(&Telefone::parse(texto, modo), usar),
            Self::Email => dar(&Email::parse(texto, modo), usar),
            #[cfg(feature = "pagamentos")]
            Self::Boleto => dar(&Boleto::parse(texto, modo), usar),
            #[cfg(feature = "pagamentos")]
            Self::PixChave => dar(&PixChave::parse(texto, modo), usar),
            #[cfg(feature = "pagamentos")]
            Self::Brcode => dar(&BrCode::parse(texto, modo), usar),
            #[cfg(feature = "pagamentos")]
            Self::ChaveDfe => dar(&ChaveDfe::parse(texto, modo), usar),
        }
    }

    /// Why a text is not valid; `uf` is the state it should belong to.
    pub(crate) fn motivo(self, texto: &str, modo: Modo, uf: Option<&str>) -> Option<Motivo> {
        match uf.map(|uf| Uf::parse(uf, Modo::Leniente)).transpose() {
            Ok(uf) => self.conferir(texto, modo, uf).err(),
            Err(_) => Some(Motivo::UfInvalida),
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
        // Without a state there is a mask only if all the possible states write it alike.
        if self == Self::Ie {
            return mascara_unica(texto);
        }
        let mut formatado = None;
        let pedido = Pedido { texto, modo: Modo::Leniente, uf: None };
        self.ler(&pedido, &mut |documento| formatado = Some(documento.formatado())).ok()?;
        formatado
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
            #[cfg(feature = "pagamentos")]
            Self::Boleto => Boleto::limpar(texto),
            #[cfg(feature = "pagamentos")]
            Self::PixChave => PixChave::limpar(texto),
            #[cfg(feature = "pagamentos")]
            Self::Brcode => BrCode::limpar(texto),
            #[cfg(feature = "pagamentos")]
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
        let codigos: Vec<_> = Motivo::CODIGOS.iter().collect();
        let codigo = |numero: u8| usize::from(numero).checked_sub(1).and_then(|i| codigos.get(i)).copied();
        self.numerar_coluna(textos, modo, uf).into_iter().map(codigo).collect()
    }

    /// The same in a byte for each item: 0 if it is valid, or the place of its code in [`Motivo::CODIGOS`], from 1.
    pub fn numerar_coluna<'t>(
        self,
        textos: impl Iterator<Item = Option<&'t str>>,
        modo: Modo,
        uf: Option<&str>,
    ) -> Vec<u8> {
        let uf = uf.map(|uf| Uf::parse(uf, Modo::Leniente)).transpose();
        // Whoever is refused in a column is so for the same reason as the one before, more often than not.
        let mut ultimo = ("", 0);
        let mut numerar = |motivo: Motivo| {
            let Textos(textos) = motivo.textos();
            if !std::ptr::eq(textos, ultimo.0) {
                let numero = (1..).zip(Motivo::CODIGOS.iter()).find(|(_, codigo)| *codigo == motivo.codigo());
                ultimo = (textos, numero.map_or(u8::MAX, |(numero, _)| numero));
            }
            ultimo.1
        };
        textos
            .map(|texto| match (texto, uf) {
                (_, Err(_)) => numerar(Motivo::UfInvalida),
                (None, _) => numerar(Motivo::Vazio),
                (Some(texto), Ok(uf)) => self.conferir(texto, modo, uf).map_or_else(&mut numerar, |()| 0),
            })
            .collect()
    }

    /// The verdict alone, without an allocation.
    ///
    /// # Errors
    /// The reason why the text is not valid.
    pub fn conferir(self, texto: &str, modo: Modo, uf: Option<Uf>) -> Result<(), Motivo> {
        match self {
            Self::Email => email::conferir(texto, modo).map(drop),
            #[cfg(feature = "pagamentos")]
            Self::PixChave => pix_chave::conferir(texto, modo).map(drop),
            #[cfg(feature = "pagamentos")]
            Self::Brcode => brcode::conferir(texto, modo).map(drop),
            // The others are read without an allocation.
            _ => self.ler(&Pedido { texto, modo, uf }, &mut |_| ()),
        }
    }
}

/// Hands over where it is, because moving a document about takes more than reading it.
fn dar<D: Documento>(lido: &Result<D, Motivo>, usar: &mut dyn FnMut(&dyn Documento)) -> Result<(), Motivo> {
    match lido {
        Ok(documento) => {
            usar(documento);
            Ok(())
        }
        Err(motivo) => Err(*motivo),
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

/// Without a state, the first state that takes the text.
fn ie(texto: &str, modo: Modo, uf: Option<Uf>) -> Result<InscricaoEstadual, Motivo> {
    let Some(uf) = uf else {
        let mut primeira = None;
        InscricaoEstadual::em_cada_uf(texto, modo, &mut |ie| {
            primeira = Some(ie);
            false
        });
        return primeira.ok_or_else(|| em_nenhuma_uf(texto));
    };
    InscricaoEstadual::parse(texto, uf, modo)
}

/// What is wrong in every state is said; otherwise only that no state takes it.
fn em_nenhuma_uf(texto: &str) -> Motivo {
    match InscricaoEstadual::parse(texto, Uf::SP, Modo::Leniente) {
        Err(motivo @ (Motivo::Vazio | Motivo::Alfabeto { .. })) => motivo,
        _ => Motivo::NenhumaUf,
    }
}

fn mascara_unica(texto: &str) -> Option<String> {
    let (mut mascara, mut unica) = (None, true);
    InscricaoEstadual::em_cada_uf(texto, Modo::Leniente, &mut |ie| {
        let formatado = ie.formatar();
        unica = mascara.get_or_insert_with(|| formatado.clone()) == &formatado;
        unica
    });
    mascara.filter(|_| unica)
}

/// The form of a telephone that keeps the characters of what was read: with `+55` or without.
fn comparavel<'v>(tipo: Tipo, texto: &str, valor: &'v str) -> &'v str {
    match valor.strip_prefix("+55") {
        Some(nacional) if tipo == Tipo::Telefone && !texto.bytes().any(|byte| byte == b'+') => nacional,
        _ => valor,
    }
}
