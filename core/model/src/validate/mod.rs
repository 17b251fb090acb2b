//! Rules over whole models: input → [`Report`], every violation at once, as data.

mod problem;
pub(crate) mod rules;

use jiff::civil::Date;
pub use problem::Problem;
use smartbill_documents::text::push_digits;
use smartbill_documents::{Language, Mode};

/// How many violations a [`Report`] lists. Those after them are counted in one more, [`Problem::More`], so that no input
/// makes a report longer than this.
pub const MAX_VIOLATIONS: usize = 1000;

/// For how many names of an input the nearest known one is looked for: each is compared with every name there is.
pub const MAX_SUGGESTIONS: u32 = 20;

/// How much a [`Violation`] matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Severity {
    /// The value cannot be sent.
    Error,
    /// The value can be sent, but somebody should look at it.
    Warning,
}

impl Severity {
    /// `"error"` or `"warning"`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One broken rule: where, which, and how much it matters. It never holds the offending value.
#[derive(Debug, Clone, PartialEq)]
pub struct Violation {
    /// Where: JSON names and indices, such as `endereco.cep` or `itens[0].quantidade`.
    pub path: String,
    /// Which rule.
    pub problem: Problem,
    /// Error or warning.
    pub severity: Severity,
}

impl Violation {
    /// The rule's stable code, the same in every language.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.problem.code()
    }

    /// The rule's parameters, such as `max`, by name.
    #[must_use]
    pub fn params(&self) -> Vec<(&'static str, String)> {
        self.problem.params()
    }

    /// One line for a person, without the path.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        self.problem.message(language)
    }
}

/// Every violation found in one input.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// In the order in which the fields were met; after [`MAX_VIOLATIONS`] of them one that says how many more there are.
    pub violations: Vec<Violation>,
}

impl Report {
    /// Whether there is no error; warnings may remain.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.errors().next().is_none()
    }

    /// The violations that forbid sending.
    pub fn errors(&self) -> impl Iterator<Item = &Violation> {
        self.violations.iter().filter(|v| v.severity == Severity::Error)
    }

    /// The violations that do not.
    pub fn warnings(&self) -> impl Iterator<Item = &Violation> {
        self.violations.iter().filter(|v| v.severity == Severity::Warning)
    }

    /// All violations in one line: `path: message; path: message`.
    #[must_use]
    pub fn summary(&self, language: Language) -> String {
        let line = |v: &Violation| {
            if v.path.is_empty() { v.message(language) } else { [&v.path, ": ", &v.message(language)].concat() }
        };
        self.violations.iter().map(line).collect::<Vec<_>>().join("; ")
    }
}

/// What an input is going to be used for; decides which fields it must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Intent {
    /// A new resource: required fields must be there.
    #[default]
    Incluir,
    /// A change of an existing one: only what is given is checked.
    Alterar,
    /// What the platform answered: nothing is refused, what is not known is kept.
    Response,
}

/// What a validation needs to know besides the input.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Strict or lenient.
    pub mode: Mode,
    /// Include or change.
    pub intent: Intent,
    /// Today in the company's time zone; rules about the present are skipped without it.
    pub today: Option<Date>,
}

/// One step of a path.
#[derive(Debug)]
enum Step {
    Field(&'static str),
    /// A name that no schema has.
    Name(Box<str>),
    Index(usize),
}

/// The place being read and what was found so far.
#[derive(Debug)]
pub struct Context {
    /// Strict or lenient, include or change, today.
    pub options: Options,
    /// What was found so far.
    pub report: Report,
    /// A path is written only where there is something to say of its place.
    path: Vec<Step>,
    /// How many violations were found, listed or not.
    found: usize,
    /// The fields of the input itself that something was said about, by their places in its table.
    said: u64,
    suggestions: u32,
}

impl Context {
    /// A context at the root of an input.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self { options, report: Report::default(), path: Vec::new(), found: 0, said: 0, suggestions: 0 }
    }

    /// Whether the input is the platform's own answer.
    #[must_use]
    pub fn is_response(&self) -> bool {
        self.options.intent == Intent::Response
    }

    /// Whether the place is the input itself, not something inside it.
    #[must_use]
    pub fn at_root(&self) -> bool {
        self.path.is_empty()
    }

    /// How many violations were found so far, listed or not.
    #[must_use]
    pub fn found(&self) -> usize {
        self.found
    }

    /// Remembers what [`Context::was_said`] is asked for.
    pub(crate) fn remember(&mut self, said: u64) {
        self.said = said;
    }

    /// Whether reading the input said something about this field of its table, or about what is inside it.
    pub(crate) fn was_said(&self, field: usize) -> bool {
        self.said >> field & 1 == 1
    }

    /// Whether the name at hand is among the first few, for which the nearest known one is looked for.
    pub fn may_suggest(&mut self) -> bool {
        self.suggestions += 1;
        self.suggestions <= MAX_SUGGESTIONS
    }

    /// Adds `field` to the path until [`Context::leave`] gets the number that comes back.
    pub fn enter(&mut self, field: &'static str) -> usize {
        self.step(Step::Field(field))
    }

    /// Adds a name that no schema has to the path, as [`Context::enter`] does.
    pub fn enter_name(&mut self, name: &str) -> usize {
        self.step(Step::Name(name.into()))
    }

    /// Adds `[index]` to the path until [`Context::leave`] gets the number that comes back.
    pub fn enter_index(&mut self, index: usize) -> usize {
        self.step(Step::Index(index))
    }

    fn step(&mut self, step: Step) -> usize {
        self.path.push(step);
        self.path.len() - 1
    }

    /// Back to where the path was.
    pub fn leave(&mut self, len: usize) {
        self.path.truncate(len);
    }

    /// Runs `f` with `field` added to the path.
    pub fn at<R>(&mut self, field: &'static str, f: impl FnOnce(&mut Self) -> R) -> R {
        let len = self.enter(field);
        let r = f(self);
        self.leave(len);
        r
    }

    /// Runs `f` with a name that no schema has added to the path.
    pub fn at_name<R>(&mut self, name: &str, f: impl FnOnce(&mut Self) -> R) -> R {
        let len = self.enter_name(name);
        let r = f(self);
        self.leave(len);
        r
    }

    /// Runs `f` with `[index]` added to the path.
    pub fn at_index<R>(&mut self, index: usize, f: impl FnOnce(&mut Self) -> R) -> R {
        let len = self.enter_index(index);
        let r = f(self);
        self.leave(len);
        r
    }

    /// Records an error at `field` of this place.
    pub fn error_at(&mut self, field: &'static str, problem: Problem) {
        self.push_at(field, problem, Severity::Error);
    }

    /// Records a warning at `field` of this place.
    pub fn warn_at(&mut self, field: &'static str, problem: Problem) {
        self.push_at(field, problem, Severity::Warning);
    }

    /// Records an error here.
    pub fn error(&mut self, problem: Problem) {
        self.push(problem, Severity::Error);
    }

    /// Records a warning here.
    pub fn warn(&mut self, problem: Problem) {
        self.push(problem, Severity::Warning);
    }

    /// Records an error in strict mode, a warning in lenient mode.
    pub fn error_if_strict(&mut self, problem: Problem) {
        let severity = if self.options.mode == Mode::Strict { Severity::Error } else { Severity::Warning };
        self.push(problem, severity);
    }

    fn push_at(&mut self, field: &'static str, problem: Problem, severity: Severity) {
        let len = self.enter(field);
        self.push(problem, severity);
        self.leave(len);
    }

    fn push(&mut self, problem: Problem, severity: Severity) {
        self.found += 1;
        let listed = &mut self.report.violations;
        if listed.len() < MAX_VIOLATIONS {
            listed.push(Violation { path: written(&self.path), problem, severity });
        } else if let Some(Violation { problem: Problem::More { count }, severity: worst, .. }) = listed.last_mut() {
            *count += 1;
            if severity == Severity::Error {
                *worst = severity;
            }
        } else {
            listed.push(Violation { path: String::new(), problem: Problem::More { count: 1 }, severity });
        }
    }
}

/// A path as text, such as `itens[0].quantidade`.
fn written(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        let name = match step {
            Step::Field(name) => name,
            Step::Name(name) => &**name,
            Step::Index(index) => {
                text.push('[');
                push_digits(&mut text, *index as u64, 1);
                text.push(']');
                continue;
            }
        };
        if !text.is_empty() {
            text.push('.');
        }
        text.push_str(name);
    }
    text
}
