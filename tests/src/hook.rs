//! A webhook that does what a script says, over plain sockets: it answers, keeps silent, or breaks the connection.

use std::io::{self, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::http::{self, Message};

/// What a webhook does with a request.
#[derive(Debug, Clone, Copy)]
pub enum Reply {
    /// It answers with this status.
    Status(u16),
    /// It asks for so many seconds of patience.
    After(u16, u32),
    /// It never answers.
    Silence,
    /// It ends the connection without an answer.
    Reset,
    /// It ends the connection in the middle of the body of its answer.
    Half,
}

/// A running webhook. It goes on until the process ends.
pub struct Hook {
    address: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// What it does next. Then it answers 200.
    script: Vec<Reply>,
    requests: Vec<Request>,
}

/// A request that came.
#[derive(Debug, Clone)]
pub struct Request {
    pub at: Instant,
    pub body: Value,
    /// Whether the sender was told, or had to believe, that it was taken.
    pub taken: bool,
    headers: Vec<(String, String)>,
}

impl Request {
    /// A header by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }
}

impl Hook {
    /// Starts one that does this, in turn, and then takes everything.
    pub fn start(script: &[Reply]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let state = Arc::new(Mutex::new(State { script: script.to_vec(), ..State::default() }));
        let serving = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&serving);
                thread::spawn(move || serve(stream, &state));
            }
        });
        Self { address, state }
    }

    /// `host:port`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A URL with a secret in it.
    pub fn url(&self) -> String {
        format!("http://{}/hooks/secret-path", self.address)
    }

    /// All requests so far.
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.state).requests.clone()
    }

    /// The bodies that were taken.
    pub fn taken(&self) -> Vec<Value> {
        self.requests().into_iter().filter(|request| request.taken).map(|request| request.body).collect()
    }

    /// Adds to the script.
    pub fn next(&self, script: &[Reply]) {
        lock(&self.state).script.extend(script);
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(mut stream: TcpStream, state: &Mutex<State>) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    while let Some(request) = Message::read(&mut reader)? {
        let reply = {
            let mut state = lock(state);
            let reply = if state.script.is_empty() { Reply::Status(200) } else { state.script.remove(0) };
            let body = serde_json::from_str(&request.body).unwrap_or(Value::String(request.body.clone()));
            let taken = matches!(reply, Reply::Status(200..300) | Reply::Half);
            let request = Request { at: Instant::now(), body, taken, headers: request.headers };
            state.requests.push(request);
            reply
        };
        match reply {
            Reply::Status(status) => http::write(&mut stream, &format!("HTTP/1.1 {status} Status"), &[], "ok")?,
            Reply::After(status, seconds) => {
                let seconds = seconds.to_string();
                http::write(&mut stream, &format!("HTTP/1.1 {status} Status"), &[("Retry-After", &seconds)], "")?;
            }
            Reply::Silence => thread::sleep(Duration::from_secs(60)),
            Reply::Reset => return Ok(()),
            Reply::Half => {
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf of it")?;
                return Ok(());
            }
        }
    }
    Ok(())
}
