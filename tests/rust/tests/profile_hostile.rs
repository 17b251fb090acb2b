//! Profiles that mean harm: each is a typed error of one line, and ends nothing, or does no harm.

#![expect(clippy::unwrap_used, reason = "the helpers are part of the tests")]

use std::cell::RefCell;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use smartbill_core::api::{Request, Response};
use smartbill_core::client::{CallOptions, Client, ClientOptions};
use smartbill_core::model::{Cliente, ClientesFilter, ContratoAction};
use smartbill_core::profile::Profile;
use smartbill_core::transport::Function;
use smartbill_core::{ErrorKind, Language, Value};

/// Loads a profile with little stack, as a page or a thread of a server has.
fn load(text: String) -> Result<Profile, String> {
    let load = move || {
        Profile::from_toml(&text, "acme.toml").map_err(|error| {
            assert_eq!(error.kind(), ErrorKind::Profile);
            for language in [Language::PtBr, Language::En] {
                let message = error.message(language);
                assert!(message.starts_with("acme.toml:"), "{message}");
                assert!(message.len() < 10_000 && !message.chars().any(char::is_control), "{message:?}");
            }
            error.message(Language::En).to_owned()
        })
    };
    std::thread::Builder::new().stack_size(512 << 10).spawn(load).unwrap().join().unwrap()
}

#[test]
fn ten_megabytes_are_refused() {
    let line = "x = \"0123456789012345678901234567890123456789\"\n";
    for text in [line.repeat((10 << 20) / line.len()), "#".repeat(10 << 20), "[".repeat(10 << 20)] {
        assert!(load(text).unwrap_err().contains("longer than 1 MiB"));
    }
}

#[test]
fn tables_ten_thousand_deep_are_refused() {
    let deep = |before: &str, part: &str, middle: &str, end: &str| {
        [before, &part.repeat(10_000), middle, &end.repeat(10_000)].concat()
    };
    for text in [
        deep("", "a.", "a = 1", ""),
        deep("[", "a.", "a]\nb = 1", ""),
        deep("[[", "a.", "a]]\nb = 1", ""),
        deep("a = ", "{ a = ", "1", " }"),
        deep("a = ", "[", "1", "]"),
        deep("a = ", "[{ a = ", "1", " }]"),
        deep("a = ", "[", "", ""),
        deep("[operations.'clientes.incluir'.body.", "a.", "a]\nb = 1", ""),
        deep("[operations]\n'clientes.incluir' = { body = ", "{ a = ", "1", "} }"),
        deep("[fields.Cliente]\n", "endereco.", "cep = 'x'", ""),
    ] {
        let message = load(text).unwrap_err();
        assert!(message.contains("more than 32 tables or lists inside one another"), "{message}");
    }
    // Neither the keys nor the brackets are many, and yet the tables are some thousands.
    let keys = ["{ ", &["a"; 60].join("."), " = "].concat();
    let mixed =
        ["[operations]\n'clientes.incluir' = { body = ", &keys.repeat(70), "1", &" }".repeat(70), " }"].concat();
    assert!(load(mixed).unwrap_err().contains("more than 32 tables"));
    // What a platform's requests have is loaded.
    let sound = "[operations]\n'clientes.incluir' = { body = { a.b.c = [{ d = [1.5, 2.5] }, { e = { f.g = 'x' } }] } }";
    load(sound.to_owned()).unwrap();
}

#[test]
fn many_mistakes_and_many_tables_are_told_in_few_words() {
    let many = |before: &str, after: &str| -> String {
        (0..20_000).flat_map(|n| [before.to_owned(), n.to_string(), after.to_owned()]).collect()
    };
    assert!(load(many("[t", "]\n")).unwrap_err().ends_with("; and 19980 more"));
    let values = ["[values.SituacaoCliente]\nATIVO = [", &many("'w", "',"), "]"].concat();
    assert!(load(values).unwrap_err().contains("more than 100 entries here"));
}

/// Each text of a profile, with a `§` where a control character is put.
const TEXTS: [&str; 35] = [
    "name = '§'",
    "base_path = '/a§'",
    "[auth]\nscheme = '§'",
    "[auth]\nscheme = 'header'\nname = 'x§'",
    "[auth]\nscheme = 'header'\nname = 'x'\nprefix = 'y§'",
    "[auth]\nscheme = 'query'\nname = 'x§'",
    "[auth]\nscheme = 'several'\nparts = [{ name = 'x§' }, { scheme = 'query', name = 'y' }]",
    "[headers]\nx = 'y§'",
    "[headers]\n\"x§\" = 'y'",
    "[idempotency]\nheader = 'x§'",
    "[result]\nheader = 'x§'",
    "[pagination]\npage = 'x§'",
    "[pagination]\nstyle = 'cursor'\nnext = 'x§'",
    "[pagination]\nstyle = 'cursor'\nnext = 'header:x§'",
    "[list]\nitems = 'x§'",
    "[list]\nwrite = '§'",
    "[errors]\ncode = 'x§'",
    "[rate_limit]\nremaining = 'x§'\nreset = 'y'",
    "[encoding]\nabsent_date = '§'",
    "[fields.Cliente]\nnome = 'x§'",
    "[fields.Cliente]\nnome = { name = 'x', send = 'y§' }",
    "[fields.Cliente]\n\"x§\" = 'y'",
    "[fields.\"x§\"]",
    "[filters.clientes]\nnome = 'x§'",
    "[values.SituacaoCliente]\nATIVO = 'x§'",
    "[operations.\"x§\"]",
    "[operations.'clientes.obter']\npath = '/x§/{id}'",
    "[operations.'clientes.obter']\npath = '/x'\nid = 'query:x§'",
    "[operations.'clientes.obter']\nquery = { x = 'y§' }",
    "[operations.'clientes.obter']\nquery = { \"x§\" = 'y' }",
    "[operations.'clientes.obter']\nheaders = { x = 'y§' }",
    "[operations.'clientes.incluir']\nbody = { x = 'y§' }",
    "[operations.'clientes.incluir']\nbody = { \"x§\" = 'y' }",
    "[operations.'clientes.incluir']\nwrap = 'x§'",
    "[operations.'clientes.incluir']\nsuccess = { member = 'x', is = 'y§' }",
];

/// The requests of a few operations.
fn asked(profile: &Profile) -> Vec<Request> {
    let sent = RefCell::new(Vec::new());
    let now: jiff::Timestamp = "2026-02-10T12:00:00Z".parse().unwrap();
    let host = Function::new(now, 7, |request: &Request, _| {
        sent.borrow_mut().push(request.clone());
        Ok(Response { status: 500, headers: vec![], body: r#"{"id":"7"}"#.into() })
    });
    let options = ClientOptions {
        token: Some("T:U".into()),
        profile: profile.clone(),
        retry: smartbill_core::retry::RetryPolicy::NEVER,
        ..ClientOptions::new("https://api.example.com")
    };
    let client = Client::new(options, host).unwrap();
    let call = CallOptions::default();
    let customer = Value::from_json(br#"{"nome":"Maria da Silva","cpfCnpj":"12345678909"}"#).unwrap();
    let filter = ClientesFilter { nome: Some("Maria".into()), ..ClientesFilter::default() };
    let mut pager = client.listar::<Cliente>(&filter, &call).unwrap();
    let done = async {
        let _ = client.incluir::<Cliente>(customer, &call).await;
        let _ = client.obter::<Cliente>("a/b", &call).await;
        let _ = client.suspender("7", &ContratoAction::default(), &call).await;
        let _ = pager.next(&client).await;
    };
    assert!(matches!(pin!(done).poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(())));
    drop(client);
    sent.into_inner()
}

#[test]
fn control_characters_never_reach_a_request_or_a_message() {
    let mut refused = Vec::new();
    for text in TEXTS {
        for character in ["\\u0000", "\\n", "\\r\\n", "\\u001b[2J", "\\u007f", "\\u0085", "\\u009b"] {
            let text = text.replace('\'', "\"").replace('§', character);
            match load(text.clone()) {
                Err(_) => refused.push(text),
                Ok(profile) => {
                    for request in asked(&profile) {
                        assert!(request.target.bytes().all(|b| b.is_ascii_graphic()), "{text}: {}", request.target);
                        let printable = |text: &str| text.bytes().all(|b| (b' '..=b'~').contains(&b));
                        assert!(request.headers.iter().all(|(n, v)| printable(n) && printable(v)), "{text}");
                        let body = request.body.unwrap_or_default();
                        let body = String::from_utf8(body.to_vec()).unwrap();
                        assert!(!body.chars().any(|c| c < ' '), "{text}: {body:?}");
                    }
                }
            }
        }
    }
    // Only words, constants of a body and the text of an absent date may hold any character, as in JSON.
    assert_eq!(refused.len(), 7 * (TEXTS.len() - 4), "{refused:#?}");
}
