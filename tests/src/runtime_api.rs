//! A local Lambda Runtime API, which drives the real `bootstrap` binary.

use std::env;
use std::fs::{self, File};
use std::io::{self, BufReader, ErrorKind};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;
use tempfile::TempDir;

use crate::http::{self, Message};

const TIME_LIMIT: Duration = Duration::from_secs(30);
/// The account of functions that know others; any other runs where the task of its event does.
pub const ACCOUNT: &str = "123456789012";

/// What came of an invocation.
#[derive(Debug)]
pub enum Outcome {
    Response(String),
    Error {
        kind: String,
        body: String,
    },
    InitError(String),
    /// How the process ended, with its log.
    Exited(String),
}

/// A running function. The process ends when this is dropped.
pub struct Lambda {
    process: Child,
    log: File,
    events: Sender<Event>,
    outcomes: Receiver<Outcome>,
    invocations: u32,
    knows_others: bool,
    /// Each environment has its own.
    disk: TempDir,
}

struct Event {
    request_id: String,
    body: String,
    account: String,
}

impl Lambda {
    /// Starts `binary` with what Lambda sets in the environment, and `env` above it. There is no `HOME`, so that the
    /// AWS configuration of whoever runs the tests stays out of them.
    pub fn start(binary: &Path, env: &[(&str, &str)]) -> Lambda {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (events, queue) = mpsc::channel();
        let (reports, outcomes) = mpsc::channel();
        thread::spawn(move || accept(&listener, queue, &reports));

        let disk = TempDir::new().unwrap();
        let log = unnamed_file().unwrap();
        let process = Command::new(binary)
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .env("AWS_LAMBDA_RUNTIME_API", address)
            .env("TMPDIR", disk.path())
            .env("AWS_LAMBDA_FUNCTION_NAME", "gatecheck")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/gatecheck")
            .env("AWS_LAMBDA_LOG_STREAM_NAME", "2026/11/20/[$LATEST]0123456789abcdef")
            .env("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
            .env("AWS_REGION", "us-west-2")
            .env("AWS_DEFAULT_REGION", "us-west-2")
            .env("AWS_ACCESS_KEY_ID", "function")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_SESSION_TOKEN", "test")
            .envs(env.iter().copied())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log.try_clone().unwrap())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", binary.display()));
        let knows_others = env.iter().any(|(name, _)| *name == "GATECHECK_MEMBER_ROLE");
        Lambda { process, log, events, outcomes, invocations: 0, knows_others, disk }
    }

    /// Hands the function one event, and does not wait.
    pub fn send(&mut self, event: &str) {
        self.invocations += 1;
        let request_id = format!("00000000-0000-0000-0000-{:012}", self.invocations);
        let account = if self.knows_others { None } else { account_of_task(event) };
        let account = account.unwrap_or(ACCOUNT).to_owned();
        let _ = self.events.send(Event { request_id, body: event.to_owned(), account });
    }

    /// Hands the function one event and waits for what comes of it. A function that takes too long is killed, as
    /// Lambda does.
    pub fn invoke(&mut self, event: &str) -> Outcome {
        self.send(event);
        let start = Instant::now();
        loop {
            if let Ok(outcome) = self.outcomes.recv_timeout(Duration::from_millis(10)) {
                return outcome;
            }
            if let Some(status) = self.process.try_wait().unwrap() {
                // Its last word may still be on the way.
                let last = self.outcomes.recv_timeout(Duration::from_millis(100));
                return last.unwrap_or_else(|_| self.exited(&status.to_string()));
            }
            if start.elapsed() > TIME_LIMIT {
                self.kill();
                return self.exited(&format!("killed after {} s", TIME_LIMIT.as_secs()));
            }
        }
    }

    /// The sum of a metric over what it has written so far.
    pub fn metric(&self, name: &str) -> u64 {
        let records = self.log().into_iter().filter_map(|line| serde_json::from_str::<Value>(&line).ok());
        records.filter(|record| record.get("_aws").is_some()).filter_map(|record| record[name].as_u64()).sum()
    }

    /// How much memory it has at this moment, in bytes, where the system tells.
    pub fn memory(&self) -> Option<u64> {
        self.of_status("VmRSS:")
    }

    /// The most that it ever had, in bytes, where the system tells.
    pub fn peak_memory(&self) -> Option<u64> {
        self.of_status("VmHWM:")
    }

    fn of_status(&self, name: &str) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?;
        let kilobytes = status.lines().find_map(|line| line.strip_prefix(name)?.trim().strip_suffix(" kB"));
        Some(kilobytes?.trim().parse::<u64>().ok()? * 1024)
    }

    /// The folder that stands for its `/tmp`.
    pub fn disk(&self) -> &Path {
        self.disk.path()
    }

    /// The lines that the function has written so far, to standard output and standard error.
    pub fn log(&self) -> Vec<String> {
        let mut bytes = vec![0; usize::try_from(self.log.metadata().unwrap().len()).unwrap()];
        // At a position of its own: the process writes through a handle that shares this one's.
        self.log.read_exact_at(&mut bytes, 0).unwrap();
        String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect()
    }

    /// Stops the function and returns its log.
    pub fn stop(mut self) -> Vec<String> {
        self.kill();
        self.log()
    }

    fn exited(&self, how: &str) -> Outcome {
        Outcome::Exited(format!("{how}\n{}", self.log().join("\n")))
    }

    fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Lambda {
    fn drop(&mut self) {
        self.kill();
    }
}

fn account_of_task(event: &str) -> Option<&str> {
    let (_, arn) = event.split_once("arn:aws:ecs:")?;
    arn.split(':').nth(1).filter(|account| account.parse::<u64>().is_ok())
}

/// A file that is gone with its last handle. A log in a file, other than one in a pipe, is complete as soon as the
/// function has answered.
fn unnamed_file() -> io::Result<File> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let path = env::temp_dir().join(format!("gatecheck-log-{}-{number}", std::process::id()));
    let file = File::options().read(true).write(true).create_new(true).open(&path)?;
    fs::remove_file(path)?;
    Ok(file)
}

fn accept(listener: &TcpListener, events: Receiver<Event>, outcomes: &Sender<Outcome>) {
    let events = Arc::new(Mutex::new(events));
    for stream in listener.incoming().flatten() {
        let (events, outcomes) = (Arc::clone(&events), outcomes.clone());
        thread::spawn(move || serve(stream, &events, &outcomes));
    }
}

/// Answers the requests of one connection until either side is gone.
fn serve(stream: TcpStream, events: &Mutex<Receiver<Event>>, outcomes: &Sender<Outcome>) -> io::Result<()> {
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = Message::read(&mut reader)? {
        let path: Vec<&str> = request.start.split([' ', '/']).collect();
        let outcome = match path[..] {
            ["GET", "", "2018-06-01", "runtime", "invocation", "next", ..] => {
                let Ok(event) = events.lock().unwrap().recv() else {
                    break;
                };
                hand_over(&event, &mut writer)?;
                continue;
            }
            ["POST", "", "2018-06-01", "runtime", "invocation", _, "response", ..] => Outcome::Response(request.body),
            ["POST", "", "2018-06-01", "runtime", "invocation", _, "error", ..] => {
                // What the console shows is the body's; the header of lambda_runtime says `unhandled` of every error.
                let error: serde_json::Value = serde_json::from_str(&request.body).unwrap_or_default();
                Outcome::Error { kind: error["errorType"].as_str().unwrap_or_default().to_owned(), body: request.body }
            }
            ["POST", "", "2018-06-01", "runtime", "init", "error", ..] => Outcome::InitError(request.body),
            _ => return Err(ErrorKind::NotFound.into()),
        };
        http::write(&mut writer, "HTTP/1.1 202 Accepted", &[], "")?;
        let _ = outcomes.send(outcome);
    }
    Ok(())
}

fn hand_over(event: &Event, writer: &mut TcpStream) -> io::Result<()> {
    let deadline = (SystemTime::UNIX_EPOCH.elapsed().unwrap() + TIME_LIMIT).as_millis().to_string();
    let arn = format!("arn:aws:lambda:us-west-2:{}:function:gatecheck", event.account);
    let headers = [
        ("Content-Type", "application/json"),
        ("Lambda-Runtime-Aws-Request-Id", event.request_id.as_str()),
        ("Lambda-Runtime-Deadline-Ms", deadline.as_str()),
        ("Lambda-Runtime-Invoked-Function-Arn", arn.as_str()),
        ("Lambda-Runtime-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793"),
    ];
    http::write(writer, "HTTP/1.1 200 OK", &headers, &event.body)
}
