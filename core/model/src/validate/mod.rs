//! Rules over whole models. They return a [`Report`] of all findings, as data.

mod finding;
mod problem;
pub(crate) mod rules;

pub use finding::{Finding, Place, Severity, Spared, clip};
use jiff::civil::Date;
pub use problem::{CATALOGUE, Problem};
use smartbill_documents::text::push_digits;
use smartbill_documents::{Language, Mode};

/// The greatest number of findings that a [`Report`] lists. [`Problem::More`] counts the rest, so that no input makes
/// a report longer than this.
pub const MAX_FINDINGS: usize = 1000;

/// The number of names of an input for which the closest known name is searched. Each search compares with every known
/// name.
pub const MAX_SUGGESTIONS: u32 = 20;

/// Every finding found in one input.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// The findings, in the order in which the fields were met. After [`MAX_FINDINGS`] of them, one more counts the
    /// rest.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether there is no error. There may be warnings.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.errors().next().is_none()
    }

    /// The findings that make the input unfit to be sent.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.is_error())
    }

    /// The findings that do not prevent sending.
    pub fn warnings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| !finding.is_error())
    }

    /// All findings in one line: `path: message; path: message`.
    #[must_use]
    pub fn summary(&self, language: Language) -> String {
        self.findings.iter().map(|finding| finding.line(language)).collect::<Vec<_>>().join("; ")
    }
}

/// The use of an input, which decides which fields it must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Intent {
    /// A new resource: required fields must be present.
    #[default]
    Incluir,
    /// A change of an existing resource: only the given fields are checked.
    Alterar,
    /// An answer of the platform: nothing is refused, and unknown fields are kept.
    Response,
}

/// The options of a validation.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// How forgiving the validation is: strict or lenient.
    pub mode: Mode,
    /// The use of the input: include, change or response.
    pub intent: Intent,
    /// Today in the company's time zone. Without it, rules about the present are skipped.
    pub today: Option<Date>,
}

/// One step of a path.
#[derive(Debug)]
enum Step {
    Field(&'static str),
    /// A name that the schema does not have.
    Name(Box<str>),
    Index(usize),
}

/// The current place in the input, and the findings so far.
#[derive(Debug)]
pub struct Context {
    /// The options of the validation.
    pub options: Options,
    /// The findings so far.
    pub report: Report,
    /// The steps to the current place. They become text only if there is a finding.
    path: Vec<Step>,
    /// The number of findings found, listed or not.
    found: usize,
    /// The fields of the input with a finding, as bits by their index in its table.
    said: u64,
    suggestions: u32,
}

impl Context {
    /// Makes a context at the root of an input.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self { options, report: Report::default(), path: Vec::new(), found: 0, said: 0, suggestions: 0 }
    }

    /// Ends an input, and begins the next one with the same options. Returns the report of the first.
    pub(crate) fn next_input(&mut self) -> Report {
        self.path.clear();
        (self.found, self.said, self.suggestions) = (0, 0, 0);
        std::mem::take(&mut self.report)
    }

    /// Whether the input is the platform's own answer.
    #[must_use]
    pub fn is_response(&self) -> bool {
        self.options.intent == Intent::Response
    }

    /// Whether the current place is the input itself, not a part of it.
    #[must_use]
    pub fn at_root(&self) -> bool {
        self.path.is_empty()
    }

    /// The length of the path. Pass it to [`Context::leave`] to come back here.
    pub(crate) fn depth(&self) -> usize {
        self.path.len()
    }

    /// The number of findings found so far, listed or not.
    #[must_use]
    pub fn found(&self) -> usize {
        self.found
    }

    /// Stores the fields with a finding, for [`Context::was_said`].
    pub(crate) fn remember(&mut self, said: u64) {
        self.said = said;
    }

    /// Whether there is a finding about this field of the input's table or about a part of it.
    pub(crate) fn was_said(&self, field: usize) -> bool {
        self.said >> field & 1 == 1
    }

    /// Whether to search the closest known name. True only for the first [`MAX_SUGGESTIONS`] names.
    pub fn may_suggest(&mut self) -> bool {
        self.suggestions += 1;
        self.suggestions <= MAX_SUGGESTIONS
    }

    /// Adds `field` to the path. Pass the returned number to [`Context::leave`].
    pub fn enter(&mut self, field: &'static str) -> usize {
        self.step(Step::Field(field))
    }

    /// Adds a name that no schema has to the path, as [`Context::enter`] does.
    pub fn enter_name(&mut self, name: &str) -> usize {
        self.step(Step::Name(name.into()))
    }

    /// Adds `[index]` to the path. Pass the returned number to [`Context::leave`].
    pub fn enter_index(&mut self, index: usize) -> usize {
        self.step(Step::Index(index))
    }

    fn step(&mut self, step: Step) -> usize {
        self.path.push(step);
        self.path.len() - 1
    }

    /// Restores the path to the length that `enter` returned.
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

    /// Runs `f` with an unknown name added to the path.
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

    /// Records an error at `field` of the current place.
    pub fn error_at(&mut self, field: &'static str, problem: Problem) {
        self.push_at(field, problem, Severity::Error);
    }

    /// Records a warning at `field` of the current place.
    pub fn warn_at(&mut self, field: &'static str, problem: Problem) {
        self.push_at(field, problem, Severity::Warning);
    }

    /// Records an error at the current place.
    pub fn error(&mut self, problem: Problem) {
        self.push(problem, Severity::Error);
    }

    /// Records a warning at the current place.
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
        let listed = &mut self.report.findings;
        if listed.len() < MAX_FINDINGS {
            listed.push(Finding::new(written(&self.path), severity, problem));
            return;
        }
        // The last one counts those that are not listed, and is as bad as the worst of them.
        let worst = match listed.get(MAX_FINDINGS) {
            Some(last) if last.is_error() => Severity::Error,
            _ => severity,
        };
        listed.truncate(MAX_FINDINGS);
        listed.push(Finding::new("", worst, Problem::More { count: self.found - MAX_FINDINGS }));
    }
}

/// Writes a path as text, such as `itens[0].quantidade`.
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
