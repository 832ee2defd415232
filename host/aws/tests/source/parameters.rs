//! Reading and writing parameters.

use gatecheck_aws::{ParameterError, Parameters, Tier};
use gatecheck_core::facts::Facts;

use super::aws::{Parameter, RecordedAws};
use super::config;

async fn parameters(names: &[&str]) -> (RecordedAws, Parameters) {
    let values = names.iter().map(|name| ((*name).to_owned(), format!("value of {name}")));
    let aws = RecordedAws::start(Facts::new(), values.collect()).await;
    let parameters = Parameters::new(&config(&aws.endpoint()).await);
    (aws, parameters)
}

#[tokio::test]
async fn the_slash_may_be_missing() {
    let (aws, parameters) = parameters(&["/with", "without"]).await;
    for (name, value) in [("/with", "value of /with"), ("with", "value of /with"), ("without", "value of without")] {
        assert_eq!(parameters.get(name).await.as_deref(), Ok(value), "{name}");
    }
    assert_eq!(aws.calls().len(), 4, "only `with` takes two calls");
    // AWS takes a path without a leading slash for no name at all.
    aws.set_parameter("/a/b", "{}");
    aws.fail("ssm:GetParameter", "ValidationException", 400, 1);
    assert_eq!(parameters.get("a/b").await.as_deref(), Ok("{}"));
}

#[tokio::test]
async fn what_is_not_there_is_told_by_the_name_that_was_asked_for() {
    let (aws, parameters) = parameters(&["/with"]).await;
    for name in ["/without", "without", "/without:3"] {
        let error = parameters.get(name).await.unwrap_err();
        assert_eq!(error, ParameterError::NotFound { name: name.into() });
        assert_eq!(error.to_string(), format!("parameter `{name}` does not exist"));
    }
    aws.fail("ssm:GetParameter", "ParameterVersionNotFound", 400, 1);
    assert_eq!(parameters.get("with:3").await, Err(ParameterError::NotFound { name: "with:3".into() }));
}

#[tokio::test]
async fn everything_below_a_path_is_read_through_all_pages() {
    let (aws, parameters) = parameters(&["/p/a", "/p/b", "/p/c/d", "/pq", "/other"]).await;
    let below = parameters.under("/p").await.unwrap();
    assert_eq!(below.keys().collect::<Vec<_>>(), ["/p/a", "/p/b", "/p/c/d"]);
    assert_eq!(below["/p/c/d"].as_deref(), Ok("value of /p/c/d"));
    assert_eq!(aws.calls(), ["ssm:GetParametersByPath"; 3], "an empty page and two others");
    aws.remove_parameter("/p/b");
    assert_eq!(parameters.under("/p").await.unwrap().len(), 2);
    assert!(parameters.under("/nothing").await.unwrap().is_empty());
    aws.fail("ssm:GetParametersByPath", "AccessDeniedException", 400, 2);
    let denied = ParameterError::Denied { name: "/p".into(), action: "ssm:GetParametersByPath".into() };
    assert_eq!(parameters.under("/p").await, Err(denied));
}

#[tokio::test]
async fn one_that_cannot_be_decrypted_hides_no_other() {
    let (aws, parameters) = parameters(&["/p/a", "/p/c"]).await;
    aws.lock_parameter("/p/b");
    let below = parameters.under("/p").await.unwrap();
    assert_eq!(below["/p/a"].as_deref(), Ok("value of /p/a"));
    assert_eq!(below["/p/c"].as_deref(), Ok("value of /p/c"));
    let denied = ParameterError::Denied { name: "/p/b".into(), action: "ssm:GetParameter".into() };
    assert_eq!(below["/p/b"], Err(denied));
}

#[tokio::test]
async fn refusals_and_failures_are_told_apart() {
    let (aws, parameters) = parameters(&["/with"]).await;
    aws.fail("ssm:GetParameter", "AccessDeniedException", 400, 1);
    let denied = parameters.get("/with").await.unwrap_err();
    assert_eq!(denied, ParameterError::Denied { name: "/with".into(), action: "ssm:GetParameter".into() });
    assert!(denied.remedy().contains("kms:Decrypt"));
    aws.fail("ssm:GetParameter", "InternalServerError", 500, 3);
    let failed = parameters.get("/with").await.unwrap_err();
    let told = "parameter `/with` could not be read: ssm:GetParameter: InternalServerError: injected by the test";
    assert_eq!(failed.to_string(), told);
    aws.fail("ssm:GetParameter", "ThrottlingException", 400, 2);
    assert!(parameters.get("/with").await.is_ok());
}

#[tokio::test]
async fn a_value_is_stored_whatever_was_there() {
    let (aws, parameters) = parameters(&["/with"]).await;
    for (tier, secure) in [(Tier::Standard, false), (Tier::Advanced, true)] {
        let value = "x".repeat(tier.capacity());
        parameters.put("/with", &value, tier, secure).await.unwrap();
        assert_eq!(parameters.get("/with").await.as_deref(), Ok(value.as_str()));
        let kind = if secure { "SecureString" } else { "String" };
        let stored = Parameter { value, kind: kind.into(), tier: format!("{tier:?}"), is_locked: false };
        assert_eq!(aws.parameter("/with"), Some(stored));
    }
}

#[tokio::test]
async fn what_does_not_fit_is_told() {
    let (aws, parameters) = parameters(&[]).await;
    let error = parameters.put("/with", &"x".repeat(4097), Tier::Standard, false).await.unwrap_err();
    let told = "parameter `/with` could not be stored: ssm:PutParameter: ValidationException: Standard tier parameters \
                support a maximum parameter value of 4096 characters.";
    assert_eq!(error.to_string(), told);
    assert!(error.remedy().contains("size"));
    assert_eq!(aws.parameter("/with"), None);
}

#[tokio::test]
async fn any_number_of_parameters_is_deleted() {
    let names: Vec<_> = (0..12).map(|number| format!("/module/{number}")).collect();
    let (aws, parameters) = parameters(&names.iter().map(String::as_str).skip(1).collect::<Vec<_>>()).await;
    parameters.delete(&names).await.unwrap();
    assert!(parameters.under("/module").await.unwrap().is_empty());
    aws.clear_calls();
    parameters.delete(&names).await.unwrap();
    assert_eq!(aws.calls(), ["ssm:DeleteParameters"; 2]);
    parameters.delete(&[]).await.unwrap();
    assert_eq!(aws.calls().len(), 2);
}

#[tokio::test]
async fn writing_waits_longer_for_its_turn_than_reading() {
    let (aws, parameters) = parameters(&["/with"]).await;
    for action in ["ssm:GetParameter", "ssm:PutParameter", "ssm:DeleteParameters"] {
        aws.fail(action, "ThrottlingException", 400, 9);
    }
    assert!(parameters.get("/with").await.is_err());
    parameters.put("/with", "new", Tier::Standard, false).await.unwrap();
    assert_eq!(aws.parameter("/with").unwrap().value, "new");
    parameters.delete(&["/with".into()]).await.unwrap();
    assert_eq!(aws.parameter("/with"), None);
}

#[tokio::test]
async fn a_failure_to_write_says_so() {
    let (aws, parameters) = parameters(&["/with"]).await;
    aws.fail("ssm:PutParameter", "AccessDeniedException", 400, 1);
    let denied = parameters.put("/with", "new", Tier::Standard, true).await.unwrap_err();
    assert_eq!(denied, ParameterError::Denied { name: "/with".into(), action: "ssm:PutParameter".into() });
    assert_eq!(denied.to_string(), "access to parameter `/with` was refused (`ssm:PutParameter`)");
    assert!(denied.remedy().contains("kms:GenerateDataKey"));
    aws.fail("ssm:DeleteParameters", "AccessDeniedException", 400, 1);
    let denied = parameters.delete(&["/with".into()]).await.unwrap_err();
    assert_eq!(denied, ParameterError::Denied { name: "/with".into(), action: "ssm:DeleteParameters".into() });
    aws.fail("ssm:DeleteParameters", "InternalServerError", 500, 10);
    let failed = parameters.delete(&["/with".into()]).await.unwrap_err();
    let told =
        "parameter `/with` could not be deleted: ssm:DeleteParameters: InternalServerError: injected by the test";
    assert_eq!(failed.to_string(), told);
    assert!(aws.parameter("/with").is_some());
}
