//! What a text gives away: secrets that are known by their shape, wherever they stand.

use super::name;

/// Whether there is a secret in a text.
pub(super) fn holds_secret(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.contains("private key-----")
        || WEBHOOKS.iter().any(|webhook| lower.contains(webhook))
        || has_bearer(&lower)
        || has_token(text)
        || has_login(text)
        || has_assignment(text)
}

/// Whoever knows the URL may post.
const WEBHOOKS: [&str; 10] = [
    "hooks.slack.com/",
    "discord.com/api/webhooks/",
    "discordapp.com/api/webhooks/",
    "webhook.office.com/",
    "outlook.office.com/webhook",
    ".logic.azure.com",
    "chat.googleapis.com/v1/spaces",
    "hooks.zapier.com/",
    "hooks.chime.aws/",
    "api.telegram.org/bot",
];

/// How a token begins, how many characters follow at least, and which.
type Token = (&'static str, usize, fn(char) -> bool);

const TOKENS: [Token; 37] = [
    // AWS: keys of users and of roles.
    ("AKIA", 16, is_upper),
    ("ASIA", 16, is_upper),
    // GitHub, GitLab.
    ("ghp_", 30, is_word),
    ("gho_", 30, is_word),
    ("ghu_", 30, is_word),
    ("ghs_", 30, is_word),
    ("ghr_", 30, is_word),
    ("github_pat_", 20, is_word),
    ("glpat-", 16, is_word),
    // Slack.
    ("xoxa-", 10, is_word),
    ("xoxb-", 10, is_word),
    ("xoxe-", 10, is_word),
    ("xoxe.", 10, is_word),
    ("xoxp-", 10, is_word),
    ("xoxr-", 10, is_word),
    ("xoxs-", 10, is_word),
    ("xapp-", 10, is_word),
    // Payments, mail, clouds, models, registries and other services.
    ("sk_live_", 16, is_word),
    ("rk_live_", 16, is_word),
    ("whsec_", 16, is_word),
    ("SG.", 40, is_dotted),
    ("AIza", 30, is_word),
    ("GOCSPX-", 16, is_word),
    ("ya29.", 20, is_word),
    ("dop_v1_", 32, is_word),
    ("hvs.", 20, is_word),
    ("hvb.", 20, is_word),
    ("sk-ant-", 16, is_word),
    ("sk-proj-", 16, is_word),
    ("sk-", 40, is_alphanumeric),
    ("hf_", 30, is_alphanumeric),
    ("npm_", 30, is_alphanumeric),
    ("pypi-AgE", 16, is_word),
    ("dckr_pat_", 16, is_word),
    ("glsa_", 30, is_word),
    ("NRAK-", 16, is_upper),
    // JSON in base64: JSON Web Tokens, and logins of registries.
    ("eyJ", 16, is_word),
];

fn is_upper(character: char) -> bool {
    character.is_ascii_uppercase() || character.is_ascii_digit()
}

fn is_alphanumeric(character: char) -> bool {
    character.is_ascii_alphanumeric()
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-')
}

fn is_dotted(character: char) -> bool {
    is_word(character) || character == '.'
}

fn has_token(text: &str) -> bool {
    TOKENS.iter().any(|&(prefix, length, is_part)| {
        around(text, prefix).any(|(before, after)| {
            // `task-0123..` is none that begins with `sk-`.
            !before.ends_with(is_alphanumeric) && after.chars().take_while(|part| is_part(*part)).count() >= length
        })
    })
}

/// `Authorization: Bearer TOKEN`, and the last two words of it. What is shorter is a word of a sentence.
fn has_bearer(lower: &str) -> bool {
    const SHORTEST: usize = 16;
    let is_part = |character: char| is_dotted(character) || matches!(character, '~' | '+' | '/' | '=');
    around(lower, "bearer ")
        .any(|(_, after)| after.trim_start().chars().take_while(|part| is_part(*part)).count() >= SHORTEST)
}

/// A password in a URL, or anything that stands where it would in one of the web.
fn has_login(text: &str) -> bool {
    around(text, "://").any(|(scheme, rest)| {
        let ends =
            |character: char| character.is_whitespace() || matches!(character, '"' | '\'' | '`' | '\\' | '<' | '>');
        let url = rest.split(ends).next().unwrap_or_default();
        let authority = url.split(['/', '?', '#']).next().unwrap_or_default();
        match (authority.rsplit_once('@'), url.rsplit_once('@')) {
            (Some((login, _)), _) => login.contains(':') || scheme.ends_with("http") || scheme.ends_with("https"),
            // A password may hold what ends the authority of other URLs.
            (None, Some((login, _))) => login.split_once(':').is_some_and(|(_, rest)| !is_port(rest)),
            (None, None) => false,
        }
    })
}

fn is_port(rest: &str) -> bool {
    rest.trim_start_matches(|digit: char| digit.is_ascii_digit()).starts_with(['/', '?', '#'])
}

/// `NAME=VALUE` of a shell or a URL, `NAME: VALUE` of a header or YAML, `"NAME":"VALUE"` of JSON.
fn has_assignment(text: &str) -> bool {
    let equals = around(text, "=").any(|(left, right)| assigned(left, right).is_some());
    equals
        || around(text, ":").any(|(left, right)| {
            // What has neither space nor quote is the tag of an image, the revision of a task definition, a part of an ARN.
            let is_quote = |character: char| matches!(character, '"' | '\'' | '\\');
            let apart = left.ends_with(is_quote)
                || right.starts_with(|character: char| character.is_whitespace() || is_quote(character));
            apart && assigned(left, right).is_some_and(|before| !before.ends_with(':'))
        })
}

/// What stands before the name, if it is that of a secret and the right side says which.
fn assigned<'a>(left: &'a str, right: &str) -> Option<&'a str> {
    let is_blank = |character: char| character.is_whitespace() || matches!(character, '"' | '\'' | '\\');
    let left = left.trim_end_matches(is_blank);
    let name = left.rsplit(|character| !is_dotted(character)).next()?;
    let value = right.trim_start_matches(is_blank);
    let gives_away = !value.is_empty() && !name::is_reference(value) && name::is_secret(name);
    gives_away.then(|| left.strip_suffix(name)).flatten()
}

/// What stands before and after each place where `part` is.
fn around<'a>(text: &'a str, part: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    text.match_indices(part).filter_map(|(start, part)| {
        let (before, rest) = text.split_at_checked(start)?;
        Some((before, rest.strip_prefix(part)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_their_shape() {
        for text in [
            "-----BEGIN RSA PRIVATE KEY-----\nMIIE",
            "-----BEGIN PRIVATE KEY-----",
            "https://hooks.slack.com/services/T000/B000/xyz",
            "https://discord.com/api/webhooks/1/xyz",
            "AKIAIOSFODNN7EXAMPLE",
            "id=ASIAIOSFODNN7EXAMPLE;",
            "ghp_0123456789abcdefghijABCDEFGHIJ012345",
            "--with xoxb-123456789012-abcdef",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.xyz",
            "curl -H 'Authorization: Bearer abc' http://localhost",
            "bearer 0123456789abcdef",
            "https://user:hunter2@example.com/path",
            "https://hunter2@example.com",
            "redis://:hunter2@cache:6379/0",
            "postgres://app:p/w@db/app",
            "a http://host:8080/ and mysql://u:p@h b",
            "jdbc:postgresql://db/app?user=app&password=hunter2",
            "https://bucket.s3.amazonaws.com/key?X-Amz-Signature=0123",
            "PGPASSWORD=hunter2 psql",
            "--db-password=hunter2",
            "password: hunter2",
            "[{\"user\":\"datadog\",\"password\":\"hunter2\"}]",
            "{\\\"token\\\": \\\"hunter2\\\"}",
            "//registry.example/:_authToken=hunter2",
        ] {
            assert!(holds_secret(text), "{text}");
        }
    }

    #[test]
    fn what_only_resembles_a_secret_is_none() {
        for text in [
            "",
            "111122223333.dkr.ecr.us-west-2.amazonaws.com/token-service:1.4.2",
            "token-service:7",
            "arn:aws:ecs:us-west-2:111122223333:task-definition/secret-store:42",
            "arn:aws:secretsmanager:us-west-2:111122223333:secret:db-AbCdEf:password::",
            "arn:aws:ecs:us-west-2:111122223333:task/prod/c13b4cb40f1f4fe4a2971f76ae5a47ad",
            "task-c13b4cb40f1f4fe4a2971f76ae5a47adc13b4cb40f1f4fe4a2971f76ae5a47ad",
            "sha256:74b2c688c700ec95a93e478cdb959737c148df3fbf5ea706abe0318726e885e6",
            "DB_SECRET=arn:aws:secretsmanager:us-west-2:111122223333:secret:db-AbCdEf",
            "https://example.com/@scope/package",
            "http://registry:4873/@scope/package",
            "ssh://git@example.com/repository",
            "user@example.com",
            "the bearer authentication of the proxy",
            "ASIA-PACIFIC-SOUTHEAST",
            "--password-file /run/secrets/db",
            "password=",
            "/secrets/password",
            "(redacted)",
        ] {
            assert!(!holds_secret(text), "{text}");
        }
    }
}
