//! Processes that are killed: the platform, and an import.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::platform::{Plan, Truth, truth_on_disk};

/// How long a test waits for something that must happen. This suffices for the slowest machine, and no result depends
/// on it.
const PATIENCE: Duration = Duration::from_secs(120);

/// The job of an import.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Job {
    /// The address of the platform.
    pub url: String,
    /// `clientes` or `consumos`.
    pub resource: String,
    /// The profile's promise for every write.
    pub promise: String,
    /// The spreadsheet.
    pub source: PathBuf,
    /// The journal.
    pub journal: PathBuf,
    /// The path at which to write the [`Ending`].
    pub result: PathBuf,
    /// The time limit of an attempt, in milliseconds.
    pub attempt: u64,
    /// The greatest number of requests in a second.
    pub rate: Option<f64>,
    /// The greatest number of requests at once.
    pub at_once: usize,
}

/// The result of an import that came to its end.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Ending {
    /// The error, if the import failed as a whole.
    pub error: Option<String>,
    /// The reason why it stopped before every row was sent.
    pub stopped: Option<String>,
    /// The number of rows that wait for another run.
    pub open: usize,
    /// Every row.
    pub rows: Vec<RowEnding>,
}

/// The outcome of a row.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RowEnding {
    /// The row's number in a spreadsheet program.
    pub number: u64,
    /// The row's state in the journal.
    pub state: String,
    /// The effect, or the code of the error.
    pub code: String,
}

/// The process that printed a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The platform.
    Platform,
    /// The import.
    Import,
}

/// A line of a process, or its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The kind of process.
    pub source: Source,
    /// The number of the process among those of its kind, from 1.
    pub run: u32,
    /// The line. `None` at the end of the process.
    pub line: Option<String>,
}

/// The lines of all processes, in the order of their arrival.
pub struct Lines {
    sender: Sender<Said>,
    receiver: Receiver<Said>,
}

impl Lines {
    /// Starts without any process.
    #[must_use]
    pub fn new() -> Self {
        let (sender, receiver) = channel();
        Self { sender, receiver }
    }

    /// The next line of any process.
    ///
    /// # Panics
    /// If no process prints anything for a very long time.
    #[must_use]
    pub fn next(&self) -> Said {
        match self.receiver.recv_timeout(PATIENCE) {
            Ok(said) => said,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                panic!("no process said anything in {PATIENCE:?}")
            }
        }
    }

    fn follow(&self, output: BufReader<ChildStdout>, source: Source, run: u32) {
        let sender = self.sender.clone();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                // The test is over, and nobody reads the lines.
                let _ = sender.send(Said { source, run, line: Some(line) });
            }
            let _ = sender.send(Said { source, run, line: None });
        });
    }
}

impl Default for Lines {
    fn default() -> Self {
        Self::new()
    }
}

/// A process that is killed at the end of the test.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // An error means that the process has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The platform in a separate process.
pub struct PlatformProcess {
    program: PathBuf,
    folder: PathBuf,
    plan: Plan,
    port: u16,
    runs: u32,
    process: Option<Killed>,
}

impl PlatformProcess {
    /// Starts `program` under `plan`, with its log in `folder`.
    ///
    /// # Panics
    /// If it does not start.
    #[must_use]
    pub fn start(program: &Path, folder: &Path, plan: Plan, lines: &Lines) -> Self {
        let (program, folder) = (program.to_owned(), folder.to_owned());
        let mut platform = Self { program, folder, plan, port: 0, runs: 0, process: None };
        platform.spawn(lines);
        platform
    }

    /// The address, which stays the same after every restart.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The number of starts.
    #[must_use]
    pub fn runs(&self) -> u32 {
        self.runs
    }

    /// Kills the platform, and starts it again with its data on disk.
    ///
    /// # Panics
    /// If it does not start.
    pub fn kill_and_restart(&mut self, lines: &Lines) {
        self.process = None;
        self.spawn(lines);
    }

    /// Kills the platform, and starts it again with another plan.
    ///
    /// # Panics
    /// If it does not start.
    pub fn restart_under(&mut self, plan: Plan, lines: &Lines) {
        self.plan = plan;
        self.kill_and_restart(lines);
    }

    /// The truth in its log on disk.
    ///
    /// # Panics
    /// If the log cannot be read.
    #[must_use]
    pub fn truth(&self) -> Truth {
        truth_on_disk(self.plan.clone(), &self.log()).unwrap()
    }

    fn log(&self) -> PathBuf {
        self.folder.join("platform.log")
    }

    fn spawn(&mut self, lines: &Lines) {
        let plan = self.folder.join("plan.json");
        std::fs::write(&plan, serde_json::to_vec(&self.plan).unwrap()).unwrap();
        let mut command = Command::new(&self.program);
        command.arg("--events").arg("--plan").arg(plan).arg("--log").arg(self.log());
        if self.port > 0 {
            command.arg("--port").arg(self.port.to_string());
        }
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        self.runs += 1;
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        output.read_line(&mut first).unwrap();
        let port = first.trim().strip_prefix("listening ").and_then(|port| port.parse().ok());
        self.port = port.expect("the platform must say where it listens");
        lines.follow(output, Source::Platform, self.runs);
        self.process = Some(Killed(child));
    }
}

/// An import in a separate process.
pub struct ImportProcess {
    process: Killed,
    run: u32,
    result: PathBuf,
}

impl ImportProcess {
    /// Starts `program` with `job`, as import number `run`.
    ///
    /// # Panics
    /// If it does not start.
    #[must_use]
    pub fn start(program: &Path, job: &Job, run: u32, lines: &Lines) -> Self {
        let file = job.result.with_extension("job");
        std::fs::write(&file, serde_json::to_vec(job).unwrap()).unwrap();
        // The result of an earlier import must not be taken for that of this one.
        let _ = std::fs::remove_file(&job.result);
        let mut child = Command::new(program).arg(file).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        lines.follow(BufReader::new(child.stdout.take().unwrap()), Source::Import, run);
        Self { process: Killed(child), run, result: job.result.clone() }
    }

    /// Kills it.
    pub fn kill(self) {
        drop(self.process);
    }

    /// Waits until the import ends by itself, and returns its result.
    ///
    /// # Panics
    /// If it never ends, or writes no result.
    #[must_use]
    pub fn wait(self, lines: &Lines) -> Ending {
        loop {
            let said = lines.next();
            if (said.source, said.run, said.line) == (Source::Import, self.run, None) {
                break;
            }
        }
        self.wait_for_ended()
    }

    /// The result, after the output has ended.
    ///
    /// # Panics
    /// If there is no result.
    #[must_use]
    pub fn wait_for_ended(mut self) -> Ending {
        let status = self.process.0.wait().unwrap();
        let text = std::fs::read(&self.result).unwrap_or_else(|e| panic!("the import ended by {status}: {e}"));
        serde_json::from_slice(&text).unwrap()
    }
}
