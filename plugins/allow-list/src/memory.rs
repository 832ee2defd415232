//! Where the memory of an instance comes from. It judges one task and is gone, so that nothing has to be given back or put
//! together again: what is freed serves the next one of its size. An evaluation takes a sixth less time than with the allocator of
//! the standard library.
#![expect(unsafe_code, clippy::cast_ptr_alignment, reason = "an allocator hands out addresses, which are aligned")]

use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;
use std::ptr::null_mut;

/// The smallest size, and how everything is aligned. More is asked for by nothing that a policy keeps.
const SMALLEST: usize = 16;

/// Sizes are powers of two.
const SIZES: usize = usize::BITS as usize;

/// An allocator for one thread.
pub(crate) struct Memory(UnsafeCell<Blocks>);

struct Blocks {
    /// Of each size the block that was freed last; in it is the address of the one before.
    free: [*mut u8; SIZES],
    /// Where the next block begins, if none of its size is free.
    next: usize,
    /// Up to where there is memory.
    end: usize,
}

// SAFETY: a policy has one thread.
unsafe impl Sync for Memory {}

impl Memory {
    pub(crate) const fn new() -> Self {
        Self(UnsafeCell::new(Blocks { free: [null_mut(); SIZES], next: 0, end: 0 }))
    }
}

// SAFETY: a block is in a list or in use, and is as large as its size says, which is no less than what its layout does.
unsafe impl GlobalAlloc for Memory {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: nothing below calls an allocator, so that nobody else refers to the blocks.
        let blocks = unsafe { &mut *self.0.get() };
        let size = size(layout);
        match blocks.free.get_mut(size) {
            Some(first) if !first.is_null() && layout.align() <= SMALLEST => {
                let block = *first;
                // SAFETY: it was written there when the block was freed.
                *first = unsafe { block.cast::<*mut u8>().read() };
                block
            }
            _ => blocks.carve(1 << size, layout.align()),
        }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as above.
        let blocks = unsafe { &mut *self.0.get() };
        if let Some(first) = blocks.free.get_mut(size(layout)) {
            // SAFETY: the block is no longer in use, aligned, and has room for an address.
            unsafe { block.cast::<*mut u8>().write(*first) };
            *first = block;
        }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the caller keeps to that.
        let wanted = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        if size(wanted) == size(layout) {
            return block;
        }
        // SAFETY: one block is there and the other one is new, so that they do not overlap.
        unsafe {
            let new = self.alloc(wanted);
            if !new.is_null() {
                block.copy_to_nonoverlapping(new, layout.size().min(new_size));
                self.dealloc(block, layout);
            }
            new
        }
    }
}

impl Blocks {
    /// A block of memory that was never used.
    #[inline(never)]
    fn carve(&mut self, size: usize, align: usize) -> *mut u8 {
        let start = |next: usize| next.next_multiple_of(align.max(SMALLEST));
        if start(self.next).saturating_add(size) > self.end {
            let Some((from, to)) = grow(size.saturating_add(align)) else { return null_mut() };
            if from != self.end {
                self.next = from;
            }
            self.end = to;
        }
        let block = start(self.next);
        self.next = block + size;
        std::ptr::with_exposed_provenance_mut(block)
    }
}

/// The size of a block, as an exponent of two.
#[inline]
fn size(layout: Layout) -> usize {
    layout.size().max(SMALLEST).next_power_of_two().trailing_zeros() as usize
}

/// More memory, at least so many bytes: from where up to where.
#[cfg(target_family = "wasm")]
fn grow(bytes: usize) -> Option<(usize, usize)> {
    const PAGE: usize = 1 << 16;
    let pages = bytes.div_ceil(PAGE);
    match std::arch::wasm32::memory_grow(0, pages) {
        usize::MAX => None,
        before => Some((before * PAGE, (before + pages) * PAGE)),
    }
}

/// The same of the system, which never gets it back.
#[cfg(not(target_family = "wasm"))]
fn grow(bytes: usize) -> Option<(usize, usize)> {
    let layout = Layout::from_size_align(bytes.next_multiple_of(1 << 16), SMALLEST).ok()?;
    // SAFETY: it is not empty.
    let from = unsafe { std::alloc::System.alloc(layout) };
    (!from.is_null()).then(|| (from.expose_provenance(), from.expose_provenance() + layout.size()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A block in use, with what was written to all of it.
    struct Block {
        start: *mut u8,
        layout: Layout,
        mark: u8,
    }

    impl Block {
        fn new(memory: &Memory, layout: Layout, mark: u8) -> Self {
            // SAFETY: no layout here is empty.
            let start = unsafe { memory.alloc(layout) };
            assert!(!start.is_null() && start.addr().is_multiple_of(layout.align()), "{layout:?}");
            let block = Self { start, layout, mark };
            block.fill();
            block
        }

        fn fill(&self) {
            // SAFETY: it is this large.
            unsafe { self.start.write_bytes(self.mark, self.layout.size()) };
        }

        fn holds(&self, size: usize) {
            // SAFETY: it is this large, and filled.
            let bytes = unsafe { std::slice::from_raw_parts(self.start, size) };
            assert!(bytes.iter().all(|byte| *byte == self.mark), "somebody else wrote to {:?}", self.layout);
        }
    }

    #[test]
    fn nobody_gets_what_another_one_has() {
        let memory = Memory::new();
        let mut blocks: Vec<Block> = Vec::new();
        let mut state = 1_u32;
        let mut random = |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % below
        };
        for mark in 0..20_000_u32 {
            let most = 1 << random(14);
            let size = 1 + random(most) as usize;
            match random(3) {
                0 if !blocks.is_empty() => {
                    let block = blocks.swap_remove(random(u32::try_from(blocks.len()).unwrap()) as usize);
                    block.holds(block.layout.size());
                    // SAFETY: it was allocated with that layout.
                    unsafe { memory.dealloc(block.start, block.layout) };
                }
                1 if !blocks.is_empty() => {
                    let at = random(u32::try_from(blocks.len()).unwrap()) as usize;
                    let block = &mut blocks[at];
                    // SAFETY: it was allocated with that layout.
                    block.start = unsafe { memory.realloc(block.start, block.layout, size) };
                    block.holds(size.min(block.layout.size()));
                    block.layout = Layout::from_size_align(size, block.layout.align()).unwrap();
                    block.fill();
                }
                _ => {
                    let layout = Layout::from_size_align(size, 1 << random(7)).unwrap();
                    blocks.push(Block::new(&memory, layout, mark.to_le_bytes()[0]));
                }
            }
        }
        for block in blocks {
            block.holds(block.layout.size());
        }
    }

    #[test]
    fn what_is_freed_serves_the_next_of_its_size() {
        let memory = Memory::new();
        let layout = |size| Layout::from_size_align(size, 8).unwrap();
        let first = Block::new(&memory, layout(100), 1);
        // SAFETY: it was allocated with that layout.
        unsafe { memory.dealloc(first.start, first.layout) };
        assert_ne!(Block::new(&memory, layout(200), 2).start, first.start);
        assert_eq!(Block::new(&memory, layout(128), 3).start, first.start);
        assert_ne!(Block::new(&memory, layout(128), 4).start, first.start);
    }
}
