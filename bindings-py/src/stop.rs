//! A batch that is told to stop by another thread.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use pyo3::prelude::*;
use smartbill_core::error::ErrorKind;
use smartbill_core::{Error, Message};
use tokio::sync::watch;

/// Tells one batch to stop, from any thread; what was not sent waits in its journal.
#[pyclass(frozen, module = "smartbill._smartbill")]
#[derive(Clone)]
pub(crate) struct CoreStop(Arc<watch::Sender<bool>>);

#[pymethods]
impl CoreStop {
    #[new]
    pub(crate) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// Stops the batch, or keeps it from beginning.
    fn set(&self) {
        self.0.send_replace(true);
    }
}

impl CoreStop {
    /// An error once it was told, for work that asks now and then.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if *self.0.borrow() { Err(stopped()) } else { Ok(()) }
    }

    /// What `work` comes to, unless the word comes first; it must be of the kind that can be left off anywhere.
    pub(crate) async fn limit<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let mut told = self.0.subscribe();
        tokio::select! {
            biased;
            _ = told.wait_for(|told| *told) => Err(stopped()),
            done = work => done,
        }
    }
}

fn stopped() -> Error {
    let message = Message::new(
        "interrompido; a mesma chamada continua de onde esta parou",
        "interrupted; the same call goes on where this one was",
    );
    Error::new(ErrorKind::Cancelled, message)
}

/// The batches that run on a client's connections.
#[derive(Default)]
pub(crate) struct Batches(Mutex<Vec<Weak<watch::Sender<bool>>>>);

impl Batches {
    /// Has the batch stopped when the client is closed.
    pub(crate) fn add(&self, stop: &CoreStop) {
        let mut batches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        batches.retain(|batch| batch.strong_count() > 0);
        batches.push(Arc::downgrade(&stop.0));
    }

    /// Stops them all.
    pub(crate) fn stop(&self) {
        let batches = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for batch in batches.iter().filter_map(Weak::upgrade) {
            batch.send_replace(true);
        }
    }
}
