//! The forms of the inscrição estadual in each state (domain 3.6; the states' own pages at SINTEGRA).
//! A change of rule in a state is a change of its row here.

use super::Uf;

/// One form of a state's number.
pub(super) struct Forma {
    /// Digits, with leading zeros put back.
    pub(super) tamanho: u8,
    /// Where the digits are of which it has one of `prefixos`; anything will do where that is empty.
    pub(super) inicio: u8,
    /// Pairs of digits, one after the other.
    pub(super) prefixos: &'static str,
    pub(super) dv: Dv,
    /// Masks in use by the state; the first is the one for display.
    pub(super) mascaras: &'static [&'static str],
}

/// How check digits are computed. Weights run from the left.
pub(super) enum Dv {
    /// One set of weights per check digit at the end; 0 if the remainder is below 2, else 11 minus it.
    Mod11(&'static [&'static [u8]]),
    /// (Sum × 10) mod 11, 10 becoming 0.
    Vezes10(&'static [u8]),
    /// 11 minus the remainder; 10 becomes 0 and 11 becomes 1. The digits before the weighted ones are the municipality.
    Rondonia(&'static [u8]),
    /// The sum mod 9, with weights 1 to 8.
    Roraima,
    Amapa,
    Bahia,
    Goias,
    MinasGerais,
    PernambucoAntiga,
    SaoPaulo,
    Tocantins,
}

/// Weights 9 to 2, the rule that most nine-digit states share.
pub(super) const PESOS_9: &[u8] = &[9, 8, 7, 6, 5, 4, 3, 2];
const NOVE: Dv = Dv::Mod11(&[PESOS_9]);

const PONTOS: &[&str] = &["00.000.000-0", "00000000-0", "00.000000-0"];
const HIFEN: &[&str] = &["00000000-0", "00.000.000-0", "00.000000-0"];
const TREZE: Dv = Dv::Mod11(&[&[4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2], &[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]]);

const fn nove(prefixos: &'static str, mascaras: &'static [&'static str]) -> Forma {
    Forma { tamanho: 9, inicio: 0, prefixos, dv: NOVE, mascaras }
}

/// A state, the lengths that its numbers may be written with, its forms.
pub(super) type Linha = (Uf, &'static [u8], &'static [Forma]);

/// The row of a state; there is none for abroad.
pub(super) fn linha(uf: Uf) -> Option<&'static Linha> {
    TABELA.get(uf as usize)
}

/// In the order of the states, which a test holds.
pub(super) const TABELA: &[Linha] = &[
    (
        Uf::AC,
        &[13],
        &[Forma {
            tamanho: 13,
            inicio: 0,
            prefixos: "01",
            dv: TREZE,
            mascaras: &["00.000.000/000-00", "00000000000-00"],
        }],
    ),
    (
        Uf::AL,
        &[9],
        // The third digit (0, 3, 5, 7, 8) is a type of company; numbers outside the list exist.
        &[Forma { tamanho: 9, inicio: 0, prefixos: "24", dv: Dv::Vezes10(PESOS_9), mascaras: PONTOS }],
    ),
    (Uf::AM, &[9], &[nove("", PONTOS)]),
    (Uf::AP, &[9], &[Forma { tamanho: 9, inicio: 0, prefixos: "03", dv: Dv::Amapa, mascaras: PONTOS }]),
    (
        Uf::BA,
        &[8, 9],
        &[
            Forma { tamanho: 8, inicio: 0, prefixos: "", dv: Dv::Bahia, mascaras: &["000000-00", "00.000.000"] },
            Forma { tamanho: 9, inicio: 0, prefixos: "", dv: Dv::Bahia, mascaras: &["0000000-00", "000.000.000"] },
        ],
    ),
    (Uf::CE, &[9], &[nove("", HIFEN)]),
    (
        Uf::DF,
        &[13],
        &[Forma {
            tamanho: 13,
            inicio: 0,
            prefixos: "0708",
            dv: TREZE,
            mascaras: &["00000000000-00", "00.000.000/000-00"],
        }],
    ),
    (Uf::ES, &[9], &[nove("", &["00000000-0", "000.000.00-0", "00.000.000-0"])]),
    (
        Uf::GO,
        &[9],
        &[Forma {
            tamanho: 9,
            inicio: 0,
            prefixos: "10111520212223242526272829",
            dv: Dv::Goias,
            mascaras: &["00.000.000-0", "00000000-0", "000.00000-0"],
        }],
    ),
    (Uf::MA, &[9], &[nove("12", PONTOS)]),
    (
        Uf::MG,
        &[13],
        &[Forma {
            tamanho: 13,
            inicio: 0,
            prefixos: "",
            dv: Dv::MinasGerais,
            mascaras: &["000.000.000/0000", "000.000.000/00-00", "000.000.000.00-00", "000000000.00-00"],
        }],
    ),
    (Uf::MS, &[9], &[nove("2850", PONTOS)]),
    (
        Uf::MT,
        // Written without its leading zeros too, which the state's rule puts back.
        &[8, 9, 10, 11],
        &[Forma {
            tamanho: 11,
            inicio: 0,
            prefixos: "",
            dv: Dv::Mod11(&[&[3, 2, 9, 8, 7, 6, 5, 4, 3, 2]]),
            mascaras: &["0000000000-0", "000000000-0", "00000000-0", "0000000-0", "00.000.000-0", "0000.000.000-0"],
        }],
    ),
    (Uf::PA, &[9], &[nove("157576777879", &["00-000000-0", "00.000.000-0", "00000000-0", "00.000000-0"])]),
    (Uf::PB, &[9], &[nove("", PONTOS)]),
    (
        Uf::PE,
        &[9, 14],
        &[
            Forma {
                tamanho: 9,
                inicio: 0,
                prefixos: "",
                dv: Dv::Mod11(&[&[8, 7, 6, 5, 4, 3, 2], PESOS_9]),
                mascaras: &["0000000-00"],
            },
            Forma { tamanho: 14, inicio: 0, prefixos: "", dv: Dv::PernambucoAntiga, mascaras: &["00.0.000.0000000-0"] },
        ],
    ),
    (Uf::PI, &[9], &[nove("", PONTOS)]),
    (
        Uf::PR,
        &[10],
        &[Forma {
            tamanho: 10,
            inicio: 0,
            prefixos: "",
            dv: Dv::Mod11(&[&[3, 2, 7, 6, 5, 4, 3, 2], &[4, 3, 2, 7, 6, 5, 4, 3, 2]]),
            mascaras: &["000.00000-00", "00000000-00", "00.000.000-00"],
        }],
    ),
    (
        Uf::RJ,
        &[8],
        &[Forma {
            tamanho: 8,
            inicio: 0,
            prefixos: "",
            dv: Dv::Mod11(&[&[2, 7, 6, 5, 4, 3, 2]]),
            mascaras: &["00.000.00-0", "00.000.000", "0000000-0"],
        }],
    ),
    (
        Uf::RN,
        &[9, 10],
        &[
            Forma { tamanho: 9, inicio: 0, prefixos: "20", dv: Dv::Vezes10(PESOS_9), mascaras: PONTOS },
            Forma {
                tamanho: 10,
                inicio: 0,
                prefixos: "20",
                dv: Dv::Vezes10(&[10, 9, 8, 7, 6, 5, 4, 3, 2]),
                mascaras: &["00.0.000.000-0", "000000000-0"],
            },
        ],
    ),
    (
        Uf::RO,
        &[9, 14],
        &[
            Forma {
                tamanho: 14,
                inicio: 0,
                prefixos: "",
                dv: Dv::Rondonia(&[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]),
                mascaras: &["0000000000000-0"],
            },
            Forma {
                tamanho: 9,
                inicio: 0,
                prefixos: "",
                dv: Dv::Rondonia(&[6, 5, 4, 3, 2]),
                mascaras: &["000.00000-0"],
            },
        ],
    ),
    (Uf::RR, &[9], &[Forma { tamanho: 9, inicio: 0, prefixos: "24", dv: Dv::Roraima, mascaras: HIFEN }]),
    (
        Uf::RS,
        &[10],
        // The first three digits are a municipality; the list has outgrown 467, so it is not a limit.
        &[Forma {
            tamanho: 10,
            inicio: 0,
            prefixos: "",
            dv: Dv::Mod11(&[&[2, 9, 8, 7, 6, 5, 4, 3, 2]]),
            mascaras: &["000/0000000", "000-0000000", "000/000.000-0"],
        }],
    ),
    (Uf::SC, &[9], &[nove("", &["000.000.000", "00.000.000-0", "00000000-0"])]),
    (Uf::SE, &[9], &[nove("", HIFEN)]),
    (
        Uf::SP,
        &[12],
        &[Forma { tamanho: 12, inicio: 0, prefixos: "", dv: Dv::SaoPaulo, mascaras: &["000.000.000.000"] }],
    ),
    (
        Uf::TO,
        &[9, 11],
        &[
            nove("", PONTOS),
            Forma {
                tamanho: 11,
                inicio: 2,
                prefixos: "01020399",
                dv: Dv::Tocantins,
                mascaras: &["00 00 000000 0", "00.00.000000-0", "0000000000-0"],
            },
        ],
    ),
];
