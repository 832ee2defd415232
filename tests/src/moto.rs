//! A local AWS: the launcher of `tests/moto`, with the doors it has for tests.

use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::{http, python, workspace};

/// Names a file that takes down every action which the function was allowed.
pub const ACTIONS: &str = "GATECHECK_TEST_ACTIONS";

/// A running moto server. It ends when this is dropped, or with the test process.
pub struct Moto {
    process: Child,
    address: String,
}

impl Moto {
    /// Starts the server.
    pub fn start() -> Moto {
        let python = python::interpreter();
        let missing = format!("moto does not start with {}; `tests/run` installs it", python.display());

        // An environment of its own: proxies and AWS profiles of whoever runs the tests stay out of them.
        let mut process = Command::new(&python)
            .arg("-B") // No bytecode in the source tree.
            .arg(workspace().join("tests/moto/server.py"))
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .envs(env::var_os(ACTIONS).map(|file| (ACTIONS, file)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{missing} ({error})"));
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("listening ").unwrap_or_else(|| panic!("{missing}")).to_owned();
        Moto { process, address }
    }

    /// What `AWS_ENDPOINT_URL` has to say.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The calls since the start or the last reset, in IAM's words: `ec2:DescribeSubnets`.
    pub fn calls(&self) -> Vec<String> {
        serde_json::from_value(self.ask("GET", "/calls", &Value::Null)).unwrap()
    }

    pub fn reset_calls(&self) {
        self.ask("DELETE", "/calls", &Value::Null);
    }

    /// Builds a network and runs a task in it; returns the task as DescribeTasks prints it, under `task`, and the ids
    /// of what is around it. The options are the arguments of `build` in `tests/moto/scenario.py`.
    pub fn scenario(&self, options: &Value) -> Value {
        self.ask("POST", "/scenario", options)
    }

    /// Makes one call to this AWS that `calls` does not list, with the names that boto3 has for it:
    /// `aws("ssm", "put_parameter", json!({"Name": ..}))`.
    pub fn aws(&self, service: &str, operation: &str, parameters: &Value) -> Value {
        self.ask("POST", "/aws", &json!({"service": service, "operation": operation, "parameters": parameters}))
    }

    /// Every action that the role of the function allows.
    pub fn allowed_actions(&self) -> Vec<String> {
        serde_json::from_value(self.ask("GET", "/actions", &Value::Null)).unwrap()
    }

    /// Deploys a template of `deploy`; its status, outputs and resources.
    pub fn deploy(&self, name: &str, template: &str, parameters: &Value) -> Value {
        self.ask("POST", "/stack", &json!({"name": name, "template": template, "parameters": parameters}))
    }

    /// Sets attributes of a task, spelled and shaped as DescribeTasks prints them.
    pub fn set_task(&self, arn: &str, attributes: &Value) {
        self.ask("POST", "/task", &json!({"task": arn, "set": attributes}));
    }

    /// Fails the next calls of an action (`ecs:DescribeTasks`) with an error code and an HTTP status.
    pub fn fail(&self, action: &str, code: &str, status: u16, times: u32) {
        self.ask("POST", "/fault", &json!({"action": action, "code": code, "status": status, "times": times}));
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        let (status, answer) =
            http::request(&self.address, method, &format!("/gatecheck{path}"), &body.to_string()).unwrap();
        assert_eq!(status, 200, "{method} {path}: {answer}");
        serde_json::from_str(&answer).unwrap()
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
