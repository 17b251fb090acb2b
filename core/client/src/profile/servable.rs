use smartbill_documents::Message;
use smartbill_model::Schema;
use smartbill_model::error::{Error, ErrorKind};

use crate::api::Operation;
use crate::profile::format::Shape;
use crate::profile::load_fields::FILTERS;
use crate::profile::{Auth, JsonPath, PageStyle, Profile};

impl Profile {
    /// Checks whether a server can follow this profile: read requests and write answers by it.
    ///
    /// # Errors
    /// Of kind `Profile`, with the name of the first setting that only a client can follow.
    pub fn servable(&self) -> Result<(), Error> {
        let setting = self.unservable();
        setting.map_or(Ok(()), |setting| {
            let message = Message::fill(
                "este perfil tem {setting}, que a sandbox não sabe servir; use-o com a plataforma",
                "this profile has {setting}, which the sandbox cannot serve; use it with the platform",
                &[("setting", setting)],
            );
            Err(Error::new(ErrorKind::Profile, message))
        })
    }

    fn unservable(&self) -> Option<String> {
        let parts =
            if let Auth::Several(parts) = &self.auth { parts.as_slice() } else { std::slice::from_ref(&self.auth) };
        if parts.iter().any(|auth| matches!(auth, Auth::Body { .. })) {
            return Some("[auth] `body`".to_owned());
        }
        if !matches!(self.pagination.style, PageStyle::Page { .. } | PageStyle::Offset { .. }) {
            return Some("[pagination] `style`".to_owned());
        }
        let list = &self.list_places;
        // The first item of a list is no place for all of them; beside the number of pages stands that of this one.
        if !list.items.is_plain() || list.pages.is_some() {
            return Some("[list] `items`, `pages`".to_owned());
        }
        let errors = &self.error_places;
        let unsaid = errors.code.is_none() && errors.message.is_none();
        if unsaid && (errors.fields.is_some() || errors.refusal.is_some()) {
            return Some("[errors] `fields`, `refusal` without `code`, `message`".to_owned());
        }
        for operation in Operation::ALL {
            let Some(shape) = &self.endpoint(*operation).shape else {
                if self.path_fields(*operation).next().is_some() {
                    return Some(format!("[operations] `{operation}` `path`"));
                }
                continue;
            };
            // What is put around a record, taken off it, or ignored.
            let known = Shape {
                unsupported: shape.unsupported,
                headers: shape.headers.clone(),
                wrap: shape.wrap.clone(),
                record: shape.record.clone(),
                items: shape.items.clone().filter(JsonPath::is_plain),
                success: shape.success.clone().filter(|success| !success.is.is_empty()),
                ..Shape::default()
            };
            if **shape != known && !shape.unsupported {
                return Some(format!("[operations] `{operation}`"));
            }
        }
        let wrong_route = |operation: &&Operation| {
            // An identifier with all kinds of characters that a path may contain.
            const ID: &str = "a/b.json(ç";
            let path = self.path(**operation, operation.takes_id().then_some(ID));
            let led = self.match_route(self.endpoint(**operation).method.as_str(), &path);
            let id = operation.takes_id().then(|| ID.to_owned());
            self.supports(**operation) && led != Some((**operation, id))
        };
        if let Some(operation) = Operation::ALL.iter().find(wrong_route) {
            return Some(format!("[operations] `{operation}` `path`"));
        }
        let nested = FILTERS
            .iter()
            .find(|(_, schema)| self.plans.iter().any(|plan| plan.model == schema.name && !plan.is_flat()));
        if let Some((listing, _)) = nested {
            return Some(format!("[filters.{listing}]"));
        }
        let schemas = Operation::ALL.iter().flat_map(|operation| [operation.model(), operation.input()]);
        let left_out =
            |schema: &'static Schema| self.plans.iter().find(|plan| plan.model == schema.name)?.left_out(schema);
        schemas.into_iter().find_map(left_out).map(|field| format!("[fields] `{field}`"))
    }
}
