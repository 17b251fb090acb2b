//! Reads items on a second thread while the caller uses the items that were read before. The items are the rows of a sheet,
//! and the records that are made of them.

use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::{thread, vec};

use super::cell::Row;
use super::finding::SheetError;
use super::row::text_len;
use super::sheet::{Found, Rows};

/// The greatest number of items of a batch, and the number of bytes of text after which a batch takes no more items.
const ITEMS: usize = 256;
const BYTES: usize = 1 << 18;

/// The greatest number of batches that wait in the channel.
const WAITING: usize = 2;

/// A row, and the findings of the reader about its cells.
pub(super) type FoundRow = (Row, Vec<(usize, Found)>);

/// What reads items one by one.
pub(super) trait Reader: Send {
    type Item: Send;

    fn read(&mut self) -> Option<Result<Self::Item, SheetError>>;

    /// The row that the item was read from.
    fn row(item: &Self::Item) -> &Row;
}

impl Reader for Rows<'_> {
    type Item = FoundRow;

    fn read(&mut self) -> Option<Result<FoundRow, SheetError>> {
        let row = self.next()?;
        Some(row.map(|row| {
            let found = self.found(row.number);
            (row, found)
        }))
    }

    fn row((row, _): &FoundRow) -> &Row {
        row
    }
}

/// The items of a reader.
pub(super) struct Supply<'a, R: Reader> {
    /// Items that were read already.
    ready: vec::IntoIter<R::Item>,
    rest: Rest<'a, R>,
}

enum Rest<'a, R: Reader> {
    /// Each item is read when it is asked for.
    Here(Box<R>),
    /// Another thread reads, and this waits for its next batch.
    Thread(Box<dyn FnMut() -> Batch<R> + Send + 'a>),
    /// No item follows. Holds the error that ended the items, if there is one that was not returned yet, and the reader,
    /// unless its thread has panicked.
    End(Option<SheetError>, Option<Box<R>>),
}

/// Items that are handed over at once.
struct Batch<R: Reader> {
    items: Vec<R::Item>,
    /// The error after the items and the reader, if this is the last batch.
    end: Option<(Option<SheetError>, Option<Box<R>>)>,
}

impl<'a, R: Reader + 'a> Supply<'a, R> {
    pub(super) fn new(reader: R) -> Self {
        Self { ready: Vec::new().into_iter(), rest: Rest::Here(Box::new(reader)) }
    }

    pub(super) fn none() -> Self {
        Self { ready: Vec::new().into_iter(), rest: Rest::End(None, None) }
    }

    pub(super) fn next(&mut self) -> Option<Result<R::Item, SheetError>> {
        loop {
            if let Some(item) = self.ready.next() {
                return Some(Ok(item));
            }
            match &mut self.rest {
                Rest::Here(reader) => return reader.read(),
                Rest::Thread(wait) => {
                    let batch = wait();
                    self.ready = batch.items.into_iter();
                    if let Some((fault, reader)) = batch.end {
                        self.rest = Rest::End(fault, reader);
                    }
                }
                Rest::End(fault, _) => return fault.take().map(Err),
            }
        }
    }

    /// The reader, if its thread has ended.
    pub(super) fn ended(&mut self) -> Option<&mut R> {
        match &mut self.rest {
            Rest::End(_, reader) => reader.as_deref_mut(),
            _ => None,
        }
    }

    /// Runs `work` with the items. Another thread reads the items after the first batch while `work` runs, and ends when
    /// `work` ends, whether or not all items were taken. If the system has no threads, this thread reads.
    pub(super) fn ahead<T>(self, work: impl FnOnce(Self) -> T) -> T {
        let Rest::Here(reader) = self.rest else { return work(self) };
        if cfg!(target_arch = "wasm32") {
            return work(Self { ready: self.ready, rest: Rest::Here(reader) });
        }
        let mut kept = Some(reader);
        let Batch { items, end } = batch(&mut kept);
        let ready = items.into_iter();
        if let Some((fault, reader)) = end {
            return work(Self { ready, rest: Rest::End(fault, reader) });
        }
        // If the system refuses to start a thread, this thread takes the reader back.
        let kept = Mutex::new(kept);
        let reader = || kept.lock().unwrap_or_else(PoisonError::into_inner).take();
        thread::scope(|scope| {
            let (sender, receiver) = sync_channel(WAITING);
            let thread = thread::Builder::new().name("smartbill-sheets".to_owned());
            let thread = thread.spawn_scoped(scope, move || send(reader(), &sender));
            // If the channel closes before the last batch, the thread has panicked.
            let wait = move || receiver.recv().unwrap_or_else(|_| Batch::interrupted());
            let rest = match &thread {
                Ok(_) => Rest::Thread(Box::new(wait)),
                Err(_) => reader().map_or(Rest::End(None, None), Rest::Here),
            };
            // `work` takes the receiver with the items and drops it when it ends or panics. The thread then ends at its next
            // send, so waiting for it cannot last.
            let done = work(Self { ready, rest });
            if let Ok(thread) = thread {
                // `work` has already received a panic of the thread as an error.
                drop(thread.join());
            }
            done
        })
    }
}

impl<R: Reader> Batch<R> {
    fn interrupted() -> Self {
        let fault = SheetError::new("leitura_interrompida", Vec::new());
        Self { items: Vec::new(), end: Some((Some(fault), None)) }
    }
}

/// Reads the next items. With the last of them goes the reader.
fn batch<R: Reader>(kept: &mut Option<Box<R>>) -> Batch<R> {
    let (mut items, mut bytes) = (Vec::with_capacity(ITEMS), 0);
    while items.len() < ITEMS && bytes < BYTES {
        match kept.as_mut().and_then(|reader| reader.read()) {
            Some(Ok(item)) => {
                bytes += R::row(&item).cells.iter().map(text_len).sum::<usize>();
                items.push(item);
            }
            Some(Err(fault)) => return Batch { items, end: Some((Some(fault), kept.take())) },
            None => return Batch { items, end: Some((None, kept.take())) },
        }
    }
    Batch { items, end: None }
}

/// Sends all items in batches, until the receiver is dropped.
fn send<R: Reader>(mut kept: Option<Box<R>>, sender: &SyncSender<Batch<R>>) {
    loop {
        let batch = batch(&mut kept);
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
            assert!(at_once.0.len() > 2 * ITEMS);
            assert_eq!(ahead, at_once);
        }
    }

    #[test]
    fn the_thread_ends_with_the_work_and_reads_only_some_rows_ahead() {
        let read = AtomicU32::new(0);
        let records = table(Box::new(|| Some(row(read.fetch_add(1, Ordering::Relaxed) + 1))));
        let first = records.ahead(|records| records.next().unwrap().unwrap());
        assert_eq!(first.row, 1);
        // Two threads, one after the other, each with a batch of its own beside those that wait.
        let most = u32::try_from(ITEMS * 2 * (WAITING + 3)).unwrap();
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
        assert_eq!(read.len(), 999 / ITEMS * ITEMS + 1);
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
