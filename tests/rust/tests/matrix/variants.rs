//! The rows of the matrix: what goes wrong, and what must come of it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};
use smartbill_tests::faults::{When, when};
use smartbill_tests::platform::{Keys, Plan, Rule};
use smartbill_tests::tls::Flaw;

/// How the client reaches the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// Over plain HTTP.
    Open,
    /// Nobody listens.
    Refused,
    /// The name of the host cannot be one.
    NoSuchName,
    /// Nobody takes the connection.
    NobodyTakes,
    /// The connection is reset as soon as it is made.
    ResetAtOnce,
    /// Over TLS, with what may be wrong with the certificate.
    Tls(Flaw),
    /// Over TLS, with a certificate whose authority the client does not know.
    UnknownAuthority,
    /// The client speaks TLS to a server that does not.
    TlsToPlain,
    /// On a connection that served before.
    Kept,
}

/// What must come of it, besides being true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Expect {
    /// Whatever is true.
    Truth,
    /// A success: nothing is really wrong.
    Success,
    /// A success where the operation may be sent again; elsewhere whatever is true.
    Recovery,
    /// An error; for a write it says that nothing was done.
    Refusal,
    /// An error; for a write it says that nothing was sent.
    NotSent,
    /// An error.
    Failure,
}

/// Which operations a variant is tried with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum With {
    All,
    /// Where nothing in the answer could tell: a success without a body is one for a write that names its record.
    IncludesAndReads,
    /// One operation of each kind, for what costs much.
    OneOfEach,
    /// Two operations under one promise, one after the other, for what costs far too much.
    Two,
}

/// Something that goes wrong.
#[derive(Debug, Clone)]
pub(crate) struct Variant {
    pub(crate) name: String,
    pub(crate) door: Door,
    /// The faults of the requests to the operation, in turn: how many requests meet each, or all that are left.
    pub(crate) faults: Vec<(String, Option<u32>)>,
    /// The fault of all other requests: those that read back what a lost answer did.
    pub(crate) elsewhere: Option<&'static str>,
    pub(crate) expect: Expect,
    pub(crate) with: With,
    /// How long an attempt and a call may take, in milliseconds, where the fault is about time.
    pub(crate) limits: Option<(u64, u64)>,
    /// How long the platform works on a write, in milliseconds.
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

    /// The plan of a platform that treats `operation` so.
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
    /// Answers that are well formed and say something else, each with the end of the operation's name.
    lawful: BTreeMap<String, String>,
    /// What each platform has from the beginning.
    pub(crate) records: Map<String, Value>,
    /// What each operation is called with.
    pub(crate) calls: BTreeMap<String, Call>,
}

impl Faults {
    /// Whether nobody could tell that `fault` is one, since the answer is well formed and says something else.
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

/// The first answer is lost, with the work done or not, and the second says no.
#[derive(Deserialize)]
struct Doubt {
    first: BTreeMap<String, String>,
    second: Vec<String>,
}

/// All of them.
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

/// What depends on how long a client waits.
fn times(all: &mut Vec<Variant>) {
    use Expect::{Failure, Truth};
    let short = Some((250, 60_000));
    for fault in ["read_timeout", "read_timeout_done", "drip_body", "drip_headers", "late"] {
        all.push(Variant { limits: short, ..Variant::always(fault, Truth) });
        all.push(Variant { limits: short, ..Variant::once(fault, Truth) });
    }
    // The work takes longer than an attempt: the key is in flight when it comes again.
    for (work, name) in [(400, "late_work"), (1200, "very_late_work")] {
        all.push(Variant { limits: short, work, ..Variant::new(name, Truth) });
    }
    let total = Some((60_000, 300));
    let again = Variant::always("429_after_0", Failure);
    all.push(Variant { limits: total, name: "total_timeout".to_owned(), ..again });
    all.push(Variant { limits: total, work: 900, ..Variant::new("total_timeout_of_work", Truth) });
}

/// Answers that repeat an earlier one, and do not say so; and refusals that are kept under their key for ever.
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

/// What is read back may fail, too.
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
