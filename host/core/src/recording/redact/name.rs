//! Names that say that what stands under them is secret.

/// Parts of such names. Case and what separates words do not matter: `secret-key`, `SECRET_KEY` and `secretKey` are one.
const PARTS: [&str; 19] = [
    "accesskey",
    "accountkey",
    "apikey",
    "authorization",
    "connectionstring",
    "credentials",
    "encryptionkey",
    "licensekey",
    "passcode",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "pwd",
    "secret",
    "sharedkey",
    "signature",
    "signingkey",
    "token",
];

/// Too short to be looked for anywhere: the last word of such names. What log routers send as a header is mostly a key.
const LAST_WORDS: [&str; 10] = ["auth", "cookie", "dsn", "header", "headers", "pass", "psk", "pw", "sig", "webhook"];

/// The keys of AWS that would be taken for one, and hold the name of a secret or its ARN.
const REFERENCES: [&str; 1] = ["credentialsparameter"];

/// Whether what stands under this name is secret.
pub(super) fn is_secret(name: &str) -> bool {
    let letters = name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase());
    let squeezed: String = letters.collect();
    if REFERENCES.contains(&squeezed.as_str()) {
        return false;
    }
    let last = name.rsplit(|character: char| !character.is_ascii_alphanumeric()).next().unwrap_or_default();
    PARTS.iter().any(|part| squeezed.contains(part)) || LAST_WORDS.iter().any(|word| last.eq_ignore_ascii_case(word))
}

/// Whether a value only says where a secret is.
pub(super) fn is_reference(value: &str) -> bool {
    value.starts_with("arn:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_told_from_others() {
        for name in [
            "DB_PASSWORD",
            "dbPassword",
            "password",
            "HTTP_Passwd",
            "splunk-token",
            "x-api-key",
            "DD_API_KEY",
            "apikey",
            "AWS_SECRET_ACCESS_KEY",
            "X-Amz-Security-Token",
            "X-Amz-Signature",
            "Shared_Key",
            "licenseKey",
            "smtp.pass",
            "_auth",
            "Header",
            "SLACK_WEBHOOK",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in [
            "",
            "name",
            "value",
            "image",
            "awslogs-group",
            "awslogs-stream-prefix",
            "splunk-url",
            "max-buffer-size",
            "bypass",
            "compass",
            "author",
            "kmsKeyId",
            "credentialsParameter",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
