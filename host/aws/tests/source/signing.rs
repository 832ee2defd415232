//! Keys in KMS.

use gatecheck_aws::{SigningError, SigningKeys};
use serde_json::{Value, json};
use wiremock::MockServer;

use super::{calls, config};

const GET_PUBLIC_KEY: &str = "TrentService.GetPublicKey";
const SIGN: &str = "TrentService.Sign";
const KEY: &str = "alias/gatecheck";

async fn kms() -> (MockServer, SigningKeys) {
    let server = MockServer::start().await;
    let keys = SigningKeys::new(&config(&server.uri()).await);
    (server, keys)
}

fn key(spec: &str, usage: &str) -> Value {
    json!({"KeyId": "arn:aws:kms:us-west-2:111122223333:key/0abc", "PublicKey": "a2V5", "CustomerMasterKeySpec": spec,
           "KeySpec": spec, "KeyUsage": usage, "SigningAlgorithms": ["ED25519_SHA_512", "ED25519_PH_SHA_512"]})
}

#[tokio::test]
async fn the_public_key_is_the_der_that_kms_gives() {
    let (server, keys) = kms().await;
    calls::answer(&server, GET_PUBLIC_KEY, key("ECC_NIST_EDWARDS25519", "SIGN_VERIFY")).await;
    assert_eq!(keys.public_key(KEY).await, Ok(b"key".to_vec()));
    assert_eq!(calls::received(&server).await[0].1, json!({"KeyId": KEY}));
}

#[tokio::test]
async fn a_key_for_something_else_is_told_with_what_to_create() {
    let told = [
        (key("RSA_2048", "SIGN_VERIFY"), "its spec is `RSA_2048`"),
        (key("ECC_NIST_EDWARDS25519", "KEY_AGREEMENT"), "its usage is `KEY_AGREEMENT`"),
        (json!({"PublicKey": "a2V5"}), "its spec is `unknown`"),
    ];
    for (key, why) in told {
        let (server, keys) = kms().await;
        calls::answer(&server, GET_PUBLIC_KEY, key).await;
        let error = keys.public_key(KEY).await.unwrap_err();
        assert_eq!(error, SigningError::Unsuitable { key: KEY.into(), why: why.into() });
        assert_eq!(error.to_string(), format!("key `alias/gatecheck` makes no Ed25519 signatures: {why}"));
        assert!(error.remedy().contains("aws kms create-key --key-usage SIGN_VERIFY --key-spec ECC_NIST_EDWARDS25519"));
    }
}

#[tokio::test]
async fn kms_too_may_find_a_key_unsuitable() {
    let (server, keys) = kms().await;
    calls::refuse(&server, GET_PUBLIC_KEY, "UnsupportedOperationException", 1).await;
    calls::refuse(&server, SIGN, "InvalidKeyUsageException", 1).await;
    let unsuitable = |code| SigningError::Unsuitable { key: KEY.into(), why: format!("{code}: injected by the test") };
    assert_eq!(keys.public_key(KEY).await, Err(unsuitable("UnsupportedOperationException")));
    assert_eq!(keys.sign(KEY, b"text").await, Err(unsuitable("InvalidKeyUsageException")));
}

#[tokio::test]
async fn the_message_itself_is_signed() {
    let (server, keys) = kms().await;
    // 64 bytes of zero.
    calls::answer(&server, SIGN, json!({"Signature": format!("{}==", "A".repeat(86))})).await;
    assert_eq!(keys.sign(KEY, b"text").await, Ok([0; 64]));
    let input =
        json!({"KeyId": KEY, "Message": "dGV4dA==", "MessageType": "RAW", "SigningAlgorithm": "ED25519_SHA_512"});
    assert_eq!(calls::received(&server).await[0].1, input);
}

#[tokio::test]
async fn another_length_is_no_signature() {
    let (server, keys) = kms().await;
    calls::answer(&server, SIGN, json!({"Signature": "AAAA"})).await;
    let error = keys.sign(KEY, b"text").await.unwrap_err();
    let told = "key `alias/gatecheck` could not be used: kms:Sign: the answer holds no signature of 64 bytes";
    assert_eq!(error.to_string(), told);
}

#[tokio::test]
async fn a_key_that_is_not_there_is_told() {
    let (server, keys) = kms().await;
    for operation in [GET_PUBLIC_KEY, SIGN] {
        calls::refuse(&server, operation, "NotFoundException", 1).await;
    }
    let missing = SigningError::NotFound { key: KEY.into() };
    assert_eq!(keys.public_key(KEY).await, Err(missing.clone()));
    assert_eq!(keys.sign(KEY, b"text").await, Err(missing));
}

#[tokio::test]
async fn refusals_name_the_action() {
    let (server, keys) = kms().await;
    for operation in [GET_PUBLIC_KEY, SIGN] {
        calls::refuse(&server, operation, "AccessDeniedException", 1).await;
    }
    let denied = |action: &str| SigningError::Denied { key: KEY.into(), action: action.into() };
    assert_eq!(keys.public_key(KEY).await, Err(denied("kms:GetPublicKey")));
    let error = keys.sign(KEY, b"text").await.unwrap_err();
    assert_eq!(error, denied("kms:Sign"));
    assert_eq!(error.to_string(), "access to key `alias/gatecheck` was refused (`kms:Sign`)");
}

#[tokio::test]
async fn throttling_is_waited_out_and_other_failures_are_told() {
    let (server, keys) = kms().await;
    calls::answer(&server, GET_PUBLIC_KEY, key("ECC_NIST_EDWARDS25519", "SIGN_VERIFY")).await;
    calls::refuse(&server, GET_PUBLIC_KEY, "ThrottlingException", 2).await;
    assert!(keys.public_key(KEY).await.is_ok());
    calls::refuse(&server, GET_PUBLIC_KEY, "DisabledException", 1).await;
    let error = keys.public_key(KEY).await.unwrap_err();
    let why = "kms:GetPublicKey: DisabledException: injected by the test";
    assert_eq!(error, SigningError::Failed { key: KEY.into(), why: why.into() });
    assert!(error.remedy().contains("enabled"));
}
