//! The rows of the matrix: the faults, and the expected results.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};
use smartbill_tests::faults::{When, when};
use smartbill_tests::platform::{Keys, Plan, Rule};
use smartbill_tests::tls::Flaw;

/// The way in which the client reaches the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// Over plain HTTP.
    Open,
    /// No server listens.
    Refused,
    /// The name of the host is invalid.
    NoSuchName,
    /// No server accepts the connection.
    NobodyTakes,
    /// The connection is reset immediately.
    ResetAtOnce,
    /// Over TLS, with this flaw of the certificate.
    Tls(Flaw),
    /// Over TLS, with a certificate whose authority the client does not know.
    UnknownAuthority,
    /// The client speaks TLS to a server that does not.
    TlsToPlain,
    /// Over a connection that was used before.
    Kept,
}

/// The expected result, besides being true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Expect {
    /// Any true result.
    Truth,
    /// A success: nothing is really wrong.
    Success,
    /// A success if the operation may be sent again. Otherwise any true result.
    Recovery,
    /// An error. For a write, it says that nothing was executed.
    Refusal,
    /// An error. For a write, it says that nothing was sent.
    NotSent,
    /// An error.
    Failure,
}

/// The operations with which a variant is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum With {
    All,
    /// The operations whose answer must have a body: a success without a body is valid for a write that names its
    /// record.
    IncludesAndReads,
    /// One operation of each kind, for expensive variants.
    OneOfEach,
    /// Two operations under one promise, one after the other, for very expensive variants.
    Two,
}

/// A fault and its circumstances.
#[derive(Debug, Clone)]
pub(crate) struct Variant {
    pub(crate) name: String,
    pub(crate) door: Door,
    /// The faults of successive requests to the operation, each with the number of its requests, or `None` for all
    /// remaining ones.
    pub(crate) faults: Vec<(String, Option<u32>)>,
    /// The fault of all other requests, which read records back after a lost answer.
    pub(crate) elsewhere: Option<&'static str>,
    pub(crate) expect: Expect,
    pub(crate) with: With,
    /// The time limits of an attempt and of a call, in milliseconds, if the fault is about time.
    pub(crate) limits: Option<(u64, u64)>,
    /// The time that the platform works on a write, in milliseconds.
    pub(crate) work: u64,
    pub(crate) marks_replays: bool,
    pub(crate) keeps_refusals: bool,
}

impl Variant {
    fn new(name: &str, expect: Expect) -> Self {
        Self {
            name: name.to_owned(),
            door: Door::Open,
            faults: Vec::new(),
            elsewhere: None,
            expect,
            with: With::All,
            limits: None,
            work: 0,
            marks_replays: true,
            keeps_refusals: false,
        }
    }

    fn always(fault: &str, expect: Expect) -> Self {
        Self { faults: vec![(fault.to_owned(), None)], ..Self::new(fault, expect) }
    }

    fn once(fault: &str, expect: Expect) -> Self {
        Self { faults: vec![(fault.to_owned(), Some(1))], ..Self::new(&format!("{fault}/1x"), expect) }
    }

    fn at(door: Door, name: &str, expect: Expect) -> Self {
        Self { door, ..Self::new(name, expect) }
    }

    /// The plan of a platform with this fault of `operation`.
    pub(crate) fn plan(&self, operation: &str, promise: &str) -> Plan {
        let on_kept_connection = self.door == Door::Kept;
        let rule = |(fault, times): &(String, Option<u32>)| Rule {
            times: *times,
            on_kept_connection,
            ..Rule::always(fault, operation)
        };
        let mut rules: Vec<_> = self.faults.iter().map(rule).collect();
        rules.extend(self.elsewhere.map(|fault| Rule::always(fault, "read")));
        Plan {
            keys: if promise == "idempotency_key" { Keys::Kept } else { Keys::Ignored },
            unique: promise != "none",
            work: (self.work, self.work),
            late: self.limits.map_or(1000, |(attempt, _)| attempt * 3),
            marks_replays: self.marks_replays,
            keeps_refusals: self.keeps_refusals,
            rules,
            ..Plan::default()
        }
    }
}

/// The faults that the tests of all languages share.
#[derive(Deserialize)]
pub(crate) struct Faults {
    always: BTreeMap<Expect, Vec<String>>,
    once: BTreeMap<Expect, Vec<String>>,
    doubt: Doubt,
    only_includes_and_reads: Vec<String>,
    costly: Vec<String>,
    very_costly: Vec<String>,
    /// Well-formed answers with another meaning, each with the end of the operation's name.
    lawful: BTreeMap<String, String>,
    /// The initial records of each platform.
    pub(crate) records: Map<String, Value>,
    /// The arguments of each operation.
    pub(crate) calls: BTreeMap<String, Call>,
}

impl Faults {
    /// Whether `fault` cannot be noticed, because the answer is well-formed and has another meaning.
    pub(crate) fn is_lawful(&self, fault: &str, operation: &str) -> bool {
        self.lawful.get(fault).is_some_and(|end| operation.ends_with(end.as_str()))
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Call {
    pub(crate) id: Option<String>,
    pub(crate) body: Map<String, Value>,
}

impl Faults {
    pub(crate) fn read() -> Self {
        serde_json::from_str(include_str!("../../../vectors/faults.json")).unwrap()
    }
}

/// The first answer is lost, with or without the work being done, and the second one is a refusal.
#[derive(Deserialize)]
struct Doubt {
    first: BTreeMap<String, String>,
    second: Vec<String>,
}

/// All variants.
pub(crate) fn variants(faults: &Faults) -> Vec<Variant> {
    let mut all = vec![Variant::new("nothing", Expect::Success)];
    connections(&mut all);
    times(&mut all);
    for (expect, names) in &faults.always {
        all.extend(names.iter().map(|name| Variant::always(name, *expect)));
    }
    for (expect, names) in &faults.once {
        all.extend(names.iter().map(|name| Variant::once(name, *expect)));
    }
    unmarked(&mut all, faults);
    in_doubt(&mut all, &faults.doubt);
    for variant in &mut all {
        let is_one_of = |names: &[String]| names.contains(&variant.name);
        if is_one_of(&faults.only_includes_and_reads) {
            variant.with = With::IncludesAndReads;
        } else if is_one_of(&faults.costly) {
            variant.with = With::OneOfEach;
        } else if is_one_of(&faults.very_costly) {
            variant.with = With::Two;
        }
    }
    all
}

fn connections(all: &mut Vec<Variant>) {
    use Expect::{Failure, NotSent, Recovery, Success};
    all.push(Variant::at(Door::Refused, "refused", NotSent));
    all.push(Variant::at(Door::NoSuchName, "dns", NotSent));
    if cfg!(target_os = "linux") {
        all.push(Variant::at(Door::NobodyTakes, "connect_timeout", NotSent));
    }
    all.push(Variant::at(Door::ResetAtOnce, "rst_on_accept", Failure));
    all.push(Variant::at(Door::Tls(Flaw::None), "tls_good", Success));
    for (flaw, name) in [
        (Flaw::Expired, "tls_expired"),
        (Flaw::Future, "tls_future"),
        (Flaw::OtherHost, "tls_other_host"),
        (Flaw::SelfSigned, "tls_self_signed"),
    ] {
        all.push(Variant::at(Door::Tls(flaw), name, NotSent));
    }
    all.push(Variant::at(Door::UnknownAuthority, "tls_unknown_authority", NotSent));
    all.push(Variant::at(Door::TlsToPlain, "tls_to_plain", NotSent));
    for (fault, name) in
        [("fin_after_commit", "kept_connection_lost_done"), ("fin_before_commit", "kept_connection_lost")]
    {
        let kept = Variant::at(Door::Kept, name, Recovery);
        all.push(Variant { faults: vec![(fault.to_owned(), Some(1))], with: With::OneOfEach, ..kept });
    }
    let closed = Variant::at(Door::Kept, "kept_connection_closed", Recovery);
    all.push(Variant { elsewhere: Some("keep_then_close"), with: With::OneOfEach, ..closed });
}

/// Variants that depend on how long a client waits.
fn times(all: &mut Vec<Variant>) {
    use Expect::{Failure, Truth};
    let short = Some((250, 60_000));
    for fault in ["read_timeout", "read_timeout_done", "drip_body", "drip_headers", "late"] {
        all.push(Variant { limits: short, ..Variant::always(fault, Truth) });
        all.push(Variant { limits: short, ..Variant::once(fault, Truth) });
    }
    // The work takes longer than an attempt, so the key is still in use when it is sent again.
    for (work, name) in [(400, "late_work"), (1200, "very_late_work")] {
        all.push(Variant { limits: short, work, ..Variant::new(name, Truth) });
    }
    let total = Some((60_000, 300));
    let again = Variant::always("429_after_0", Failure);
    all.push(Variant { limits: total, name: "total_timeout".to_owned(), ..again });
    all.push(Variant { limits: total, work: 900, ..Variant::new("total_timeout_of_work", Truth) });
}

/// Answers that repeat an earlier one without saying so, and refusals that are stored under their key for ever.
fn unmarked(all: &mut Vec<Variant>, faults: &Faults) {
    let once = faults.once.get(&Expect::Recovery).into_iter().flatten();
    for fault in once.filter(|fault| when(fault) == Some(When::After)) {
        let once = Variant::once(fault, Expect::Recovery);
        all.push(Variant { name: format!("{fault}/1x, replay unmarked"), marks_replays: false, ..once });
    }
    for marks_replays in [true, false] {
        let lost = Variant::once("rst_after_commit", Expect::Recovery);
        let name = format!("lost, refusals kept, marked: {marks_replays}");
        all.push(Variant { keeps_refusals: true, marks_replays, name, ..lost });
    }
}

/// Variants in which reading back may fail too.
fn in_doubt(all: &mut Vec<Variant>, doubt: &Doubt) {
    for second in &doubt.second {
        for (name, first) in &doubt.first {
            for (times, elsewhere, tail) in
                [(None, None, ""), (None, Some("http_503"), ", unreadable"), (Some(1), None, "/1x")]
            {
                all.push(Variant {
                    faults: vec![(first.clone(), Some(1)), (second.clone(), times)],
                    elsewhere,
                    ..Variant::new(&format!("{name}_then_{second}{tail}"), Expect::Truth)
                });
            }
        }
    }
}
