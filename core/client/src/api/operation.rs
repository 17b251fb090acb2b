use std::fmt;

use crate::api::Method;

/// The five resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Resource {
    /// Customers.
    Clientes,
    /// Services.
    Servicos,
    /// Contracts.
    Contratos,
    /// Metered usage.
    Consumos,
    /// Charges.
    Cobrancas,
}

impl Resource {
    /// The resource's name, such as `clientes`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Clientes => "clientes",
            Self::Servicos => "servicos",
            Self::Contratos => "contratos",
            Self::Consumos => "consumos",
            Self::Cobrancas => "cobrancas",
        }
    }

    /// The operation that gets one of its records. `None` if the platform has none.
    #[must_use]
    pub fn obter(self) -> Option<Operation> {
        match self {
            Self::Clientes => Some(Operation::ClientesObter),
            Self::Servicos => Some(Operation::ServicosObter),
            Self::Contratos => Some(Operation::ContratosObter),
            Self::Consumos => Some(Operation::ConsumosObter),
            Self::Cobrancas => None,
        }
    }

    /// The operation that lists the resource.
    #[must_use]
    pub fn listar(self) -> Operation {
        match self {
            Self::Clientes => Operation::ClientesListar,
            Self::Servicos => Operation::ServicosListar,
            Self::Contratos => Operation::ContratosListar,
            Self::Consumos => Operation::ConsumosListar,
            Self::Cobrancas => Operation::CobrancasListar,
        }
    }
}

macro_rules! operations {
    ( $( $(#[doc = $doc:literal])* $var:ident = $name:literal, $resource:ident, $method:ident $path:literal; )* ) => {
        /// A request that the platform understands: the sixteen operations of the source document. `obter` and
        /// `listar`, which are one GET there, are two operations here.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Operation { $( $(#[doc = $doc])* $var, )* }

        impl Operation {
            /// All operations.
            pub const ALL: &'static [Self] = &[$(Self::$var),*];

            /// The stable name, such as `clientes.incluir`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $( Self::$var => $name, )* }
            }

            /// The resource that it works on.
            #[must_use]
            pub fn resource(self) -> Resource {
                match self { $( Self::$var => Resource::$resource, )* }
            }

            /// The method, unless a profile gives another one.
            #[must_use]
            pub fn method(self) -> Method {
                match self { $( Self::$var => Method::$method, )* }
            }

            /// The path, unless a profile gives another one.
            #[must_use]
            pub fn path(self) -> &'static str {
                match self { $( Self::$var => $path, )* }
            }
        }
    };
}

operations! {
    /// Adds a customer.
    ClientesIncluir = "clientes.incluir", Clientes, Post "/clientes";
    /// Changes a customer.
    ClientesAlterar = "clientes.alterar", Clientes, Post "/clientes/{id}";
    /// Removes (deactivates) a customer.
    ClientesRemover = "clientes.remover", Clientes, Delete "/clientes/{id}";
    /// Gets one customer.
    ClientesObter = "clientes.obter", Clientes, Get "/clientes/{id}";
    /// Lists customers.
    ClientesListar = "clientes.listar", Clientes, Get "/clientes";
    /// Gets one service.
    ServicosObter = "servicos.obter", Servicos, Get "/servicos/{id}";
    /// Lists services.
    ServicosListar = "servicos.listar", Servicos, Get "/servicos";
    /// Adds a contract.
    ContratosIncluir = "contratos.incluir", Contratos, Post "/contratos";
    /// Activates contracts, or resumes a suspended one.
    ContratosAtivar = "contratos.ativar", Contratos, Post "/contratos/{id}/ativar";
    /// Deactivates contracts.
    ContratosDesativar = "contratos.desativar", Contratos, Post "/contratos/{id}/desativar";
    /// Suspends a contract.
    ContratosSuspender = "contratos.suspender", Contratos, Post "/contratos/{id}/suspender";
    /// Cancels a contract for good.
    ContratosCancelar = "contratos.cancelar", Contratos, Post "/contratos/{id}/cancelar";
    /// Gets one contract.
    ContratosObter = "contratos.obter", Contratos, Get "/contratos/{id}";
    /// Lists contracts.
    ContratosListar = "contratos.listar", Contratos, Get "/contratos";
    /// Adds usage.
    ConsumosIncluir = "consumos.incluir", Consumos, Post "/consumos";
    /// Changes usage that is not billed yet.
    ConsumosAlterar = "consumos.alterar", Consumos, Put "/consumos/{id}";
    /// Removes usage that is not billed yet.
    ConsumosRemover = "consumos.remover", Consumos, Delete "/consumos/{id}";
    /// Gets one record of usage.
    ConsumosObter = "consumos.obter", Consumos, Get "/consumos/{id}";
    /// Lists usage.
    ConsumosListar = "consumos.listar", Consumos, Get "/consumos";
    /// Lists charges.
    CobrancasListar = "cobrancas.listar", Cobrancas, Get "/cobrancas";
}

impl Operation {
    /// Whether the operation changes anything.
    #[must_use]
    pub fn is_write(self) -> bool {
        self.method() != Method::Get
    }

    /// Whether the operation works on one resource, named by its identifier.
    #[must_use]
    pub fn takes_id(self) -> bool {
        !matches!(self.verb(), "incluir" | "listar")
    }

    /// Whether the operation reads a listing.
    #[must_use]
    pub fn is_listing(self) -> bool {
        self.verb() == "listar"
    }

    /// Whether the operation changes some fields of a record and keeps the others.
    #[must_use]
    pub fn changes(self) -> bool {
        self.verb() == "alterar"
    }

    /// Whether the operation removes a record.
    #[must_use]
    pub fn removes(self) -> bool {
        self.verb() == "remover"
    }

    /// The operation's verb, such as `incluir`.
    #[must_use]
    pub fn verb(self) -> &'static str {
        self.name().split_once('.').map_or("", |(_, verb)| verb)
    }

    /// The operation called `name`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|op| op.name() == name)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
