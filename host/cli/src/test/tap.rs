//! Results in the Test Anything Protocol, version 14.

use std::io::{self, Write};

use super::results::{Outcome, Results};
use crate::render::visible;

pub(super) fn print(results: &Results, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "TAP version 14\n1..{}", results.totals().all())?;
    let cases = results.suites.iter().flat_map(|suite| suite.cases.iter().map(move |case| (suite, case)));
    for (number, (suite, case)) in (1..).zip(cases) {
        let name = escaped(&format!("{}: {}", suite.path.display(), case.name()));
        let (mark, lines) = match &case.outcome {
            Outcome::Passed | Outcome::Updated => ("ok", Vec::new()),
            Outcome::Failed(differences) => {
                let line = |text: String, more: &[String]| [&[text], more].concat().join("\n");
                (
                    "not ok",
                    differences.iter().map(|one| line(format!("{} {}", one.kind, one.what), &one.more)).collect(),
                )
            }
            Outcome::NotRun(problem) => {
                ("not ok", std::iter::once(problem.message.clone()).chain(problem.remedy.clone()).collect())
            }
        };
        writeln!(out, "{mark} {number} - {name}")?;
        if !lines.is_empty() {
            writeln!(out, "  ---\n  message:")?;
            for line in lines {
                // A JSON string is a YAML string.
                writeln!(out, "    - {}", serde_json::Value::from(line))?;
            }
            writeln!(out, "  ...")?;
        }
    }
    Ok(())
}

/// `#` begins a directive, such as one that excuses a failure.
fn escaped(name: &str) -> String {
    visible(&name.replace('\\', "\\\\").replace('#', "\\#"))
}
