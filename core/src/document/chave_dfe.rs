use super::texto::{
    ALFANUMERICO, Ascii, PONTUACAO, aparar, aplicar, casa, desde_o_inicio, modulo11, mostra_mascarado, numero, sem,
    soma_de_2_a_9,
};
use super::{Cnpj, Cpf, CpfCnpj, Motivo, Uf};
use crate::Modo;
use crate::escrita::{juntar, partes};

/// Six digits, the issuer's twelve characters, twenty-six digits.
const MASCARA: &str = "0000 00AA AAAA AAAA AA00 0000 0000 0000 0000 0000 0000";

/// What the XML puts before the key, by document.
const PREFIXOS: &str = "NFe|CTe|MDFe|CFe|BPe|NF3e|NFCom";

/// Document models (domain 3.7).
const MODELOS: &[(&str, &str)] = &[
    ("55", "NF-e"),
    ("57", "CT-e"),
    ("58", "MDF-e"),
    ("59", "CF-e SAT"),
    ("62", "NFCom"),
    ("63", "BP-e"),
    ("64", "GTV-e"),
    ("65", "NFC-e"),
    ("66", "NF3e"),
    ("67", "CT-e OS"),
];

/// The access key of an electronic fiscal document (NF-e, NFC-e, CT-e, MDF-e, CF-e, …).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChaveDfe(Ascii<44>);

/// The parts that [`ChaveDfe::gerar`] puts together.
#[derive(Clone, Debug)]
pub struct PartesDaChave {
    /// The issuer's state.
    pub uf: Uf,
    /// Year of issue; its last two digits go into the key.
    pub ano: i16,
    /// Month of issue.
    pub mes: i8,
    /// The issuer; a CPF is filled up with zeros.
    pub emitente: CpfCnpj,
    /// Model, such as 55.
    pub modelo: u8,
    /// Series, 0 to 999.
    pub serie: u16,
    /// Number, 1 to 999,999,999.
    pub numero: u32,
    /// Kind of issue, 1 to 9.
    pub tipo_emissao: u8,
    /// The issuer's own number, up to 99,999,999.
    pub codigo: u32,
}

impl ChaveDfe {
    /// Reads a key: bare or in groups of four, with the XML's prefix (`NFe`) or without; lenient mode removes any
    /// `.`, `-`, `/` and spaces, and takes models that are not in the table.
    ///
    /// # Errors
    /// The reason why the text is no access key.
    pub fn parse(texto: &str, modo: Modo) -> Result<Self, Motivo> {
        let util = sem_prefixo(texto);
        let mut chave = Self(Ascii::VAZIO);
        let minusculas = chave
            .0
            .colher(util, ALFANUMERICO, &[44], PONTUACAO)
            .map_err(|motivo| desde_o_inicio(motivo, texto, util))?;
        let letra = chave
            .0
            .as_bytes()
            .iter()
            .enumerate()
            .position(|(indice, b)| b.is_ascii_alphabetic() && !(6..18).contains(&indice));
        if let Some(indice) = letra {
            return Err(Motivo::Alfabeto { posicao: indice + 1 });
        }
        if modo == Modo::Estrito {
            if minusculas {
                return Err(Motivo::Minuscula);
            }
            if util.len() != 44 && !casa(util, MASCARA) {
                return Err(Motivo::Mascara);
            }
        }
        let bytes = chave.0.as_bytes();
        let (dv, base) = bytes.split_last().unwrap_or((&0, &[]));
        if *dv != digito_de(base) {
            return Err(Motivo::DigitoVerificador);
        }
        if chave.codigo_uf().is_none() {
            return Err(Motivo::Regiao);
        }
        if !matches!(numero(chave.trecho(4, 6).as_bytes()), 1..=12) {
            return Err(Motivo::CampoInvalido { campo: "mes" });
        }
        if modo == Modo::Estrito && chave.nome_do_modelo().is_none() {
            return Err(Motivo::CampoInvalido { campo: "modelo" });
        }
        Ok(chave)
    }

    /// Makes a key of its parts, computing the check digit.
    ///
    /// # Errors
    /// The part that does not fit.
    pub fn gerar(partes: &PartesDaChave) -> Result<Self, Motivo> {
        let cabe = |campo: &'static str, cabe: bool| {
            if cabe { Ok(()) } else { Err(Motivo::CampoInvalido { campo }) }
        };
        cabe("uf", partes.uf != Uf::EX)?;
        cabe("ano", (2000..2100).contains(&partes.ano))?;
        cabe("mes", (1..=12).contains(&partes.mes))?;
        cabe("modelo", MODELOS.iter().any(|linha| linha.0.parse() == Ok(partes.modelo)))?;
        cabe("serie", partes.serie <= 999)?;
        cabe("numero", (1..=999_999_999).contains(&partes.numero))?;
        cabe("tipo_emissao", (1..=9).contains(&partes.tipo_emissao))?;
        cabe("codigo", partes.codigo <= 99_999_999)?;
        let base = format!(
            "{:02}{:02}{:02}{:0>14}{:02}{:03}{:09}{}{:08}",
            partes.uf.codigo_ibge(),
            partes.ano % 100,
            partes.mes,
            partes.emitente.as_str(),
            partes.modelo,
            partes.serie,
            partes.numero,
            partes.tipo_emissao,
            partes.codigo,
        );
        let mut chave = Ascii::from_bytes(base.as_bytes());
        chave.push(digito_de(base.as_bytes()));
        Ok(Self(chave))
    }

    /// The forty-four characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The key in groups of four, as printed.
    #[must_use]
    pub fn formatar(&self) -> String {
        aplicar(MASCARA, self.as_str())
    }

    /// The key as it may be shown to people: without its issuer and own number.
    #[must_use]
    pub fn mascarado(&self) -> String {
        format!("{}{}{}{}", self.trecho(0, 6), "*".repeat(14), self.trecho(20, 34), "*".repeat(10))
    }

    /// The text without mask characters and prefix.
    #[must_use]
    pub fn limpar(texto: &str) -> String {
        let limpo = sem(sem_prefixo(texto), PONTUACAO);
        // `NF-e` is a prefix once its punctuation is gone.
        sem_prefixo(&limpo).to_owned()
    }

    /// The issuer's state.
    #[must_use]
    pub fn uf(&self) -> Uf {
        // Checked when the key was read.
        self.codigo_uf().unwrap_or(Uf::EX)
    }

    /// Year and month of issue, `AAAA-MM`.
    #[must_use]
    pub fn ano_mes(&self) -> String {
        juntar(&["20", self.trecho(2, 4), "-", self.trecho(4, 6)], "")
    }

    /// The issuer, if its check digits agree: a CNPJ, or a CPF after three zeros.
    #[must_use]
    pub fn emitente(&self) -> Option<CpfCnpj> {
        let texto = self.trecho(6, 20);
        if let Ok(cnpj) = Cnpj::parse(texto, Modo::Estrito) {
            return Some(CpfCnpj::Cnpj(cnpj));
        }
        let cpf = texto.strip_prefix("000")?;
        Cpf::parse(cpf, Modo::Estrito).ok().map(CpfCnpj::Cpf)
    }

    /// The two digits of the model, such as `55`.
    #[must_use]
    pub fn modelo(&self) -> &str {
        self.trecho(20, 22)
    }

    /// The name of the model, such as `NF-e`; none if it is not in the table.
    #[must_use]
    pub fn nome_do_modelo(&self) -> Option<&'static str> {
        MODELOS.iter().find(|linha| linha.0 == self.modelo()).map(|linha| linha.1)
    }

    /// The series; for CF-e SAT, the serial number of the device.
    #[must_use]
    pub fn serie(&self) -> &str {
        if self.sat() { self.trecho(22, 31) } else { self.trecho(22, 25) }
    }

    /// The document's number.
    #[must_use]
    pub fn numero(&self) -> &str {
        if self.sat() { self.trecho(31, 37) } else { self.trecho(25, 34) }
    }

    /// The kind of issue; none for CF-e SAT.
    #[must_use]
    pub fn tipo_emissao(&self) -> Option<&str> {
        (!self.sat()).then(|| self.trecho(34, 35))
    }

    fn codigo_uf(&self) -> Option<Uf> {
        let codigo = u8::try_from(numero(self.trecho(0, 2).as_bytes())).ok()?;
        Uf::from_codigo(codigo).filter(|&uf| uf != Uf::EX)
    }

    fn sat(&self) -> bool {
        self.modelo() == "59"
    }

    fn trecho(&self, inicio: usize, fim: usize) -> &str {
        self.as_str().get(inicio..fim).unwrap_or_default()
    }
}

fn sem_prefixo(texto: &str) -> &str {
    let util = aparar(texto);
    partes(PREFIXOS)
        .find_map(|prefixo| util.strip_prefix(prefixo))
        // A key begins with a digit, so that no part of it is taken for a prefix.
        .filter(|resto| resto.bytes().next().is_some_and(|byte| byte.is_ascii_digit()))
        .unwrap_or(texto)
}

/// Weights 2 to 9 from the right over the characters' values.
fn digito_de(base: &[u8]) -> u8 {
    b'0' + modulo11(soma_de_2_a_9([base, &[]]))
}

mostra_mascarado!(ChaveDfe);
