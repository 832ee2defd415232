//! Memory that is never given back: an instance judges one task, then it is gone.

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32;
use core::panic::PanicInfo;
use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering};

const PAGE: usize = 1 << 16;

/// The address of the first free byte; 0 until the first allocation.
struct Heap(AtomicUsize);

#[global_allocator]
static HEAP: Heap = Heap(AtomicUsize::new(0));

// SAFETY: each block lies behind the one before, in pages that nothing but this asks for; there is one thread.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let memory = wasm32::memory_size::<0>() * PAGE;
        let free = match self.0.load(Ordering::Relaxed) {
            0 => memory,
            free => free,
        };
        let start = free.next_multiple_of(layout.align());
        let end = start.saturating_add(layout.size());
        if end > memory && wasm32::memory_grow::<0>((end - memory).div_ceil(PAGE)) == usize::MAX {
            return ptr::null_mut();
        }
        self.0.store(end, Ordering::Relaxed);
        ptr::with_exposed_provenance_mut(start)
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    wasm32::unreachable()
}
