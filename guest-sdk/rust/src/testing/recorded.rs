//! Facts of a recording, as `gatecheck facts` prints them: what the host makes of it for a policy.

use std::env;
use std::process::Command;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::Unavailable;
use crate::facts::Facts;

/// What `gatecheck facts` prints: one view for each fact, under its name.
pub(crate) type Views = Map<String, Value>;

/// The facts of a recording: a file, or one that comes with `gatecheck` (`gatecheck test --bases` lists them).
///
/// Runs `gatecheck facts`, with the program that the environment variable `GATECHECK` names or the one on the PATH, so that a
/// test sees what a policy will see.
///
/// # Panics
///
/// If the program is not there, or cannot read the recording: a test cannot go on then.
pub fn recorded(name_or_path: &str) -> Facts {
    let program = env::var("GATECHECK").unwrap_or_else(|_| "gatecheck".to_owned());
    let facts = printed(&program, name_or_path).and_then(|views| Facts::recorded(&views));
    match facts {
        Ok(facts) => facts,
        #[expect(clippy::panic, reason = "how a test fails")]
        Err(error) => panic!("`{program} facts {name_or_path}`: {error}"),
    }
}

fn printed(program: &str, recording: &str) -> Result<Views, String> {
    let remedy = "put it on the PATH, or its path into the environment variable GATECHECK";
    let output = Command::new(program).args(["facts", recording]).output();
    let output = output.map_err(|error| format!("{error}; {remedy}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())
}

/// The view of one fact.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum View {
    Known(Value),
    Unavailable(Reason),
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Reason {
    NotYet(String),
    NotApplicable(String),
    Denied(String),
    Failed(String),
    Other(String),
}

/// Reads the view of the fact `name`.
pub(crate) fn view<T: DeserializeOwned>(views: &Views, name: &str) -> Result<Result<T, Unavailable>, String> {
    let other_version = |error: serde_json::Error| format!("`{name}`: {error}; is it of another version?");
    let view = views.get(name).cloned().unwrap_or_default();
    match serde_json::from_value(view).map_err(other_version)? {
        View::Known(mut fact) => {
            if !name.contains("document") {
                name_cases(&mut fact);
            }
            serde_json::from_value(fact).map(Ok).map_err(other_version)
        }
        View::Unavailable(reason) => Ok(Err(match reason {
            Reason::NotYet(why) => Unavailable::NotYet(why),
            Reason::NotApplicable(why) => Unavailable::NotApplicable(why),
            Reason::Denied(why) => Unavailable::Denied(why),
            Reason::Failed(why) => Unavailable::Failed(why),
            Reason::Other(why) => Unavailable::Other(why),
        })),
    }
}

/// Cases of enums are `global-ipv6` in the interface and `GlobalIpv6` in Rust. Two fields of typed facts have some.
fn name_cases(fact: &mut Value) {
    match fact {
        Value::Array(items) => items.iter_mut().for_each(name_cases),
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(case) if name == "class" || name == "scope" => {
                        *case = case.split('-').map(capitalized).collect();
                    }
                    Value::Array(_) if name == "addresses" => name_cases(field),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

fn capitalized(word: &str) -> String {
    let mut characters = word.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(characters).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{AddressScope, NetworkInterface, Subnet, SubnetClass};

    fn views() -> Views {
        let address = json!({"ip": "2600::1", "scope": "global-ipv6"});
        let interface =
            json!({"id": "eni-1", "subnet_id": null, "vpc_id": null, "addresses": [address], "security_group_ids": []});
        let subnet = json!({"id": "subnet-1", "vpc_id": "vpc-1", "class": "inspected", "public_ipv4": false, "public_ipv6": false,
            "route_table_id": null, "why": "it is so"});
        let Value::Object(views) = json!({
            "interfaces": {"known": [interface]},
            "subnets": {"known": [subnet]},
            "task_document": {"known": {"class": "as-it-is"}},
            "tags": {"unavailable": {"denied": "ecs:DescribeTasks"}},
        }) else {
            panic!()
        };
        views
    }

    #[test]
    fn views_become_facts() {
        let interfaces: Vec<NetworkInterface> = view(&views(), "interfaces").unwrap().unwrap();
        assert_eq!(interfaces[0].addresses[0].scope, AddressScope::GlobalIpv6);
        let subnets: Vec<Subnet> = view(&views(), "subnets").unwrap().unwrap();
        assert_eq!(subnets[0].class, SubnetClass::Inspected);
        let document: Value = view(&views(), "task_document").unwrap().unwrap();
        assert_eq!(document["class"], "as-it-is");
        let tags: Result<Vec<(String, String)>, _> = view(&views(), "tags").unwrap();
        assert_eq!(tags, Err(Unavailable::Denied("ecs:DescribeTasks".into())));
        let error = view::<Vec<Subnet>>(&views(), "cluster").unwrap_err();
        assert!(error.starts_with("`cluster`: ") && error.ends_with("is it of another version?"), "{error}");
    }
}
