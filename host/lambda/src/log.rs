//! Log records as Lambda writes its own: JSON with an RFC 3339 `timestamp` and a `level`, or lines of text that look like
//! those of Lambda's Python runtime, for the filters that were built for it.

use std::env;
use std::fmt::{self, Write as _};
use std::io::{self, Write as _};
use std::sync::{Mutex, PoisonError};

use gatecheck_core::report::is_plain;
use serde_json::{Map, Value, json};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

/// How records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// One line of text.
    Text,
}

impl LogFormat {
    /// `AWS_LAMBDA_LOG_FORMAT`; JSON unless it asks for text.
    pub fn from_env() -> Self {
        match env::var("AWS_LAMBDA_LOG_FORMAT") {
            Ok(format) if format.eq_ignore_ascii_case("text") => Self::Text,
            _ => Self::Json,
        }
    }

    /// One record, without its line end.
    pub fn record(self, level: Level, message: &str, fields: Map<String, Value>) -> String {
        let timestamp = jiff::Timestamp::now();
        let request_id = REQUEST_ID.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match self {
            Self::Json => {
                let mut record = json!({
                    "timestamp": format!("{timestamp:.3}"),
                    "level": level.as_str(),
                    "message": message,
                    "requestId": request_id,
                });
                if let Value::Object(record) = &mut record {
                    for (name, value) in fields {
                        record.entry(name).or_insert(value);
                    }
                }
                record.to_string()
            }
            Self::Text => {
                let level = if level == Level::WARN { "WARNING" } else { level.as_str() };
                let mut line = format!("[{level}]\t{timestamp:.3}\t{request_id}\t");
                // Nothing that a policy or a task says begins a line of its own.
                line.extend(message.chars().map(|character| if is_plain(character) { character } else { ' ' }));
                for (name, value) in fields {
                    // Writing to a string does not fail.
                    let _ = write!(line, " {name}={value}");
                }
                line
            }
        }
    }

    /// Writes one record.
    pub fn write(self, level: Level, message: &str, fields: Map<String, Value>) -> io::Result<()> {
        writeln!(io::stdout().lock(), "{}", self.record(level, message, fields))
    }
}

/// The invocation that runs. A process handles one at a time.
static REQUEST_ID: Mutex<String> = Mutex::new(String::new());

/// Names the invocation that the records to come belong to.
pub fn set_request_id(id: &str) {
    id.clone_into(&mut REQUEST_ID.lock().unwrap_or_else(PoisonError::into_inner));
}

/// Sends what the process has to say about itself to standard output, at `AWS_LAMBDA_LOG_LEVEL` (INFO) and above. Whatever is
/// asked for, other crates only warn: what they trace are requests and answers, with the secrets in them.
pub fn install(format: LogFormat) {
    let level = env::var("AWS_LAMBDA_LOG_LEVEL").ok().and_then(|level| level.parse().ok()).unwrap_or(LevelFilter::INFO);
    let filter = Targets::new().with_default(level.min(LevelFilter::WARN)).with_targets(OWN.map(|own| (own, level)));
    let log = tracing_subscriber::fmt::layer().event_format(Formatter(format)).with_filter(filter);
    tracing_subscriber::registry().with(log).init();
}

/// Our crates, and the program.
const OWN: [&str; 2] = ["gatecheck", "bootstrap"];

struct Formatter(LogFormat);

impl<S, N> FormatEvent<S, N> for Formatter
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut fields = Fields::default();
        event.record(&mut fields);
        writeln!(writer, "{}", self.0.record(*event.metadata().level(), &fields.message, fields.others))
    }
}

#[derive(Default)]
struct Fields {
    message: String,
    others: Map<String, Value>,
}

impl Fields {
    fn insert(&mut self, field: &Field, value: Value) {
        self.others.insert(field.name().to_owned(), value);
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        if field.name() == "message" {
            self.message = text;
        } else {
            self.insert(field, text.into());
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.insert(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.insert(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.insert(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.insert(field, value.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_json_record_is_one_that_lambda_understands() {
        let fields = Map::from_iter([("policy".to_owned(), "p".into()), ("level".to_owned(), "forged".into())]);
        let record: Value = serde_json::from_str(&LogFormat::Json.record(Level::WARN, "a\nb", fields)).unwrap();
        assert!(record["timestamp"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok());
        assert_eq!(
            (&record["level"], &record["message"], &record["policy"]),
            (&"WARN".into(), &"a\nb".into(), &"p".into())
        );
    }

    #[test]
    fn a_text_record_is_one_line_with_the_level_of_python() {
        let line = LogFormat::Text.record(Level::WARN, "a\n[ERROR] b", Map::new());
        assert!(line.starts_with("[WARNING]\t") && line.ends_with("\ta [ERROR] b"), "{line}");
    }
}
