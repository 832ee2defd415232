//! Security groups: every rule with one peer a row, over the DescribeSecurityGroups shape.

use serde::Serialize;
use serde_json::Value;

use super::json::{Read, elements, list, number, string, text};

/// One source or destination of one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "see wit/policy.wit")]
pub struct Rule {
    pub group_id: String,
    pub egress: bool,
    pub protocol: String,
    pub from_port: Option<i32>,
    pub to_port: Option<i32>,
    pub peer: String,
    pub anywhere: bool,
    pub description: Option<String>,
}

/// The rules of the elements of `SecurityGroups`.
pub fn rules(groups: &Value) -> Read<Vec<Rule>> {
    let mut rules = Vec::new();
    for group in elements(groups)? {
        for (key, egress) in [("IpPermissions", false), ("IpPermissionsEgress", true)] {
            for permission in list(group, key)? {
                for (peers, name) in [
                    ("IpRanges", "CidrIp"),
                    ("Ipv6Ranges", "CidrIpv6"),
                    ("PrefixListIds", "PrefixListId"),
                    ("UserIdGroupPairs", "GroupId"),
                ] {
                    for entry in list(permission, peers)? {
                        let peer = text(entry, name)?;
                        rules.push(Rule {
                            group_id: text(group, "GroupId")?,
                            egress,
                            protocol: text(permission, "IpProtocol")?,
                            from_port: number(permission, "FromPort")?,
                            to_port: number(permission, "ToPort")?,
                            anywhere: matches!(peer.as_str(), "0.0.0.0/0" | "::/0"),
                            peer,
                            description: string(entry, "Description")?,
                        });
                    }
                }
            }
        }
    }
    Ok(rules)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn every_peer_is_a_rule() {
        let rules = super::rules(&json!([{"GroupId": "sg-1", "IpPermissions": [{
            "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22,
            "IpRanges": [{"CidrIp": "0.0.0.0/0"}, {"CidrIp": "10.0.0.0/8", "Description": "vpn"}],
            "UserIdGroupPairs": [{"GroupId": "sg-2"}],
        }], "IpPermissionsEgress": [{"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}]}]))
        .unwrap();
        let seen: Vec<_> = rules.iter().map(|rule| (rule.peer.as_str(), rule.egress, rule.anywhere)).collect();
        assert_eq!(
            seen,
            [("0.0.0.0/0", false, true), ("10.0.0.0/8", false, false), ("sg-2", false, false), ("::/0", true, true)]
        );
    }
}
