//! Runs the fuzz targets on a stable compiler: the seeds, the inputs that once broke something, and pseudo-random
//! changes of both.

#[path = "../../../fuzz/src/lib.rs"]
mod fuzz;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use fuzz::{seeds, targets};

/// Pseudo-random numbers (xorshift64), the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    /// A part of `bytes`.
    fn part<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let from = self.below(bytes.len());
        let length = self.below((bytes.len() - from).min(64) + 1);
        &bytes[from..from + length]
    }
}

/// Byte sequences that are rare in random inputs and often unexpected.
const ODD: [&str; 24] = [
    "\0",
    "\u{feff}",
    "\u{301}",
    "\u{1f9fe}",
    "\u{202e}",
    "\r\n",
    "\n\n",
    "\t",
    "\"",
    "\"\"",
    "'",
    ";",
    "{}",
    "[[",
    "null",
    "-1",
    "99999999999999999999",
    "1e999",
    "0.1",
    "]]>",
    "<!--",
    "&#0;",
    "%00",
    "../",
];

/// One to four changes of `bytes`, with parts of `other`.
fn change(bytes: &[u8], other: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    for _ in 0..=chance.below(3) {
        let at = chance.below(changed.len() + 1);
        let end = (at + chance.below(16)).min(changed.len());
        match chance.below(7) {
            0 if at < changed.len() => changed[at] ^= 1 << chance.below(8),
            1 if at < changed.len() => changed[at] = u8::try_from(chance.below(256)).unwrap(),
            2 => drop(changed.drain(at..end)),
            3 => changed.truncate(at),
            4 => drop(changed.splice(at..end, ODD[chance.below(ODD.len())].bytes())),
            5 => drop(changed.splice(at..at, chance.part(bytes).iter().copied())),
            _ => drop(changed.splice(at..end, chance.part(other).iter().copied())),
        }
    }
    changed
}

/// Runs `target` with its seeds and with `changes` inputs made from them.
fn replay(name: &str, target: fn(&[u8]), changes: usize) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let all = seeds::all(&root).unwrap();
    let (_, mut inputs) = all.into_iter().find(|(target, _)| *target == name).unwrap();
    // Files that a fuzzer found, and that once broke something.
    if let Ok(found) = fs::read_dir(root.join("tests/fixtures/fuzz").join(name)) {
        let mut found: Vec<_> = found.map(|entry| entry.unwrap().path()).collect();
        found.sort();
        inputs.splice(0..0, found.iter().map(|file| fs::read(file).unwrap()));
    }
    assert!(inputs.len() > 1, "{name} has no seeds");
    let run = |input: &[u8]| {
        let done = catch_unwind(AssertUnwindSafe(|| target(input)));
        assert!(done.is_ok(), "{name} broke on these {} bytes: {}", input.len(), input.escape_ascii());
    };
    for input in &inputs {
        run(input);
    }
    let mut chance = Chance(0x5342_4A4C_2026_1128);
    for _ in 0..changes {
        let (one, other) = (chance.below(inputs.len()), chance.below(inputs.len()));
        run(&change(&inputs[one], &inputs[other], &mut chance));
    }
}

#[test]
fn documents() {
    replay("documents", targets::documents, 4_000);
}

#[test]
fn profiles() {
    replay("profile", targets::profile, 2_000);
}

#[test]
fn answers() {
    replay("answers", targets::answers, 5_000);
}

#[test]
fn sheets() {
    replay("sheets", targets::sheets, 150);
}

#[test]
fn csv() {
    replay("csv", targets::csv, 100);
}

#[test]
fn sandbox_requests() {
    replay("sandbox", targets::sandbox, 2_000);
}

#[test]
fn models() {
    replay("models", targets::models, 1_500);
}
