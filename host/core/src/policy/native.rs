//! The one place that is unsafe: native code is loaded here.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::mm::{MprotectFlags, mprotect};
use wasmtime::CustomCodeMemory;
use wasmtime::component::Component;
use wasmtime_internal_jit_icache_coherence::{clear_cache, pipeline_flush_mt};

#[cfg(feature = "compiler")]
use super::artifact::NativeCode;
use super::engine::Engine;

/// Native code that is part of this very program. Never make one of bytes that came from anywhere else than the program's
/// own build, which wrote them with [`precompile`](super::precompile).
#[derive(Debug, Clone, Copy)]
pub struct BuiltIn {
    /// The native code.
    pub code: &'static [u8],
    /// It was loaded already. The engine knows code by its address, and knows each address once.
    pub is_in_use: &'static AtomicBool,
}

/// Makes native code a part of the program, at an address from which it can run where it lies: nothing of it is copied, and
/// what is not needed is not even read from the file.
#[macro_export]
macro_rules! built_in {
    ($path:expr) => {{
        #[repr(C, align(4096))]
        struct Aligned<Bytes: ?Sized>(Bytes);
        static ALIGNED: &Aligned<[u8]> = &Aligned(*include_bytes!($path));
        static IS_IN_USE: ::std::sync::atomic::AtomicBool = ::std::sync::atomic::AtomicBool::new(false);
        $crate::policy::BuiltIn { code: &ALIGNED.0, is_in_use: &IS_IN_USE }
    }};
}

impl BuiltIn {
    /// Where it lies, the first time; later as a copy, which another engine in the same process needs.
    pub(super) fn load(self, engine: &Engine) -> wasmtime::Result<Component> {
        let is_aligned = self.code.as_ptr().addr().is_multiple_of(rustix::param::page_size());
        // SAFETY: it runs whatever native code the bytes hold. They are part of this program, put there by its own build, and
        // like the rest of the program they stay where they are and as they are.
        #[expect(unsafe_code, reason = "the one place that loads native code")]
        unsafe {
            if cfg!(target_os = "linux") && is_aligned && !self.is_in_use.swap(true, Ordering::Relaxed) {
                Component::deserialize_raw(&engine.wasmtime, self.code.into())
            } else {
                Component::deserialize(&engine.wasmtime, self.code)
            }
        }
    }
}

/// Loads native code that a trusted key has signed.
#[cfg(feature = "compiler")]
pub(super) fn load(engine: &Engine, native: &NativeCode) -> wasmtime::Result<Component> {
    // SAFETY: it runs whatever native code the bytes hold. `NativeCode` exists only where a trusted key has signed it. A version
    // or configuration that does not fit is an error, not undefined behaviour.
    #[expect(unsafe_code, reason = "the one place that loads native code")]
    unsafe {
        Component::deserialize(&engine.wasmtime, native.bytes())
    }
}

/// Makes code executable, also where it is a part of the program: the engine itself does it only in memory of its own.
struct Pages;

/// How code becomes executable.
pub(super) fn code_memory() -> Arc<dyn CustomCodeMemory> {
    Arc::new(Pages)
}

impl CustomCodeMemory for Pages {
    fn required_alignment(&self) -> usize {
        rustix::param::page_size()
    }

    fn publish_executable(&self, start: *const u8, length: usize) -> wasmtime::Result<()> {
        // SAFETY: the engine asks for whole pages of code that it was given to run, and nothing is ever written to them.
        #[expect(unsafe_code, reason = "the one place that loads native code")]
        unsafe {
            clear_cache(start.cast(), length)?;
            mprotect(start.cast_mut().cast(), length, MprotectFlags::READ | MprotectFlags::EXEC)?;
        }
        pipeline_flush_mt()?;
        Ok(())
    }

    // It stays as it is. What is a part of the program may be in use by another engine, and must never be written to; all other
    // memory is given back in a moment.
    fn unpublish_executable(&self, _: *const u8, _: usize) -> wasmtime::Result<()> {
        Ok(())
    }
}
