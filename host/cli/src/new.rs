//! `gatecheck new`: a project in a language of one's choice, which builds and has tests that pass.

use std::io::{self, Write};
use std::path::Path;

use gatecheck_project::{Language, MODULE, new as start, update};

use crate::args::NewArgs;
use crate::exit::Exit;
use crate::input::InputError;
use crate::render::{QUIET, STRONG};

pub(crate) fn new(args: &NewArgs, out: &mut impl Write) -> Result<Exit, InputError> {
    match (&args.update, &args.name, args.lang) {
        (Some(project), ..) => {
            let language = update(project)?;
            let folder = project.join("gatecheck");
            writeln!(out, "{STRONG}{}{STRONG:#} is the {language} SDK of this version", folder.display())
        }
        (None, Some(name), Some(language)) => {
            let project = start(&args.parent, name, language, args.example.as_deref())?;
            print(&project, name, language, out)
        }
        // The arguments require both.
        (None, ..) => Ok(()),
    }
    .map_err(InputError::Output)?;
    Ok(Exit::Clean)
}

fn print(project: &Path, name: &str, language: Language, out: &mut impl Write) -> io::Result<()> {
    let path = project.display();
    writeln!(out, "{STRONG}{path}{STRONG:#} is a policy in {language}\n")?;
    let mut line = |name: &str, text: &str| writeln!(out, "  {name:<22} {QUIET}{text}{QUIET:#}");
    line(language.source(), "the policy")?;
    line(&format!("{name}.json"), "its entry: module and settings")?;
    line(&format!("{name}.test.yaml"), "cases, for gatecheck test")?;
    line("gatecheck/", "the SDK")?;
    writeln!(out, "\n  cd {path}")?;
    let mut line = |name: &str, text: &str| writeln!(out, "  {name:<22} {QUIET}{text}{QUIET:#}");
    line("gatecheck build", &format!("makes {MODULE}"))?;
    line("gatecheck test", "runs the cases")?;
    line(language.unit_tests(), "runs the unit tests, without WebAssembly")
}
