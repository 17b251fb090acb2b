use std::borrow::Cow;

use bytes::Bytes;
use smartbill_documents::Message;
use smartbill_model::error::{Error, ErrorKind};
use smartbill_model::{Cobranca, Value};

use crate::api::{Call, CheckOptions, Operation, Request, Response, build_request, listar, place};
use crate::profile::{PageRequest, PageStyle, Profile, Received};

/// Identifiers to try: with all kinds of characters that a path may contain, and as an integer.
const IDS: [&str; 2] = ["a/b.json(ç-_~", "12"];

impl Profile {
    /// Checks whether a server can follow this profile: whether it understands each request that a client writes, and a
    /// client each of its answers.
    ///
    /// # Errors
    /// Of kind `Profile`, with the name of the first setting that only a client can follow.
    pub fn servable(&self) -> Result<(), Error> {
        self.unservable().map_or(Ok(()), |(pt, en)| {
            let message = Message::new(
                format!("este perfil tem {pt}, que a sandbox não sabe servir; use-o com a plataforma"),
                format!("this profile has {en}, which the sandbox cannot serve; use it with the platform"),
            );
            Err(Error::new(ErrorKind::Profile, message))
        })
    }

    /// What only a client can follow, in Portuguese and in English.
    fn unservable(&self) -> Option<(String, String)> {
        let (requests, answers) = (self.of_requests(), self.of_answers());
        let places = &self.list_places;
        let beside = [&places.total, &places.more, &places.pages];
        if places.items.is_whole() && beside.into_iter().any(Option::is_some) {
            let (pt, en) = ("como a resposta inteira, e mais ao lado dela", "as the whole answer, and more beside it");
            return Some((format!("[list] `items` {pt}"), format!("[list] `items` {en}")));
        }
        for operation in Operation::ALL.iter().copied().filter(|operation| self.supports(*operation)) {
            let model = operation.model();
            let fields = format!("[fields.{}]", model.name);
            if let Some(field) = self.without_name(operation) {
                let (pt, en) = ("no lugar de", "at the place of");
                return Some((format!("{fields} `id` {pt} `{field}`"), format!("{fields} `id` {en} `{field}`")));
            }
            let lacks = |field: &&smartbill_model::Field| field.rule.required && !requests.sends(model, field.name);
            if operation.verb() == "incluir"
                && let Some(field) = model.fields.iter().find(lacks)
            {
                let field = field.name;
                let (pt, en) = ("que todo registro precisa ter", "which every record needs");
                return Some((format!("{fields} sem `{field}`, {pt}"), format!("{fields} without `{field}`, {en}")));
            }
            let (pt, en) = if self.asks(&requests, operation).is_none() {
                ("um pedido que se confunde com outro", "a request that may mean another")
            } else if !self.answers(&answers, operation) {
                ("uma resposta que seria lida de outro modo", "an answer that would be read otherwise")
            } else {
                continue;
            };
            let operations = format!("[operations] `{operation}`");
            return Some((format!("{operations}, {pt}"), format!("{operations}, {en}")));
        }
        None
    }

    /// The field by which records are named, if no record can be found by it.
    fn without_name(&self, operation: Operation) -> Option<&'static str> {
        let model = operation.model();
        let key = operation.resource().key().unwrap_or("codigo");
        self.named_by(model).filter(|field| *field != key && model.name != Cobranca::SCHEMA.name)
    }

    /// Whether a request of a client is read as what it is.
    fn asks(&self, requests: &Self, operation: Operation) -> Option<()> {
        let id = IDS.iter().find(|id| self.encode_id(operation.model(), id).is_some())?;
        let held = self.path_fields(operation).map(|name| (Cow::Owned(name.to_owned()), Value::Text(IDS[0].into())));
        let fields = Value::Object(held.collect());
        let given = operation.takes_id().then_some(*id);
        let page_request = PageRequest { start: 0, size: 1 };
        let request = if operation.is_listing() {
            listar(self, operation, fields.clone(), page_request, None, CheckOptions::default())
        } else {
            build_request(self, Call::new(operation, given, Some(&fields)), CheckOptions::default())
        };
        let Request { method, target, headers, body, .. } = request.ok()?;
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let received = Received { method: method.as_str(), path, query, body: body.as_deref().unwrap_or_default() };
        let header = |name: &str| headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let asked = requests.read_request(received, header, None).ok()?;
        // Where a record is added and changed in the same way, what exists decides.
        let changes = |first: Operation| first.changes() && first.resource() == operation.resource();
        let first = asked.first()?.operation;
        if first != operation && !(operation.verb() == "incluir" && changes(first)) {
            return None;
        }
        let asked = asked.into_iter().find(|asked| asked.operation == operation)?;
        let held = asked.places.iter().map(|(name, text)| (Cow::Borrowed(*name), Value::Text(text.into())));
        let same = asked.id.as_deref() == given && Value::Object(held.collect()) == fields;
        if !operation.is_listing() {
            return same.then_some(());
        }
        let body = Some(asked.content);
        let (_, read) = requests.decode_filter(operation.input(), &asked.query, body).ok()?;
        let whole = PageRequest { start: 0, size: u32::MAX };
        let expected = if matches!(self.pagination.style, PageStyle::None) { whole } else { page_request };
        (same && read == expected).then_some(())
    }

    /// Whether a client reads the answers of a server as they are meant.
    fn answers(&self, answers: &Self, operation: Operation) -> bool {
        const ID: &str = "12";
        let model = operation.model();
        let record = || {
            let names = ["id"].into_iter().chain(self.named_by(model));
            let fields = names.map(|name| (name.into(), Value::Text(ID.into())));
            answers.encode(model, Value::Object(fields.collect()))
        };
        let is_this = |value: Value<'_>| {
            let record = place::record(self, operation, value).ok();
            record.is_some_and(|value| {
                let value = self.decode(model, value);
                matches!(value.field("id"), Some(Value::Text(id) | Value::Number(id)) if id == ID)
            })
        };
        if !operation.is_listing() {
            let answer = answers.in_envelope(operation, record());
            return place::denial(self, operation, &answer).is_none() && is_this(answer);
        }
        let by_pointer = matches!(self.pagination.style, PageStyle::Cursor { .. } | PageStyle::Link { .. });
        let more = !matches!(self.pagination.style, PageStyle::None);
        let page = |start: u64, total: u64| {
            let list = answers.encode_list(vec![record()], PageRequest { start, size: 1 }, total);
            let mut body = answers.in_envelope(operation, list);
            let path = self.path(operation, None);
            let next = (start + 1 < total).then_some(start + 1);
            let header = answers.add_next(&mut body, next, |start| self.page_address(&path, "", start));
            let response = Response { status: 200, headers: header.into_iter().collect(), body: Bytes::new() };
            let refused = place::denial(self, operation, &body).is_some();
            let Some(list) = self.decode_list_at(self.list_place(operation), body).filter(|_| !refused) else {
                return false;
            };
            let follows = place::next(self, operation, &response, list.next.clone()).is_ok_and(|next| next.is_some());
            list.total.is_none_or(|read| read == total)
                && list.has_more.is_none_or(|more| more == next.is_some())
                && follows == (by_pointer && next.is_some())
                && list.items.len() == 1
                && list.items.into_iter().all(is_this)
        };
        if more { page(0, 2) && page(1, 2) } else { page(0, 1) }
    }
}
