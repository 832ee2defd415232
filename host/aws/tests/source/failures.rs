//! What is said when AWS does not answer the question.

use gatecheck_core::facts::{Fact, Family, Unavailable};
use serde_json::json;

use super::recordings::{bridge, fargate, set_in};
use super::{Account, AwsSource, config};

#[tokio::test]
async fn a_refusal_names_the_action() {
    let actions = [
        (Family::TaskDetails, "ecs:DescribeTasks"),
        (Family::TaskDefinition, "ecs:DescribeTaskDefinition"),
        (Family::Service, "ecs:DescribeServices"),
        (Family::Cluster, "ecs:DescribeClusters"),
        (Family::Interfaces, "ec2:DescribeNetworkInterfaces"),
        (Family::Subnets, "ec2:DescribeSubnets"),
        (Family::Subnets, "ec2:DescribeRouteTables"),
        (Family::SecurityGroups, "ec2:DescribeSecurityGroups"),
    ];
    for (family, action) in actions {
        let mut recording = fargate();
        let denied = Fact::Unavailable(Unavailable::Denied(action.into()));
        recording.set(family, denied.clone());
        let account = Account::of(&recording).await;
        assert_eq!(account.fact(family).await, denied);
    }
}

#[tokio::test]
async fn what_depends_on_a_refused_call_is_refused_with_it() {
    let account = Account::of(&bridge()).await;
    account.aws.fail("ecs:DescribeContainerInstances", "AccessDeniedException", 400, 1);
    let gathered = account.gather(&[Family::Interfaces, Family::Subnets, Family::SecurityGroups]).await;
    let denied = Fact::Unavailable(Unavailable::Denied("ecs:DescribeContainerInstances".into()));
    for family in [Family::Interfaces, Family::Subnets, Family::SecurityGroups] {
        assert_eq!(gathered.get(family), Some(&denied), "{family}");
    }
    assert_eq!(account.calls(), ["ecs:DescribeContainerInstances", "ecs:DescribeTaskDefinition"]);
}

#[tokio::test]
async fn one_failure_hides_nothing_else() {
    let account = Account::of(&fargate()).await;
    account.aws.fail("ecs:DescribeServices", "ClusterNotFoundException", 400, 1);
    let gathered = account.gather(&[Family::Service, Family::Cluster]).await;
    let told = "ecs:DescribeServices: ClusterNotFoundException: injected by the test";
    assert_eq!(gathered.get(Family::Service), Some(&Fact::Unavailable(Unavailable::Failed(told.into()))));
    assert_eq!(gathered.get(Family::Cluster), fargate().get(Family::Cluster));
}

#[tokio::test]
async fn an_answer_that_is_too_late_hides_nothing_else() {
    let account = Account::of(&fargate()).await;
    account.aws.hang("ecs:DescribeServices");
    let gathered = account.gather(&[Family::Service, Family::Cluster]).await;
    let late = Unavailable::Failed("ecs:DescribeServices: timed out".into());
    assert_eq!(gathered.get(Family::Service), Some(&Fact::Unavailable(late)));
    assert_eq!(gathered.get(Family::Cluster), fargate().get(Family::Cluster));
}

#[tokio::test]
async fn throttling_is_waited_out() {
    let account = Account::of(&fargate()).await;
    account.aws.fail("ecs:DescribeTasks", "ThrottlingException", 400, 2);
    account.aws.fail("ec2:DescribeSubnets", "RequestLimitExceeded", 503, 2);
    let gathered = account.gather(&[Family::TaskDetails, Family::Subnets]).await;
    for family in [Family::TaskDetails, Family::Subnets] {
        assert_eq!(gathered.get(family), fargate().get(family), "{family}");
    }
    assert_eq!(account.calls().iter().filter(|call| *call == "ecs:DescribeTasks").count(), 3);
}

#[tokio::test]
async fn throttling_that_stays_is_told() {
    let account = Account::of(&fargate()).await;
    account.aws.fail("ec2:DescribeRouteTables", "RequestLimitExceeded", 503, 3);
    let told = "ec2:DescribeRouteTables: RequestLimitExceeded: injected by the test";
    assert_eq!(account.fact(Family::Subnets).await, Fact::Unavailable(Unavailable::Failed(told.into())));
    // Nothing of that is remembered.
    assert_eq!(Some(&account.fact(Family::Subnets).await), fargate().get(Family::Subnets));
}

#[tokio::test]
async fn a_silent_endpoint_is_told() {
    let account = Account::of(&fargate()).await;
    let source = AwsSource::new(&config("http://127.0.0.1:1").await);
    let account = Account { source, ..account };
    let told = Unavailable::Failed("ecs:DescribeClusters: could not be reached".into());
    assert_eq!(account.fact(Family::Cluster).await, Fact::Unavailable(told));
}

#[tokio::test]
async fn what_is_gone_is_not_nothing() {
    let account = Account::of(&fargate()).await;
    for family in [Family::TaskDetails, Family::Interfaces, Family::Subnets] {
        account.aws.set_fact(family, Fact::known(json!([])));
    }
    let gathered = account.gather(&[Family::TaskDetails, Family::Interfaces, Family::Subnets]).await;
    let told = |family| gathered.get(family).unwrap().as_result().unwrap_err().to_string();
    let task = "arn:aws:ecs:us-west-2:111122223333:task/prod/c13b4cb40f1f4fe4a2971f76ae5a47ad";
    assert_eq!(told(Family::TaskDetails), format!("failed: ecs:DescribeTasks: MISSING `{task}`"));
    let gone = |action, id| format!("failed: {action}: `{id}` does not exist, or not any more");
    assert_eq!(told(Family::Interfaces), gone("ec2:DescribeNetworkInterfaces", "eni-0abc1234def567890"));
    assert_eq!(told(Family::Subnets), gone("ec2:DescribeSubnets", "subnet-0abc1234def567890"));
}

#[tokio::test]
async fn a_subnet_without_any_table_is_told() {
    let mut recording = fargate();
    set_in(&mut recording, Family::Subnets, "/0/RouteTable/Associations", json!([]));
    let account = Account::of(&recording).await;
    let told = Unavailable::Failed("ec2:DescribeRouteTables: none for `subnet-0abc1234def567890`".into());
    assert_eq!(account.fact(Family::Subnets).await, Fact::Unavailable(told));
}

#[tokio::test]
async fn an_instance_without_interfaces_is_told() {
    let account = Account::of(&bridge()).await;
    account.aws.set_fact(Family::Interfaces, Fact::known(json!([])));
    let Fact::Unavailable(reason) = account.fact(Family::Interfaces).await else { panic!("known") };
    let told = "failed: ec2:DescribeNetworkInterfaces: `i-765936fadbdd46b59` has no network interface";
    assert_eq!(reason.to_string(), told);
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_told() {
    let account = Account::of(&fargate()).await;
    let mut recording = fargate();
    set_in(&mut recording, Family::Cluster, "/runningTasksCount", json!("many"));
    account.aws.set_facts(recording);
    let told = Unavailable::Failed("ecs:DescribeClusters: the answer could not be read".into());
    assert_eq!(account.fact(Family::Cluster).await, Fact::Unavailable(told));
}

#[tokio::test]
async fn a_task_of_another_account_is_never_looked_for_in_this_one() {
    let account = Account::of(&fargate()).await;
    account.source.set_account("999900001111");
    let told = "the task runs in the account 111122223333, and no role to ask there is known";
    let told = Fact::Unavailable(Unavailable::Other(told.into()));
    assert_eq!(account.gather(&[Family::Task, Family::Subnets]).await.get(Family::Subnets), Some(&told));
    assert_eq!(account.calls(), Vec::<String>::new());
}
