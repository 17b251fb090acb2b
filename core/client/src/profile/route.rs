use smartbill_documents::find::divide;

use crate::api::{Method, Operation};
use crate::profile::Profile;
use crate::profile::ascii::{percent_decode, percent_encode};
use crate::profile::load_operations::places;

impl Profile {
    /// The path of `operation`, with the base path and the identifier.
    #[must_use]
    pub fn path(&self, operation: Operation, id: Option<&str>) -> String {
        let mut path = self.base_path.clone();
        let template = &self.endpoint(operation).path;
        match (divide(template, "{id}"), id) {
            (Some((before, after)), Some(id)) => {
                path.push_str(before);
                percent_encode(id, &mut path);
                path.push_str(after);
            }
            _ => path.push_str(template),
        }
        path
    }

    /// The fields in the path of `operation`, besides the identifier.
    pub(crate) fn path_fields(&self, operation: Operation) -> impl Iterator<Item = &str> {
        places(&self.endpoint(operation).path).filter(|name| *name != "id")
    }

    /// The operation of a request, with the identifier in its path. A literal path has precedence over one with `{id}`.
    #[must_use]
    pub fn match_route(&self, method: &str, path: &str) -> Option<(Operation, Option<String>)> {
        let method = Method::from_name(method)?;
        let path = path.strip_prefix(&self.base_path)?;
        let matching = |with_id: bool| {
            Operation::ALL.iter().copied().find_map(|operation| {
                let endpoint = self.endpoint(operation);
                if endpoint.method != method || !self.supports(operation) {
                    return None;
                }
                match (divide(&endpoint.path, "{id}"), with_id) {
                    (None, false) if endpoint.path == path => Some((operation, None)),
                    (Some((before, after)), true) => {
                        let id = path.strip_prefix(before)?.strip_suffix(after)?;
                        let id = (!id.is_empty() && !id.contains('/')).then(|| percent_decode(id, false))??;
                        Some((operation, Some(id)))
                    }
                    _ => None,
                }
            })
        };
        matching(false).or_else(|| matching(true))
    }

    /// The methods of the operations with this path.
    #[must_use]
    pub fn methods_at(&self, path: &str) -> Vec<&'static str> {
        let names = Method::ALL.into_iter().map(Method::as_str);
        names.filter(|name| self.match_route(name, path).is_some()).collect()
    }
}
