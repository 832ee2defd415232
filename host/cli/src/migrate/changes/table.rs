//! The behaviours, one row each: first what keeps a statement from being brought over, then what is written in another way, then
//! what is judged in another way. The README of the allow-list tells the same to whoever has no policy at hand.

use serde_json::Value;

use super::super::statement::{Check, Kind};
use super::rewriting::{
    action, alert, allow_nothing, allow_the_keys, allow_the_text, as_it_is, other_refused, take_refused_away,
    take_whole,
};
use super::touching::{open_patterns, other_keys, scope, whole};
use super::{Behaviour, Effect, Touches};

/// Most of them: nothing about the statement changes but its meaning, and there is nothing to do.
const MEANT_OTHERWISE: Behaviour = Behaviour {
    id: "",
    what: "",
    before: "",
    now: "",
    to_do: None,
    effect: Effect::Judged,
    touches: Touches::Deployment(|_| true),
};

/// All of them.
pub(super) static BEHAVIOURS: [Behaviour; 40] = [
    Behaviour {
        id: "no-statement",
        what: "an entry that is no object",
        before: "crashed, and took the alerts of the others with it",
        now: "is left out",
        to_do: Some("write a statement with `attribute` and `allowed_values`"),
        effect: Effect::LeftOut,
        touches: Touches::Statement(|one| one.is(!one.is_object)),
    },
    Behaviour {
        id: "no-attribute",
        what: "a statement without an `attribute`",
        before: "judged nothing",
        now: "is left out",
        to_do: Some("add the attribute, if one was meant"),
        effect: Effect::LeftOut,
        touches: Touches::Statement(|one| one.is(one.attribute().is_none())),
    },
    Behaviour {
        id: "unknown-attribute",
        what: "an attribute that no task has",
        before: "passed every task",
        now: "is a fault, so it is left out",
        to_do: Some("correct the attribute; then the statement judges for the first time"),
        effect: Effect::LeftOut,
        touches: Touches::Statement(|one| one.because(one.refused.get("attribute").cloned())),
    },
    Behaviour {
        id: "unknown-type",
        what: "a `type` other than `exact`, `pattern` and `range`",
        before: "passed every task",
        now: "is a fault, so it is left out",
        to_do: Some("correct the type; then the statement judges for the first time"),
        effect: Effect::LeftOut,
        touches: Touches::Statement(|one| one.is(one.check() == Check::Unknown && !one.ignored_type())),
    },
    Behaviour {
        id: "crash",
        what: "a statement that crashed",
        before: "crashed at every task with the attribute, and took the alerts of the others with it",
        now: "is left out",
        to_do: Some("write down what was meant; then the statement judges for the first time"),
        effect: Effect::LeftOut,
        touches: Touches::Statement(|one| one.because(one.crash())),
    },
    Behaviour {
        id: "document-list",
        what: "a document that is a list",
        before: "crashed at every task",
        now: "is a fault, so the list is put under `task`",
        to_do: Some("know that these statements judge for the first time"),
        effect: Effect::Rewritten(as_it_is),
        touches: Touches::Document(|document, _| whole(document)),
    },
    Behaviour {
        id: "document-keys",
        what: "keys beside `task`",
        before: "were ignored",
        now: "are faults, so they are taken away",
        effect: Effect::Rewritten(as_it_is),
        touches: Touches::Document(|document, _| other_keys(document)),
        ..MEANT_OTHERWISE
    },
    Behaviour {
        id: "scope",
        what: "a rule that listens to some tasks only",
        before: "kept the other tasks from the function",
        now: "is a `scope` of the policy: the function hears of every task",
        effect: Effect::Rewritten(as_it_is),
        touches: Touches::Document(|_, deployment| scope(deployment)),
        ..MEANT_OTHERWISE
    },
    Behaviour {
        id: "terminate",
        what: "the action `terminate`",
        before: "terminated nothing: it alerted, and kept the statements after it from judging the task",
        now: "is a fault, so it becomes `alert`, and the statements after it judge",
        effect: Effect::Rewritten(alert),
        touches: Touches::Statement(|one| one.is(action(one) == Some("terminate"))),
        ..MEANT_OTHERWISE
    },
    Behaviour {
        id: "action",
        what: "another `action` than `alert`, or none",
        before: "logged violations, and never posted them to the webhook",
        now: "tells every sink",
        to_do: Some("to keep it quiet, move it to a policy of its own, and name the others in `policies` of the sink"),
        effect: Effect::Rewritten(alert),
        touches: Touches::Statement(|one| one.is(!matches!(action(one), Some("alert" | "terminate")))),
    },
    Behaviour {
        id: "no-allowed-values",
        what: "a statement without `allowed_values`",
        before: "allowed nothing",
        now: "is a fault, so it gets an empty list, which allows nothing",
        effect: Effect::Rewritten(allow_nothing),
        touches: Touches::Statement(|one| one.is(one.allowed().is_none())),
        ..MEANT_OTHERWISE
    },
    Behaviour {
        id: "allowed-text",
        what: "`allowed_values` that are one text",
        before: "allowed every part of the text, or took each of its characters for a pattern or bound",
        now: "are a fault, so they become a list of that text, which allows it alone",
        to_do: Some("look whether that is what was meant"),
        effect: Effect::Rewritten(allow_the_text),
        touches: Touches::Statement(|one| one.is(one.allowed().is_some_and(Value::is_string))),
    },
    Behaviour {
        id: "allowed-keys",
        what: "`allowed_values` that are an object",
        before: "allowed its keys",
        now: "are a fault, so they become a list of the keys",
        effect: Effect::Rewritten(allow_the_keys),
        touches: Touches::Statement(|one| one.is(one.allowed().is_some_and(Value::is_object))),
        ..MEANT_OTHERWISE
    },
    Behaviour {
        id: "type-without-effect",
        what: "a `type` of `subnet-type` or `ip` that could not have had an effect",
        before: "was ignored, and the values compared exactly",
        now: "would have an effect, so it is taken away",
        effect: Effect::Rewritten(|_, entries| drop(entries.remove("type"))),
        touches: Touches::Statement(|one| {
            let is_ignored = matches!(one.check(), Check::Unknown | Check::Range)
                || (one.check() == Check::Pattern && one.allows_both());
            one.is(one.ignored_type() && is_ignored)
        }),
        ..MEANT_OTHERWISE
    },
    Behaviour {
        id: "list-as-a-whole",
        what: "an attribute that is a list",
        before: "was compared as a whole",
        now: "is judged element by element, so the attribute is put in brackets, which makes it a whole again",
        to_do: Some("name what is meant in the elements, such as `containers[].name`"),
        effect: Effect::Rewritten(take_whole),
        touches: Touches::Statement(|one| one.is(one.kind() == Kind::List)),
    },
    Behaviour {
        id: "ignored-keys",
        what: "keys of a statement that the allow-list does not take",
        before: "were ignored",
        now: "are faults, so they are taken away",
        to_do: Some("look whether one of them was meant to be another"),
        effect: Effect::Rewritten(take_refused_away),
        touches: Touches::Statement(|one| {
            other_refused(one).map(|(key, reason)| one.touch(&format!("/{key}"), Some(reason.clone()))).collect()
        }),
    },
    Behaviour {
        id: "later-events",
        what: "events of a task",
        before: "only those that the rule listened to: PROVISIONING, in the tool's own template",
        now: "PROVISIONING, PENDING and RUNNING are judged, and each violation is told once",
        touches: Touches::Deployment(|deployment| deployment.hears_less),
        ..MEANT_OTHERWISE
    },
    Behaviour {
        id: "bridge-host",
        what: "tasks in network mode `bridge` and `host`",
        before: "passed: they are never PROVISIONING, and have no interface of their own",
        now: "are judged; where they are is where their container instance is",
        touches: Touches::Deployment(|_| true),
        ..MEANT_OTHERWISE
    },
    Behaviour {
        id: "aws-fails",
        what: "a task or task definition that AWS refuses or fails to tell",
        before: "passed every statement",
        now: "most statements need neither; a rule that does is undecided, and that is told",
        touches: Touches::Deployment(|_| true),
        ..MEANT_OTHERWISE
    },
    Behaviour {
        id: "subnet-name",
        what: "the attribute `subnet`",
        before: "passed every task, since `subnet-type` took its place in the tool",
        now: "is `subnet-type`",
        touches: Touches::Statement(|one| one.is(one.attribute() == Some("subnet"))),
        ..MEANT_OTHERWISE
    },
    Behaviour {
        id: "implicit-subnet",
        what: "a subnet without a route table of its own",
        before: "was judged by all route tables of its VPC",
        now: "is judged by the main one",
        touches: Touches::Statement(|one| one.is(one.judges_subnets())),
        ..MEANT_OTHERWISE
    },
    Behaviour {
        id: "blackhole-route",
        what: "a route whose internet gateway is gone (blackhole)",
        before: "made the subnet public",
        now: "is no route",
        touches: Touches::Statement(|one| one.is(one.judges_subnets())),
        ..MEANT_OTHERWISE
    },
    Behaviour {
        id: "other-gateways",
        what: "a carrier gateway, or a firewall endpoint as the default route",
        before: "left the subnet private",
        now: "makes it `carrier` or `inspected`",
        to_do: Some("add those of the two that are fine to `allowed_values`"),
        touches: Touches::Statement(|one| one.is(one.judges_subnets())),
        ..MEANT_OTHERWISE
    },
    Behaviour {
        id: "blocked-public-access",
        what: "VPC block public access",
        before: "was not looked at",
        now: "takes the internet gateway out of force",
        touches: Touches::Statement(|one| one.is(one.judges_subnets())),
        ..MEANT_OTHERWISE
    },
    Behaviour {
        id: "appliance-route",
        what: "an appliance as the default route",
        before: "left the subnet private",
        now: "leaves the rule undecided, and that is told",
        to_do: Some("leave such tasks out with `scope`, or allow their subnets by `subnet-id`"),
        touches: Touches::Statement(|one| one.is(one.judges_subnets())),
        ..MEANT_OTHERWISE
    },
    Behaviour {
        id: "subnet-unknown",
        what: "a subnet or route table that AWS refuses or fails to tell",
        before: "left the subnet private",
        now: "leaves the rule undecided, and that is told",
        touches: Touches::Statement(|one| one.is(one.judges_subnets())),
        ..MEANT_OTHERWISE
    },
    Behaviour {
        id: "not-attached",
        what: "an interface that is not attached yet",
        before: "passed for good, and crashed if its ID was null",
        now: "is judged by the event that brings it",
        touches: Touches::Statement(|one| one.is(one.judges_addresses())),
        ..MEANT_OTHERWISE
    },
    Behaviour {
        id: "every-interface",
        what: "several interfaces",
        before: "only the last one was judged",
        now: "every one is",
        touches: Touches::Statement(|one| one.is(one.judges_addresses())),
        ..MEANT_OTHERWISE
    },
    Behaviour {
        id: "every-address",
        what: "secondary and carrier addresses, IPv6",
        before: "were not looked at",
        now: "count; IPv6 where the internet can reach it",
        touches: Touches::Statement(|one| one.is(one.judges_addresses())),
        ..MEANT_OTHERWISE
    },
    Behaviour {
        id: "interface-unknown",
        what: "an interface that AWS refuses or fails to tell",
        before: "was private",
        now: "leaves the rule undecided, and that is told",
        touches: Touches::Statement(|one| one.is(one.judges_addresses())),
        ..MEANT_OTHERWISE
    },
    Behaviour {
        id: "type-respected",
        what: "the `type` of `subnet-type` and `ip`",
        before: "was ignored, and the values compared exactly",
        now: "is respected: they are patterns",
        touches: Touches::Statement(|one| {
            one.is(one.ignored_type() && one.check() == Check::Pattern && !one.allows_both())
        }),
        ..MEANT_OTHERWISE
    },
    Behaviour {
        id: "injected-container",
        what: "a container without an image, which AWS injected",
        before: "violated every statement about images",
        now: "is not judged by its image",
        touches: Touches::Statement(|one| one.is(one.kind() == Kind::Image)),
        ..MEANT_OTHERWISE
    },
    Behaviour {
        id: "image-object",
        what: "the `object` of a violation by an image",
        before: "was the image",
        now: "is the name of the container",
        to_do: Some("look for what searches the log by it"),
        touches: Touches::Statement(|one| one.is(one.kind() == Kind::Image)),
        ..MEANT_OTHERWISE
    },
    Behaviour {
        id: "number-and-text",
        what: "a number and a text that spell the same, such as 256 and \"256\"",
        before: "were not equal, so ECS's `cpu` of \"256\" was not the allowed 256",
        now: "are equal",
        touches: Touches::Statement(|one| one.is(one.compares_number_with_text())),
        ..MEANT_OTHERWISE
    },
    Behaviour {
        id: "text-bounds",
        what: "bounds of a range that are written as text",
        before: "were compared as text, where 1024 is below 256; crashed beside a number",
        now: "are compared as numbers",
        touches: Touches::Statement(|one| one.is(one.misread_bounds())),
        ..MEANT_OTHERWISE
    },
    Behaviour {
        id: "pattern-without-text",
        what: "a pattern and a boolean, number or date",
        before: "crashed, and took the alerts of the others with it",
        now: "looks at its text; an allowed boolean or number is one that is equal",
        touches: Touches::Statement(|one| one.is(one.searches_no_text())),
        ..MEANT_OTHERWISE
    },
    Behaviour {
        id: "date",
        what: "a date that is compared exactly",
        before: "equalled nothing, so every task with it violated the statement",
        now: "is its text, such as 2026-11-20T17:57:34.402Z",
        touches: Touches::Statement(|one| one.is(one.kind() == Kind::Date && one.check() == Check::Exact)),
        ..MEANT_OTHERWISE
    },
    Behaviour {
        id: "expression",
        what: "an expression such as `overrides.taskRoleArn`",
        before: "passed every task: only names of attributes were known",
        now: "is JMESPath, and judges",
        to_do: Some("look whether it says what was meant"),
        touches: Touches::Statement(|one| one.is(one.kind() == Kind::Expression)),
        ..MEANT_OTHERWISE
    },
    Behaviour {
        id: "new-keys",
        what: "the keys `required`, `severity`, `rule`, `message` and `remediation`",
        before: "were ignored",
        now: "have the meaning that the allow-list gives them",
        to_do: Some("look whether it is what was meant"),
        touches: Touches::Statement(|one| one.new_keys().map(|key| one.touch(&format!("/{key}"), None)).collect()),
        ..MEANT_OTHERWISE
    },
    Behaviour {
        id: "open-pattern",
        what: "a pattern that finds more images than it seems to",
        before: "was searched for anywhere in the image, as `re.search` does",
        now: "is searched for in the same way",
        to_do: Some("write it like `^111122223333\\.dkr\\.ecr\\.us-west-2\\.amazonaws\\.com/`"),
        effect: Effect::Doubtful,
        touches: Touches::Statement(open_patterns),
    },
];
