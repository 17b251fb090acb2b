//! The models as frozen Python classes. Fields, documentation and rules are read from the core's tables.

use std::borrow::Cow;
use std::ffi::CStr;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hasher};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pyclass::boolean_struct::True;
use pyo3::types::{PyCFunction, PyDict, PyList, PyString, PyTuple, PyType};
use smartbill_core::api::Resultado;
use smartbill_core::model::{self as core, Campo, Esquema, Modelo, Tipo};
use smartbill_core::validate::{Context, Intent, Options, Report};
use smartbill_core::{JsonError, Modo, Valor};

use crate::{erro, valor};

/// A Python class that holds one of the core's models.
pub(crate) trait Classe: pyo3::PyClass<Frozen = True> + Sync {
    /// The model that it holds.
    type Modelo: Modelo;

    fn modelo(&self) -> &Self::Modelo;

    /// An instance that holds `modelo`, the answer to a write where `resultado` says what that did.
    fn instancia(py: Python<'_>, modelo: Self::Modelo, resultado: Option<Resultado>) -> PyResult<Bound<'_, PyAny>>;
}

macro_rules! classes {
    ($($nome:ident)*) => {
        $(
            /// Documented by the core's table.
            #[pyclass(frozen, module = "smartbill", weakref)]
            pub(crate) struct $nome(core::$nome, Option<Resultado>);

            impl Classe for $nome {
                type Modelo = core::$nome;

                fn modelo(&self) -> &core::$nome {
                    &self.0
                }

                fn instancia(
                    py: Python<'_>,
                    modelo: core::$nome,
                    resultado: Option<Resultado>,
                ) -> PyResult<Bound<'_, PyAny>> {
                    Ok(Bound::new(py, Self(modelo, resultado))?.into_any())
                }
            }

            impl $nome {
                fn nova(modelo: core::$nome) -> Self {
                    Self(modelo, None)
                }
            }

            #[pymethods]
            impl $nome {
                #[new]
                #[pyo3(signature = (**campos))]
                fn new(py: Python<'_>, campos: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
                    let dados = match campos {
                        Some(campos) => valor::de_python(campos.as_any())?,
                        None => Valor::Objeto(Vec::new()),
                    };
                    construir(py, dados, Modo::Estrito).map(Self::nova)
                }

                /// Reads a mapping with snake_case or camelCase keys, checking what is given.
                #[staticmethod]
                #[pyo3(signature = (dados, *, modo = "estrito"))]
                fn from_dict(dados: &Bound<'_, PyAny>, modo: &str) -> PyResult<Self> {
                    construir(dados.py(), valor::de_python(dados)?, ler_modo(modo)?).map(Self::nova)
                }

                /// Reads JSON text or bytes, checking what is given.
                #[staticmethod]
                #[pyo3(signature = (texto, *, modo = "estrito"))]
                fn from_json(texto: &Bound<'_, PyAny>, modo: &str) -> PyResult<Self> {
                    com_json(texto, |json| construir(texto.py(), json, ler_modo(modo)?).map(Self::nova))
                }

                /// Every violation of a mapping, as data, without making a model of it.
                #[staticmethod]
                #[pyo3(signature = (dados, *, modo = "estrito", intencao = "incluir", hoje = None))]
                fn conferir<'py>(
                    dados: &Bound<'py, PyAny>,
                    modo: &str,
                    intencao: &str,
                    #[pyo3(from_py_with = valor::optional_date)] hoje: Option<Date>,
                ) -> PyResult<Bound<'py, PyAny>> {
                    let options = ler_opcoes(modo, intencao, hoje)?;
                    let report = conferir::<core::$nome>(valor::de_python(dados)?, options);
                    erro::relatorio(dados.py(), &report)
                }

                /// Every violation of this model, as data.
                #[pyo3(signature = (*, modo = "estrito", intencao = "incluir", hoje = None))]
                fn validar<'py>(
                    &self,
                    py: Python<'py>,
                    modo: &str,
                    intencao: &str,
                    #[pyo3(from_py_with = valor::optional_date)] hoje: Option<Date>,
                ) -> PyResult<Bound<'py, PyAny>> {
                    let options = ler_opcoes(modo, intencao, hoje)?;
                    erro::relatorio(py, &conferir::<core::$nome>(self.0.valor(), options))
                }

                /// A copy with some fields changed; `None` takes a field away.
                #[pyo3(signature = (**mudancas))]
                fn replace(&self, py: Python<'_>, mudancas: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
                    match mudancas {
                        Some(mudancas) => substituir(py, &self.0, mudancas).map(Self::nova),
                        None => Ok(Self::nova(self.0.clone())),
                    }
                }

                #[pyo3(signature = (**mudancas))]
                fn __replace__(&self, py: Python<'_>, mudancas: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
                    self.replace(py, mudancas)
                }

                /// The fields that are present, by their snake_case names.
                fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                    dicionario(py, core::$nome::ESQUEMA, &self.0.valor())
                }

                /// JSON with camelCase names; decimals and dates are strings.
                fn to_json(&self) -> String {
                    self.0.valor().to_json()
                }

                /// What the write that answered with this model did: `created`, `updated`, `unchanged` or
                /// `already_done`. None for a model that comes from elsewhere; no part of its equality.
                #[getter]
                fn resultado(&self) -> Option<&'static str> {
                    self.1.map(Resultado::name)
                }

                /// What of the platform's answer could not be read, and is absent: a date such as `0000-00-00`, a number
                /// that is none. Empty for a model that comes from elsewhere, and not pickled.
                #[getter]
                fn findings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
                    erro::violacoes(py, self.0.findings())
                }

                /// Fields that the platform sent and this version does not know, as they came.
                #[getter]
                fn extras<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
                    let extras = PyDict::new(py);
                    for (nome, v) in &self.0.extras {
                        extras.set_item(nome, valor::para_python(py, v)?)?;
                    }
                    Ok(extras)
                }

                fn __repr__(&self) -> String {
                    let mut texto = String::new();
                    escrever(core::$nome::ESQUEMA, &self.0.valor(), &mut texto);
                    texto
                }

                fn __eq__(&self, outro: &Bound<'_, PyAny>) -> bool {
                    outro.cast::<Self>().is_ok_and(|outro| outro.get().0 == self.0)
                }

                fn __hash__(&self) -> u64 {
                    let mut h = DefaultHasher::new();
                    valor::hash(&self.0.valor(), &mut h);
                    h.finish()
                }

                fn __copy__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
                    slf
                }

                fn __deepcopy__<'py>(slf: PyRef<'py, Self>, _memo: &Bound<'py, PyAny>) -> PyRef<'py, Self> {
                    slf
                }

                fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
                    Ok((slf.get_type().getattr("_restaurar")?, (slf.get().to_json(),)))
                }

                /// Reads what `to_json` wrote, whatever it holds: a model that the platform sent may break our rules.
                #[staticmethod]
                fn _restaurar(json: &str) -> PyResult<Self> {
                    let valor = Valor::from_json(json.as_bytes()).map_err(json_invalido)?;
                    Ok(Self::nova(ler_resposta(valor)))
                }
            }
        )*

        /// The model that a Python object holds, if it is an instance of one of these classes.
        pub(crate) fn valor_de_instancia(o: &Bound<'_, PyAny>) -> Option<Valor<'static>> {
            $( if let Ok(instancia) = o.cast::<$nome>() {
                return Some(instancia.get().0.valor().into_owned());
            } )*
            None
        }

        /// An instance of the class of `esquema`, from the value of a model that is already sound.
        fn instancia<'py>(
            py: Python<'py>,
            esquema: &'static Esquema,
            valor: Valor<'_>,
        ) -> PyResult<Bound<'py, PyAny>> {
            match esquema.nome {
                $( stringify!($nome) => $nome::instancia(py, ler_resposta(valor), None), )*
                _ => valor::para_python(py, &valor),
            }
        }

        /// Completes the classes: documentation, and a property for each field.
        pub(crate) fn completar(py: Python<'_>) -> PyResult<()> {
            let property = py.import("builtins")?.getattr("property")?;
            $( propriedades::<$nome>(&py.get_type::<$nome>(), &property)?; )*
            Ok(())
        }

        const ESQUEMAS: &[&Esquema] = &[$(core::$nome::ESQUEMA),*];
    };
}

classes! {
    Cliente Endereco Servico Faixa Retencoes Contrato ItemContrato Desconto Historico Consumo
    Cobranca ItemCobranca Retencao RetencoesCobranca Boleto Pix Nfse Nfe
}

/// The tables of all models, and of what filters and actions take, for the generator of the stubs: name, documentation and fields.
#[pyfunction]
pub(crate) fn _esquemas(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    let parametros = [
        core::AcaoContrato::ESQUEMA,
        core::FiltroClientes::ESQUEMA,
        core::FiltroServicos::ESQUEMA,
        core::FiltroContratos::ESQUEMA,
        core::FiltroConsumos::ESQUEMA,
        core::FiltroCobrancas::ESQUEMA,
    ];
    let esquemas = ESQUEMAS.iter().copied().chain(parametros).map(|esquema| {
        let campos = esquema.campos.iter().map(|c| Ok((c.snake, tipo(py, c.regra.tipo)?, c.doc.trim())));
        Ok((esquema.nome, esquema.doc.trim(), campos.collect::<PyResult<Vec<_>>>()?))
    });
    PyList::new(py, esquemas.collect::<PyResult<Vec<_>>>()?)
}

fn tipo(py: Python<'_>, tipo: Tipo) -> PyResult<Bound<'_, PyTuple>> {
    fn par<'py>(nome: &str, de: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(de.py(), [PyString::new(de.py(), nome).into_any(), de])
    }
    let nada = py.None().into_bound(py);
    match tipo {
        Tipo::Id => par("id", nada),
        Tipo::Texto { .. } | Tipo::Documento(_) | Tipo::Url => par("texto", nada),
        Tipo::Decimal { .. } => par("decimal", nada),
        Tipo::Inteiro { .. } => par("inteiro", nada),
        Tipo::Booleano => par("booleano", nada),
        Tipo::Data => par("data", nada),
        Tipo::DataHora => par("data_hora", nada),
        Tipo::Competencia => par("competencia", nada),
        Tipo::Enum(nomes) => par("enum", PyTuple::new(py, nomes.iter().collect::<Vec<_>>())?.into_any()),
        Tipo::Objeto(esquema) => par("objeto", PyString::new(py, esquema.nome).into_any()),
        Tipo::Lista(item) => par("lista", self::tipo(py, item.tipo)?.into_any()),
        Tipo::Mapa => par("mapa", nada),
    }
}

fn propriedades<C: Classe>(classe: &Bound<'_, PyType>, property: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = classe.py();
    let esquema = C::Modelo::ESQUEMA;
    classe.setattr("__doc__", esquema.doc.trim())?;
    for campo in esquema.campos {
        let ler = move |args: &Bound<'_, PyTuple>, _: Option<&Bound<'_, PyDict>>| -> PyResult<Py<PyAny>> {
            let instancia = args.get_item(0)?;
            let modelo = instancia.cast::<C>()?.get().modelo();
            ler_campo(args.py(), campo, modelo.campo(campo.snake)).map(Bound::unbind)
        };
        let ler = PyCFunction::new_closure(py, None::<&CStr>, None, ler)?;
        let propriedade = property.call1((ler, py.None(), py.None(), campo.doc.trim()))?;
        classe.setattr(campo.snake, propriedade)?;
    }
    Ok(())
}

fn ler_campo<'py>(py: Python<'py>, campo: &Campo, v: Option<Valor<'_>>) -> PyResult<Bound<'py, PyAny>> {
    match (campo.regra.tipo, v) {
        (Tipo::Objeto(esquema), Some(v)) => instancia(py, esquema, v),
        (Tipo::Lista(item), Some(Valor::Lista(itens))) => {
            let itens = itens.into_iter().map(|v| match item.tipo {
                Tipo::Objeto(esquema) => instancia(py, esquema, v),
                _ => valor::para_python(py, &v),
            });
            Ok(PyTuple::new(py, itens.collect::<PyResult<Vec<_>>>()?)?.into_any())
        }
        (Tipo::Lista(_), _) => Ok(PyTuple::empty(py).into_any()),
        (Tipo::Mapa, None) => Ok(PyDict::new(py).into_any()),
        (_, Some(v)) => valor::para_python(py, &v),
        (_, None) => Ok(py.None().into_bound(py)),
    }
}

fn construir<M: Modelo>(py: Python<'_>, dados: Valor<'_>, modo: Modo) -> PyResult<M> {
    let options = Options { modo, intent: Intent::Alterar, hoje: Some(hoje()) };
    M::validar(dados, options).map(|(modelo, _)| modelo).map_err(|report| erro::validacao(py, report))
}

fn conferir<M: Modelo>(dados: Valor<'_>, options: Options) -> Report {
    match M::validar(dados, options) {
        Ok((_, report)) | Err(report) => report,
    }
}

/// Reading with [`Intent::Resposta`] refuses nothing but a value that is no object.
fn ler_resposta<M: Modelo>(valor: Valor<'_>) -> M {
    let mut ctx = Context::new(Options { intent: Intent::Resposta, ..Options::default() });
    M::ler(valor, &mut ctx).unwrap_or_default()
}

fn substituir<M: Modelo>(py: Python<'_>, atual: &M, mudancas: &Bound<'_, PyDict>) -> PyResult<M> {
    let dados = valor::de_python(mudancas.as_any())?;
    let mudados: Vec<_> = match &dados {
        Valor::Objeto(campos) => campos.iter().filter_map(|(nome, _)| M::ESQUEMA.campo(nome)).map(|c| c.nome).collect(),
        _ => Vec::new(),
    };
    // Only the changes are checked: what the platform sent stays, even where it breaks our rules.
    let novos: M = construir(py, dados, Modo::Estrito)?;
    let campos = |valor| match valor {
        Valor::Objeto(campos) => campos,
        _ => Vec::new(),
    };
    let mut juntos = campos(atual.valor());
    juntos.retain(|(nome, _)| !mudados.contains(&nome.as_ref()));
    juntos.extend(campos(novos.valor()));
    Ok(ler_resposta(Valor::Objeto(juntos)))
}

fn ler_opcoes(modo: &str, intencao: &str, dia: Option<Date>) -> PyResult<Options> {
    let intent = match intencao {
        "incluir" => Intent::Incluir,
        "alterar" => Intent::Alterar,
        outra => return Err(PyValueError::new_err(format!("`{outra}` is neither `incluir` nor `alterar`"))),
    };
    Ok(Options { modo: ler_modo(modo)?, intent, hoje: Some(dia.unwrap_or_else(hoje)) })
}

/// Reads `"estrito"` or `"leniente"`.
pub(crate) fn ler_modo(modo: &str) -> PyResult<Modo> {
    Modo::from_name(modo).ok_or_else(|| PyValueError::new_err(format!("`{modo}` is neither `estrito` nor `leniente`")))
}

/// Today in São Paulo, which has kept UTC−3 all year since 2019.
pub(crate) fn hoje() -> Date {
    Timestamp::now().to_zoned(TimeZone::fixed(Offset::constant(-3))).date()
}

fn com_json<R>(texto: &Bound<'_, PyAny>, f: impl FnOnce(Valor<'_>) -> PyResult<R>) -> PyResult<R> {
    let bytes: Cow<'_, [u8]> = if let Ok(texto) = texto.cast::<PyString>() {
        Cow::Owned(texto.to_cow()?.into_owned().into_bytes())
    } else {
        texto.extract().map_err(|_| PyTypeError::new_err("JSON must be str or bytes"))?
    };
    f(Valor::from_json(&bytes).map_err(json_invalido)?)
}

fn json_invalido(falha: JsonError) -> PyErr {
    PyValueError::new_err(falha.to_string())
}

fn dicionario<'py>(py: Python<'py>, esquema: &Esquema, v: &Valor<'_>) -> PyResult<Bound<'py, PyAny>> {
    let Valor::Objeto(campos) = v else {
        return valor::para_python(py, v);
    };
    let dict = PyDict::new(py);
    for (nome, v) in campos {
        match esquema.campo(nome) {
            Some(campo) => dict.set_item(campo.snake, em_dicionario(py, campo.regra.tipo, v)?)?,
            None => dict.set_item(nome.as_ref(), valor::para_python(py, v)?)?,
        }
    }
    Ok(dict.into_any())
}

fn em_dicionario<'py>(py: Python<'py>, tipo: Tipo, v: &Valor<'_>) -> PyResult<Bound<'py, PyAny>> {
    match (tipo, v) {
        (Tipo::Objeto(esquema), v) => dicionario(py, esquema, v),
        (Tipo::Lista(item), Valor::Lista(itens)) => {
            let itens = itens.iter().map(|v| em_dicionario(py, item.tipo, v)).collect::<PyResult<Vec<_>>>()?;
            Ok(PyList::new(py, itens)?.into_any())
        }
        (_, v) => valor::para_python(py, v),
    }
}

/// `Cliente(nome=***, grupo='ouro')`: as Python writes it, with personal data masked.
fn escrever(esquema: &Esquema, v: &Valor<'_>, saida: &mut String) {
    let Valor::Objeto(campos) = v else { return };
    saida.push_str(esquema.nome);
    saida.push('(');
    for (i, (nome, v)) in campos.iter().enumerate() {
        if i > 0 {
            saida.push_str(", ");
        }
        match esquema.campo(nome) {
            Some(campo) => {
                let _ = write!(saida, "{}=", campo.snake);
                if campo.regra.pessoal { saida.push_str("***") } else { escrever_campo(campo.regra.tipo, v, saida) }
            }
            None => {
                let _ = write!(saida, "{nome}=…");
            }
        }
    }
    saida.push(')');
}

fn escrever_campo(tipo: Tipo, v: &Valor<'_>, saida: &mut String) {
    match (tipo, v) {
        (Tipo::Objeto(esquema), v) => escrever(esquema, v, saida),
        (Tipo::Lista(item), Valor::Lista(itens)) => {
            saida.push('[');
            for (i, v) in itens.iter().enumerate() {
                if i > 0 {
                    saida.push_str(", ");
                }
                escrever_campo(item.tipo, v, saida);
            }
            saida.push(']');
        }
        (_, Valor::Texto(t)) => {
            let _ = write!(saida, "{t:?}");
        }
        (_, v) => saida.push_str(v.to_json().trim_matches('"')),
    }
}
