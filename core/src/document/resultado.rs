use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    Aviso, Boleto, BrCode, Cep, ChaveDfe, ClasseTelefone, Cnpj, Cpf, CpfCnpj, Email, InscricaoEstadual, Motivo,
    Municipio, PixChave, Segmento, Telefone, Uf, email,
};
use crate::Modo;
use crate::escrita::contagem;
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

impl Resultado {
    fn campo(&mut self, nome: &'static str, valor: ValorCampo) {
        self.campos.push((nome, valor));
    }

    fn texto(&mut self, nome: &'static str, texto: &str) {
        self.campo(nome, ValorCampo::Texto(texto.to_owned()));
    }

    fn opcional(&mut self, nome: &'static str, texto: Option<&str>) {
        if let Some(texto) = texto {
            self.texto(nome, texto);
        }
    }

    fn booleano(&mut self, nome: &'static str, valor: bool) {
        self.campo(nome, ValorCampo::Booleano(valor));
    }

    fn lista<T>(&mut self, nome: &'static str, itens: &[T], texto: impl Fn(&T) -> String) {
        let mut textos = Vec::new();
        for item in itens {
            textos.push(texto(item));
        }
        self.campo(nome, ValorCampo::Lista(textos));
    }

    fn quantia(&mut self, valor: Option<Decimal>) {
        if let Some(valor) = valor {
            self.campo("quantia", ValorCampo::Decimal(valor));
        }
    }

    fn aviso(&mut self, vale: bool, aviso: Aviso) {
        if vale {
            self.avisos.push(aviso);
        }
    }

    /// A CEP or telephone of another state is a warning: both may differ from the address for good reasons.
    fn outra_uf(&mut self, esperada: Option<Uf>, uf: Option<Uf>) {
        if let (Some(esperada), Some(uf)) = (esperada, uf) {
            self.aviso(esperada != uf, Aviso::UfDivergente { uf });
        }
    }
}

/// What a document that was read is asked beside its text.
pub(super) struct Pedido<'t> {
    pub(super) texto: &'t str,
    pub(super) modo: Modo,
    pub(super) uf: Option<Uf>,
}

/// What every kind of document has, so that one dispatch over the kinds serves whatever is asked of them.
pub(super) trait Documento {
    /// The canonical text, where another one than what was read counts.
    fn canonico<'d>(&'d self, _: &Pedido<'d>) -> &'d str;

    /// The text with its official mask.
    fn formatado(&self) -> String;

    /// Adds the document's own fields and warnings.
    fn descrever(&self, pedido: &Pedido<'_>, resultado: &mut Resultado);
}

/// The two methods that most documents have by those names.
macro_rules! texto_e_mascara {
    () => {
        fn canonico<'d>(&'d self, _: &Pedido<'d>) -> &'d str {
            self.as_str()
        }

        fn formatado(&self) -> String {
            self.formatar()
        }
    };
}

impl Documento for Cpf {
    texto_e_mascara!();

    fn descrever(&self, _: &Pedido<'_>, resultado: &mut Resultado) {
        resultado.campo("regiaoFiscal", ValorCampo::Texto(contagem(self.regiao_fiscal().into())));
        resultado.lista("ufs", self.ufs(), Uf::formatar);
    }
}

impl Documento for Cnpj {
    texto_e_mascara!();

    fn descrever(&self, _: &Pedido<'_>, resultado: &mut Resultado) {
        resultado.booleano("alfanumerico", self.alfanumerico());
        resultado.texto("raiz", self.raiz());
        resultado.texto("ordem", self.ordem());
        resultado.booleano("matriz", self.matriz());
    }
}

impl Documento for CpfCnpj {
    texto_e_mascara!();

    fn descrever(&self, pedido: &Pedido<'_>, resultado: &mut Resultado) {
        let (tipo, documento): (_, &dyn Documento) = match self {
            Self::Cpf(cpf) => ("cpf", cpf),
            Self::Cnpj(cnpj) => ("cnpj", cnpj),
        };
        resultado.texto("tipo", tipo);
        documento.descrever(pedido, resultado);
    }
}

impl Documento for InscricaoEstadual {
    texto_e_mascara!();

    fn descrever(&self, pedido: &Pedido<'_>, resultado: &mut Resultado) {
        let &Pedido { texto, modo, uf } = pedido;
        resultado.booleano("isento", self.isento());
        let Some(uf) = uf else {
            let mut ufs = Vec::new();
            Self::em_cada_uf(texto, modo, &mut |outra| {
                // Mato Grosso puts zeros back: the text is canonical only where all the states agree on it.
                if outra.as_str() != self.as_str() {
                    resultado.valor = Some(Self::limpar(texto));
                }
                ufs.push(outra.uf().formatar());
                true
            });
            resultado.campo("ufs", ValorCampo::Lista(ufs));
            return;
        };
        resultado.texto("uf", uf.sigla());
        resultado.booleano("produtorRural", self.produtor_rural());
        resultado.opcional("formaNova", self.forma_nova().as_ref().map(Self::as_str));
        resultado.aviso(self.serie_futura(), Aviso::SerieFutura);
        let digitos = texto.bytes().filter(u8::is_ascii_digit).count();
        let completado = !self.isento() && uf == Uf::MT && digitos < self.as_str().len();
        resultado.aviso(completado, Aviso::ZerosCompletados);
    }
}

impl Documento for Cep {
    texto_e_mascara!();

    fn descrever(&self, pedido: &Pedido<'_>, resultado: &mut Resultado) {
        resultado.texto("uf", self.uf().sigla());
        resultado.outra_uf(pedido.uf, Some(self.uf()));
    }
}

impl Documento for Uf {
    texto_e_mascara!();

    fn descrever(&self, _: &Pedido<'_>, resultado: &mut Resultado) {
        resultado.texto("nome", self.nome());
        resultado.campo("codigoIbge", ValorCampo::Texto(contagem(self.codigo_ibge().into())));
        resultado.booleano("exterior", *self == Self::EX);
    }
}

impl Documento for Municipio {
    texto_e_mascara!();

    fn descrever(&self, _: &Pedido<'_>, resultado: &mut Resultado) {
        resultado.texto("uf", self.uf().sigla());
    }
}

impl Documento for Telefone {
    texto_e_mascara!();

    fn descrever(&self, pedido: &Pedido<'_>, resultado: &mut Resultado) {
        let classe = self.classe();
        resultado.texto("classe", classe.name());
        resultado.opcional("ddd", self.ddd());
        resultado.opcional("uf", self.uf().map(Uf::sigla));
        resultado.opcional("e164", self.e164());
        resultado.opcional("sugestao", self.sugestao().as_ref().map(Self::as_str));
        resultado.aviso(classe == ClasseTelefone::Legado, Aviso::CelularSemNonoDigito);
        resultado.aviso(classe == ClasseTelefone::Sme, Aviso::TrunkingOuLegado);
        // 61 also serves towns of Goiás.
        let entorno = self.ddd() == Some("61") && pedido.uf == Some(Uf::GO);
        if !entorno {
            resultado.outra_uf(pedido.uf, self.uf());
        }
    }
}

impl Documento for Email {
    texto_e_mascara!();

    fn descrever(&self, _: &Pedido<'_>, resultado: &mut Resultado) {
        resultado.texto("local", self.local());
        resultado.texto("dominio", self.dominio());
        let tamanho = self.as_str().len();
        resultado.aviso(tamanho > email::MAXIMO_NOTA_FISCAL, Aviso::LongoParaNotaFiscal);
        resultado.aviso(tamanho > email::MAXIMO_PIX, Aviso::LongoParaPix);
    }
}

impl Documento for Boleto {
    fn canonico<'d>(&'d self, pedido: &Pedido<'d>) -> &'d str {
        // A field for the barcode keeps its barcode: the form that was read is canonical.
        let barras = pedido.texto.bytes().filter(u8::is_ascii_digit).count() == 44;
        if barras { self.codigo_de_barras() } else { self.linha_digitavel() }
    }

    fn formatado(&self) -> String {
        self.formatar()
    }

    fn descrever(&self, _: &Pedido<'_>, resultado: &mut Resultado) {
        resultado.texto("tipo", if self.arrecadacao() { "arrecadacao" } else { "bancario" });
        resultado.texto("linhaDigitavel", self.linha_digitavel());
        resultado.texto("codigoDeBarras", self.codigo_de_barras());
        resultado.opcional("banco", self.banco());
        resultado.opcional("segmento", self.segmento().map(Segmento::name));
        resultado.quantia(self.valor());
        if let Some(fator) = self.fator_vencimento() {
            resultado.texto("fatorVencimento", fator);
            resultado.lista("vencimentos", &self.vencimentos(), |dia| date_text(*dia));
        }
        resultado.opcional("campoLivre", self.campo_livre());
        resultado.aviso(self.valor_sem_fator(), Aviso::ValorSemFator);
    }
}

impl Documento for PixChave {
    texto_e_mascara!();

    fn descrever(&self, _: &Pedido<'_>, resultado: &mut Resultado) {
        resultado.texto("tipo", self.tipo());
        resultado.aviso(self.fora_do_plano(), Aviso::TelefoneForaDoPlano);
    }
}

impl Documento for BrCode {
    texto_e_mascara!();

    fn descrever(&self, _: &Pedido<'_>, resultado: &mut Resultado) {
        let lidos = self.campos();
        resultado.texto("tipo", if lidos.url.is_some() { "dinamico" } else { "estatico" });
        resultado.opcional("chave", lidos.chave);
        let chave = lidos.chave.and_then(|chave| PixChave::parse(chave, Modo::Leniente).ok());
        resultado.opcional("tipoChave", chave.as_ref().map(PixChave::tipo));
        resultado.opcional("url", lidos.url);
        resultado.opcional("recorrencia", lidos.recorrencia);
        resultado.quantia(lidos.valor());
        resultado.texto("nome", lidos.nome);
        resultado.texto("cidade", lidos.cidade);
        resultado.opcional("cep", lidos.cep);
        resultado.opcional("txid", lidos.txid());
        resultado.opcional("info", lidos.info);
        resultado.booleano("unicoUso", lidos.unico_uso);
        resultado.texto("categoria", lidos.categoria);
        resultado.texto("crc", self.crc());
        resultado.avisos = lidos.avisos();
    }
}

impl Documento for ChaveDfe {
    texto_e_mascara!();

    fn descrever(&self, pedido: &Pedido<'_>, resultado: &mut Resultado) {
        resultado.texto("uf", self.uf().sigla());
        resultado.campo("anoMes", ValorCampo::Texto(self.ano_mes()));
        resultado.texto("modelo", self.modelo());
        resultado.texto("serie", self.serie());
        resultado.texto("numero", self.numero());
        let (documento, emitente) = (self.nome_do_modelo(), self.emitente());
        resultado.opcional("documento", documento);
        resultado.opcional("emitente", emitente.as_ref().map(CpfCnpj::as_str));
        resultado.opcional("tipoEmissao", self.tipo_emissao());
        resultado.aviso(emitente.is_none(), Aviso::EmitenteInvalido);
        resultado.aviso(documento.is_none(), Aviso::ModeloDesconhecido);
        resultado.outra_uf(pedido.uf, Some(self.uf()));
    }
}

/// The characters of `texto` that are not in `valor`, in order. Both are walked from the end, because what a
/// document puts back (zeros, `+55`) is at the beginning.
pub(super) fn removido(texto: &str, valor: &str) -> Option<String> {
    let mut esperados = valor.chars().rev();
    let mut esperado = esperados.next();
    let mut fora = Vec::new();
    for letra in texto.chars().rev() {
        let igual = esperado == Some(letra);
        if esperado.is_some_and(|esperado| esperado.eq_ignore_ascii_case(&letra)) {
            esperado = esperados.next();
        }
        if !igual {
            fora.push(letra);
        }
    }
    let mut removido = String::new();
    while let Some(letra) = fora.pop() {
        removido.push(letra);
    }
    Some(removido).filter(|removido| !removido.is_empty())
}
