use gatecheck_store::fetch::{Login, LoginError, Logins};
use serde_json::{Value, json};

/// `robot:secret`.
const AUTH: &str = "cm9ib3Q6c2VjcmV0";

fn find(configuration: Value, registry: &str) -> Result<Option<Login>, LoginError> {
    Logins::Text(configuration.to_string()).find(registry)
}

fn robot() -> Login {
    Login { user: "robot".to_owned(), password: "secret".to_owned() }
}

#[test]
fn logins_are_found_by_the_registry() {
    for (server, registry) in [
        ("ghcr.io", "ghcr.io"),
        ("https://ghcr.io", "ghcr.io"),
        ("127.0.0.1:5000", "127.0.0.1:5000"),
        ("https://index.docker.io/v1/", "docker.io"),
        ("https://index.docker.io/v1/", "registry-1.docker.io"),
        ("docker.io", "docker.io"),
    ] {
        let configuration = json!({ "auths": { server: { "auth": AUTH } } });
        assert_eq!(find(configuration.clone(), registry), Ok(Some(robot())), "{server} {registry}");
        assert_eq!(find(configuration, "quay.io"), Ok(None));
    }
    let spelled_out = json!({ "auths": { "ghcr.io": { "username": "robot", "password": "secret" } } });
    assert_eq!(find(spelled_out, "ghcr.io"), Ok(Some(robot())));
    assert_eq!(Logins::None.find("ghcr.io"), Ok(None));
}

#[test]
fn a_text_starts_no_program() {
    let configuration = json!({ "auths": { "ghcr.io": {} }, "credsStore": "x", "credHelpers": { "ghcr.io": "x" } });
    assert_eq!(find(configuration, "ghcr.io"), Ok(None));
}

#[test]
fn what_is_no_login_is_told() {
    let token = json!({ "auths": { "ghcr.io": { "auth": AUTH, "identitytoken": "secret" } } });
    assert_eq!(find(token, "ghcr.io"), Err(LoginError::Token { registry: "ghcr.io".to_owned() }));
    let damaged = json!({ "auths": { "ghcr.io": { "auth": "secret" } } });
    let error = find(damaged, "ghcr.io").unwrap_err();
    assert_eq!(error.to_string(), "the login at `ghcr.io` could not be read: Unable to decode credential");
    for malformed in [json!({}), json!(3), json!({ "auths": [] }), json!({ "auths": { "ghcr.io": "secret" } })] {
        assert_eq!(find(malformed, "ghcr.io"), Err(LoginError::Malformed));
    }
    assert_eq!(Logins::Text("no JSON".to_owned()).find("ghcr.io"), Err(LoginError::Malformed));
}

#[test]
fn passwords_are_not_printed() {
    let text = json!({ "auths": { "ghcr.io": { "username": "robot", "password": "secret" } } }).to_string();
    let printed = format!("{:?} {:?} {:?}", robot(), Logins::Text(text), Logins::OfUser);
    assert_eq!(printed, r#"Login { user: "robot", .. } Text(..) OfUser"#);
}
