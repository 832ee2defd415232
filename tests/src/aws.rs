//! A recording of facts, replayed by a server that speaks the protocols of DynamoDB, ECS, EC2 and SSM: everything between it and
//! the code under test is real, SDK and HTTP included.

// The paths are spelt out because host/aws includes this file too, from elsewhere.
#[path = "aws/call.rs"]
mod call;
#[path = "aws/dynamodb.rs"]
mod dynamodb;
#[path = "aws/ec2.rs"]
mod ec2;
#[path = "aws/ecs.rs"]
mod ecs;
#[path = "aws/ssm.rs"]
mod ssm;
#[path = "aws/xml.rs"]
mod xml;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use gatecheck_core::facts::{Fact, Facts, Family, Unavailable};
use serde_json::Value;
use wiremock::{Mock, MockServer, Request, ResponseTemplate, matchers};

use call::{Call, Input};
pub use ssm::Parameter;

/// An AWS account in which one task runs.
#[derive(Debug)]
pub struct RecordedAws {
    server: MockServer,
    state: Arc<Mutex<State>>,
}

impl RecordedAws {
    /// Starts an account whose facts are those of a recording, with these SSM parameters.
    pub async fn start(facts: Facts, parameters: BTreeMap<String, String>) -> Self {
        let parameters = parameters.into_iter().map(|(name, value)| (name, Parameter::new(&value))).collect();
        let state = Arc::new(Mutex::new(State { facts, parameters, ..State::default() }));
        let server = MockServer::start().await;
        let answering = Arc::clone(&state);
        let answer = move |request: &Request| lock(&answering).respond(request);
        Mock::given(matchers::any()).respond_with(answer).mount(&server).await;
        Self { server, state }
    }

    /// For `AWS_ENDPOINT_URL`.
    pub fn endpoint(&self) -> String {
        self.server.uri()
    }

    /// All calls so far in the order in which they came, such as `ec2:DescribeSubnets`. Each page and each attempt is one.
    pub fn calls(&self) -> Vec<String> {
        self.state().calls.clone()
    }

    /// Forgets the calls so far.
    pub fn clear_calls(&self) {
        self.state().calls.clear();
    }

    /// Replaces the recording.
    pub fn set_facts(&self, facts: Facts) {
        self.state().facts = facts;
    }

    /// Replaces one family of the recording.
    pub fn set_fact(&self, family: Family, fact: Fact) {
        self.state().facts.set(family, fact);
    }

    /// Sets an SSM parameter.
    pub fn set_parameter(&self, name: &str, value: &str) {
        self.state().parameters.insert(name.to_owned(), Parameter::new(value));
    }

    /// Stores a `SecureString` that cannot be decrypted.
    pub fn lock_parameter(&self, name: &str) {
        self.state().parameters.insert(name.to_owned(), Parameter::locked());
    }

    /// What is stored under the name of an SSM parameter.
    pub fn parameter(&self, name: &str) -> Option<Parameter> {
        self.state().parameters.get(name).cloned()
    }

    /// Deletes an SSM parameter.
    pub fn remove_parameter(&self, name: &str) {
        self.state().parameters.remove(name);
    }

    /// Lets EC2 answer in pages of `size`, the first of them empty.
    pub fn set_page_size(&self, size: usize) {
        self.state().page_size = Some(size);
    }

    /// Lets the next `times` calls of an action fail.
    pub fn fail(&self, action: &str, code: &str, status: u16, times: usize) {
        let refusal = Refusal { code: code.to_owned(), status, message: "injected by the test".to_owned() };
        self.state().injected.push(Injected { action: action.to_owned(), refusal, times });
    }

    /// Lets every answer to an action come so late that nobody waits for it.
    pub fn hang(&self, action: &str) {
        self.state().hanging.push(action.to_owned());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Debug, Default)]
struct State {
    facts: Facts,
    parameters: BTreeMap<String, Parameter>,
    page_size: Option<usize>,
    injected: Vec<Injected>,
    hanging: Vec<String>,
    /// The items of the table of what was reported.
    reported: BTreeMap<String, BTreeSet<String>>,
    calls: Vec<String>,
}

#[derive(Debug)]
struct Injected {
    action: String,
    refusal: Refusal,
    times: usize,
}

/// An error that a service answers with.
#[derive(Debug, Clone)]
struct Refusal {
    code: String,
    status: u16,
    message: String,
}

impl Refusal {
    /// Of a kind that is not tried again.
    fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), status: 400, message: message.into() }
    }
}

impl State {
    fn respond(&mut self, request: &Request) -> ResponseTemplate {
        let Some(call) = Call::read(request) else {
            return ResponseTemplate::new(404).set_body_string("no call of DynamoDB, ECS, EC2 or SSM");
        };
        self.calls.push(call.action.clone());
        let answer = match self.injected(&call.action) {
            Some(refusal) => call.refuse(&refusal),
            None => self.answer(&call).map_or_else(|refusal| call.refuse(&refusal), |answer| call.respond(answer)),
        };
        if self.hanging.contains(&call.action) { answer.set_delay(Duration::from_mins(1)) } else { answer }
    }

    fn injected(&mut self, action: &str) -> Option<Refusal> {
        let injected = self.injected.iter_mut().find(|injected| injected.action == action && injected.times > 0)?;
        injected.times -= 1;
        Some(injected.refusal.clone())
    }

    fn answer(&mut self, call: &Call) -> Result<String, Refusal> {
        match &call.input {
            Input::Query(query) => ec2::answer(self, &call.action, query),
            Input::Json(input) if call.action.starts_with("dynamodb:") => dynamodb::answer(self, &call.action, input),
            Input::Json(input) if call.action.starts_with("ssm:") => ssm::answer(self, &call.action, input),
            Input::Json(input) => ecs::answer(self, &call.action, input),
        }
    }

    /// What the recording holds of a family, as an answer to a call of `action`.
    fn documents(&self, family: Family, action: &str) -> Result<Vec<Value>, Refusal> {
        if self.is_denied(action) {
            let code = if action.starts_with("ec2:") { "UnauthorizedOperation" } else { "AccessDeniedException" };
            return Err(Refusal { status: 403, ..Refusal::new(code, format!("not authorized to perform: {action}")) });
        }
        match self.facts.get(family).map(Fact::as_result) {
            Some(Ok(Value::Array(documents))) => Ok(documents.clone()),
            Some(Ok(document)) => Ok(vec![document.clone()]),
            // Another action of the same family will be refused.
            Some(Err(Unavailable::Denied(_))) => Ok(Vec::new()),
            Some(Err(reason)) => Err(Refusal::new("InvalidParameterException", reason.to_string())),
            None => Err(Refusal::new("InvalidParameterException", format!("{family} is not recorded"))),
        }
    }

    fn is_denied(&self, action: &str) -> bool {
        self.facts
            .iter()
            .any(|(_, fact)| matches!(fact.as_result(), Err(Unavailable::Denied(denied)) if denied == action))
    }
}
