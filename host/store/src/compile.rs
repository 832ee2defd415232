//! Compiling modules that came without an artifact, within bounds.
//!
//! A compiler cannot be interrupted, and what it makes of a hostile module can take any time and memory. So the function
//! compiles in a child process, the same program once more, that can be ended.

use std::env;
use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use gatecheck_core::policy::{ModuleError, Platform, precompile};
use rustix::process::{Resource, Rlimit, setrlimit};
use thiserror::Error;

/// The argument that makes a program the child: `PROGRAM compile-module TARGET BYTES`.
const CHILD: &str = "compile-module";

/// How the child ends when the module is no good. However else it ends, it ran out of memory or broke down.
const REFUSED: u8 = 3;

/// What the child says when it fails is for people.
const LONGEST_MESSAGE: u64 = 2000;

/// How modules are compiled.
#[derive(Debug, Clone)]
pub enum Compiler {
    /// In this process, however long it takes: someone waits and can end it.
    Here,
    /// In a child process with these bounds. The program must call [`serve_child`] first of all.
    Child(CompileLimits),
}

/// What one compilation may take.
#[derive(Debug, Clone, Copy)]
pub struct CompileLimits {
    /// By the clock on the wall.
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
    /// Others left it too little time to tell how long it takes.
    #[error("there was no time left to compile the module")]
    Deadline,
    /// It took too much memory, or the compiler broke down.
    #[error("the compiler ended without a result; it may use {} MiB of memory", .0 / 1024 / 1024)]
    Died(u64),
    /// The child cannot be started or heard.
    #[error("the compiler cannot be run: {0}")]
    Process(#[from] io::Error),
}

impl CompileError {
    /// What to do about it.
    pub fn remedy(&self) -> Option<&str> {
        match self {
            Self::Refused(error) => error.remedy(),
            Self::Time(_) | Self::Deadline | Self::Died(_) => {
                Some("compile it ahead with `gatecheck publish --key`, or give the function more memory and time")
            }
            Self::Failed(_) | Self::Process(_) => None,
        }
    }
}

impl Compiler {
    /// Compiles a component for a platform. `time` is what is left of the time for it.
    pub(crate) fn compile(&self, wasm: &[u8], platform: &Platform, time: Duration) -> Result<Vec<u8>, CompileError> {
        match self {
            Self::Here => Ok(platform.precompile(wasm)?),
            Self::Child(limits) => in_child(wasm, platform.target(), limits, limits.time.min(time)),
        }
    }
}

fn in_child(wasm: &[u8], target: &str, limits: &CompileLimits, time: Duration) -> Result<Vec<u8>, CompileError> {
    let mut child = Command::new(env::current_exe()?)
        .args([CHILD, target, &limits.memory.to_string()])
        // Credentials are none of the compiler's business.
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let result = converse(&mut child, wasm, time);
    if !matches!(result, Ok(Some(_))) {
        child.kill()?;
    }
    let status = child.wait()?;
    match result? {
        None if time < limits.time / 4 => Err(CompileError::Deadline),
        None => Err(CompileError::Time(time)),
        Some((native, _)) if status.success() => Ok(native),
        Some((_, message)) if status.code() == Some(REFUSED.into()) => Err(CompileError::Failed(message)),
        Some(_) => Err(CompileError::Died(limits.memory)),
    }
}

/// Gives the child the module and takes what it makes of it, and what it says; nothing if it takes too long.
fn converse(child: &mut Child, wasm: &[u8], time: Duration) -> io::Result<Option<(Vec<u8>, String)>> {
    let gone = || io::Error::from(io::ErrorKind::BrokenPipe);
    let mut input = child.stdin.take().ok_or_else(gone)?;
    let mut output = child.stdout.take().ok_or_else(gone)?;
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

/// Compiles and ends, if this process was started as the child of [`Compiler::Child`]; otherwise nothing.
pub fn serve_child() -> Option<ExitCode> {
    let mut arguments = env::args().skip(1);
    if arguments.next()? != CHILD {
        return None;
    }
    let (target, memory) = (arguments.next()?, arguments.next()?.parse().ok()?);
    Some(match compile_input(&target, memory) {
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

fn compile_input(target: &str, memory: u64) -> Result<(), CompileError> {
    let limit = Rlimit { current: Some(memory), maximum: Some(memory) };
    setrlimit(Resource::As, limit).map_err(io::Error::from)?;
    let mut wasm = Vec::new();
    io::stdin().lock().read_to_end(&mut wasm)?;
    Ok(io::stdout().lock().write_all(&precompile(&wasm, target)?)?)
}
