//! The gate between Rust's threads and Python.
//!
//! While the interpreter ends, CPython before 3.14 unwinds the stack of every other thread that asks for the GIL, and
//! a stack with frames of Rust in it aborts the process. So whatever enters Python, or comes back to it after waiting,
//! passes through here: `atexit` closes the gate and waits until nobody is inside, and who comes later stays outside.

use std::cell::Cell;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use pyo3::prelude::*;
use pyo3::types::PyDict;

/// How long the end of the program waits for a daemon thread that is inside a callback of the user's.
const PATIENCE: Duration = Duration::from_secs(5);

/// Set once the gate is closed.
const CLOSED: usize = 1;

/// One thread inside.
const ONE: usize = 2;

/// How many threads are inside, in units of [`ONE`], and [`CLOSED`]. No lock, which a fork could find locked.
static STATE: AtomicUsize = AtomicUsize::new(0);

/// The thread that ends the interpreter, while it waits for those inside.
static WAITING: OnceLock<Thread> = OnceLock::new();

thread_local! {
    /// How many passes this thread holds.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
    /// Whether this thread ends the interpreter; it may go on using it, in `atexit` functions of others.
    static ENDS: Cell<bool> = const { Cell::new(false) };
}

/// The right to be inside Python; for the thread that got it.
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

/// Goes inside, unless the interpreter is ending.
pub(crate) fn enter() -> Option<Pass> {
    if DEPTH.get() == 0 && !come() {
        return None;
    }
    DEPTH.set(DEPTH.get() + 1);
    Some(Pass(()))
}

/// Goes inside for the length of a call that Python makes and that waits on its way; it does not come back once the
/// interpreter ends.
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

/// Runs `f` inside Python, on a thread that Python started; it does not come back once the interpreter ends.
pub(crate) fn attach<R>(f: impl FnOnce(Python<'_>) -> R) -> R {
    let _inside = enter().unwrap_or_else(|| stay_outside());
    Python::attach(f)
}

/// Runs `work` outside Python while other threads have the GIL; it does not come back once the interpreter ends.
pub(crate) fn detach<T: Send>(py: Python<'_>, work: impl Send + FnOnce() -> T) -> T {
    /// What is dropped before the GIL is asked for, also where `work` panics.
    struct Outside;
    impl Drop for Outside {
        fn drop(&mut self) {
            if !come() {
                stay_outside();
            }
        }
    }
    /// What is dropped after the GIL is there again.
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

/// Has the gate closed when the interpreter ends, and opened again in a child of a fork.
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

/// Lets nobody in any more, and waits for those inside.
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

/// Of the threads that were inside, a child of a fork has at most the one that forked.
#[pyfunction]
fn reset_gate() {
    STATE.store(if DEPTH.get() > 0 { ONE } else { 0 }, Ordering::Release);
}
