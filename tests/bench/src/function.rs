//! A Lambda function as a real process: a local Runtime API that notes when it is asked, and a stand-in for Parameter Store.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, anyhow};
use serde_json::{Value, json};

use crate::child::{peak_memory, processor_time};
use crate::http::{self, Message};

/// What takes longer does not come.
const PATIENCE: Duration = Duration::from_secs(30);

/// A function that runs. Its process ends with this.
#[derive(Debug)]
pub struct Function {
    process: Child,
    started: Instant,
    events: Sender<String>,
    said: Receiver<Said>,
}

/// What the function did.
#[derive(Debug)]
enum Said {
    /// Asked for an event, at this time.
    Asked(Instant),
    Answered(String),
    Failed(String),
}

impl Said {
    fn unexpected(self) -> anyhow::Error {
        match self {
            Self::Asked(_) => anyhow!("the function asks for another event and gives no answer"),
            Self::Answered(answer) => anyhow!("the function answers what it was not asked: {answer}"),
            Self::Failed(error) => anyhow!("the function fails: {error}"),
        }
    }
}

impl Function {
    /// Starts a program as Lambda does. What it writes goes to `log`.
    pub fn start(program: &Path, log: &Path, environment: &[(&str, &str)]) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?.to_string();
        let (events, queue) = mpsc::channel();
        let (say, said) = mpsc::channel();
        let queue = Arc::new(Mutex::new(queue));
        serve(listener, move |stream| runtime_api(stream, &queue, &say));
        let log = File::create(log)?;
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", address)
            .env("AWS_LAMBDA_FUNCTION_NAME", "gatecheck")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/gatecheck")
            .env("AWS_LAMBDA_LOG_STREAM_NAME", "bench")
            .env("AWS_REGION", "us-west-2")
            .env("AWS_ACCESS_KEY_ID", "bench")
            .env("AWS_SECRET_ACCESS_KEY", "bench")
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        let started = Instant::now();
        let process = command.spawn().with_context(|| program.display().to_string())?;
        Ok(Self { process, started, events, said })
    }

    /// Waits until it asks for its first event: how long it took since it was started.
    pub fn ready(&mut self) -> Result<Duration> {
        match self.next()? {
            Said::Asked(at) => Ok(at.duration_since(self.started)),
            other => Err(other.unexpected()),
        }
    }

    /// Hands it an event: what it answers, and when, counted from its start. It asks for the next one then.
    pub fn invoke(&mut self, event: &str) -> Result<(Value, Duration)> {
        self.events.send(event.to_owned())?;
        let answer = match self.next()? {
            Said::Answered(answer) => (serde_json::from_str(&answer)?, self.started.elapsed()),
            other => return Err(other.unexpected()),
        };
        self.ready()?;
        Ok(answer)
    }

    /// The largest memory that it ever had.
    pub fn peak_memory(&self) -> Result<u64> {
        peak_memory(self.process.id())
    }

    /// Ends it: how much of a processor it took.
    pub fn end(mut self) -> Result<Duration> {
        self.process.kill()?;
        processor_time(&mut self.process)
    }

    fn next(&mut self) -> Result<Said> {
        self.said.recv_timeout(PATIENCE).with_context(|| match self.process.try_wait() {
            Ok(Some(status)) => format!("the function ended: {status}"),
            _ => "the function says nothing".to_owned(),
        })
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Parameter Store with one policy.
#[derive(Debug)]
pub struct Parameters {
    /// For `AWS_ENDPOINT_URL_SSM`.
    pub endpoint: String,
}

impl Parameters {
    /// Starts it with the entry of a policy.
    pub fn start(entry: &Value) -> Result<Self> {
        let parameter = json!({"Name": "/gatecheck/policies/allow-list", "Type": "String", "Value": entry.to_string(), "Version": 1});
        let answer = json!({"Parameters": [parameter]}).to_string();
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        serve(listener, move |stream| parameter_store(stream, &answer));
        Ok(Self { endpoint })
    }
}

/// Serves every connection in a thread of its own.
fn serve(listener: TcpListener, connection: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static) {
    let connection = Arc::new(connection);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = Arc::clone(&connection);
            // A peer that is gone is no failure.
            thread::spawn(move || connection(stream));
        }
    });
}

fn parameter_store(stream: TcpStream, answer: &str) -> io::Result<()> {
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = Message::read(&mut reader)? {
        let headers = [("Content-Type", "application/x-amz-json-1.1")];
        // Below the path of sinks there are none.
        let answer = if request.body.contains("/gatecheck/policies") { answer } else { r#"{"Parameters": []}"# };
        match request.header("x-amz-target") {
            Some("AmazonSSM.GetParametersByPath") => http::write(&mut writer, "HTTP/1.1 200 OK", &headers, answer)?,
            _ => http::write(&mut writer, "HTTP/1.1 400 Bad Request", &headers, r#"{"__type": "InvalidAction"}"#)?,
        }
    }
    Ok(())
}

fn runtime_api(stream: TcpStream, events: &Mutex<Receiver<String>>, said: &Sender<Said>) -> io::Result<()> {
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = Message::read(&mut reader)? {
        let path = request.start.split(' ').nth(1).unwrap_or_default();
        if path.ends_with("/invocation/next") {
            let _ = said.send(Said::Asked(Instant::now()));
            let Ok(event) = events.lock().unwrap_or_else(PoisonError::into_inner).recv() else { break };
            let deadline = SystemTime::now() + PATIENCE;
            let deadline = deadline.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis().to_string();
            let headers = [
                ("Content-Type", "application/json"),
                ("Lambda-Runtime-Aws-Request-Id", "00000000-0000-0000-0000-000000000000"),
                ("Lambda-Runtime-Deadline-Ms", &deadline),
                ("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-west-2:123456789012:function:gatecheck"),
            ];
            http::write(&mut writer, "HTTP/1.1 200 OK", &headers, &event)?;
            continue;
        }
        let outcome = match path.rsplit('/').next() {
            Some("response") => Said::Answered(request.body),
            Some("error") => Said::Failed(request.body),
            _ => return Err(ErrorKind::NotFound.into()),
        };
        http::write(&mut writer, "HTTP/1.1 202 Accepted", &[], "")?;
        let _ = said.send(outcome);
    }
    Ok(())
}
