//! The bare streams of BIFF2, BIFF3 and BIFF4: one sheet, its formats and its cells in one run of records.

use encoding_rs::WINDOWS_1252;

use super::super::formatos::Shown;
use super::super::shared::{Budget, SharedTexts};
use super::{
    AbaXls, Cadeias, Codificacao, Crua, EOF, Falha, FormatoDeNumero, LivroXls, Registros, Resultado, Stored,
    codificacao, corrompido, f64_em, resultado, rk, u16_em, u32_em,
};

pub(super) fn ler(bytes: Vec<u8>, budget: Budget) -> Result<LivroXls, Falha> {
    let mut registros = Registros { bytes: &bytes, onde: 0 };
    registros.proximo().ok_or_else(corrompido)?;
    let mut folha = Folha::default();
    let mut stored = Stored(Vec::new(), budget);
    loop {
        let start = u32::try_from(registros.onde).map_err(|_| corrompido())?;
        let Some((tipo, dados)) = registros.proximo().filter(|(tipo, _)| *tipo != EOF) else {
            break;
        };
        if let Some((onde, crua)) = folha.registro(tipo, dados, start).ok_or_else(corrompido)? {
            stored.push(onde, crua)?;
        }
    }
    // Old exporters write column by column, or as they please.
    stored.0.sort_by_key(|(onde, _)| *onde);
    Ok(folha.livro(bytes, stored))
}

type Cell = Option<((u16, u16), Crua)>;

#[derive(Default)]
struct Folha {
    codificacao: Option<Codificacao>,
    sistema_1904: bool,
    formatos: Vec<FormatoDeNumero>,
    /// The format of each style, by its place in `formatos`.
    estilos: Vec<u16>,
    /// The cell of a formula whose text is in the record that comes next.
    formula: Option<(u16, u16)>,
    /// The style of the cell that comes next, where six bits are not enough for it.
    estilo_longo: Option<u16>,
}

impl Folha {
    fn cadeias(&self) -> Cadeias {
        Cadeias { biff8: false, codificacao: self.codificacao.unwrap_or(Codificacao::Windows(WINDOWS_1252)) }
    }

    /// Takes in a record that begins at `start`, and gives the cell in it, if there is one; nothing at all where it is damaged.
    fn registro(&mut self, tipo: u16, dados: &[u8], start: u32) -> Option<Cell> {
        match tipo {
            // Encrypted; the key is the user's.
            0x002F => return None,
            0x0022 => self.sistema_1904 = u16_em(dados, 0) == Some(1),
            0x0042 => self.codificacao = u16_em(dados, 0).map(codificacao),
            0x001E => self.formatos.push(FormatoDeNumero::novo(&self.cadeias().curta(dados)?)),
            0x041E => self.formatos.push(FormatoDeNumero::novo(&self.cadeias().curta(dados.get(2..)?)?)),
            0x0043 => self.estilos.push(u16::from(dados.get(2)? & 0x3F)),
            0x0243 | 0x0443 => self.estilos.push(u16::from(*dados.get(1)?)),
            0x0044 => self.estilo_longo = u16_em(dados, 0),
            0x0007 | 0x0207 => return Some(self.formula.take().map(|onde| (onde, Crua::Texto(start)))),
            0x0002..=0x0006 | 0x0203..=0x0206 | 0x0406 | 0x027E => return self.celula(tipo, dados, start),
            _ => {}
        }
        Some(None)
    }

    fn celula(&mut self, tipo: u16, dados: &[u8], start: u32) -> Option<Cell> {
        let onde = (u16_em(dados, 0)?, u16_em(dados, 2)?);
        // BIFF2 keeps three bytes of attributes where the others keep the number of a style.
        let biff2 = tipo < 0x0200;
        let corpo = dados.get(if biff2 { 7 } else { 6 }..)?;
        let formato = match (biff2, dados.get(4)? & 0x3F, self.estilo_longo.take()) {
            (true, 63, Some(longo)) => self.do_estilo(longo),
            (true, ..) => u16::from(dados.get(5)? & 0x3F),
            (false, ..) => self.do_estilo(u16_em(dados, 4)?),
        };
        let crua = match tipo {
            0x0002 => Crua::Numero(f64::from(u16_em(corpo, 0)?), formato),
            0x0003 | 0x0203 => Crua::Numero(f64_em(corpo)?, formato),
            0x0004 | 0x0204 => Crua::Texto(start),
            0x0005 | 0x0205 if *corpo.get(1)? == 0 => Crua::Booleano(*corpo.first()? != 0),
            0x0005 | 0x0205 => Crua::Erro(*corpo.first()?),
            0x027E => Crua::Numero(rk(u32_em(corpo, 0)?), formato),
            _ => match resultado(corpo, formato)? {
                Resultado::Valor(crua) => crua,
                Resultado::TextoAseguir => {
                    self.formula = Some(onde);
                    return Some(None);
                }
                Resultado::Nada => return Some(None),
            },
        };
        Some(Some((onde, crua)))
    }

    fn do_estilo(&self, estilo: u16) -> u16 {
        self.estilos.get(usize::from(estilo)).copied().unwrap_or(0)
    }

    fn livro(mut self, bytes: Vec<u8>, stored: Stored) -> LivroXls {
        let cadeias = self.cadeias();
        // A writer that leaves the formats out means the first 21, which never change; some of them are dates.
        for indice in self.formatos.len()..21 {
            let shown = match indice {
                12..=15 | 20 => Shown::Date,
                16..=19 => Shown::Clock,
                _ => Shown::Number,
            };
            self.formatos.push(FormatoDeNumero { shown, zeros: 0 });
        }
        LivroXls {
            bytes,
            abas: vec![AbaXls { nome: "Plan1".to_owned(), oculta: false, planilha: true, inicio: 0 }],
            textos: SharedTexts::default(),
            formatos: self.formatos,
            sistema_1904: self.sistema_1904,
            cadeias,
            budget: stored.1,
            soltas: Some(stored.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Celula;
    use super::*;

    fn registro(fluxo: &mut Vec<u8>, tipo: u16, dados: &[u8]) {
        fluxo.extend(tipo.to_le_bytes());
        fluxo.extend(u16::try_from(dados.len()).unwrap().to_le_bytes());
        fluxo.extend(dados);
    }

    fn lugar(linha: u16, coluna: u16) -> Vec<u8> {
        [linha.to_le_bytes(), coluna.to_le_bytes()].concat()
    }

    fn celulas(fluxo: &[u8]) -> Vec<((u32, u32), String)> {
        let livro = LivroXls::abrir(fluxo, 1 << 20).unwrap();
        let cells = livro.celulas(0).unwrap().map(Result::unwrap);
        cells.map(|(onde, celula): (_, Celula)| (onde, celula.mostrar())).collect()
    }

    #[test]
    fn biff2_as_clipper_writes_it() {
        let mut fluxo = Vec::new();
        registro(&mut fluxo, 0x0009, &[2, 0, 0x10, 0]);
        registro(&mut fluxo, 0x0042, &850_u16.to_le_bytes());
        for formato in ["Geral", "0", "00000000000000", "dd/mm/yyyy"] {
            registro(&mut fluxo, 0x001E, &[&[u8::try_from(formato.len()).unwrap()], formato.as_bytes()].concat());
        }
        let numero = |coluna, formato: u8, valor: f64| {
            [lugar(1, coluna), vec![0, formato, 0], valor.to_le_bytes().to_vec()].concat()
        };
        // Column by column: the rows come out in order all the same.
        registro(&mut fluxo, 0x0004, &[lugar(0, 0), vec![0, 0, 0, 4], b"Nome".to_vec()].concat());
        registro(&mut fluxo, 0x0004, &[lugar(1, 0), vec![0, 0, 0, 4], b"Jo\xC6o".to_vec()].concat());
        registro(&mut fluxo, 0x0004, &[lugar(0, 1), vec![0, 0, 0, 4], b"CNPJ".to_vec()].concat());
        registro(&mut fluxo, 0x0003, &numero(1, 2, 191.0));
        registro(&mut fluxo, 0x0003, &numero(2, 3, 45_658.0));
        registro(&mut fluxo, 0x0002, &[lugar(1, 3), vec![0, 1, 0], 7_u16.to_le_bytes().to_vec()].concat());
        registro(&mut fluxo, 0x0005, &[lugar(1, 4), vec![0, 0, 0, 0x2A, 1]].concat());
        registro(&mut fluxo, 0x000A, &[]);
        assert_eq!(
            celulas(&fluxo),
            [
                ((0, 0), "Nome".to_owned()),
                ((0, 1), "CNPJ".to_owned()),
                ((1, 0), "João".to_owned()),
                ((1, 1), "00000000000191".to_owned()),
                ((1, 2), "01/01/2025".to_owned()),
                ((1, 3), "7".to_owned()),
                ((1, 4), "#N/D".to_owned()),
            ]
        );
    }

    #[test]
    fn biff4_styles_name_their_formats() {
        let mut fluxo = Vec::new();
        registro(&mut fluxo, 0x0409, &[0, 4, 0x10, 0, 0, 0]);
        for formato in ["General", "dd/mm/yyyy"] {
            registro(&mut fluxo, 0x041E, &[&[0, 0, u8::try_from(formato.len()).unwrap()], formato.as_bytes()].concat());
        }
        registro(&mut fluxo, 0x0443, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        registro(&mut fluxo, 0x0443, &[0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        registro(&mut fluxo, 0x0203, &[lugar(0, 0), vec![1, 0], 45_658_f64.to_le_bytes().to_vec()].concat());
        registro(&mut fluxo, 0x0204, &[lugar(0, 1), vec![0, 0, 2, 0], b"\xE1b".to_vec()].concat());
        registro(&mut fluxo, 0x0406, &[lugar(0, 2), vec![0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]].concat());
        registro(&mut fluxo, 0x0207, &[1, 0, b'x']);
        assert_eq!(
            celulas(&fluxo),
            [((0, 0), "01/01/2025".to_owned()), ((0, 1), "áb".to_owned()), ((0, 2), "x".to_owned())]
        );
    }
}
