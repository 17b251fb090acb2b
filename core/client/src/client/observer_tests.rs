use std::sync::{Arc, Mutex};

use smartbill_model::{Cliente, Value};

use crate::client::wire_tests::{Platform, call, now};
use crate::client::{Observer, RequestEvent, ResponseEvent};

#[derive(Default)]
struct Recorder(Mutex<Vec<String>>);

impl Observer for Recorder {
    fn on_request(&self, event: &RequestEvent) {
        let RequestEvent { operation, method, path, attempt } = event;
        self.0.lock().unwrap().push(format!("{operation} {method} {path} {attempt}"));
    }

    fn on_response(&self, event: &ResponseEvent) {
        let ResponseEvent { status, failure, request_id, body_bytes, .. } = event;
        self.0.lock().unwrap().push(format!("{status:?} {failure:?} {request_id:?} {body_bytes}"));
    }
}

#[test]
fn an_observer_sees_each_attempt_and_no_value() {
    let platform = Platform::new(&["503 x-request-id: req-long-enough-1\n", r#"{"id":"12345678909"}"#]);
    let recorder = Arc::new(Recorder::default());
    let mut options = Platform::options("[auth]\nscheme = 'query'\nname = 'key'");
    options.token = Some("long-enough".into());
    options.observer = Some(Arc::<Recorder>::clone(&recorder));
    let client = platform.client_of(options);
    let change = Value::Object(vec![("email".into(), Value::Text("maria@example.com".into()))]);
    now(client.alterar::<Cliente>("12345678909", change, &[], &call())).unwrap();
    assert_eq!(
        *recorder.0.lock().unwrap(),
        [
            "clientes.alterar POST /api/v1/clientes/{id} 1",
            "Some(503) None Some(\"req-***-1\") 0",
            "clientes.alterar POST /api/v1/clientes/{id} 2",
            "Some(200) None None 20",
        ]
    );
}
