//! Which texts are secret. Whoever writes a text chooses its length, so the work grows with the length and no faster.

mod command;
mod name;
mod random;
mod steps;
mod text;
mod tokens;

pub(crate) use command::CommandLine;

use name::Says;

/// Why a text is secret. It never has the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A private key.
    PrivateKey,
    /// A URL that is enough to post.
    Webhook,
    /// A token of a well-known service.
    Token,
    /// A user with a password.
    Login,
    /// A name in the text that says that what follows is secret: `password=x`.
    Assignment,
    /// The name under which the text stands says so.
    Named,
    /// The argument of a flag on a command line.
    Argument,
}

/// Which kind of secret a value with this name holds, if any: an environment variable, a label, an option. The name may be empty.
#[must_use]
pub fn kind(name: &str, value: &str) -> Option<Kind> {
    of_text(value).or_else(|| (!value.is_empty() && is_named(name, value)).then_some(Kind::Named))
}

/// Which kind of secret there is in a text, whatever its name.
pub(crate) fn of_text(text: &str) -> Option<Kind> {
    text::kind(text).or_else(|| CommandLine::default().read(text).then_some(Kind::Argument))
}

/// Whether the name says that the value is secret.
pub(crate) fn is_named(name: &str, value: &str) -> bool {
    match name::says(name) {
        Says::Secret => !is_reference(value),
        Says::Key => random::is_random(value),
        Says::Nothing => false,
    }
}

/// Whether a value is given rather than referred to.
fn is_told(value: &str) -> bool {
    !value.is_empty() && !is_reference(value)
}

/// Whether a value only says where a secret is.
fn is_reference(value: &str) -> bool {
    value.starts_with("arn:")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLANTED: &[(&str, &str)] = &[
        ("", "-----BEGIN PGP PRIVATE KEY BLOCK-----"),
        ("", "sk-svcacct-0123456789abcdefABCDEF"),
        ("", "glrt-0123456789abcdefABCD"),
        ("", "gldt-0123456789abcdefABCD"),
        ("", "xoxd-0123456789abcdef%2B"),
        ("", "sk_test_0123456789abcdef"),
        ("", "SK0123456789abcdef0123456789abcdef"),
        ("", "redis-server --requirepass hunter2"),
        ("", "DBPASS=hunter2 run"),
        ("", "keytool -storepass hunter2"),
        ("", "mysqladmin -phunter2 ping"),
        ("", "redis-cli -a hunter2 ping"),
        ("", "curl --user=bob:hunter2 http://localhost"),
        ("", "curl -H x-api-key:hunter2 http://localhost"),
        ("auth_key", "hunter2"),
        ("application_key", "hunter2"),
        ("", "https://collectors.example.sumologic.com/receiver/v1/http/abc"),
        ("", "machine example.com login bob password hunter2"),
        ("", "sqlplus scott/tiger@//db:1521/orders"),
    ];

    #[test]
    fn planted_secrets_are_found() {
        let missed: Vec<_> = PLANTED.iter().filter(|(name, value)| kind(name, value).is_none()).collect();
        assert!(missed.is_empty(), "{missed:?}");
    }

    #[test]
    fn work_grows_with_the_length_and_no_faster() {
        for part in
            ["://", "a://b:", "bearer ", "=", "password=", ": ", "x://y@", "http://", "--token ", "@//", "\"", "a"]
        {
            let steps = |times| steps::of(|| of_text(&part.repeat(times)));
            let (short, long) = (steps(500), steps(2_000));
            assert!(long <= short * 5, "{part}: {short} for 500, {long} for 2000");
        }
    }
}
