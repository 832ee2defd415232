//! How the private registries of ECR are called.

/// The Region of a registry, or `None` if the host is not such a registry.
///
/// A password is sent to where the host says, so what merely resembles a registry is none.
pub(super) fn region(host: &str) -> Option<&str> {
    let labels: Vec<_> = host.split('.').collect();
    let (account, region) = match labels.as_slice() {
        [account, "dkr", "ecr" | "ecr-fips", region, "amazonaws", "com" | "eu"]
        | [account, "dkr", "ecr" | "ecr-fips", region, "amazonaws", "com", "cn"]
        | [account, "dkr-ecr" | "dkr-ecr-fips", region, "on", "aws"]
        | [account, "dkr-ecr" | "dkr-ecr-fips", region, "on", "amazonwebservices", "com", "cn"] => (*account, *region),
        _ => return None,
    };
    (is_account(account) && is_region(region)).then_some(region)
}

fn is_account(label: &str) -> bool {
    label.len() == 12 && label.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_region(label: &str) -> bool {
    !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_partition_has_registries() {
        let hosts = [
            ("111122223333.dkr.ecr.eu-west-1.amazonaws.com", "eu-west-1"),
            ("111122223333.dkr.ecr-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
            ("111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn", "cn-north-1"),
            ("111122223333.dkr.ecr.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"),
            ("111122223333.dkr-ecr.eu-west-1.on.aws", "eu-west-1"),
            ("111122223333.dkr-ecr-fips.us-east-1.on.aws", "us-east-1"),
            ("111122223333.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn", "cn-north-1"),
        ];
        for (host, expected) in hosts {
            assert_eq!(region(host), Some(expected), "{host}");
        }
    }

    #[test]
    fn what_resembles_a_registry_is_none() {
        let hosts = [
            "",
            "docker.io",
            "public.ecr.aws",
            "dkr.ecr.eu-west-1.amazonaws.com",
            "11112222333.dkr.ecr.eu-west-1.amazonaws.com",
            "example00000.dkr.ecr.eu-west-1.amazonaws.com",
            "111122223333.dkr.ecr.eu-west-1.amazonaws.com.example.com",
            "111122223333.dkr.ecr.eu-west-1.amazonaws.com.",
            "111122223333.dkr.ecr.eu-west-1.amazonaws.com:443",
            "111122223333.dkr.ecr.eu-west-1.amazonaws.com/a",
            "111122223333.dkr.ecr..amazonaws.com",
            "111122223333.dkr.ecr.evil/eu.amazonaws.com",
            "111122223333.dkr.ecr.eu-west-1.example.com",
            "111122223333.dkr.ecr.eu-west-1.on.aws",
            "111122223333.dkr-ecr.eu-west-1.amazonaws.com",
            "user@111122223333.dkr.ecr.eu-west-1.amazonaws.com",
        ];
        for host in hosts {
            assert_eq!(region(host), None, "{host}");
        }
    }
}
