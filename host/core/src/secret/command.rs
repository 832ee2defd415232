//! Command lines: a secret that follows the flag that names it.

use super::name::{self, Says};
use super::random::is_random;
use super::steps;

/// A command line that is read argument by argument.
#[derive(Debug, Default)]
pub(crate) struct CommandLine {
    awaited: Option<Awaited>,
    program: Option<Program>,
}

/// What gives flags and words a meaning of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Program {
    /// `redis-cli -a PASSWORD`.
    Redis,
    /// `mysql -pPASSWORD`.
    MySql,
    /// `machine HOST login USER password PASSWORD`.
    Netrc,
}

impl Program {
    fn of(word: &str) -> Option<Self> {
        match word.rsplit('/').next().unwrap_or_default() {
            "redis-cli" => Some(Self::Redis),
            "mysql" | "mysqladmin" | "mysqldump" | "mariadb" | "mariadb-admin" | "mariadb-dump" => Some(Self::MySql),
            "machine" => Some(Self::Netrc),
            _ => None,
        }
    }
}

/// What must follow the flag that was read last.
#[derive(Debug)]
enum Awaited {
    Secret,
    /// What is secret if it looks random.
    Key,
    /// `NAME: VALUE`.
    Header,
    /// `NAME:PASSWORD`.
    Login,
}

impl CommandLine {
    /// Reads on, and tells whether there is a secret in `argument`, which may be a command line of its own (`sh -c "..."`).
    pub(crate) fn read(&mut self, argument: &str) -> bool {
        // What follows a flag as an argument of its own may hold anything.
        let mut is_secret = self.awaited.take().is_some_and(|awaited| awaited.is(argument));
        steps::count(argument.len());
        for word in words(argument) {
            is_secret |= self.awaited.take().is_some_and(|awaited| awaited.is(word));
            is_secret |= self.program == Some(Program::MySql) && word.len() > 2 && word.starts_with("-p");
            is_secret |= word.strip_prefix("--user=").is_some_and(|login| Awaited::Login.is(login));
            self.program = Program::of(word).or(self.program);
            self.awaited = Awaited::after(self.program, word);
        }
        is_secret
    }
}

impl Awaited {
    fn after(program: Option<Program>, word: &str) -> Option<Self> {
        if (program, word) == (Some(Program::Netrc), "password") {
            return Some(Self::Secret);
        }
        let flag = word.strip_prefix('-')?;
        match word {
            "-a" if program == Some(Program::Redis) => Some(Self::Secret),
            "-H" | "--header" => Some(Self::Header),
            "-u" | "-U" | "--user" | "--proxy-user" => Some(Self::Login),
            _ => match name::says(flag) {
                Says::Secret => Some(Self::Secret),
                Says::Key => Some(Self::Key),
                Says::Nothing => None,
            },
        }
    }

    fn is(&self, word: &str) -> bool {
        match self {
            Self::Key => is_random(word),
            Self::Header => {
                word.split_once(':').is_some_and(|(name, value)| !value.is_empty() && super::is_named(name, value))
            }
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
