//! The gate between Rust's threads and Python.
//!
//! While the interpreter ends, CPython before 3.14 unwinds the stack of every other thread that asks for the GIL, and a
//! stack with Rust frames aborts the process. So every thread that enters Python, or returns to it after waiting,
//! passes this gate. `atexit` closes the gate and waits until no thread is inside; later threads stay outside.

use std::cell::Cell;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use pyo3::prelude::*;
use pyo3::types::PyDict;

/// How long the end of the program waits for a daemon thread inside a callback of the user.
const PATIENCE: Duration = Duration::from_secs(5);

/// The bit that is set when the gate is closed.
const CLOSED: usize = 1;

/// The unit of one thread inside.
const ONE: usize = 2;

/// The number of threads inside, in units of [`ONE`], and [`CLOSED`]. This is not a lock, because a fork could happen
/// while a lock is held.
static STATE: AtomicUsize = AtomicUsize::new(0);

/// The thread that ends the interpreter, while it waits for the threads inside.
static WAITING: OnceLock<Thread> = OnceLock::new();

thread_local! {
    /// The number of passes that this thread holds.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
    /// Whether this thread ends the interpreter. It may still use Python, in the `atexit` functions of others.
    static ENDS: Cell<bool> = const { Cell::new(false) };
}

/// The permission to be inside Python, for the thread that got it.
#[must_use]
pub(crate) struct Pass(());

impl Drop for Pass {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get().saturating_sub(1));
        if DEPTH.get() == 0 {
            leave();
        }
    }
}

/// Enters, unless the interpreter is ending.
pub(crate) fn enter() -> Option<Pass> {
    if DEPTH.get() == 0 && !come() {
        return None;
    }
    DEPTH.set(DEPTH.get() + 1);
    Some(Pass(()))
}

/// Enters for the length of a call from Python that waits on the way. It never returns once the interpreter is ending.
pub(crate) fn enter_call(py: Python<'_>) -> Pass {
    enter().unwrap_or_else(|| py.detach(|| stay_outside()))
}

/// Whether the interpreter is ending.
pub(crate) fn is_closed() -> bool {
    STATE.load(Ordering::Acquire) & CLOSED != 0
}

/// Runs `f` inside Python, unless the interpreter is ending.
pub(crate) fn try_attach<R>(f: impl FnOnce(Python<'_>) -> R) -> Option<R> {
    let _inside = enter()?;
    Python::try_attach(f)
}

/// Runs `f` inside Python, on a thread that Python started. It never returns once the interpreter is ending.
pub(crate) fn attach<R>(f: impl FnOnce(Python<'_>) -> R) -> R {
    let _inside = enter().unwrap_or_else(|| stay_outside());
    Python::attach(f)
}

/// Runs `work` outside Python, while other threads may hold the GIL. It never returns once the interpreter is ending.
pub(crate) fn detach<T: Send>(py: Python<'_>, work: impl Send + FnOnce() -> T) -> T {
    /// Dropped before the GIL is asked for, even if `work` panics.
    struct Outside;
    impl Drop for Outside {
        fn drop(&mut self) {
            if !come() {
                stay_outside();
            }
        }
    }
    /// Dropped after the GIL is held again.
    struct Back(usize);
    impl Drop for Back {
        fn drop(&mut self) {
            DEPTH.set(self.0);
            if self.0 == 0 {
                leave();
            }
        }
    }
    let back = Back(DEPTH.replace(0));
    if back.0 > 0 {
        leave();
    }
    py.detach(|| {
        let _outside = Outside;
        work()
    })
}

fn come() -> bool {
    if STATE.fetch_add(ONE, Ordering::AcqRel) & CLOSED == 0 || ENDS.get() {
        return true;
    }
    leave();
    false
}

fn leave() {
    if STATE.fetch_sub(ONE, Ordering::AcqRel) & CLOSED != 0
        && let Some(waiting) = WAITING.get()
    {
        waiting.unpark();
    }
}

fn stay_outside() -> ! {
    loop {
        thread::park();
    }
}

/// Closes the gate when the interpreter ends, and opens it again in the child of a fork.
pub(crate) fn install(py: Python<'_>, module: &Bound<'_, PyModule>) -> PyResult<()> {
    let close = wrap_pyfunction!(close_gate, module)?;
    py.import("atexit")?.call_method1("register", (close,))?;
    if let Some(register_at_fork) = py.import("os")?.getattr_opt("register_at_fork")? {
        let after_in_child = PyDict::new(py);
        after_in_child.set_item("after_in_child", wrap_pyfunction!(reset_gate, module)?)?;
        register_at_fork.call((), Some(&after_in_child))?;
    }
    Ok(())
}

/// Closes the gate, and waits for the threads inside.
#[pyfunction]
fn close_gate(py: Python<'_>) {
    ENDS.set(true);
    STATE.fetch_or(CLOSED, Ordering::AcqRel);
    py.detach(|| {
        let _ = WAITING.set(thread::current());
        let begin = Instant::now();
        while STATE.load(Ordering::Acquire) >= ONE
            && let Some(rest) = PATIENCE.checked_sub(begin.elapsed())
        {
            thread::park_timeout(rest);
        }
    });
}

/// Of the threads inside, the child of a fork has at most the one that forked.
#[pyfunction]
fn reset_gate() {
    STATE.store(if DEPTH.get() > 0 { ONE } else { 0 }, Ordering::Release);
}
