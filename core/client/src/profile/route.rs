use std::cmp::Reverse;

use smartbill_documents::find::divide;

use crate::api::{Method, Operation};
use crate::profile::Profile;
use crate::profile::ascii::{percent_decode, percent_encode};
use crate::profile::load_operations::places;

/// An operation that a method and a path lead to.
pub(super) struct Route<'p> {
    pub(super) operation: Operation,
    /// The values in the path, by the names in its braces.
    pub(super) held: Vec<(&'p str, String)>,
}

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

    /// The operations of a method and a path. A literal path has precedence over one with a value in it, and a request
    /// that carries a constant or an identifier over one that carries none.
    pub(super) fn routes(&self, method: &str, path: &str) -> Vec<Route<'_>> {
        let known = Method::from_name(method).zip(path.strip_prefix(&self.base_path));
        let Some((method, path)) = known else { return Vec::new() };
        let mut found = Vec::new();
        for operation in Operation::ALL.iter().copied() {
            let endpoint = self.endpoint(operation);
            if endpoint.method == method
                && self.supports(operation)
                && let Some(held) = held(&endpoint.path, path)
            {
                found.push(Route { operation, held });
            }
        }
        if found.len() > 1 {
            found.sort_by_key(|route| {
                let endpoint = self.endpoint(route.operation);
                let given = endpoint.shape.as_ref().map_or(0, |shape| {
                    shape.query.len() + shape.headers.len() + shape.body.len() + usize::from(shape.id.is_some())
                });
                (route.held.len(), Reverse(endpoint.path.len()), Reverse(given))
            });
        }
        found
    }

    /// The operation of a method and a path, with the identifier in the path.
    #[must_use]
    pub fn match_route(&self, method: &str, path: &str) -> Option<(Operation, Option<String>)> {
        let Route { operation, held } = self.routes(method, path).into_iter().next()?;
        Some((operation, held.into_iter().find(|(name, _)| *name == "id").map(|(_, id)| id)))
    }

    /// The methods of the operations with this path.
    #[must_use]
    pub fn methods_at(&self, path: &str) -> Vec<&'static str> {
        let names = Method::ALL.into_iter().map(Method::as_str);
        names.filter(|name| !self.routes(name, path).is_empty()).collect()
    }
}

/// The values that `path` has at the braces of `template`. A segment has at most one.
fn held<'t>(template: &'t str, path: &str) -> Option<Vec<(&'t str, String)>> {
    let mut found = Vec::new();
    let mut segments = path.split('/');
    for wanted in template.split('/') {
        let segment = segments.next()?;
        let Some((before, rest)) = wanted.split_once('{') else {
            if segment != wanted {
                return None;
            }
            continue;
        };
        let (name, after) = rest.split_once('}')?;
        let value = segment.strip_prefix(before)?.strip_suffix(after)?;
        let value = percent_decode(value, false).filter(|value| !value.is_empty())?;
        found.push((name, value));
    }
    segments.next().is_none().then_some(found)
}
