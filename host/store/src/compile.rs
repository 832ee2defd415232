//! Compiling modules that came without an artifact, within bounds.
//!
//! A compiler cannot be interrupted, and what it makes of a hostile module can take any time and memory. So it runs in a child
//! process, the same program once more, that can be ended.

use std::collections::HashMap;
use std::env;
use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use gatecheck_core::policy::{Digest, EngineError, ModuleError, Platform};
use rustix::process::{Resource, Rlimit, setrlimit};
use thiserror::Error;

/// The argument that makes a program the child: `PROGRAM compile-module PLATFORM BYTES`.
const CHILD: &str = "compile-module";

/// How the child ends when the module is no good. However else it ends, it ran out of memory or broke down.
const REFUSED: u8 = 3;

/// What the child says when it fails is for people.
const LONGEST_MESSAGE: u64 = 2000;

/// Compiles modules in a child process. The program must call [`serve_child`] first of all.
#[derive(Debug)]
pub struct Compiler {
    limits: CompileLimits,
    /// What modules have taken that are not compiled yet.
    spent: Mutex<HashMap<Digest, Duration>>,
}

/// What compiling one module may take.
#[derive(Debug, Clone, Copy)]
pub struct CompileLimits {
    /// By the clock on the wall, all tries together.
    pub time: Duration,
    /// Address space, in bytes.
    pub memory: u64,
}

/// Why a module could not be compiled.
#[derive(Debug, Error)]
pub enum CompileError {
    /// The compiler refuses the module.
    #[error(transparent)]
    Refused(#[from] ModuleError),
    /// The same, told by the child, with the remedy.
    #[error("{0}")]
    Failed(String),
    /// It took too long.
    #[error("compiling the module took longer than {} s", .0.as_secs_f32())]
    Time(Duration),
    /// It did not come to its end in what was left of the time for everything. It is tried again.
    #[error("the module was not compiled in the {:.1} s that were left for it", .0.as_secs_f32())]
    Deadline(Duration),
    /// It took too much memory, or the compiler broke down.
    #[error("the compiler ended without a result; it may use {} MiB of memory", .0 / 1024 / 1024)]
    Died(u64),
    /// There is no engine to compile for.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The child cannot be started or heard.
    #[error("the compiler cannot be run: {0}")]
    Process(#[from] io::Error),
}

impl CompileError {
    /// What to do about it.
    pub fn remedy(&self) -> Option<&str> {
        match self {
            Self::Refused(error) => error.remedy(),
            Self::Time(_) | Self::Deadline(_) | Self::Died(_) => Some(
                "compile it ahead with `gatecheck publish --key`, or give the function more memory, a longer timeout and \
                 `GATECHECK_COMPILE_SECONDS`",
            ),
            Self::Failed(_) | Self::Engine(_) | Self::Process(_) => None,
        }
    }
}

impl Compiler {
    /// With these bounds for each module.
    pub fn new(limits: CompileLimits) -> Self {
        Self { limits, spent: Mutex::default() }
    }

    /// Compiles a component of this digest for a platform. `time` is what is left of the time for everything.
    pub(crate) fn compile(
        &self,
        wasm: &[u8],
        digest: &Digest,
        platform: &Platform,
        time: Duration,
    ) -> Result<Vec<u8>, CompileError> {
        let spent = self.spent().get(digest).copied().unwrap_or_default();
        let left = self.limits.time.saturating_sub(spent);
        let compiled = in_child(wasm, platform, self.limits.memory, left.min(time));
        match compiled {
            // A module that takes all of what is left each time must not do so for ever.
            Err(CompileError::Deadline(taken)) if taken < left => {
                self.spent().insert(*digest, spent + taken);
            }
            Err(CompileError::Deadline(_)) => return Err(CompileError::Time(self.limits.time)),
            _ => {
                self.spent().remove(digest);
            }
        }
        compiled
    }

    fn spent(&self) -> MutexGuard<'_, HashMap<Digest, Duration>> {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn in_child(wasm: &[u8], platform: &Platform, memory: u64, time: Duration) -> Result<Vec<u8>, CompileError> {
    let mut child = Command::new(env::current_exe()?)
        .args([CHILD, &platform.to_string(), &memory.to_string()])
        // Credentials are none of the compiler's business.
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let result = converse(&mut child, wasm, memory, time);
    if !matches!(result, Ok(Some(_))) {
        child.kill()?;
    }
    let status = child.wait()?;
    match result? {
        None => Err(CompileError::Deadline(time)),
        Some((native, _)) if status.success() => Ok(native),
        Some((_, message)) if status.code() == Some(REFUSED.into()) => Err(CompileError::Failed(message)),
        Some(_) => Err(CompileError::Died(memory)),
    }
}

/// Gives the child the module and takes what it makes of it, and what it says; nothing if it takes too long.
fn converse(child: &mut Child, wasm: &[u8], memory: u64, time: Duration) -> io::Result<Option<(Vec<u8>, String)>> {
    let gone = || io::Error::from(io::ErrorKind::BrokenPipe);
    let mut input = child.stdin.take().ok_or_else(gone)?;
    // It cannot hold more than that, whatever it is.
    let mut output = child.stdout.take().ok_or_else(gone)?.take(memory);
    let mut messages = child.stderr.take().ok_or_else(gone)?;
    let (sender, receiver) = mpsc::channel();
    thread::Builder::new().spawn(move || {
        let mut native = Vec::new();
        let mut message = String::new();
        let heard = output
            .read_to_end(&mut native)
            .and_then(|_| messages.by_ref().take(LONGEST_MESSAGE).read_to_string(&mut message))
            .map(|_| (native, message));
        // Nobody listens any more when time is up.
        let _ = sender.send(heard);
    })?;
    // A child that ends early says why; that it did not read on is no news.
    let _ = input.write_all(wasm);
    drop(input);
    match receiver.recv_timeout(time) {
        Ok(heard) => heard.map(Some),
        Err(RecvTimeoutError::Timeout) => Ok(None),
        Err(RecvTimeoutError::Disconnected) => Err(gone()),
    }
}

/// Compiles and ends, if this process was started as the child of a [`Compiler`]; otherwise nothing.
pub fn serve_child() -> Option<ExitCode> {
    let mut arguments = env::args().skip(1);
    if arguments.next()? != CHILD {
        return None;
    }
    let (platform, memory) = (arguments.next()?, arguments.next()?.parse().ok()?);
    Some(match compile_input(&platform, memory) {
        Ok(()) => ExitCode::SUCCESS,
        Err(CompileError::Refused(error)) if !error.is_out_of_memory() => {
            let remedy = error.remedy().map(|remedy| format!("; {remedy}")).unwrap_or_default();
            // Nobody is left to tell if standard error is gone.
            let _ = write!(io::stderr(), "{error}{remedy}");
            ExitCode::from(REFUSED)
        }
        Err(_) => ExitCode::FAILURE,
    })
}

fn compile_input(platform: &str, memory: u64) -> Result<(), CompileError> {
    let limit = Rlimit { current: Some(memory), maximum: Some(memory) };
    setrlimit(Resource::As, limit).map_err(io::Error::from)?;
    let platform = Platform::named(platform)?;
    let mut wasm = Vec::new();
    io::stdin().lock().read_to_end(&mut wasm)?;
    Ok(io::stdout().lock().write_all(&platform.precompile(&wasm)?)?)
}
