//! Reads the rows of a sheet on a thread of its own, so that they are checked meanwhile.

use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::{thread, vec};

use super::cell::Row;
use super::finding::SheetError;
use super::row::text_len;
use super::sheet::{Found, Rows};

/// The number of rows that are handed over at once, and the number of bytes of text at which they are fewer.
const ROWS: usize = 256;
const BYTES: usize = 1 << 18;

/// The number of batches of rows that wait to be checked.
const WAITING: usize = 2;

/// A row, and the findings of the reader about its cells.
pub(super) type FoundRow = (Row, Vec<(usize, Found)>);

/// The rows to be checked.
pub(super) struct Supply<'a> {
    /// Rows that were read already.
    ready: vec::IntoIter<FoundRow>,
    rest: Rest<'a>,
}

enum Rest<'a> {
    /// Each row is read when it is asked for.
    Reader(Box<Rows<'a>>),
    /// Another thread reads the rows, and this waits for its next batch.
    Thread(Box<dyn FnMut() -> Batch + Send + 'a>),
    Failed(SheetError),
    End,
}

/// Rows that are handed over at once.
struct Batch {
    rows: Vec<FoundRow>,
    /// What comes after them, unless it is another batch.
    end: Option<Result<(), SheetError>>,
}

impl<'a> Supply<'a> {
    pub(super) fn new(rows: Rows<'a>) -> Self {
        Self { ready: Vec::new().into_iter(), rest: Rest::Reader(Box::new(rows)) }
    }

    pub(super) fn none() -> Self {
        Self { ready: Vec::new().into_iter(), rest: Rest::End }
    }

    pub(super) fn next(&mut self) -> Option<Result<FoundRow, SheetError>> {
        loop {
            if let Some(row) = self.ready.next() {
                return Some(Ok(row));
            }
            match std::mem::replace(&mut self.rest, Rest::End) {
                Rest::Reader(mut rows) => {
                    let row = read(&mut rows);
                    self.rest = Rest::Reader(rows);
                    return row;
                }
                Rest::Thread(mut wait) => {
                    let batch = wait();
                    self.ready = batch.rows.into_iter();
                    self.rest = batch.end.map_or(Rest::Thread(wait), Rest::after);
                }
                Rest::Failed(fault) => return Some(Err(fault)),
                Rest::End => return None,
            }
        }
    }

    /// Runs `work` with the rows, of which another thread reads those after the first batch meanwhile. The thread ends
    /// with `work`, whether or not all rows were taken. Where the system has no threads, nothing changes.
    pub(super) fn ahead<R>(self, work: impl FnOnce(Self) -> R) -> R {
        let Rest::Reader(mut rows) = self.rest else { return work(self) };
        if cfg!(target_arch = "wasm32") {
            return work(Self { ready: self.ready, rest: Rest::Reader(rows) });
        }
        let first = batch(&mut rows);
        let ready = first.rows.into_iter();
        if let Some(end) = first.end {
            return work(Self { ready, rest: Rest::after(end) });
        }
        // A thread that cannot be had leaves the reader here.
        let kept = Mutex::new(Some(rows));
        let reader = || kept.lock().unwrap_or_else(PoisonError::into_inner).take();
        thread::scope(|scope| {
            let (sender, receiver) = sync_channel(WAITING);
            let thread = thread::Builder::new().name("smartbill-sheets".to_owned());
            let thread = thread.spawn_scoped(scope, move || reader().into_iter().for_each(|rows| send(rows, &sender)));
            // A thread that ends without saying so has panicked.
            let wait = move || receiver.recv().unwrap_or_else(|_| Batch::interrupted());
            let rest = match &thread {
                Ok(_) => Rest::Thread(Box::new(wait)),
                Err(_) => reader().map_or(Rest::End, Rest::Reader),
            };
            // Nobody waits for the thread unless its rows are dropped, be it by a panic.
            let done = work(Self { ready, rest });
            if let Ok(thread) = thread {
                // Its panic was an error of the rows.
                drop(thread.join());
            }
            done
        })
    }
}

impl Batch {
    fn interrupted() -> Self {
        Self { rows: Vec::new(), end: Some(Err(SheetError::new("leitura_interrompida", Vec::new()))) }
    }
}

impl Rest<'_> {
    fn after(end: Result<(), SheetError>) -> Self {
        end.map_or_else(Rest::Failed, |()| Rest::End)
    }
}

fn read(rows: &mut Rows<'_>) -> Option<Result<FoundRow, SheetError>> {
    let row = rows.next()?;
    Some(row.map(|row| {
        let found = rows.found(row.number);
        (row, found)
    }))
}

fn batch(rows: &mut Rows<'_>) -> Batch {
    let (mut taken, mut bytes) = (Vec::with_capacity(ROWS), 0);
    while taken.len() < ROWS && bytes < BYTES {
        match read(rows) {
            Some(Ok(row)) => {
                bytes += row.0.cells.iter().map(text_len).sum::<usize>();
                taken.push(row);
            }
            Some(Err(fault)) => return Batch { rows: taken, end: Some(Err(fault)) },
            None => return Batch { rows: taken, end: Some(Ok(())) },
        }
    }
    Batch { rows: taken, end: None }
}

/// Reads all rows, until nobody wants them.
fn send(mut rows: Box<Rows<'_>>, sender: &SyncSender<Batch>) {
    loop {
        let batch = batch(&mut rows);
        let ended = batch.end.is_some();
        if sender.send(batch).is_err() || ended {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::{Cell, Given, ReadOptions, Record, Records, SheetFile, flows};

    fn table(given: Given<'_>) -> Records<'_> {
        let headers = vec!["Cód. Externo".to_owned(), "Nome".to_owned(), "CPF".to_owned()];
        Records::of_rows(headers, given, &flows::CLIENTES, &ReadOptions::default()).unwrap()
    }

    fn row(number: u32) -> Row {
        let cells = [format!("C{number}"), "Ana".to_owned(), "529.982.247-25".to_owned()];
        Row::new(number, cells.map(Cell::Text).into())
    }

    type Read = (Vec<Result<Record, SheetError>>, u64, Vec<u32>, usize);

    fn all(records: &mut Records<'_>) -> Read {
        let read: Vec<_> = records.by_ref().collect();
        (read, records.skipped().empty, records.hidden().to_vec(), records.duplicates().len())
    }

    #[test]
    fn rows_that_are_read_ahead_are_those_that_are_read_at_once() {
        let line = |number: u32| match number % 7 {
            0 => "\n".to_owned(),
            1 => format!("C{number};JosÃ©;529.982.247-25;x\n"),
            2 => format!("C{number};\"A\"na;1\n"),
            3 => "Total;;\n".to_owned(),
            _ => format!("C{};Ana;52998224725\n", number / 2),
        };
        let csv = "Cód. Externo;Nome;CPF\n".to_owned() + &(0..3_000).map(line).collect::<String>();
        for broken in ["", "C;\"Ana;1\n"] {
            let csv = csv.clone() + broken + &"C;Ana;1\n".repeat(if broken.is_empty() { 0 } else { 300_000 });
            let open = || SheetFile::from_bytes(csv.clone(), "c.csv", &ReadOptions::default()).unwrap();
            let (mut one, mut other) = (open(), open());
            let at_once = all(&mut one.records(&flows::CLIENTES).unwrap());
            let ahead = other.records(&flows::CLIENTES).unwrap().ahead(all);
            assert_eq!(at_once.0.iter().any(Result::is_err), !broken.is_empty());
            assert!(at_once.0.len() > 2 * ROWS);
            assert_eq!(ahead, at_once);
        }
    }

    #[test]
    fn the_thread_ends_with_the_work_and_reads_only_some_rows_ahead() {
        let read = AtomicU32::new(0);
        let records = table(Box::new(|| Some(row(read.fetch_add(1, Ordering::Relaxed) + 1))));
        let first = records.ahead(|records| records.next().unwrap().unwrap());
        assert_eq!(first.row, 1);
        let most = u32::try_from(ROWS * (WAITING + 2)).unwrap();
        assert!(read.into_inner() <= most);
    }

    #[test]
    fn a_panic_of_the_reader_is_an_error_of_the_rows() {
        let mut number = 0;
        let records = table(Box::new(move || {
            number += 1;
            assert!(number < 1_000, "meant");
            Some(row(number))
        }));
        let (read, after) = records.ahead(|records| (records.by_ref().collect::<Vec<_>>(), records.next()));
        // The rows of the batch that was not whole are lost with the thread.
        assert_eq!(read.len(), 999 / ROWS * ROWS + 1);
        assert_eq!(read.last().unwrap().as_ref().unwrap_err().code, "leitura_interrompida");
        assert!(after.is_none());
    }

    #[test]
    #[should_panic(expected = "of the work")]
    fn a_panic_of_the_work_ends_the_thread() {
        let mut number = 0;
        let records = table(Box::new(move || {
            number += 1;
            Some(row(number))
        }));
        records.ahead(|_| panic!("of the work"));
    }
}
