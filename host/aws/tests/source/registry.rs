//! Logging in to ECR.

use gatecheck_aws::{EcrLogins, Login, RegistryError};
use serde_json::json;
use wiremock::MockServer;

use super::{calls, config};

const TOKEN: &str = "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken";
const HOST: &str = "111122223333.dkr.ecr.eu-west-1.amazonaws.com";

async fn ecr() -> (MockServer, EcrLogins) {
    let server = MockServer::start().await;
    let logins = EcrLogins::new(&config(&server.uri()).await);
    (server, logins)
}

/// Lets ECR answer with the token `AWS:pass:word`.
async fn open(server: &MockServer) {
    let data = json!({"authorizationToken": "QVdTOnBhc3M6d29yZA==", "expiresAt": 1_800_000_000.5,
                      "proxyEndpoint": format!("https://{HOST}")});
    calls::answer(server, TOKEN, json!({"authorizationData": [data]})).await;
}

#[tokio::test]
async fn the_region_of_the_registry_is_asked() {
    let (server, logins) = ecr().await;
    open(&server).await;
    let login = Login { user: "AWS".into(), password: "pass:word".into() };
    assert_eq!(logins.login(HOST).await, Ok(Some(login)));
    let (authorization, _) = &calls::received(&server).await[0];
    assert!(authorization.contains("/eu-west-1/ecr/aws4_request"), "{authorization}");
}

#[tokio::test]
async fn one_login_opens_every_registry_of_a_region() {
    let (server, logins) = ecr().await;
    open(&server).await;
    for host in [HOST, HOST, "444455556666.dkr-ecr.eu-west-1.on.aws", "111122223333.dkr.ecr.us-east-1.amazonaws.com"] {
        assert!(logins.login(host).await.unwrap().is_some());
    }
    assert_eq!(calls::received(&server).await.len(), 2, "one for each Region");
}

#[tokio::test]
async fn other_registries_are_not_logged_in_to() {
    let (server, logins) = ecr().await;
    for host in ["docker.io", "public.ecr.aws", "111122223333.dkr.ecr.eu-west-1.amazonaws.com.example.com"] {
        assert!(!EcrLogins::are_for(host), "{host}");
        assert_eq!(logins.login(host).await, Ok(None), "{host}");
    }
    assert!(EcrLogins::are_for(HOST));
    assert!(calls::received(&server).await.is_empty());
}

#[tokio::test]
async fn a_password_is_not_printed() {
    let (server, logins) = ecr().await;
    open(&server).await;
    let login = logins.login(HOST).await.unwrap().unwrap();
    assert_eq!(format!("{login:?}"), "Login { user: \"AWS\", .. }");
    assert!(!format!("{logins:?}").contains("pass:word"));
}

#[tokio::test]
async fn a_refusal_names_the_action_and_is_not_remembered() {
    let (server, logins) = ecr().await;
    open(&server).await;
    calls::refuse(&server, TOKEN, "AccessDeniedException", 1).await;
    let denied = logins.login(HOST).await.unwrap_err();
    assert_eq!(denied, RegistryError::Denied { registry: HOST.into(), action: "ecr:GetAuthorizationToken".into() });
    assert_eq!(denied.to_string(), format!("the login to `{HOST}` was refused (`ecr:GetAuthorizationToken`)"));
    assert!(denied.remedy().contains("ecr:BatchGetImage"));
    assert!(logins.login(HOST).await.is_ok());
}

#[tokio::test]
async fn throttling_is_waited_out() {
    let (server, logins) = ecr().await;
    open(&server).await;
    calls::refuse(&server, TOKEN, "ThrottlingException", 2).await;
    assert!(logins.login(HOST).await.is_ok());
    assert_eq!(calls::received(&server).await.len(), 3);
}

#[tokio::test]
async fn a_failure_is_told() {
    let (server, logins) = ecr().await;
    calls::refuse(&server, TOKEN, "InvalidParameterException", 1).await;
    let told = "ecr:GetAuthorizationToken: InvalidParameterException: injected by the test";
    assert_eq!(logins.login(HOST).await, Err(RegistryError::Failed { registry: HOST.into(), why: told.into() }));
    let told = "ecr:GetAuthorizationToken: the answer holds no login";
    // Neither base64 nor, decoded, a user with a password.
    for token in ["*", "QVdT"] {
        let (server, logins) = ecr().await;
        calls::answer(&server, TOKEN, json!({"authorizationData": [{"authorizationToken": token}]})).await;
        let error = logins.login(HOST).await.unwrap_err();
        assert_eq!(error.to_string(), format!("the login to `{HOST}` failed: {told}"));
    }
}
