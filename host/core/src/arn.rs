//! Names of things in AWS.

/// `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`, part by part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Arn<'a> {
    pub partition: &'a str,
    pub service: &'a str,
    pub region: &'a str,
    pub account: &'a str,
    /// With whatever colons are in it.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Takes an ARN apart; none if that is no ARN.
    pub fn parse(arn: &'a str) -> Option<Self> {
        let mut parts = arn.splitn(6, ':');
        let mut next = || parts.next();
        match (next()?, next()?, next()?, next()?, next()?, next()?) {
            ("arn", partition, service, region, account, resource) => {
                Some(Self { partition, service, region, account, resource })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_has_six_parts() {
        let arn = Arn::parse("arn:aws-cn:ecs:cn-north-1:111122223333:task/prod/1").unwrap();
        let parts = (arn.partition, arn.service, arn.region, arn.account, arn.resource);
        assert_eq!(parts, ("aws-cn", "ecs", "cn-north-1", "111122223333", "task/prod/1"));
        assert_eq!(Arn::parse("arn:aws:lambda:r:1:function:f").unwrap().resource, "function:f");
        assert_eq!(Arn::parse("arn:aws:s3"), None);
        assert_eq!(Arn::parse("task"), None);
    }
}
