//! Reads tables and columns of any library through the Arrow C stream interface.
//!
//! A column of type `null` has no buffers. polars sends one anyway, and arrow-rs then refuses the whole stream. So the
//! input passes through a stream of this module, which removes that buffer.

#![expect(unsafe_code, reason = "the interface is structures of C")]

use std::ffi::{c_char, c_int, c_void};
use std::ptr;

use arrow_array::ffi::FFI_ArrowSchema;
use arrow_array::ffi_stream::{ArrayStreamReader, FFI_ArrowArrayStream};
use arrow_schema::ArrowError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

/// The batches of the stream in `capsule`. The capsule is empty afterwards.
pub(crate) fn open(capsule: &Bound<'_, PyCapsule>) -> PyResult<Result<ArrayStreamReader, ArrowError>> {
    let source: *mut Stream = capsule.pointer_checked(Some(c"arrow_array_stream"))?.cast().as_ptr();
    // SAFETY: a capsule with this name contains this structure. It is moved out, and a released one is left behind.
    let source = unsafe { ptr::replace(source, Stream::RELEASED) };
    let mut plain = Stream::without_null_buffers(source);
    // SAFETY: both structures are that of the interface. The reader takes this one over.
    Ok(unsafe { ArrayStreamReader::from_raw((&raw mut plain).cast::<FFI_ArrowArrayStream>()) })
}

/// `struct ArrowArrayStream` of the interface.
#[repr(C)]
struct Stream {
    get_schema: Option<unsafe extern "C" fn(*mut Self, *mut FFI_ArrowSchema) -> c_int>,
    get_next: Option<unsafe extern "C" fn(*mut Self, *mut Array) -> c_int>,
    get_last_error: Option<unsafe extern "C" fn(*mut Self) -> *const c_char>,
    release: Option<unsafe extern "C" fn(*mut Self)>,
    private_data: *mut c_void,
}

/// `struct ArrowArray` of the interface, as far as it is looked at.
#[repr(C)]
struct Array {
    length: i64,
    null_count: i64,
    offset: i64,
    n_buffers: i64,
    n_children: i64,
    buffers: *mut *const c_void,
    children: *mut *mut Self,
    dictionary: *mut Self,
    release: Option<unsafe extern "C" fn(*mut Self)>,
    private_data: *mut c_void,
}

/// The source of a stream of this module.
struct Source {
    stream: Stream,
    nulls: Nulls,
}

/// Where columns without values are: in this place, in those inside it, and in its dictionary.
#[derive(Default)]
struct Nulls {
    here: bool,
    inside: Vec<(usize, Self)>,
    dictionary: Option<Box<Self>>,
}

/// Deeper than the columns of any table; what lies deeper stays as it is.
const DEPTH: usize = 32;

impl Nulls {
    fn of(schema: &FFI_ArrowSchema, depth: usize) -> Self {
        if depth == 0 {
            return Self::default();
        }
        let inside = (0..).zip(schema.children()).map(|(i, child)| (i, Self::of(child, depth - 1)));
        Self {
            here: schema.format() == "n",
            inside: inside.filter(|(_, nulls)| nulls.any()).collect(),
            dictionary: schema.dictionary().map(|d| Self::of(d, depth - 1)).filter(Self::any).map(Box::new),
        }
    }

    fn any(&self) -> bool {
        self.here || !self.inside.is_empty() || self.dictionary.is_some()
    }

    /// # Safety
    /// `array` is alive, of the schema that this is of, and of nobody else.
    unsafe fn take_off(&self, array: &mut Array) {
        if self.here {
            array.n_buffers = 0;
        }
        for (child, nulls) in &self.inside {
            if i64::try_from(*child).is_ok_and(|child| child < array.n_children)
                && let Some(child) = unsafe { (*array.children.add(*child)).as_mut() }
            {
                unsafe { nulls.take_off(child) };
            }
        }
        if let Some(nulls) = &self.dictionary
            && let Some(dictionary) = unsafe { array.dictionary.as_mut() }
        {
            unsafe { nulls.take_off(dictionary) };
        }
    }
}

impl Stream {
    const RELEASED: Self =
        Self { get_schema: None, get_next: None, get_last_error: None, release: None, private_data: ptr::null_mut() };

    fn without_null_buffers(mut stream: Self) -> Self {
        // Reading a released stream is an error.
        if stream.release.is_none() {
            return stream;
        }
        let mut schema = FFI_ArrowSchema::empty();
        // SAFETY: a stream that is not released answers this at any time, into a structure of the caller.
        let read = stream.get_schema.is_some_and(|get| unsafe { get(&raw mut stream, &raw mut schema) } == 0);
        let nulls = if read { Nulls::of(&schema, DEPTH) } else { Nulls::default() };
        let source = Source { stream, nulls };
        Self {
            get_schema: Some(get_schema),
            get_next: Some(get_next),
            get_last_error: Some(get_last_error),
            release: Some(release),
            private_data: Box::into_raw(Box::new(source)).cast(),
        }
    }

    /// # Safety
    /// `stream` is one that [`Stream::without_null_buffers`] made, and not released.
    unsafe fn source<'s>(stream: *mut Self) -> &'s mut Source {
        unsafe { &mut *(*stream).private_data.cast() }
    }
}

// SAFETY of the four functions: the interface promises a structure that is alive, and calls none of them at once.

unsafe extern "C" fn get_schema(stream: *mut Stream, schema: *mut FFI_ArrowSchema) -> c_int {
    let source = &mut unsafe { Stream::source(stream) }.stream;
    source.get_schema.map_or(INVALID, |get| unsafe { get(source, schema) })
}

unsafe extern "C" fn get_next(stream: *mut Stream, array: *mut Array) -> c_int {
    let source = unsafe { Stream::source(stream) };
    let code = source.stream.get_next.map_or(INVALID, |get| unsafe { get(&raw mut source.stream, array) });
    // At the end of the stream there is a released array.
    let Some(array) = unsafe { array.as_mut() }.filter(|array| code == 0 && array.release.is_some()) else {
        return code;
    };
    unsafe { source.nulls.take_off(array) };
    code
}

unsafe extern "C" fn get_last_error(stream: *mut Stream) -> *const c_char {
    let source = &mut unsafe { Stream::source(stream) }.stream;
    source.get_last_error.map_or(ptr::null(), |get| unsafe { get(source) })
}

unsafe extern "C" fn release(stream: *mut Stream) {
    let mut source: Box<Source> = unsafe { Box::from_raw((*stream).private_data.cast()) };
    if let Some(release) = source.stream.release {
        unsafe { release(&raw mut source.stream) };
    }
    unsafe { *stream = Stream::RELEASED };
}

/// `EINVAL`.
const INVALID: c_int = 22;
