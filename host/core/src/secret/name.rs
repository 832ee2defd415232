//! Names that say that what stands under them is secret.

use std::sync::LazyLock;

use super::steps;

/// The list of names: `CLASS WORD` a line, with comments.
const NAMES: &str = include_str!("names.txt");

/// What a name says of its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// It is secret.
    Secret,
    /// It is secret if it looks random.
    Key,
    /// Nothing.
    Nothing,
}

/// The list by its classes.
#[derive(Debug, Default)]
struct Names {
    part: Vec<&'static str>,
    last: Vec<&'static str>,
    end: Vec<&'static str>,
    word: Vec<&'static str>,
    key: Vec<&'static str>,
    about: Vec<&'static str>,
    much: Vec<&'static str>,
    not: Vec<&'static str>,
}

static LIST: LazyLock<Names> = LazyLock::new(|| {
    let mut names = Names::default();
    for (class, word) in NAMES.lines().filter_map(|line| line.split_once(' ')) {
        let list = match class {
            "part" => &mut names.part,
            "last" => &mut names.last,
            "end" => &mut names.end,
            "word" => &mut names.word,
            "key" => &mut names.key,
            "about" => &mut names.about,
            "much" => &mut names.much,
            "not" => &mut names.not,
            // A comment.
            _ => continue,
        };
        list.push(word);
    }
    names
});

/// What a name says.
pub(super) fn says(name: &str) -> Says {
    steps::count(name.len());
    let words = words(name);
    let squeezed = words.concat();
    let Some(last) = words.last().map(String::as_str) else { return Says::Nothing };
    steps::count(squeezed.len() * LIST.part.len());
    let is_secret = LIST.part.iter().any(|part| squeezed.contains(part))
        || LIST.last.contains(&last)
        || (LIST.end.iter().any(|end| last.ends_with(end)) && !LIST.word.contains(&last));
    let is_about = || LIST.about.contains(&last) || words.iter().any(|word| LIST.much.contains(&word.as_str()));
    if LIST.not.contains(&squeezed.as_str()) {
        Says::Nothing
    } else if is_secret {
        if is_about() { Says::Key } else { Says::Secret }
    } else if LIST.key.contains(&last) {
        Says::Key
    } else {
        Says::Nothing
    }
}

/// The words of `secret-key`, `SECRET_KEY`, `secretKey`, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut was_lower = false;
    for character in name.chars() {
        let begins = !character.is_ascii_alphanumeric() || (was_lower && character.is_ascii_uppercase());
        if begins && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if character.is_ascii_alphanumeric() {
            word.push(character.to_ascii_lowercase());
        }
        was_lower = character.is_ascii_lowercase() || character.is_ascii_digit();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_list_has_a_class_and_a_word_that_can_be_found() {
        let lines = || NAMES.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let names = &*LIST;
        let lists =
            [&names.part, &names.last, &names.end, &names.word, &names.key, &names.about, &names.much, &names.not];
        assert_eq!(lines().count(), lists.iter().map(|list| list.len()).sum::<usize>());
        assert!(lines().all(|line| line.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b' ')));
    }

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
            "smtpPass",
            "_auth",
            "Header",
            "SLACK_WEBHOOK",
            "DBPASS",
            "PGPASS",
            "requirepass",
            "storepass",
            "auth_key",
            "application_key",
            "MYSQL_ROOT_PW",
            "SSH_PASSPHRASE",
            "SENTRY_DSN",
        ] {
            assert_eq!(says(name), Says::Secret, "{name}");
        }
        for name in [
            "KEY",
            "app-key-file",
            "kms.key",
            "TOKEN_TTL_SECONDS",
            "MAX_TOKENS",
            "MYSQL_ALLOW_EMPTY_PASSWORD",
            "PASSWORD_MIN_LENGTH",
            "SECRETS_MANAGER_REGION",
            "AWS_SECRET_NAME",
            "OAUTH_TOKEN_URL",
            "password-file",
        ] {
            assert_eq!(says(name), Says::Key, "{name}");
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
            "PWD",
            "OLDPWD",
            "KEYBOARD",
        ] {
            assert_eq!(says(name), Says::Nothing, "{name}");
        }
    }
}
