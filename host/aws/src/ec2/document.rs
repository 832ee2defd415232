//! From the XML of EC2 to what the AWS CLI prints: the names of the API, with numbers, booleans and lists for what.
//!
//! From the service model of EC2 (API version 2016-11-15). Attributes that it gains are kept, as texts and objects. A value of another
//! type than the model says makes the answer unreadable: no default stands in for it.

use roxmltree::{Document, Node, ParsingOptions};
use serde_json::{Map, Value};

/// Names of the API that are not those of the XML with a capital letter.
const NAMES: [(&str, &str); 11] = [
    ("associatedSubnetSet", "AssociatedSubnets"),
    ("associationSet", "Associations"),
    ("groupDescription", "Description"),
    ("groupSet", "Groups"),
    ("groups", "UserIdGroupPairs"),
    ("ipv4PrefixSet", "Ipv4Prefixes"),
    ("ipv6AddressesSet", "Ipv6Addresses"),
    ("ipv6PrefixSet", "Ipv6Prefixes"),
    ("privateIpAddressesSet", "PrivateIpAddresses"),
    ("propagatingVgwSet", "PropagatingVgws"),
    ("routeSet", "Routes"),
];

/// What is a list also if it has no items.
const LISTS: [&str; 17] = [
    "associatedSubnetSet",
    "associationSet",
    "groupSet",
    "groups",
    "ipPermissions",
    "ipPermissionsEgress",
    "ipRanges",
    "ipv4PrefixSet",
    "ipv6AddressesSet",
    "ipv6CidrBlockAssociationSet",
    "ipv6PrefixSet",
    "ipv6Ranges",
    "prefixListIds",
    "privateIpAddressesSet",
    "propagatingVgwSet",
    "routeSet",
    "tagSet",
];

const BOOLEANS: [&str; 19] = [
    "assignIpv6AddressOnCreation",
    "defaultForAz",
    "deleteOnTermination",
    "denyAllIgwTraffic",
    "enaSrdEnabled",
    "enaSrdUdpEnabled",
    "enableDns64",
    "enableResourceNameDnsAAAARecord",
    "enableResourceNameDnsARecord",
    "hiddenByDefault",
    "ipv6Native",
    "isPrimaryIpv6",
    "main",
    "managed",
    "mapCustomerOwnedIpOnLaunch",
    "mapPublicIpOnLaunch",
    "primary",
    "requesterManaged",
    "sourceDestCheck",
];

const NUMBERS: [&str; 10] = [
    "availableIpAddressCount",
    "deviceIndex",
    "enableLniAtDeviceIndex",
    "enaQueueCount",
    "fromPort",
    "networkCardIndex",
    "tcpEstablishedTimeout",
    "toPort",
    "udpStreamTimeout",
    "udpTimeout",
];

/// Answers of EC2 are five elements deep.
const DEEPEST: usize = 20;

/// A page of a thousand network interfaces has a tenth of them.
const MOST_NODES: u32 = 1_000_000;

/// A page of an answer.
#[derive(Debug, PartialEq)]
pub(super) struct Page {
    /// Its documents.
    pub(super) documents: Vec<Value>,
    /// What asks for the next one.
    pub(super) next: Option<String>,
}

/// Reads an answer: the items of its element `list`; none if it cannot be read. `tags` is what the API calls the tags of a document.
pub(super) fn page(xml: &str, list: &str, tags: &str) -> Option<Page> {
    let document = parse(xml)?;
    let root = document.root_element();
    // An answer without the list is none, rather than an empty one.
    let documents = child(root, list)?.children().filter(Node::is_element);
    let documents = documents.map(|item| value(item, tags, DEEPEST)).collect::<Option<_>>()?;
    let next = child(root, "nextToken").and_then(|token| token.text()).map(str::to_owned);
    Some(Page { documents, next })
}

/// The code and the message of an error.
pub(super) fn error(xml: &str) -> Option<(String, Option<String>)> {
    let document = parse(xml)?;
    let error = document.descendants().find(|node| node.has_tag_name("Error"))?;
    let text = |name| child(error, name).and_then(|node| node.text()).map(str::to_owned);
    Some((text("Code")?, text("Message")))
}

fn parse(xml: &str) -> Option<Document<'_>> {
    let options = ParsingOptions { nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    Document::parse_with_options(xml, options).ok()
}

fn child<'a, 'xml>(node: Node<'a, 'xml>, name: &str) -> Option<Node<'a, 'xml>> {
    node.children().find(|child| child.tag_name().name() == name)
}

/// The value of an element; none if it cannot be read.
fn value(element: Node<'_, '_>, tags: &str, depth: usize) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    let name = element.tag_name().name();
    let children = || element.children().filter(Node::is_element);
    if LISTS.contains(&name) || children().next().is_some_and(|child| child.tag_name().name() == "item") {
        return children().map(|item| value(item, tags, depth)).collect();
    }
    if children().next().is_some() {
        let field = |child: Node<'_, '_>| Some((api_name(child.tag_name().name(), tags), value(child, tags, depth)?));
        return children().map(field).collect::<Option<Map<_, _>>>().map(Value::Object);
    }
    let text = element.text().unwrap_or_default();
    if BOOLEANS.contains(&name) {
        text.parse().ok().map(Value::Bool)
    } else if NUMBERS.contains(&name) {
        text.parse::<i64>().ok().map(Value::from)
    } else {
        Some(text.into())
    }
}

fn api_name(name: &str, tags: &str) -> String {
    if name == "tagSet" {
        return tags.to_owned();
    }
    if let Some((_, irregular)) = NAMES.iter().find(|(xml, _)| *xml == name) {
        return (*irregular).to_owned();
    }
    let mut rest = name.chars();
    let first = rest.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn subnets(xml: &str) -> Option<Page> {
        page(&format!("<R xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">{xml}</R>"), "subnetSet", "Tags")
    }

    #[test]
    fn an_answer_becomes_what_the_command_line_of_aws_prints() {
        let xml = "<requestId>r</requestId><subnetSet><item><subnetId>subnet-1</subnetId><defaultForAz>true</defaultForAz>
            <availableIpAddressCount>251</availableIpAddressCount><tagSet/><ipv6CidrBlockAssociationSet><item>
            <ipv6CidrBlockState><state>associated</state></ipv6CidrBlockState></item></ipv6CidrBlockAssociationSet>
            <cidrBlock>a &amp; b</cidrBlock><fancyNewFlag>true</fancyNewFlag></item></subnetSet><nextToken>n</nextToken>";
        let page = subnets(xml).unwrap();
        let subnet = json!({"SubnetId": "subnet-1", "DefaultForAz": true, "AvailableIpAddressCount": 251, "Tags": [],
            "Ipv6CidrBlockAssociationSet": [{"Ipv6CidrBlockState": {"State": "associated"}}], "CidrBlock": "a & b",
            "FancyNewFlag": "true"});
        assert_eq!((page.documents, page.next.as_deref()), (vec![subnet], Some("n")));
        assert_eq!(subnets("<subnetSet/>"), Some(Page { documents: vec![], next: None }));
    }

    #[test]
    fn what_cannot_be_read_is_not_empty() {
        for xml in [
            "",
            "<subnetSet><item><defaultForAz>yes</defaultForAz></item></subnetSet>",
            "<subnetSet><item><fromPort>x</fromPort></item></subnetSet>",
            "<subnetSet>",
            "<routeTableSet/>",
        ] {
            assert_eq!(subnets(xml), None, "{xml}");
        }
        let deep = "<a>".repeat(100) + &"</a>".repeat(100);
        assert_eq!(subnets(&format!("<subnetSet><item>{deep}</item></subnetSet>")), None);
        assert_eq!(page("no XML", "subnetSet", "Tags"), None);
        // No entity is made of another.
        let bomb = r#"<!DOCTYPE r [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><r><subnetSet><item><s>&b;</s></item></subnetSet></r>"#;
        assert_eq!(page(bomb, "subnetSet", "Tags"), None);
    }

    #[test]
    fn an_error_has_a_code() {
        let xml = "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors></Response>";
        assert_eq!(error(xml), Some(("UnauthorizedOperation".to_owned(), Some("no".to_owned()))));
        assert_eq!((error("<a/>"), error("")), (None, None));
    }
}
