use super::{Achado, notacao_cientifica, numero_como_texto, sem_apostrofo, texto};
use crate::Modo;
use crate::document::{Tipo, Uf};
use crate::planilha::celula::Celula;

/// A CPF or CNPJ, with the zeros that a numeric cell lost, if the check digits then agree.
///
/// Whether the document is valid is left to the model, which knows the mode and says why it is not.
pub(super) fn cpf_cnpj(celula: &Celula, esperado: Option<Tipo>, avisos: &mut Vec<Achado>) -> Result<String, Achado> {
    let lido = ler(celula)?;
    let digitos: String = lido.chars().filter(char::is_ascii_digit).collect();
    let so_pontuacao = lido.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '/' | ' '));
    // An alphanumeric CNPJ cannot have been a number, so it has lost nothing.
    if !so_pontuacao || digitos.is_empty() || digitos.len() >= 14 {
        return Ok(lido);
    }
    let cpf = completo(&digitos, 11, Tipo::Cpf, None);
    let inteiro = digitos.len() == 11;
    // A typing error in a CPF that was written with its mask must not pass as a CNPJ, one time in a hundred.
    let mascara_de_cpf = inteiro && lido.contains('-') && !lido.contains('/');
    let cnpj = completo(&digitos, 14, Tipo::Cnpj, None).filter(|_| !mascara_de_cpf);
    let (cpf, cnpj) = match (cpf, cnpj, esperado) {
        (Some(_), Some(cnpj), Some(Tipo::Cnpj)) => (None, Some(cnpj)),
        (Some(cpf), Some(_), Some(Tipo::Cpf)) => (Some(cpf), None),
        (cpf, cnpj, _) => (cpf, cnpj),
    };
    match (cpf, cnpj) {
        // Eleven digits are a whole CPF; where its check digits are wrong, the model says so.
        (Some(_), _) | (None, None) if inteiro => Ok(lido),
        (Some(cpf), Some(cnpj)) => {
            avisos.push(Achado::aviso("documento_ambiguo").com("cpf", cpf.clone()).com("cnpj", cnpj));
            Ok(cpf)
        }
        (Some(documento), None) | (None, Some(documento)) => {
            avisos.push(Achado::aviso("zeros_restaurados").com("documento", documento.clone()));
            Ok(documento)
        }
        (None, None) => Err(Achado::erro("documento_incompleto").com("digitos", digitos.len().to_string())),
    }
}

/// A postal code; a numeric cell loses the zero of São Paulo's (01000-000 to 09999-999).
pub(super) fn cep(celula: &Celula, avisos: &mut Vec<Achado>) -> Result<String, Achado> {
    let lido = ler(celula)?;
    let digitos: String = lido.chars().filter(char::is_ascii_digit).collect();
    let so_pontuacao = lido.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | ' '));
    if so_pontuacao
        && digitos.len() == 7
        && let Some(completo) = completo(&digitos, 8, Tipo::Cep, None)
    {
        avisos.push(Achado::aviso("zeros_restaurados").com("documento", completo.clone()));
        return Ok(completo);
    }
    Ok(lido)
}

/// A state registration: its length, and so the zeros it may have lost, depend on the state.
pub(super) fn inscricao_estadual(celula: &Celula, uf: Option<Uf>, avisos: &mut Vec<Achado>) -> Result<String, Achado> {
    const MAIOR: usize = 14;
    let lido = ler(celula)?;
    let Some(uf) = uf.filter(|_| lido.bytes().all(|b| b.is_ascii_digit())) else {
        return Ok(lido);
    };
    if Tipo::Ie.conferir(&lido, Modo::Estrito, Some(uf)).is_ok() {
        return Ok(lido);
    }
    match (lido.len() + 1..=MAIOR).find_map(|tamanho| completo(&lido, tamanho, Tipo::Ie, Some(uf))) {
        Some(completo) => {
            avisos.push(Achado::aviso("zeros_restaurados").com("documento", completo.clone()));
            Ok(completo)
        }
        None => Ok(lido),
    }
}

/// Digits that never begin with a zero, such as a municipality's code.
pub(super) fn digitos(celula: &Celula) -> Result<String, Achado> {
    ler(celula)
}

fn ler(celula: &Celula) -> Result<String, Achado> {
    match celula {
        Celula::Numero(numero) => {
            let texto = numero_como_texto(*numero)?;
            if texto.contains([',', '-']) {
                return Err(Achado::erro("documento_nao_inteiro"));
            }
            Ok(texto)
        }
        Celula::Data(_) | Celula::Time(_) | Celula::Booleano(_) => Err(Achado::erro("documento_tipo_de_celula")),
        _ => {
            let lido = texto(celula)?.unwrap_or_default();
            if notacao_cientifica(&lido) {
                return Err(Achado::erro("precisao_perdida"));
            }
            Ok(sem_apostrofo(&lido).to_owned())
        }
    }
}

fn completo(digitos: &str, tamanho: usize, tipo: Tipo, uf: Option<Uf>) -> Option<String> {
    if digitos.len() > tamanho {
        return None;
    }
    let completo = format!("{digitos:0>tamanho$}");
    tipo.conferir(&completo, Modo::Estrito, uf).is_ok().then_some(completo)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planilha::celula::Numero;

    fn numero(valor: f64) -> Celula {
        Celula::Numero(Numero::novo(valor))
    }

    fn documento(celula: &Celula) -> (Result<String, &'static str>, Vec<&'static str>) {
        let mut avisos = Vec::new();
        let lido = cpf_cnpj(celula, None, &mut avisos).map_err(|a| a.codigo);
        (lido, avisos.iter().map(|a| a.codigo).collect())
    }

    #[test]
    fn zeros_come_back_only_when_the_check_digits_agree() {
        let texto = |t: &str| Celula::Texto(t.into());
        assert_eq!(documento(&numero(6_990_590_000_123.0)), (Ok("06990590000123".into()), vec!["zeros_restaurados"]));
        // Banco do Brasil's CNPJ without its zeros is also a CPF; only the header or the row can tell.
        assert_eq!(documento(&numero(191.0)), (Ok("00000000191".into()), vec!["documento_ambiguo"]));
        assert_eq!(cpf_cnpj(&numero(191.0), Some(Tipo::Cnpj), &mut Vec::new()), Ok("00000000000191".into()));
        assert_eq!(documento(&numero(1_234_567_890.0)), (Ok("01234567890".into()), vec!["zeros_restaurados"]));
        assert_eq!(documento(&numero(52_998_224_725.0)), (Ok("52998224725".into()), vec![]));
        assert_eq!(documento(&numero(11_222_333_000_181.0)), (Ok("11222333000181".into()), vec![]));
        assert_eq!(documento(&numero(12_345.0)).0, Err("documento_incompleto"));
        assert_eq!(documento(&numero(1.5)).0, Err("documento_nao_inteiro"));
        assert_eq!(documento(&numero(1.234_567e16)).0, Err("precisao_perdida"));
        assert_eq!(documento(&texto("1,12223E+13")).0, Err("precisao_perdida"));
        assert_eq!(documento(&texto("'00000000000191")).0, Ok("00000000000191".into()));
        assert_eq!(documento(&texto("12.ABC.345/01DE-35")).0, Ok("12.ABC.345/01DE-35".into()));
        assert_eq!(documento(&texto("6990590000123")).0, Ok("06990590000123".into()));
        assert_eq!(
            documento(&Celula::Numero(Numero { valor: 191.0, zeros: 14 })),
            (Ok("00000000000191".into()), vec![])
        );
    }

    #[test]
    fn a_mistyped_cpf_does_not_become_a_cnpj() {
        // Eleven digits that are no CPF, and with three zeros before them a CNPJ.
        let errado = (52_998_000_000..52_999_000_000_u64).map(|i| format!("{i:011}")).find(|d| {
            Tipo::Cpf.conferir(d, Modo::Estrito, None).is_err() && completo(d, 14, Tipo::Cnpj, None).is_some()
        });
        let digitos = errado.unwrap();
        let mascara = format!("{}.{}.{}-{}", &digitos[..3], &digitos[3..6], &digitos[6..9], &digitos[9..]);
        assert_eq!(documento(&Celula::Texto(mascara.clone())), (Ok(mascara), vec![]));
    }

    #[test]
    fn state_registrations() {
        let mut avisos = Vec::new();
        assert_eq!(inscricao_estadual(&numero(82_106_029.0), None, &mut avisos), Ok("82106029".into()));
        for (valor, uf, completa) in [
            (82_106_029.0, Uf::ES, "082106029"),
            (716_738_700_135.0, Uf::DF, "0716738700135"),
            (240_130_111.0, Uf::RS, "0240130111"),
        ] {
            assert_eq!(inscricao_estadual(&numero(valor), Some(uf), &mut avisos), Ok(completa.into()));
        }
        assert_eq!(avisos.len(), 3);
        let isento = Celula::Texto("ISENTO".into());
        assert_eq!(inscricao_estadual(&isento, Some(Uf::SP), &mut avisos), Ok("ISENTO".into()));
    }

    #[test]
    fn postal_codes() {
        let mut avisos = Vec::new();
        assert_eq!(cep(&numero(1_310_100.0), &mut avisos), Ok("01310100".into()));
        assert_eq!(avisos.len(), 1);
        assert_eq!(cep(&Celula::Texto("01310-100".into()), &mut avisos), Ok("01310-100".into()));
        assert_eq!(cep(&numero(310_100.0), &mut avisos), Ok("310100".into()));
    }
}
