//! What is gathered, and with how many calls.

use gatecheck_core::facts::{Fact, FactSource, Facts, Family, Unavailable};
use serde_json::{Value, json};

use super::recordings::{bridge, fargate, interface, other_task_interface, set_in};
use super::{Account, BTreeSet};

#[tokio::test]
async fn a_gathering_replays_its_recording() {
    let recording = fargate();
    let account = Account::of(&recording).await;
    let gathered = account.gather(&Family::ALL).await;
    for (family, fact) in recording.iter() {
        assert_eq!(gathered.get(family), Some(fact), "{family}");
    }
    let calls = [
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ecs:DescribeClusters",
        "ecs:DescribeServices",
        "ecs:DescribeTaskDefinition",
        "ecs:DescribeTasks",
    ];
    assert_eq!(account.calls(), calls);
}

#[tokio::test]
async fn a_task_is_found_without_its_event() {
    let recording = fargate();
    let account = Account::of(&recording).await;
    let arn = recording.of_task("taskArn").unwrap();
    let task = account.source.task("prod", arn).await.unwrap();
    for family in [Family::Task, Family::TaskDetails] {
        assert_eq!(task.get(family), recording.get(family), "{family}");
    }
    assert_eq!(account.calls(), ["ecs:DescribeTasks"]);
    let missing = Unavailable::Failed("ecs:DescribeTasks: MISSING `arn:none`".to_owned());
    assert_eq!(account.source.task("prod", "arn:none").await, Err(missing));
}

#[tokio::test]
async fn a_family_needs_no_more_than_it_says() {
    for recording in [fargate(), bridge()] {
        for family in Family::ALL {
            let account = Account::of(&recording).await;
            account.gather(&[family]).await;
            for call in account.calls() {
                assert!(family.iam_actions().contains(&call.as_str()), "{family} needs {call}");
            }
        }
    }
}

#[tokio::test]
async fn only_what_is_wanted_is_asked_for() {
    let account = Account::of(&fargate()).await;
    account.gather(&[Family::Interfaces, Family::Subnets]).await;
    let calls = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeRouteTables", "ec2:DescribeSubnets"];
    assert_eq!(account.calls(), calls);
    account.gather(&[]).await;
    account.gather(&[Family::Task]).await;
    assert!(account.calls().is_empty());
}

#[tokio::test]
async fn what_was_fetched_on_the_way_is_returned() {
    let account = Account::of(&fargate()).await;
    let gathered = account.gather(&[Family::SecurityGroups]).await;
    assert!(matches!(gathered.get(Family::Interfaces), Some(Fact::Known(_))));
    assert_eq!(account.calls(), ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups"]);
}

#[tokio::test]
async fn what_is_known_is_not_asked_for() {
    let recording = fargate();
    let account = Account::of(&recording).await;
    let gathered = account.source.gather(&BTreeSet::from([Family::SecurityGroups]), &recording).await;
    assert_eq!(gathered.get(Family::SecurityGroups), recording.get(Family::SecurityGroups));
    let mut known = account.task.clone();
    known.set(Family::Interfaces, recording.get(Family::Interfaces).unwrap().clone());
    account.source.gather(&BTreeSet::from([Family::SecurityGroups]), &known).await;
    assert_eq!(account.calls(), ["ec2:DescribeSecurityGroups"]);
}

#[tokio::test]
async fn what_does_not_change_is_asked_for_once() {
    let account = Account::of(&fargate()).await;
    let first = account.gather(&[Family::TaskDefinition, Family::Subnets]).await;
    account.calls();
    assert_eq!(account.gather(&[Family::TaskDefinition, Family::Subnets]).await, first);
    assert!(account.calls().is_empty());
}

#[tokio::test]
async fn a_subnet_without_a_table_follows_the_main_one_of_its_vpc() {
    let mut recording = fargate();
    let main = json!([{"Main": true, "RouteTableAssociationId": "rtbassoc-0main", "RouteTableId": "rtb-0abc1234def567890",
                       "AssociationState": {"State": "associated"}}]);
    set_in(&mut recording, Family::Subnets, "/0/RouteTable/Associations", main);
    let account = Account::of(&recording).await;
    assert_eq!(Some(&account.fact(Family::Subnets).await), recording.get(Family::Subnets));
    assert_eq!(account.calls(), ["ec2:DescribeRouteTables", "ec2:DescribeRouteTables", "ec2:DescribeSubnets"]);
}

#[tokio::test]
async fn pages_are_read_to_the_end() {
    let account = Account::of(&fargate()).await;
    account.aws.set_page_size(1);
    for family in [Family::Subnets, Family::Interfaces, Family::SecurityGroups] {
        assert_eq!(Some(&account.fact(family).await), fargate().get(family), "{family}");
    }
    let subnets = account.calls().iter().filter(|call| *call == "ec2:DescribeSubnets").count();
    assert_eq!(subnets, 2, "an empty page and a full one");
}

#[tokio::test]
async fn before_its_interface_a_task_has_a_subnet() {
    let mut recording = fargate();
    let details = json!([{"name": "subnetId", "value": "subnet-0abc1234def567890"}]);
    set_in(&mut recording, Family::Task, "/attachments/1/details", details);
    let account = Account::of(&recording).await;
    let gathered = account.gather(&[Family::Subnets, Family::Interfaces, Family::SecurityGroups]).await;
    assert!(matches!(gathered.get(Family::Subnets), Some(Fact::Known(_))));
    for family in [Family::Interfaces, Family::SecurityGroups] {
        assert!(matches!(gathered.get(family), Some(Fact::Unavailable(Unavailable::NotYet(_)))), "{family}");
    }
    assert_eq!(account.calls(), ["ec2:DescribeRouteTables", "ec2:DescribeSubnets"]);
}

#[tokio::test]
async fn a_bridge_task_uses_the_network_of_its_instance() {
    let recording = bridge();
    let account = Account::of(&recording).await;
    account.aws.set_fact(Family::Interfaces, Fact::known(json!([interface(), other_task_interface()])));
    let gathered = account.gather(&[Family::Subnets, Family::SecurityGroups]).await;
    for family in [Family::Subnets, Family::SecurityGroups, Family::Interfaces, Family::TaskDefinition] {
        assert_eq!(gathered.get(family), recording.get(family), "{family}");
    }
    let calls = [
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ecs:DescribeContainerInstances",
        "ecs:DescribeTaskDefinition",
    ];
    assert_eq!(account.calls(), calls);
    account.gather(&[Family::Subnets, Family::SecurityGroups]).await;
    assert_eq!(account.calls(), ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups"]);
}

#[tokio::test]
async fn the_network_mode_decides_whether_there_is_one() {
    for (mode, expected) in [("none", "not applicable"), ("awsvpc", "not yet")] {
        let mut recording = bridge();
        set_in(&mut recording, Family::TaskDefinition, "/networkMode", json!(mode));
        let account = Account::of(&recording).await;
        let Fact::Unavailable(reason) = account.fact(Family::Interfaces).await else { panic!("{mode}") };
        assert!(reason.to_string().starts_with(expected), "{reason}");
        assert_eq!(account.calls(), ["ecs:DescribeTaskDefinition"]);
    }
}

#[tokio::test]
async fn a_standalone_task_has_no_service() {
    let mut recording = fargate();
    set_in(&mut recording, Family::Task, "/group", json!("family:web"));
    let account = Account::of(&recording).await;
    let reason = Unavailable::NotApplicable("the task belongs to no service".into());
    assert_eq!(account.fact(Family::Service).await, Fact::Unavailable(reason));
    assert!(account.calls().is_empty());
}

#[tokio::test]
async fn without_a_task_nothing_is_asked() {
    let account = Account::of(&fargate()).await;
    let no_task = Fact::Unavailable(Unavailable::NotYet("the task has not started".into()));
    let known = Facts::from_iter([(Family::Task, no_task.clone())]);
    let gathered = account.source.gather(&BTreeSet::from(Family::ALL), &known).await;
    assert!(Family::ALL.iter().all(|family| gathered.get(*family) == Some(&no_task)));
    let gathered = account.source.gather(&BTreeSet::from([Family::Cluster]), &Facts::new()).await;
    assert!(matches!(gathered.get(Family::Cluster), Some(Fact::Unavailable(Unavailable::Other(_)))));
    assert!(account.calls().is_empty());
}

#[tokio::test]
async fn what_is_newer_than_the_sdk_survives() {
    let mut recording = fargate();
    set_in(&mut recording, Family::Service, "/futureSetting", json!({"enabled": true, "since": [1, 2.5]}));
    let account = Account::of(&recording).await;
    let Fact::Known(service) = account.fact(Family::Service).await else { panic!("no service") };
    assert_eq!(service.pointer("/futureSetting/since/1"), Some(&json!(2.5)));
    assert_eq!(service.get("createdAt").and_then(Value::as_str), Some("2026-11-01T08:00:00.125Z"));
}
