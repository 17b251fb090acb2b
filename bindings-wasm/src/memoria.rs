//! The memory of `./validation`: every call begins with all of it.
//!
//! Nothing outlives a call but its answer, which JavaScript reads before it makes the next one. So nothing is freed, and
//! all the code that frees is left out of what a page downloads.

#![expect(unsafe_code, reason = "an allocator")]

use std::alloc::{GlobalAlloc, Layout};
use std::arch::wasm32::{memory_grow, memory_size};
use std::cell::Cell;
use std::ptr;

const PAGINA: usize = 1 << 16;

/// The input, and after it whatever a call allocates.
pub(crate) struct Memoria {
    /// How many bytes there are for the input.
    cabe: Cell<usize>,
    /// Where what is free begins; 0 before the first call.
    livre: Cell<usize>,
    /// Where the last answer is.
    pub(crate) saida: Cell<*const u8>,
}

// SAFETY: the module is built without threads.
unsafe impl Sync for Memoria {}

impl Memoria {
    pub(crate) const fn new() -> Self {
        Self { cabe: Cell::new(0), livre: Cell::new(0), saida: Cell::new(ptr::null()) }
    }

    /// Makes room for so many bytes of input, and gives where it is: always the same place.
    pub(crate) fn lugar(&self, tamanho: usize) -> *mut u8 {
        let inicio = inicio();
        if tamanho > self.cabe.get() && ate(inicio.saturating_add(tamanho)) {
            self.cabe.set(tamanho);
        }
        inicio as *mut u8
    }

    /// Frees everything, and gives the first `tamanho` bytes of the input.
    ///
    /// # Safety
    /// Nothing that was allocated before may be used after.
    pub(crate) unsafe fn recomecar(&self, tamanho: usize) -> &'static [u8] {
        let inicio = inicio();
        self.livre.set(inicio + self.cabe.get());
        // SAFETY: `lugar` made room for `cabe` bytes, which nothing else uses.
        unsafe { std::slice::from_raw_parts(inicio as *const u8, tamanho.min(self.cabe.get())) }
    }
}

/// Where the module's own data ends.
fn inicio() -> usize {
    unsafe extern "C" {
        static __heap_base: u8;
    }
    &raw const __heap_base as usize
}

/// Whether memory goes up to `fim`, or could be made to: by half of what there is if so much can be had, because each time
/// costs the engine a while.
fn ate(fim: usize) -> bool {
    let ha = memory_size(0);
    let faltam = fim.div_ceil(PAGINA).saturating_sub(ha);
    let crescer = |paginas| memory_grow(0, paginas) != usize::MAX;
    faltam == 0 || crescer(faltam.max(ha / 2)) || crescer(faltam)
}

// SAFETY: what is given lies between `livre` and the end of memory, and `livre` is then set behind it.
unsafe impl GlobalAlloc for Memoria {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let livre = self.livre.get().max(inicio() + self.cabe.get());
        let onde = livre.next_multiple_of(layout.align());
        let Some(fim) = onde.checked_add(layout.size()).filter(|fim| ate(*fim)) else {
            return ptr::null_mut();
        };
        self.livre.set(fim);
        onde as *mut u8
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}

    unsafe fn realloc(&self, antes: *mut u8, layout: Layout, tamanho: usize) -> *mut u8 {
        // What was allocated last grows where it is.
        if antes as usize + layout.size() == self.livre.get() {
            self.livre.set(antes as usize);
        }
        // SAFETY: the caller's.
        unsafe {
            let depois = self.alloc(Layout::from_size_align_unchecked(tamanho, layout.align()));
            if depois != antes && !depois.is_null() {
                ptr::copy(antes, depois, layout.size().min(tamanho));
            }
            depois
        }
    }
}
