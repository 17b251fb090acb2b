//! A text file of any length takes little memory. Alone in its file, since it measures the whole process.

use std::io::{self, Read, Seek, SeekFrom};

use smartbill_core::planilha::{Arquivo, Opcoes, fluxo};
use smartbill_tests::pico_kib;

const LINHAS: u64 = 100_000;
const CABECALHO: &str = "ID Externo;Contrato;Serviço;Competência;Quantidade;Valor Unitário;Descrição____________\n";

/// A file that exists only as it is read: every line is as long as the first.
struct Gerado {
    onde: u64,
}

impl Gerado {
    fn tamanho() -> u64 {
        CABECALHO.len() as u64 * (LINHAS + 1)
    }

    fn linha(numero: u64) -> String {
        if numero == 0 {
            return CABECALHO.to_owned();
        }
        let mut linha = format!("U-{numero:08};CT-{:05};API;01/2025;1.{:03},50;R$ 0,10;", numero % 5000, numero % 1000);
        while linha.len() < CABECALHO.len() - 1 {
            linha.push('x');
        }
        linha.push('\n');
        linha
    }
}

impl Read for Gerado {
    fn read(&mut self, destino: &mut [u8]) -> io::Result<usize> {
        let largura = CABECALHO.len() as u64;
        let mut escritos = 0;
        while escritos < destino.len() && self.onde < Self::tamanho() {
            let linha = Self::linha(self.onde / largura);
            let resto = &linha.as_bytes()[usize::try_from(self.onde % largura).unwrap()..];
            let quantos = resto.len().min(destino.len() - escritos);
            destino[escritos..escritos + quantos].copy_from_slice(&resto[..quantos]);
            escritos += quantos;
            self.onde += quantos as u64;
        }
        Ok(escritos)
    }
}

impl Seek for Gerado {
    fn seek(&mut self, para: SeekFrom) -> io::Result<u64> {
        self.onde = match para {
            SeekFrom::Start(onde) => onde,
            SeekFrom::End(delta) => Self::tamanho().saturating_add_signed(delta),
            SeekFrom::Current(delta) => self.onde.saturating_add_signed(delta),
        };
        Ok(self.onde)
    }
}

#[test]
fn memory_stays_flat_as_rows_grow() {
    let antes = pico_kib();
    let mut arquivo = Arquivo::de_fonte(Box::new(Gerado { onde: 0 }), "consumos.csv", &Opcoes::default()).unwrap();
    let mut lidas = 0;
    for registro in arquivo.registros(&fluxo::CONSUMOS).unwrap() {
        let registro = registro.unwrap();
        assert!(registro.aceito(), "{:?}", registro.problemas);
        lidas += 1;
        assert_eq!(u64::from(registro.linha), lidas + 1);
    }
    assert_eq!(lidas, LINHAS);
    if let (Some(antes), Some(depois)) = (antes, pico_kib()) {
        // The keys seen so far, at some 40 bytes a row, are all that may stay; the file has 9 MB.
        assert!(depois - antes < 20 * 1024, "{} KiB for {LINHAS} rows", depois - antes);
    }
}
