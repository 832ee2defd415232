//! Which task: where it runs, from what was typed.

use super::CaptureError;

/// How AWS is asked for a task.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target<'a> {
    /// Identifier or ARN.
    pub(super) task: &'a str,
    /// Name or ARN.
    pub(super) cluster: &'a str,
    /// None if only the configuration of AWS says.
    pub(super) region: Option<&'a str>,
}

impl<'a> Target<'a> {
    /// The task of an ARN, or of an identifier and a cluster.
    pub(super) fn of(task: &'a str, cluster: Option<&'a str>) -> Result<Self, CaptureError> {
        let not_a_task = || CaptureError::NotATask { task: task.to_owned() };
        let no_cluster = || CaptureError::NoCluster { task: task.to_owned() };
        let of_cluster = match cluster.filter(|cluster| is_arn(cluster)) {
            Some(cluster) => {
                let (region, _) = of_ecs(cluster, "cluster")
                    .ok_or_else(|| CaptureError::NotACluster { cluster: cluster.to_owned() })?;
                Some(region)
            }
            None => None,
        };
        if !is_arn(task) {
            if task.is_empty() || task.contains('/') {
                return Err(not_a_task());
            }
            return Ok(Self { task, cluster: cluster.ok_or_else(no_cluster)?, region: of_cluster });
        }
        let (region, name) = of_ecs(task, "task").ok_or_else(not_a_task)?;
        // Tasks from before 2018 have ARNs without a cluster.
        let cluster = cluster.or_else(|| name.split_once('/').map(|(cluster, _)| cluster)).ok_or_else(no_cluster)?;
        Ok(Self { task, cluster, region: Some(region) })
    }
}

fn is_arn(text: &str) -> bool {
    text.starts_with("arn:")
}

/// `arn:PARTITION:ecs:REGION:ACCOUNT:KIND/NAME` → Region, name.
fn of_ecs<'a>(arn: &'a str, kind: &str) -> Option<(&'a str, &'a str)> {
    let mut parts = arn.splitn(6, ':').skip(2);
    let (service, region, _, resource) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    // It becomes a part of the name of the host that is asked.
    let is_region = |character: char| character.is_ascii_alphanumeric() || character == '-';
    let name = resource.strip_prefix(kind)?.strip_prefix('/')?;
    let is_one = service == "ecs" && !region.is_empty() && region.chars().all(is_region) && !name.is_empty();
    is_one.then_some((region, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TASK: &str = "arn:aws:ecs:eu-west-1:111122223333:task/prod/c13b4cb40f1f4fe4";

    #[test]
    fn an_arn_says_all() {
        let target = Target::of(TASK, None).unwrap();
        assert_eq!(target, Target { task: TASK, cluster: "prod", region: Some("eu-west-1") });
        let given = Target::of(TASK, Some("other")).unwrap();
        assert_eq!(given.cluster, "other", "AWS says what is wrong with it");
    }

    #[test]
    fn an_identifier_needs_a_cluster() {
        let target = Target::of("c13b", Some("prod")).unwrap();
        assert_eq!(target, Target { task: "c13b", cluster: "prod", region: None });
        let arn = "arn:aws-cn:ecs:cn-north-1:111122223333:cluster/prod";
        assert_eq!(Target::of("c13b", Some(arn)).unwrap().region, Some("cn-north-1"));
        assert!(matches!(Target::of("c13b", None), Err(CaptureError::NoCluster { .. })));
        let old = "arn:aws:ecs:eu-west-1:111122223333:task/c13b";
        assert!(matches!(Target::of(old, None), Err(CaptureError::NoCluster { .. })));
        assert_eq!(Target::of(old, Some("prod")).unwrap().cluster, "prod");
    }

    #[test]
    fn what_is_no_task_is_refused() {
        for task in [
            "",
            "prod/c13b",
            "arn:aws:ecs:eu-west-1:111122223333",
            "arn:aws:ecs:eu-west-1:111122223333:task/",
            "arn:aws:ecs:eu-west-1:111122223333:service/prod/web",
            "arn:aws:ecs:evil.example/:111122223333:task/prod/c13b",
            "arn:aws:ec2:eu-west-1:111122223333:task/prod/c13b",
        ] {
            assert!(matches!(Target::of(task, Some("prod")), Err(CaptureError::NotATask { .. })), "{task}");
        }
        assert!(matches!(Target::of("c13b", Some("arn:aws:ecs:x")), Err(CaptureError::NotACluster { .. })));
    }
}
