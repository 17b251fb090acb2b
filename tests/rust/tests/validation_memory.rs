//! What a hostile input costs to check, counted in allocations and bytes: a report stays as long as it may be, and four
//! times the input costs no more than four times the work. Alone in its file, since it counts for the whole process.

#![expect(unsafe_code, reason = "an allocator that counts")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use smartbill_core::Value;
use smartbill_core::model::{Cliente, Contrato, Model, Servico};
use smartbill_core::validate::{MAX_FINDINGS, Options};

struct Counting;

static CALLS: AtomicUsize = AtomicUsize::new(0);
static BYTES: AtomicUsize = AtomicUsize::new(0);

// SAFETY: the system's allocator, with two counters beside it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.fetch_add(1, Relaxed);
        BYTES.fetch_add(layout.size(), Relaxed);
        // SAFETY: the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: the caller's.
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations, and bytes allocated, of one validation; and how long its report is.
fn cost<M: Model>(input: Value<'_>) -> [usize; 3] {
    let before = (CALLS.load(Relaxed), BYTES.load(Relaxed));
    let Err(report) = M::validar(input, Options::default()) else { panic!("it is valid") };
    [CALLS.load(Relaxed) - before.0, BYTES.load(Relaxed) - before.1, report.findings.len()]
}

fn object(fields: &[(&'static str, Value<'static>)]) -> Value<'static> {
    Value::Object(fields.iter().map(|(name, value)| ((*name).into(), value.clone())).collect())
}

fn list(field: &'static str, item: &Value<'static>, n: usize) -> Value<'static> {
    object(&[(field, Value::List(vec![item.clone(); n]))])
}

fn keys(length: usize, n: usize) -> Value<'static> {
    Value::Object((0..n).map(|i| (format!("{i:x<length$}").into(), Value::Boolean(true))).collect())
}

type Measure = fn(usize) -> [usize; 3];

const SHAPES: [(&str, Measure); 8] = [
    ("items with an unknown field", |n| cost::<Contrato>(list("itens", &object(&[("x", Value::Integer(1))]), n))),
    ("items with nothing", |n| cost::<Contrato>(list("itens", &object(&[]), n))),
    ("items that are none", |n| cost::<Contrato>(list("itens", &Value::Integer(1), n))),
    ("tiers with nothing", |n| cost::<Servico>(list("faixas", &object(&[]), n))),
    ("short keys", |n| cost::<Cliente>(keys(6, n))),
    ("keys of 60 characters", |n| cost::<Cliente>(keys(60, n))),
    ("keys of 400 characters", |n| cost::<Cliente>(keys(400, n))),
    ("one e-mail address again and again", |n| {
        cost::<Cliente>(list("emailsAdicionais", &Value::Text("a@example.com".into()), n))
    }),
];

#[test]
fn four_times_the_input_costs_no_more_than_four_times_the_work() {
    for (shape, measure) in SHAPES {
        let [few, many] = [measure(5_000), measure(20_000)];
        assert!(few[0] > 1_000, "{shape}: nothing is counted");
        assert_eq!([few[2], many[2]], [MAX_FINDINGS + 1; 2], "{shape}");
        for (few, many) in few.into_iter().zip(many).take(2) {
            assert!(many <= 4 * few, "{shape}: {few}, then {many}");
        }
    }
}
