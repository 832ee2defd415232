//! Documents as the AWS CLI prints them, turned back into the XML that EC2 sent.

use serde_json::Value;

/// `<name>value</name>`; nothing for null.
pub(super) fn element(name: &str, value: &Value) -> String {
    let content = match value {
        Value::Null => return String::new(),
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::String(value) => escape(value),
        Value::Array(items) => items.iter().map(|item| element("item", item)).collect(),
        Value::Object(fields) => fields.iter().map(|(key, field)| element(&element_name(key), field)).collect(),
    };
    format!("<{name}>{content}</{name}>")
}

/// As a rule the name of the API in lower camel case. For the exceptions see the deserialisers of aws-sdk-ec2.
fn element_name(key: &str) -> String {
    let irregular = match key {
        "AssociatedSubnets" => "associatedSubnetSet",
        "Associations" => "associationSet",
        "Groups" => "groupSet",
        "Ipv4Prefixes" => "ipv4PrefixSet",
        "Ipv6Addresses" => "ipv6AddressesSet",
        "Ipv6Prefixes" => "ipv6PrefixSet",
        "PrivateIpAddresses" => "privateIpAddressesSet",
        "PropagatingVgws" => "propagatingVgwSet",
        "Routes" => "routeSet",
        "Tags" => "tagSet",
        "UserIdGroupPairs" => "groups",
        _ => {
            let mut rest = key.chars();
            let first = rest.next().map(|first| first.to_ascii_lowercase());
            return first.into_iter().chain(rest).collect();
        }
    };
    irregular.to_owned()
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
