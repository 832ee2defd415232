//! What a text gives away: secrets that are known by their shape, wherever they stand.
//!
//! Whoever writes the text chooses how long it is, so each function looks at each part of it a fixed number of times.

use super::name::{self, Says};
use super::random::{head, is_random};
use super::{Kind, is_told, steps, tokens};

/// Which secret there is in a text, if any.
pub(super) fn kind(text: &str) -> Option<Kind> {
    let lower = text.to_ascii_lowercase();
    steps::count(text.len() * (KEYS.len() + WEBHOOKS.len() + 1));
    let has = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
    if has(&KEYS) {
        Some(Kind::PrivateKey)
    } else if has(&WEBHOOKS) {
        Some(Kind::Webhook)
    } else if has_bearer(&lower) || tokens::is_in(text) {
        Some(Kind::Token)
    } else if has_login(text) || has_login_of_oracle(&lower) {
        Some(Kind::Login)
    } else if has_key_in_url(text) {
        Some(Kind::Webhook)
    } else if has_assignment(text) {
        Some(Kind::Assignment)
    } else {
        None
    }
}

/// How files of private keys begin.
const KEYS: [&str; 3] = ["private key-----", "private key block-----", "putty-user-key-file-"];

/// Whoever knows the URL may post.
const WEBHOOKS: [&str; 28] = [
    "hooks.slack.com/",
    "discord.com/api/webhooks/",
    "discordapp.com/api/webhooks/",
    "webhook.office.com/",
    "outlook.office.com/webhook",
    ".logic.azure.com",
    ".api.powerplatform.com",
    "chat.googleapis.com/v1/spaces",
    "hooks.zapier.com/",
    "hooks.chime.aws/",
    "hooks.airtable.com/",
    "api.telegram.org/bot",
    "maker.ifttt.com/trigger/",
    "hook.integromat.com/",
    ".make.com/",
    "events.pagerduty.com/integration/",
    "alert.victorops.com/integrations/",
    "hc-ping.com/",
    "cronitor.link/",
    // Where logs are sent.
    "sumologic.com/receiver/v1/http/",
    "sumologic.net/receiver/v1/http/",
    "loggly.com/inputs/",
    "loggly.com/bulk/",
    "datadoghq.com/v1/input/",
    "datadoghq.eu/v1/input/",
    "logentries.com/v1/",
    "logdna.com/supertenant/",
    "logz.io:8071/?",
];

/// `Authorization: Bearer TOKEN`, and the last two words of it. What is shorter is a word of a sentence.
fn has_bearer(lower: &str) -> bool {
    const SHORTEST: usize = 16;
    let is_part = |character: char| is_dotted(character) || matches!(character, '~' | '+' | '/' | '=');
    around(lower, "bearer ").any(|(_, after)| {
        let token = after.trim_start();
        let length = token.chars().take_while(|part| is_part(*part)).take(SHORTEST).count();
        steps::count(after.len() - token.len() + length);
        length >= SHORTEST
    })
}

/// A password in a URL, or anything that stands where it would in one of the web.
fn has_login(text: &str) -> bool {
    steps::count(text.len());
    text.split(ends_url).any(|word| {
        // A password may hold what ends the authority of other URLs.
        let last_at = word.rfind('@');
        steps::count(word.len());
        around(word, "://").any(|(scheme, url)| {
            // Up to the next one at the latest, which has a slash.
            let authority = url.split(['/', '?', '#']).next().unwrap_or_default();
            steps::count(2 * authority.len());
            if let Some((login, _)) = authority.rsplit_once('@') {
                return login.contains(':') || scheme.ends_with("http") || scheme.ends_with("https");
            }
            let start = word.len() - url.len();
            let Some(colon) = url.find(':') else { return false };
            let rest = url.get(colon + 1..).unwrap_or_default();
            last_at.is_some_and(|at| start + colon < at) && !is_port(rest)
        })
    })
}

/// Up to the colon of the next URL.
fn is_port(rest: &str) -> bool {
    rest.trim_start_matches(|digit: char| digit.is_ascii_digit()).starts_with(['/', '?', '#'])
}

fn ends_url(character: char) -> bool {
    character.is_whitespace() || matches!(character, '"' | '\'' | '`' | '\\' | '<' | '>')
}

/// `scott/tiger@//db:1521/orders`, `jdbc:oracle:thin:scott/tiger@db`.
fn has_login_of_oracle(lower: &str) -> bool {
    steps::count(2 * lower.len());
    lower.split(ends_url).any(|word| {
        let of_driver = word.split_once("oracle:thin:").and_then(|(_, rest)| rest.split_once('@'));
        let login = of_driver.or_else(|| word.split_once("@//").filter(|(login, _)| !login.contains("://")));
        login.is_some_and(|(login, _)| is_login_of_oracle(login))
    })
}

/// `USER/PASSWORD`.
pub(super) fn is_login_of_oracle(login: &str) -> bool {
    login.split_once('/').is_some_and(|(user, password)| !user.is_empty() && !password.is_empty())
}

/// A part of the path of a URL of the web that was drawn at random, as collectors have it. What has 40 or 64 hexadecimal digits
/// is a digest.
fn has_key_in_url(text: &str) -> bool {
    const SHORTEST: usize = 24;
    steps::count(text.len());
    text.split(ends_url).filter_map(|word| word.split_once("http").map(|(_, url)| url)).any(|url| {
        let Some(url) = url.strip_prefix("s://").or_else(|| url.strip_prefix("://")) else { return false };
        let path = url.split(['?', '#']).next().unwrap_or_default();
        steps::count(2 * path.len());
        let is_digest = |part: &str| matches!(part.len(), 40 | 64) && part.bytes().all(|byte| byte.is_ascii_hexdigit());
        path.split('/').skip(1).any(|part| part.len() >= SHORTEST && !is_digest(part) && is_random(part))
    })
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
    let named = left.trim_end_matches(is_blank);
    let name = named.rsplit(|character| !is_dotted(character)).next()?;
    let value = right.trim_start_matches(is_blank);
    steps::count(left.len() - named.len() + name.len() + right.len() - value.len());
    if name.is_empty() || value.is_empty() {
        return None;
    }
    let says = name::says(name);
    if says == Says::Nothing {
        return None;
    }
    let ends = |character: char| is_blank(character) || matches!(character, '&' | ';' | ',' | ')' | '}' | ']' | '|');
    let value = head(value).split(ends).next().unwrap_or_default();
    let gives_away = match says {
        Says::Secret => is_told(value),
        _ => is_random(value),
    };
    gives_away.then(|| named.strip_suffix(name)).flatten()
}

fn is_dotted(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.')
}

/// What stands before and after each place where `part` is.
fn around<'a>(text: &'a str, part: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    steps::count(text.len());
    text.match_indices(part).filter_map(|(start, part)| {
        let (before, rest) = text.split_at_checked(start)?;
        Some((before, rest.strip_prefix(part)?))
    })
}

#[cfg(test)]
mod tests {

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
            assert!(crate::secret::of_text(text).is_some(), "{text}");
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
            assert_eq!(crate::secret::of_text(text), None, "{text}");
        }
    }
}
