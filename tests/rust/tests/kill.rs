//! Kills the importing process and the unkind platform at any instant, and starts them again. Nothing is lost, nothing
//! is doubled, and an unknown effect is reported as unknown. Counted on the platform's disk.
//!
//! A process is killed at the nth event of itself or of the other process, never by the clock. `KILLS` sets how often
//! the import is killed under each promise. The platform is killed a third as often.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value, json};
use smartbill_tests::chance::{Dice, cpf};
use smartbill_tests::platform::{Keys, Plan, Rule, Truth};
use smartbill_tests::process::{Ending, ImportProcess, Job, Lines, PlatformProcess, Source};

const PLATFORM: &str = env!("CARGO_BIN_EXE_unkind-platform");
const IMPORT: &str = env!("CARGO_BIN_EXE_import-rows");

#[test]
fn nothing_is_lost_or_doubled_where_keys_are_kept() {
    kill_under("idempotency_key");
}

#[test]
fn nothing_is_lost_or_doubled_where_codes_are_unique() {
    kill_under("natural_key");
}

#[test]
fn nothing_is_doubled_where_nothing_is_promised() {
    kill_under("none");
}

/// What was counted.
#[derive(Debug, Default)]
struct Tally {
    rows: usize,
    import_kills: u32,
    platform_kills: u32,
    unknown: usize,
    repeated_changes: usize,
}

fn kill_under(promise: &str) {
    let kills: u32 = std::env::var("KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(24);
    for resource in ["clientes", "consumos"] {
        for codes in [true, false] {
            let mut tally = Tally::default();
            let mut seed = 1;
            while tally.import_kills < kills.div_ceil(4) || tally.platform_kills < kills.div_ceil(12) {
                let campaign = Campaign { promise, resource, codes, seed, rows: 300 };
                campaign.run(kills.div_ceil(4), kills.div_ceil(12), &mut tally);
                seed += 1;
            }
            let codes = if codes { "with codes" } else { "without codes" };
            eprintln!("{promise}, {resource} {codes}: {tally:?}");
        }
    }
}

/// One sheet, imported by processes that are killed until all of its rows are done.
struct Campaign<'c> {
    promise: &'c str,
    resource: &'c str,
    codes: bool,
    seed: u64,
    rows: usize,
}

impl Campaign<'_> {
    /// Kills until the rows are done or the wanted number of kills is reached. Then lets the import finish, and counts.
    fn run(&self, import_kills: u32, platform_kills: u32, tally: &mut Tally) {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("rows.csv");
        std::fs::write(&source, self.sheet()).unwrap();
        let lines = Lines::new();
        let mut platform = PlatformProcess::start(Path::new(PLATFORM), folder.path(), self.unkind(), &lines);
        let mut job = Job {
            url: platform.url(),
            resource: self.resource.to_owned(),
            promise: self.promise.to_owned(),
            journal: folder.path().join("journal"),
            result: folder.path().join("result.json"),
            source,
            attempt: 150,
            rate: Some(300.0),
            at_once: 16,
        };
        let mut dice = Dice(self.seed);
        let mut runs = 0;
        let mut import: Option<ImportProcess> = None;
        while tally.import_kills < import_kills || tally.platform_kills < platform_kills {
            let process = import.take().unwrap_or_else(|| {
                runs += 1;
                ImportProcess::start(Path::new(IMPORT), &job, runs, &lines)
            });
            let victim = match (tally.import_kills < import_kills, tally.platform_kills < platform_kills) {
                (true, true) if dice.roll(4) > 0 => Source::Import,
                (true, false) => Source::Import,
                _ => Source::Platform,
            };
            let word = ["request", "commit", "answer", "envio"][dice.index(4)];
            if !reached(&lines, word, 1 + dice.roll(40), runs, platform.runs()) {
                let ending = process.wait_for_ended();
                if ending.error.is_none() && ending.stopped.is_none() && ending.open == 0 {
                    break;
                }
                continue;
            }
            if victim == Source::Import {
                process.kill();
                tally.import_kills += 1;
            } else {
                platform.kill_and_restart(&lines);
                tally.platform_kills += 1;
                import = Some(process);
            }
        }
        drop(import);
        platform.restart_under(Plan { rules: Vec::new(), work: (0, 0), ..self.unkind() }, &lines);
        (job.attempt, job.rate) = (60_000, None);
        let ending = self.finish(&job, runs, &lines);
        self.count(&ending, &platform.truth(), tally);
        if self.codes {
            // Without its journal, the import finds the finished rows by their codes, and sends the others.
            job.journal = folder.path().join("another");
            let ending = self.finish(&job, runs + 100, &lines);
            assert!(ending.rows.iter().all(|row| row.state == "done"), "{}", self.name());
            self.count(&ending, &platform.truth(), &mut Tally::default());
        }
    }

    /// Runs the import until nothing more can be learnt.
    fn finish(&self, job: &Job, mut runs: u32, lines: &Lines) -> Ending {
        let mut unknown = usize::MAX;
        for _ in 0..10 {
            runs += 1;
            let ending = ImportProcess::start(Path::new(IMPORT), job, runs, lines).wait(lines);
            assert_eq!((&ending.error, &ending.stopped), (&None, &None), "{}", self.name());
            let left = ending.rows.iter().filter(|row| row.state == "unknown").count();
            if left == 0 || left == unknown {
                return ending;
            }
            unknown = left;
        }
        panic!("{}: the import never comes to rest", self.name());
    }

    fn count(&self, ending: &Ending, truth: &Truth, tally: &mut Tally) {
        let name = self.name();
        assert_eq!((ending.rows.len(), ending.open), (self.rows, 0), "{name}");
        let records = truth.count(self.resource);
        let changed = truth.changed(&format!("{}.alterar", self.resource));
        let repeated = truth.done(&format!("{}.alterar", self.resource));
        let notes = self.notes(truth);
        let strangers: Vec<_> = records.keys().filter(|id| !(0..self.rows).any(|n| self.identity(n) == **id)).collect();
        assert!(strangers.is_empty(), "{name}: records that no row has: {strangers:?}");
        for row in &ending.rows {
            let n = usize::try_from(row.number).unwrap() - 2;
            let identity = self.identity(n);
            let there = records.get(&identity).copied().unwrap_or(0);
            let times = changed.get(&identity).copied().unwrap_or(0);
            let what = format!("{name}, seed {}: row {n}, {} ({})", self.seed, row.state, row.code);
            assert!(there <= 1, "{what}: doubled, {there} times on the platform");
            assert!(times <= 1, "{what}: changed {times} times");
            let as_the_row_says = there == 1 && notes.get(&identity).is_none_or(|note| note == "new");
            match row.state.as_str() {
                "done" => assert!(as_the_row_says, "{what}: lost"),
                "unknown" => assert!(self.may_be_unknown(), "{what}: it could be known"),
                _ => assert!(!as_the_row_says, "{what}: done all the same"),
            }
        }
        let again = repeated.values().filter(|times| **times > 1).count();
        assert!(self.promise != "idempotency_key" || again == 0, "{name}: {again} changes were done twice");
        tally.rows += self.rows;
        tally.unknown += ending.rows.iter().filter(|row| row.state == "unknown").count();
        tally.repeated_changes += again;
    }

    /// Whether a row may stay unknown for ever: if it cannot be looked up, or may never be sent again.
    fn may_be_unknown(&self) -> bool {
        match self.promise {
            "idempotency_key" => false,
            "natural_key" => !self.codes,
            _ => true,
        }
    }

    /// A platform that keeps this promise and no other.
    fn unkind(&self) -> Plan {
        let some = |fault: &str, operation: &str, chance: f64| Rule::sometimes(fault, operation, chance);
        let rules = vec![
            some("rst_before_commit", "write", 0.02),
            some("rst_after_commit", "write", 0.04),
            some("fin_after_commit", "write", 0.02),
            some("truncated_length", "write", 0.02),
            some("json_malformed", "write", 0.02),
            some("html_502_done", "write", 0.02),
            some("http_503", "write", 0.02),
            some("http_500_done", "write", 0.01),
            some("429_after_0", "write", 0.01),
            some("says_success_false", "write", 0.01),
            some("http_404", "write", 0.01),
            some("http_409", "write", 0.01),
            some("http_422_problem", "write", 0.02),
            some("http_401", "write", 0.002),
            some("rst_before_commit", "read", 0.02),
            some("http_503", "read", 0.02),
        ];
        let mut records = Map::new();
        if self.resource == "clientes" {
            let old = (0..self.rows).filter(|n| self.existed(*n)).map(|n| self.customer(n, "old"));
            records.insert("clientes".to_owned(), old.collect());
        }
        Plan {
            seed: self.seed,
            keys: if self.promise == "idempotency_key" { Keys::Kept } else { Keys::Ignored },
            marks_replays: self.seed.is_multiple_of(2),
            unique: self.promise == "natural_key",
            work: (0, 300),
            late: 600,
            rules,
            records,
            ..Plan::default()
        }
    }

    /// Half of the customers exist already.
    fn existed(&self, n: usize) -> bool {
        self.resource == "clientes" && n.is_multiple_of(2)
    }

    fn customer(&self, n: usize, note: &str) -> Value {
        let mut record =
            json!({"nome": format!("Cliente {n}"), "cpfCnpj": cpf(n), "observacoes": note, "situacao": "ATIVO"});
        if self.codes {
            record["codigoExterno"] = format!("C-{n}").into();
        }
        record
    }

    fn sheet(&self) -> String {
        let mut sheet = String::new();
        let code = |code: String| if self.codes { code + ";" } else { String::new() };
        if self.resource == "clientes" {
            sheet.push_str(&format!("{}Razão Social;CPF;Observações\n", code("Código".to_owned())));
            for n in 0..self.rows {
                sheet.push_str(&format!("{}Cliente {n};{};new\n", code(format!("C-{n}")), cpf(n)));
            }
        } else {
            let code_header = code("ID Externo".to_owned());
            sheet.push_str(&format!("{code_header}Contrato;Serviço;Competência;Quantidade;Descrição\n"));
            for n in 0..self.rows {
                let code = code(format!("K-{n}"));
                sheet.push_str(&format!("{code}CT-{};API-CHAMADAS;10/2026;{},5;leitura {n}\n", n % 7, n % 97 + 1));
            }
        }
        sheet
    }

    /// The platform's identity of the record of row `n`.
    fn identity(&self, n: usize) -> String {
        match (self.resource, self.codes) {
            ("clientes", true) => format!("C-{n}"),
            ("clientes", false) => cpf(n),
            (_, true) => format!("K-{n}"),
            (_, false) => format!("leitura {n}"),
        }
    }

    fn notes(&self, truth: &Truth) -> BTreeMap<String, String> {
        let all = truth.records.get(self.resource).into_iter().flatten();
        let note = |r: &Map<String, Value>| Some(r.get("observacoes")?.as_str()?.to_owned());
        all.filter_map(|r| Some((smartbill_tests::platform::identity(self.resource, r), note(r)?))).collect()
    }

    fn name(&self) -> String {
        let codes = if self.codes { "with" } else { "without" };
        format!("{}, {} {codes} codes", self.promise, self.resource)
    }
}

/// Reads lines until `word` was printed `times` times. Returns false if the import ends before.
fn reached(lines: &Lines, word: &str, times: u32, import: u32, platform: u32) -> bool {
    let mut left = times;
    while left > 0 {
        let said = lines.next();
        match (said.source, said.line) {
            (Source::Import, None) if said.run == import => return false,
            (Source::Import, Some(line)) if said.run == import && line.starts_with(word) => left -= 1,
            (Source::Platform, Some(line)) if said.run == platform && line == word => left -= 1,
            _ => {}
        }
    }
    true
}
