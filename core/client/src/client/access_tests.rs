//! OAuth2 client credentials, with requests and answers that were written by hand.

use smartbill_model::error::{ErrorKind, Outcome};
use smartbill_model::{Cliente, Value};

use crate::api::Effect;
use crate::client::wire_tests::{Platform, call, now};

const PROFILE: &str = "[auth]\nscheme = 'oauth2'\ntoken_path = '/oauth/token'\n";
const TOKEN: &str = r#"{"access_token":"first-access-token","token_type":"bearer","expires_in":3600}"#;
const NEXT: &str = r#"{"access_token":"second-access-token","expires_in":"3600"}"#;
const CREDENTIALS: &str = "the-client:a-long-secret";
// `the-client:a-long-secret` in base64.
const ASKED: &str = "POST /oauth/token authorization: Basic dGhlLWNsaWVudDphLWxvbmctc2VjcmV0 \
                     content-type: application/x-www-form-urlencoded grant_type=client_credentials";

fn write() -> Value<'static> {
    Value::Object(vec![("nome".into(), Value::Text("Maria da Silva".into()))])
}

#[test]
fn a_token_is_fetched_once_and_sent_with_every_request() {
    let platform = Platform::new(&[TOKEN, r#"{"id":"1"}"#, r#"{"id":"2"}"#]);
    let client = platform.client_with(PROFILE, CREDENTIALS);
    for id in ["1", "2"] {
        let cliente = now(client.obter::<Cliente>(id, &call())).unwrap();
        assert_eq!(cliente.id.unwrap().as_str(), id);
    }
    let asked = platform.asked();
    assert_eq!(asked[0], ASKED);
    for asked in &asked[1..] {
        assert!(asked.contains("authorization: Bearer first-access-token"), "{asked}");
    }
}

#[test]
fn a_token_that_is_no_longer_accepted_is_fetched_again_and_the_write_sent_again() {
    let platform =
        Platform::new(&[TOKEN, r#"{"id":"1"}"#, "401\n{}", NEXT, "200\n{\"id\":\"1\",\"nome\":\"Maria da Silva\"}"]);
    let client = platform.client_with(PROFILE, CREDENTIALS);
    now(client.obter::<Cliente>("1", &call())).unwrap();
    let written = now(client.alterar::<Cliente>("1", write(), &[], &call())).unwrap();
    assert_ne!(written.outcome, Effect::Created);
    let asked = platform.asked();
    assert!(asked[2].contains("Bearer first-access-token"), "{asked:?}");
    assert!(asked[4].contains("Bearer second-access-token"), "{asked:?}");
    // The same request but for its token.
    assert_eq!(asked[2].replace("first", "second"), asked[4]);
}

#[test]
fn a_second_refusal_is_an_error_that_shows_neither_token_nor_secret() {
    let told = r#"401
{"errors":[{"code":"x","message":"no: a-long-secret first-access-token second-access-token"}]}"#;
    let platform = Platform::new(&[TOKEN, told, NEXT, told]);
    let client = platform.client_with(PROFILE, CREDENTIALS);
    let error = now(client.alterar::<Cliente>("1", write(), &[], &call())).unwrap_err();
    assert_eq!((error.kind(), error.details().outcome), (ErrorKind::Authentication, Some(Outcome::Rejected)));
    assert!(error.to_string().contains("no: *** *** ***"), "{error}");
    assert_eq!(platform.asked().len(), 4);
}

#[test]
fn without_a_token_nothing_of_the_call_is_sent() {
    for (answer, kind, says) in [
        ("400\n{\"error\":\"invalid_client\"}", ErrorKind::Authentication, "(HTTP 400): invalid_client"),
        ("401\n{\"error\":\"a-long-secret is wrong, Maria\"}", ErrorKind::Authentication, "(HTTP 401)"),
        ("404\n", ErrorKind::Authentication, "(HTTP 404)"),
        ("200\n{\"token\":\"x\"}", ErrorKind::Authentication, "see `token_path`"),
        ("200\n{\"access_token\":\"x y\\n\"}", ErrorKind::Authentication, "see `token_path`"),
        ("200\n{\"access_token\":\"x\",\"token_type\":\"mac\"}", ErrorKind::Authentication, "see `token_path`"),
        ("200\n<html>", ErrorKind::Authentication, "see `token_path`"),
    ] {
        let platform = Platform::new(&[answer]);
        let client = platform.client_with(PROFILE, CREDENTIALS);
        let error = now(client.alterar::<Cliente>("1", write(), &[], &call())).unwrap_err();
        assert_eq!((error.kind(), error.details().outcome), (kind, Some(Outcome::NotSent)), "{error}");
        assert!(error.to_string().contains(says), "{error}");
        assert!(!error.to_string().contains("a-long-secret"), "{error}");
        assert_eq!(platform.asked().len(), 1);
    }
}

#[test]
fn a_token_server_that_fails_is_asked_again() {
    let platform = Platform::new(&["503\n", "429 retry-after: 1\n", TOKEN, r#"{"data":[]}"#]);
    let client = platform.client_with(PROFILE, CREDENTIALS);
    let mut pager = client.listar::<Cliente>(Value::Object(vec![]), &call()).unwrap();
    assert!(now(pager.next(&client)).unwrap().is_none_or(|page| page.is_empty()));
    assert_eq!(platform.asked().len(), 4);
}

#[test]
fn a_token_is_replaced_before_its_end() {
    let short = r#"{"access_token":"first-access-token","expires_in":0}"#;
    let platform = Platform::new(&[short, r#"{"id":"1"}"#, NEXT, r#"{"id":"1"}"#]);
    let client = platform.client_with(PROFILE, CREDENTIALS);
    for _ in 0..2 {
        now(client.obter::<Cliente>("1", &call())).unwrap();
    }
    let asked = platform.asked();
    assert!(asked[1].contains("first-access-token") && asked[3].contains("second-access-token"), "{asked:?}");
}

#[test]
fn identifier_and_secret_travel_as_the_profile_says() {
    let profile = [PROFILE, "send = 'body'\nscope = 'billing read'\n"].concat();
    let platform = Platform::new(&[TOKEN, r#"{"id":"1"}"#]);
    now(platform.client_with(&profile, "a b:s&t").obter::<Cliente>("1", &call())).unwrap();
    let form = "grant_type=client_credentials&scope=billing%20read&client_id=a%20b&client_secret=s%26t";
    assert!(platform.asked()[0].ends_with(form));

    let profile = [PROFILE, "body = 'json'\n"].concat();
    let platform = Platform::new(&[TOKEN, r#"{"id":"1"}"#]);
    now(platform.client_with(&profile, CREDENTIALS).obter::<Cliente>("1", &call())).unwrap();
    let asked = &platform.asked()[0];
    assert!(asked.contains("Basic ") && asked.ends_with(r#"{"grant_type":"client_credentials"}"#), "{asked}");
}
