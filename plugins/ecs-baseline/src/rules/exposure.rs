//! Who reaches a task: its addresses and security groups.

use gatecheck_sdk::{SecurityGroupRule, Severity, Unavailable, Unknown};

use crate::check::Check;
use crate::document::Document;
use crate::known::Known;
use crate::rule::{Level, Rule};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "task-public-address",
        title: "Tasks have no public address",
        severity: Severity::High,
        level: Level::Recommended,
        what: "The internet can reach an address of the task: a public IPv4 or carrier address, or an IPv6 address in a subnet that lets \
               the internet in. Before there is a task: its service sets `assignPublicIp: ENABLED`.",
        why: "A task with a public address is reached past load balancer, firewall and their logs, by whatever its security groups allow.",
        fix: "run the task in a private subnet, with `assignPublicIp` of the service set to `DISABLED`",
        line: r#""networkConfiguration": {"awsvpcConfiguration": {"assignPublicIp": "DISABLED"}}"#,
        except: "Bridge and host tasks are reached at the addresses of their instance. The address of the task is what counts, not the \
                 setting, so that an Elastic IP address is seen, and a service on EC2, whose tasks get no public address, passes.",
        controls: &[
            "security-hub:ECS.2",
            "cis-compute-1.1.0:3.2",
            "control-tower:CT.ECS.PR.9",
            "checkov:CKV_AWS_333",
            "prowler:ecs_service_no_assign_public_ip",
        ],
        reads: &["task", "interfaces", "subnets", "service"],
        parameters: &[],
        evaluate: public_address,
    },
    Rule {
        id: "task-set-public-address",
        title: "Task sets do not assign public addresses",
        severity: Severity::High,
        level: Level::Recommended,
        what: "A task set of the service has `assignPublicIp: ENABLED`.",
        why: "Its tasks get public addresses, whatever the service says.",
        fix: "create the task set with `assignPublicIp` set to `DISABLED`",
        line: r#""networkConfiguration": {"awsvpcConfiguration": {"assignPublicIp": "DISABLED"}}"#,
        except: "Only services whose deployments are controlled by CodeDeploy or another program have task sets.",
        controls: &["security-hub:ECS.16", "cis-compute-1.1.0:3.14", "prowler:ecs_task_set_no_assign_public_ip"],
        reads: &["service"],
        parameters: &[],
        evaluate: task_set_public_address,
    },
    Rule {
        id: "task-open-to-internet",
        title: "The internet reaches no port of a task",
        severity: Severity::High,
        level: Level::Recommended,
        what: "The internet can reach an address of the task, and a security group of it lets in `0.0.0.0/0` or `::/0`.",
        why: "Then whatever listens on that port is open to everybody.",
        fix: "let the security group of the task admit the one of its load balancer only",
        line: "aws ec2 authorize-security-group-ingress --group-id sg-… --source-group sg-OF-LOAD-BALANCER --protocol tcp --port 8080",
        except: "A task without a public address passes, whatever its security groups are: `security-group-open` has those. Where a prefix \
                 list is let in, the rule is undecided, since its ranges are not among the facts.",
        controls: &[],
        reads: &["interfaces", "subnets", "security-groups"],
        parameters: &[],
        evaluate: open_to_internet,
    },
    Rule {
        id: "security-group-open",
        title: "Security groups let in no address of the internet",
        severity: Severity::Medium,
        level: Level::Strict,
        what: "A security group of the task has an ingress rule for `0.0.0.0/0` or `::/0`.",
        why: "Nothing but the route table then keeps the internet from the task.",
        fix: "name the addresses or security groups that may reach the task",
        line: "aws ec2 authorize-security-group-ingress --group-id sg-… --source-group sg-OF-LOAD-BALANCER --protocol tcp --port 8080",
        except: "Behind a network load balancer that keeps the addresses of clients, such a rule is needed.",
        controls: &[],
        reads: &["security-groups"],
        parameters: &[],
        evaluate: security_group_open,
    },
    Rule {
        id: "security-group-default",
        title: "Tasks are not in the default security group",
        severity: Severity::Medium,
        level: Level::Recommended,
        what: "A security group of the task is the default one of its VPC.",
        why: "Whatever else was created without a security group is in it too, and its members reach each other on every port.",
        fix: "make a security group for the service, and name it in `networkConfiguration`",
        line: r#""networkConfiguration": {"awsvpcConfiguration": {"securityGroups": ["sg-…"]}}"#,
        except: "Bridge and host tasks have the security groups of their instance.",
        controls: &[],
        reads: &["security-groups"],
        parameters: &[],
        evaluate: security_group_default,
    },
];

const PUBLIC_IP: &str = "networkConfiguration.awsvpcConfiguration.assignPublicIp";

/// What a service or task set asks for.
fn assigns_public_ip(document: Document) -> Result<bool, Unknown> {
    let network = document.object("networkConfiguration")?.object("awsvpcConfiguration")?;
    Ok(network.text("assignPublicIp")? == Some("ENABLED"))
}

fn public_address(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    match known.exposed_addresses() {
        Ok(exposed) => {
            for address in exposed {
                let message = format!("the internet can reach the task: {}", address.why);
                check.violated(&address.interface_id, "ip", address.ip.as_str(), message);
            }
            Ok(())
        }
        Err(Unknown { reason: Unavailable::NotYet(_), .. }) if known.is_planned() => {
            if assigns_public_ip(known.service()?)? {
                check.violated("service", PUBLIC_IP, "ENABLED", "the tasks of the service get public addresses");
            }
            Ok(())
        }
        Err(unknown) => Err(unknown),
    }
}

fn task_set_public_address(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    for task_set in known.service()?.list("taskSets")? {
        if assigns_public_ip(task_set)? {
            let id = task_set.text("id")?.unwrap_or("service");
            check.violated(id, PUBLIC_IP, "ENABLED", "the tasks of the task set get public addresses");
        }
    }
    Ok(())
}

fn open_to_internet(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    let exposed = known.exposed_addresses()?;
    if exposed.is_empty() {
        return Ok(());
    }
    for rule in known.security_group_rules()? {
        let is_ipv6 = rule.peer.contains(':');
        if lets_anybody_in(rule) && has_ports(rule) && exposed.iter().any(|address| address.ip.contains(':') == is_ipv6)
        {
            let message = format!("the internet reaches the task: {}", text(rule));
            check.violated(&rule.group_id, "IpPermissions", text(rule), message);
        }
    }
    match known.security_group_rules()?.iter().find(|rule| lets_a_list_in(rule) && has_ports(rule)) {
        Some(rule) => {
            let reason = format!("what is in the prefix list `{}` of {} is not known", rule.peer, rule.group_id);
            Err(Unknown { family: "security-groups", reason: Unavailable::Other(reason) })
        }
        None => Ok(()),
    }
}

/// Anything may be in a prefix list, and EC2 does not give its ranges with the rule.
fn lets_a_list_in(rule: &SecurityGroupRule) -> bool {
    rule.peer.starts_with("pl-") && !rule.egress
}

fn security_group_open(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    for rule in known.security_group_rules()?.iter().filter(|rule| lets_anybody_in(rule)) {
        let message = format!("the security group lets in the internet: {}", text(rule));
        check.violated(&rule.group_id, "IpPermissions", text(rule), message);
    }
    Ok(())
}

fn security_group_default(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    for group in known.security_groups()? {
        if group.text("GroupName")? == Some("default") {
            let id = group.text("GroupId")?.unwrap_or("?");
            check.violated(id, "GroupName", "default", "the task is in the default security group of its VPC");
        }
    }
    Ok(())
}

fn lets_anybody_in(rule: &SecurityGroupRule) -> bool {
    rule.anywhere && !rule.egress
}

/// ICMP, which answers a ping, has none.
fn has_ports(rule: &SecurityGroupRule) -> bool {
    !["icmp", "icmpv6", "1", "58"].contains(&rule.protocol.as_str())
}

/// Such as `tcp 80 from 0.0.0.0/0`.
fn text(rule: &SecurityGroupRule) -> String {
    let ports = match (rule.protocol.as_str(), rule.from_port, rule.to_port) {
        ("-1", ..) => "all traffic".to_owned(),
        (protocol, Some(from), Some(to)) if from == to => format!("{protocol} {from}"),
        (protocol, Some(from), Some(to)) => format!("{protocol} {from}-{to}"),
        (protocol, ..) => protocol.to_owned(),
    };
    format!("{ports} from {}", rule.peer)
}
