use std::borrow::Cow;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use super::identidade::{hexadecimal, resumo};
use super::linha::{Ignorada, ProblemaDaLinha};
use super::recurso::Importavel;
use crate::api::mask;
use crate::model::{Cliente, Consumo, Esquema, Mudanca, Tipo};
use crate::{Error, ErrorKind, Idioma, Message, Valor};

/// What a synchronisation would do, decided but not done.
///
/// It can be printed, kept as JSON and applied later by another process: it holds a fingerprint of every record that
/// it was decided from, and is refused once one of them is no longer what it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Plano {
    /// The form of this JSON.
    pub versao: u32,
    /// `clientes` or `consumos`.
    pub recurso: String,
    /// The platform it was made for.
    pub base_url: String,
    /// The months that were compared; none means everything.
    pub competencias: Vec<String>,
    /// Records to include.
    pub incluir: Vec<Inclusao>,
    /// Records to change.
    pub alterar: Vec<Alteracao>,
    /// Records to remove.
    pub remover: Vec<Remocao>,
    /// How many records are as they should be.
    pub inalterados: u64,
    /// Rows that break a rule; applying the plan does nothing about them.
    pub rejeitados: Vec<Rejeicao>,
    /// Rows of the sheet that are no records: totals, footers, the header again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignoradas: Vec<Ignorada>,
}

/// A record that the platform does not have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Inclusao {
    /// The row of the source.
    pub linha: u64,
    /// Its identity; absent where the row has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chave: Option<String>,
    /// The record.
    pub corpo: Dado,
}

/// A record that the platform has otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Alteracao {
    /// The row of the source.
    pub linha: u64,
    /// Its identity.
    pub chave: String,
    /// The platform's identifier.
    pub id: String,
    /// Field by field.
    pub mudancas: Vec<MudancaDoPlano>,
    /// What will be sent.
    pub corpo: Dado,
    /// Fingerprint of the platform's record.
    pub visto: String,
}

/// One field of a change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MudancaDoPlano {
    /// The field, such as `endereco.cep`.
    pub campo: String,
    /// What the platform has.
    pub de: Dado,
    /// What the source says; null empties the field.
    pub para: Dado,
}

/// A record that the source does not have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Remocao {
    /// Its identity.
    pub chave: String,
    /// The platform's identifier.
    pub id: String,
    /// Fingerprint of the platform's record.
    pub visto: String,
}

/// A row that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rejeicao {
    /// The row of the source.
    pub linha: u64,
    /// Why.
    pub problemas: Vec<ProblemaDaLinha>,
}

/// How many records a synchronisation may remove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Teto {
    /// So many.
    Quantidade(u64),
    /// So many in a hundred of those that the platform has, 0 to 100.
    Percentual(u8),
}

impl Teto {
    /// Reads `50` or `10%`.
    #[must_use]
    pub fn from_text(texto: &str) -> Option<Self> {
        match texto.trim().strip_suffix('%') {
            Some(numero) => numero.trim().parse().ok().filter(|p| *p <= 100).map(Self::Percentual),
            None => texto.trim().parse().ok().map(Self::Quantidade),
        }
    }

    /// Refuses to remove `quantos` of `total`.
    pub(crate) fn conferir(self, quantos: u64, total: u64) -> Result<(), Error> {
        let (cabe, texto) = match self {
            Self::Quantidade(n) => (quantos <= n, n.to_string()),
            Self::Percentual(p) => (u128::from(quantos) * 100 <= u128::from(p) * u128::from(total), format!("{p}%")),
        };
        if cabe {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Configuration,
            Message::new(
                format!(
                    "o plano removeria {quantos} de {total} registros, acima do teto de `{texto}`; confira a fonte ou aumente o teto"
                ),
                format!(
                    "the plan would remove {quantos} of {total} records, above the ceiling of `{texto}`; check the source or raise the ceiling"
                ),
            ),
        ))
    }
}

/// A value inside a plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Dado(pub Valor<'static>);

impl<'de> Deserialize<'de> for Dado {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texto = Box::<RawValue>::deserialize(deserializer)?;
        let valor = Valor::from_json(texto.get().as_bytes()).map_err(D::Error::custom)?;
        Ok(Self(valor.into_owned()))
    }
}

impl From<Mudanca> for MudancaDoPlano {
    fn from(m: Mudanca) -> Self {
        Self { campo: m.campo, de: Dado(m.de.unwrap_or(Valor::Nulo)), para: Dado(m.para) }
    }
}

impl Plano {
    /// The form of JSON that this version writes and reads.
    pub const VERSAO: u32 = 1;

    /// Whether applying it would do nothing.
    #[must_use]
    pub fn vazio(&self) -> bool {
        self.incluir.is_empty() && self.alterar.is_empty() && self.remover.is_empty()
    }

    /// The plan as JSON, for [`Plano::from_json`] and for other programs.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings, lists and names only: there is no way to fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Reads what [`Plano::to_json`] wrote.
    ///
    /// # Errors
    /// `validation`, when it is no plan or one of another version.
    pub fn from_json(texto: &str) -> Result<Self, Error> {
        let erro = |detalhe: String| {
            Error::new(
                ErrorKind::StalePlan,
                Message::new(
                    format!("o texto não é um plano: {detalhe}"),
                    format!("the text is not a plan: {detalhe}"),
                ),
            )
        };
        let plano: Self = serde_json::from_str(texto).map_err(|e| erro(e.to_string()))?;
        if plano.versao == Self::VERSAO { Ok(plano) } else { Err(erro(format!("versao {}", plano.versao))) }
    }

    /// The plan for a person: what would be done, record by record and field by field, at most `maximo` of each.
    /// Personal data is hidden, for a plan gets printed and logged, unless `show_personal`. Every sign of its own is one
    /// that old consoles have.
    #[must_use]
    pub fn texto(&self, idioma: Idioma, maximo: usize, show_personal: bool) -> String {
        let pt = idioma == Idioma::PtBr;
        let mut texto = String::new();
        let mut linha = |t: String| {
            texto.push_str(&t);
            texto.push('\n');
        };
        linha(if pt {
            format!(
                "{}: incluir {}, alterar {}, remover {}, inalterados {}, rejeitados {}",
                self.recurso,
                self.incluir.len(),
                self.alterar.len(),
                self.remover.len(),
                self.inalterados,
                self.rejeitados.len()
            )
        } else {
            format!(
                "{}: include {}, change {}, remove {}, unchanged {}, rejected {}",
                self.recurso,
                self.incluir.len(),
                self.alterar.len(),
                self.remover.len(),
                self.inalterados,
                self.rejeitados.len()
            )
        });
        let (da_linha, resto) = if pt { ("linha", "e mais") } else { ("row", "and more:") };
        for i in self.incluir.iter().take(maximo) {
            linha(format!("+ {} ({da_linha} {})", mostrar_chave(i.chave.as_deref()), i.linha));
        }
        sobra(&mut linha, resto, self.incluir.len(), maximo);
        for a in self.alterar.iter().take(maximo) {
            linha(format!("~ {} ({da_linha} {})", mostrar_chave(Some(&a.chave)), a.linha));
            for m in &a.mudancas {
                let hidden = !show_personal && self.is_personal(&m.campo);
                let value = |valor: &Dado| mostrar(&valor.0, hidden, idioma);
                linha(format!("    {}: {} -> {}", m.campo, value(&m.de), value(&m.para)));
            }
        }
        sobra(&mut linha, resto, self.alterar.len(), maximo);
        for r in self.remover.iter().take(maximo) {
            linha(format!("- {} (id {})", mostrar_chave(Some(&r.chave)), r.id));
        }
        sobra(&mut linha, resto, self.remover.len(), maximo);
        for r in self.rejeitados.iter().take(maximo) {
            let sentence = |p: &ProblemaDaLinha| {
                let sentence = p.frase(idioma);
                if show_personal { sentence } else { self.without_personal(p, &sentence) }
            };
            let problemas: Vec<_> = r.problemas.iter().filter(|p| !p.aviso).map(sentence).collect();
            linha(format!("! {da_linha} {}: {}", r.linha, problemas.join("; ")));
        }
        sobra(&mut linha, resto, self.rejeitados.len(), maximo);
        for i in self.ignoradas.iter().take(maximo) {
            linha(format!("  {da_linha} {}: {}", i.linha, i.mensagem(idioma)));
        }
        sobra(&mut linha, resto, self.ignoradas.len(), maximo);
        texto
    }

    /// Whether the field at `path` is personal data.
    fn is_personal(&self, path: &str) -> bool {
        let mut esquema: Option<&Esquema> = Some(match self.recurso.as_str() {
            "consumos" => Consumo::ESQUEMA,
            _ => Cliente::ESQUEMA,
        });
        for nome in path.split('.') {
            let Some(campo) = esquema.and_then(|esquema| esquema.campo(nome)) else { return false };
            if campo.regra.pessoal {
                return true;
            }
            esquema = match campo.regra.tipo {
                Tipo::Objeto(inside) => Some(inside),
                _ => None,
            };
        }
        false
    }

    /// What is wrong with a row, without what its cell holds where that may be personal: it stands between backticks.
    fn without_personal(&self, problema: &ProblemaDaLinha, sentence: &str) -> String {
        if problema.campo.as_deref().is_some_and(|campo| !self.is_personal(campo)) {
            return sentence.to_owned();
        }
        let cell = problema.valor.as_deref().map(str::trim);
        let parts = sentence.split('`').enumerate().map(|(i, part)| match i % 2 {
            0 => part.into(),
            _ if cell == Some(part) => "***".into(),
            _ => Cow::Owned(mask(part)),
        });
        parts.collect::<Vec<Cow<'_, str>>>().join("`")
    }
}

fn sobra(linha: &mut impl FnMut(String), resto: &str, total: usize, maximo: usize) {
    if total > maximo {
        linha(format!("  ... {resto} {}", total - maximo));
    }
}

/// The code alone; a document is personal data, and a plan gets printed.
fn mostrar_chave(chave: Option<&str>) -> &str {
    chave.map_or("-", |c| super::recurso::codigo_da_chave(c).unwrap_or("***"))
}

fn mostrar(valor: &Valor<'_>, hidden: bool, idioma: Idioma) -> String {
    match valor {
        Valor::Nulo => if idioma == Idioma::PtBr { "vazio" } else { "empty" }.to_owned(),
        _ if hidden => "***".to_owned(),
        outro => outro.to_json(),
    }
}

/// The fingerprint of what a plan is decided from: the record as this version knows it, without the times at which
/// the platform touched it.
pub(crate) fn impressao<M: Importavel>(registro: &M) -> String {
    let mut valor = registro.valor();
    if let Valor::Objeto(campos) = &mut valor {
        campos.retain(|(nome, _)| M::ESQUEMA.campo(nome).is_some_and(|c| !matches!(c.nome, "criadoEm" | "alteradoEm")));
    }
    hexadecimal(resumo(&[&valor.to_json()]).get(..16).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_survives_json_and_prints_without_personal_data() {
        let corpo = Dado(Valor::Objeto(vec![("nome".into(), Valor::Texto("X".into()))]));
        let mudanca = |campo: &str, de: &'static str, para| MudancaDoPlano {
            campo: campo.into(),
            de: Dado(Valor::Texto(de.into())),
            para: Dado(para),
        };
        let mudancas = vec![
            mudanca("grupo", "ouro", Valor::Nulo),
            mudanca("email", "ana@example.com", Valor::Texto("bia@example.com".into())),
            mudanca("endereco.cep", "01310100", Valor::Nulo),
            mudanca("endereco.uf", "SP", Valor::Texto("RJ".into())),
        ];
        let mut problema = ProblemaDaLinha::novo(Some("nome"), "x", "`Ana Maria` já está na linha 2", "");
        problema.valor = Some("Ana Maria".into());
        let rejeitada = ProblemaDaLinha::novo(Some("cpfCnpj"), "y", "`529.982.247-25` já está na linha 2", "");
        let plano = Plano {
            versao: Plano::VERSAO,
            recurso: "clientes".into(),
            base_url: "http://127.0.0.1:1".into(),
            competencias: Vec::new(),
            incluir: vec![Inclusao { linha: 2, chave: Some("d:52998224725".into()), corpo: corpo.clone() }],
            alterar: vec![Alteracao {
                linha: 3,
                chave: "c:C1".into(),
                id: "7".into(),
                mudancas,
                corpo,
                visto: "aa".into(),
            }],
            remover: vec![Remocao { chave: "c:C2".into(), id: "8".into(), visto: "bb".into() }],
            inalterados: 5,
            rejeitados: vec![Rejeicao { linha: 4, problemas: vec![problema, rejeitada] }],
            ignoradas: Vec::new(),
        };
        assert_eq!(Plano::from_json(&plano.to_json()).unwrap(), plano);
        assert_eq!(
            plano.texto(Idioma::PtBr, 10, false),
            "clientes: incluir 1, alterar 1, remover 1, inalterados 5, rejeitados 1\n+ *** (linha 2)\n\
             ~ C1 (linha 3)\n    grupo: \"ouro\" -> vazio\n    email: *** -> ***\n    endereco.cep: *** -> vazio\n    \
             endereco.uf: \"SP\" -> \"RJ\"\n- C2 (id 8)\n! linha 4: nome: `***` já está na linha 2; \
             cpfCnpj: `***.***.***-**` já está na linha 2\n"
        );
        let shown = plano.texto(Idioma::En, 10, true);
        for said in ["email: \"ana@example.com\" -> \"bia@example.com\"", "cep: \"01310100\" -> empty"] {
            assert!(shown.contains(said), "{shown}");
        }
        assert!(Plano::from_json("{}").is_err());
    }

    #[test]
    fn a_ceiling_is_a_count_or_a_percentage() {
        assert_eq!(Teto::from_text("10 %"), Some(Teto::Percentual(10)));
        assert_eq!(Teto::from_text("101%"), None);
        assert!(Teto::Percentual(10).conferir(10, 100).is_ok());
        assert!(Teto::Percentual(10).conferir(11, 100).is_err());
        assert!(Teto::Quantidade(0).conferir(1, 100).is_err());
    }
}
