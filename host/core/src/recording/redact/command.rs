//! Command lines: a secret that follows the flag that names it.

use super::name;

/// A command line that is read argument by argument.
#[derive(Debug, Default)]
pub(super) struct CommandLine {
    awaited: Option<Awaited>,
}

/// What must follow the flag that was read last.
#[derive(Debug)]
enum Awaited {
    Secret,
    /// `NAME:PASSWORD`.
    Login,
}

impl CommandLine {
    /// Reads on, and tells whether there is a secret in `argument`, which may be a command line of its own (`sh -c "..."`).
    pub(super) fn read(&mut self, argument: &str) -> bool {
        // What follows a flag as an argument of its own may hold anything.
        let mut is_secret = self.awaited.take().is_some_and(|awaited| awaited.is(argument));
        for word in words(argument) {
            is_secret |= self.awaited.take().is_some_and(|awaited| awaited.is(word));
            self.awaited = Awaited::after(word);
        }
        is_secret
    }
}

impl Awaited {
    fn after(word: &str) -> Option<Self> {
        let flag = word.strip_prefix('-')?;
        match word {
            "-u" | "-U" | "--user" | "--proxy-user" => Some(Self::Login),
            _ => name::is_secret(flag).then_some(Self::Secret),
        }
    }

    fn is(&self, word: &str) -> bool {
        match self {
            Self::Secret => !word.is_empty() && !is_flag(word),
            Self::Login => word.split_once(':').is_some_and(|(name, password)| {
                let is_number = |text: &str| text.chars().all(|character| character.is_ascii_digit());
                // A user and a group are no login: `docker run --user 1000:1000`.
                !password.is_empty() && (!is_number(name) || !is_number(password))
            }),
        }
    }
}

/// Whether it looks like another flag. A secret of letters alone behind a dash would be taken for one.
fn is_flag(word: &str) -> bool {
    let Some(flag) = word.strip_prefix('-') else { return false };
    let name = flag.split('=').next().unwrap_or_default();
    !name.is_empty() && name.chars().all(|character| character.is_ascii_alphabetic() || matches!(character, '-' | '_'))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let separates = |character: char| {
        character.is_whitespace() || matches!(character, '"' | '\'' | '`' | '\\' | ';' | '&' | '|' | '(' | ')')
    };
    text.split(separates).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which of the arguments hold a secret.
    fn secrets(arguments: &[&str]) -> Vec<bool> {
        let mut line = CommandLine::default();
        arguments.iter().map(|argument| line.read(argument)).collect()
    }

    #[test]
    fn what_follows_a_flag_is_secret_if_its_name_says_so() {
        assert_eq!(secrets(&["app", "--password", "hunter2", "--port", "80"]), [false, false, true, false, false]);
        assert_eq!(secrets(&["app", "-token", "; |", "x"]), [false, false, true, false]);
        assert_eq!(secrets(&["sh", "-c", "app --api-key 'hunter2' run"]), [false, false, true]);
        assert_eq!(secrets(&["docker login --password-stdin --verbose", "--token", "-hunter2"]), [false, false, true]);
        assert_eq!(secrets(&["app", "--token"]), [false, false]);
    }

    #[test]
    fn a_login_is_told_from_a_user() {
        assert_eq!(secrets(&["CMD-SHELL", "curl -u admin:hunter2 http://localhost/"]), [false, true]);
        assert_eq!(secrets(&["curl", "--user", "admin:hunter2"]), [false, false, true]);
        assert_eq!(secrets(&["run", "-u", "1000:1000", "psql -U app"]), [false; 4]);
    }
}
