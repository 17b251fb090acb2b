//! Names of records under a profile whose platform has no identifiers of its own for them. There a record is named by
//! the company's own code, which is also what other records and filters hold as its identifier.

use smartbill_core::Value;
use smartbill_core::api::{Operation, Resource};
use smartbill_core::model::{FieldType, Schema};
use smartbill_core::profile::Profile;

use crate::collection;
use crate::platform::Platform;

/// The identifier of no record.
const NOBODY: &str = "0";

/// The resources whose records are named by their own codes, and the field with the code.
pub(crate) struct Naming(Vec<(Resource, &'static str)>);

impl Naming {
    pub(crate) fn of(profile: &Profile) -> Self {
        let resources = [Resource::Clientes, Resource::Servicos, Resource::Contratos, Resource::Consumos];
        let named = |resource: Resource| Some((resource, profile.named_by(resource.listar().model())?));
        Self(resources.into_iter().filter_map(named).collect())
    }

    fn field(&self, resource: Resource) -> Option<&'static str> {
        self.0.iter().find(|(named, _)| *named == resource).map(|(_, field)| *field)
    }

    /// The sandbox's own identifier of the record that a client calls `id`.
    pub(crate) fn own_id(&self, platform: &Platform, resource: Resource, id: String) -> String {
        if self.field(resource).is_none() {
            return id;
        }
        platform.by_code(resource, &id).map_or_else(|| NOBODY.to_owned(), collection::id)
    }

    /// The field without which a record that is added or changed would have no name.
    pub(crate) fn missing_name(&self, operation: Operation, record: &Value<'_>) -> Option<&'static str> {
        let field = self.field(operation.resource())?;
        let missing = match operation.verb() {
            "incluir" => record.field(field).is_none_or(|value| *value == Value::Null),
            "alterar" => record.field(field) == Some(&Value::Null),
            _ => false,
        };
        missing.then_some(field)
    }

    /// A record or filter of a client, with the sandbox's own identifiers.
    pub(crate) fn read<'v>(&self, platform: &Platform, schema: &'static Schema, value: Value<'v>) -> Value<'v> {
        self.turn(schema, value, &|resource, id| {
            Some(platform.by_code(resource, id).map_or_else(|| NOBODY.to_owned(), collection::id))
        })
    }

    /// A record of an answer, with the identifiers of a client.
    pub(crate) fn write<'v>(&self, platform: &Platform, schema: &'static Schema, value: Value<'v>) -> Value<'v> {
        self.turn(schema, value, &|resource, id| platform.code_of(resource, id))
    }

    fn turn<'v>(
        &self,
        schema: &'static Schema,
        value: Value<'v>,
        name: &impl Fn(Resource, &str) -> Option<String>,
    ) -> Value<'v> {
        if self.0.is_empty() {
            return value;
        }
        let Value::Object(fields) = value else { return value };
        let turned = fields.into_iter().map(|(field, value)| {
            let kind = schema.field(&field).map(|field| field.rule.kind);
            let inside = kind.and_then(FieldType::inside);
            let value = match (value, inside) {
                (Value::List(items), Some(inside)) => {
                    Value::List(items.into_iter().map(|item| self.turn(inside, item, name)).collect())
                }
                (value, Some(inside)) => self.turn(inside, value, name),
                (Value::Text(id), None) => {
                    let resource = referred(&field).filter(|resource| self.field(*resource).is_some());
                    let other = resource.and_then(|resource| name(resource, &id));
                    Value::Text(other.map_or(id, Into::into))
                }
                (value, None) => value,
            };
            (field, value)
        });
        Value::Object(turned.collect())
    }
}

/// The resource to which a field refers by identifier.
fn referred(field: &str) -> Option<Resource> {
    match field {
        "clienteId" | "cliente_id" => Some(Resource::Clientes),
        "contratoId" | "contrato_id" => Some(Resource::Contratos),
        "servicoId" | "servico_id" => Some(Resource::Servicos),
        _ => None,
    }
}

impl Platform {
    fn by_code(&self, resource: Resource, code: &str) -> Option<u32> {
        match resource {
            Resource::Clientes => self.store.clientes.by_external(code),
            Resource::Servicos => self.store.servicos.by_external(code),
            Resource::Contratos => self.store.contratos.by_external(code),
            Resource::Consumos => self.store.consumos.by_external(code),
            Resource::Cobrancas => None,
        }
    }

    fn code_of(&self, resource: Resource, id: &str) -> Option<String> {
        let store = &self.store;
        match resource {
            Resource::Clientes => store.clientes.get(store.clientes.by_id(id)?)?.codigo_externo.clone(),
            Resource::Servicos => store.servicos.get(store.servicos.by_id(id)?)?.codigo.clone(),
            Resource::Contratos => store.contratos.get(store.contratos.by_id(id)?)?.model.codigo_externo.clone(),
            Resource::Consumos | Resource::Cobrancas => None,
        }
    }
}
