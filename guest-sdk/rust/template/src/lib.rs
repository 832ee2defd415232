//! Containers run as a user that is allowed.

use gatecheck_sdk::{Facts, Verdict, Violation, policy};

/// What the entry gives as `settings`. The schema that `gatecheck inspect` shows is made of it, comments included.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Users that containers may run as.
    users: Vec<String>,
}

policy!(evaluate);

fn evaluate(settings: &Settings, facts: &Facts, verdict: &mut Verdict) {
    verdict.rule("user", |rule| {
        // Where the task definition cannot be had, `?` leaves the rule undecided: nothing passes because it is not known.
        for container in facts.task_definition()?.containers {
            if !container.user.as_ref().is_some_and(|user| settings.users.contains(user)) {
                rule.violated(
                    Violation::new(container.name, "user", "runs as a user that is not allowed")
                        .found(container.user)
                        .allowed(&settings.users)
                        .remediation("set `user` in the task definition"),
                );
            }
        }
        Ok(())
    });
}

#[cfg(test)]
mod tests {
    use gatecheck_sdk::Unavailable;
    use gatecheck_sdk::testing::{container_definition, judge, recorded, task_definition};

    use super::*;

    const SETTINGS: &str = r#"{"users": ["app"]}"#;

    /// The recorded task, with a container that runs as `user`.
    fn runs_as(user: Option<&str>) -> Facts {
        let mut definition = task_definition("web");
        definition.containers.push(container_definition("web"));
        definition.containers[0].user = user.map(str::to_owned);
        recorded("fargate-private").with_task_definition(Ok(definition))
    }

    #[test]
    fn an_allowed_user_passes() {
        let verdict = judge(evaluate, SETTINGS, &runs_as(Some("app"))).unwrap();
        assert_eq!(verdict.passed, ["user"]);
    }

    #[test]
    fn another_user_and_none_at_all_do_not() {
        for user in [Some("root"), None] {
            let verdict = judge(evaluate, SETTINGS, &runs_as(user)).unwrap();
            assert_eq!(verdict.violations[0].object, "web");
        }
    }

    #[test]
    fn without_the_task_definition_it_is_undecided() {
        let denied = Err(Unavailable::Denied("ecs:DescribeTaskDefinition".into()));
        let verdict = judge(evaluate, SETTINGS, &recorded("fargate-private").with_task_definition(denied)).unwrap();
        assert_eq!(verdict.undecided[0].rule, "user");
    }
}
