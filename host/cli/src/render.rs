//! Reports for people and for programs.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use gatecheck_core::report::{Fault, Report, Severity, Violation, is_plain};
use serde::Serialize;
use serde_json::Value;

pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const QUIET: Style = AnsiColor::BrightBlack.on_default();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(crate) const UNSURE: Style = AnsiColor::Yellow.on_default().bold();
pub(crate) const STRONG: Style = Style::new().bold();

/// One JSON document.
pub(crate) fn json(document: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, document)?;
    writeln!(out)
}

/// Something that its author may not expect.
pub(crate) fn warn(warning: &str, err: &mut impl Write) -> io::Result<()> {
    writeln!(err, "{UNSURE}warning{UNSURE:#}: {}", visible(warning))
}

/// Grouped by task and object: what was found, what is allowed, what to do.
pub(crate) fn human(report: &Report, policies: usize, out: &mut impl Write) -> io::Result<()> {
    if let Some(task) = &report.task {
        write!(out, "{STRONG}{}{STRONG:#}", visible(task))?;
        let definition = report.subject.task_definition.as_deref().and_then(|arn| arn.rsplit('/').next());
        writeln!(out, "{}", definition.map(|name| format!("  {QUIET}{}{QUIET:#}", visible(name))).unwrap_or_default())?;
    }
    let mut objects: Vec<&str> = Vec::new();
    for violation in &report.violations {
        if !objects.contains(&violation.object.as_str()) {
            objects.push(&violation.object);
        }
    }
    for object in objects {
        writeln!(out, "\n  {STRONG}{}{STRONG:#}", visible(object))?;
        for violation in report.violations.iter().filter(|violation| violation.object == object) {
            print_violation(violation, out)?;
        }
    }
    for undecided in &report.undecided {
        let mark = if undecided.is_inapplicable() { QUIET } else { UNSURE };
        writeln!(
            out,
            "\n  {mark}? undecided{mark:#} {} {QUIET}({}){QUIET:#}",
            visible(&undecided.rule),
            visible(&undecided.policy)
        )?;
        for missing in &undecided.unavailable {
            writeln!(out, "    {QUIET}{}{QUIET:#} {}", visible(&missing.family), visible(&missing.reason.to_string()))?;
        }
    }
    for fault in &report.faults {
        writeln!(out)?;
        print_fault(fault, "  ", out)?;
    }
    print_summary(report, policies, out)
}

/// What keeps a policy from a verdict.
pub(crate) fn print_fault(fault: &Fault, indent: &str, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{indent}{BAD}! fault{BAD:#} {} {QUIET}({}){QUIET:#}", visible(&fault.policy), fault.reason)?;
    writeln!(out, "{indent}  {}", visible(&fault.detail))
}

fn print_violation(violation: &Violation, out: &mut impl Write) -> io::Result<()> {
    let color = if violation.severity >= Severity::Medium { BAD } else { UNSURE };
    writeln!(out, "    {color}✗ {}{color:#} {}", violation.severity, visible(&violation.message))?;
    let mut line = |name: &str, text: &str| writeln!(out, "      {QUIET}{name:<8}{QUIET:#} {}", visible(text));
    if let Some(found) = violation.found.as_ref().map(text) {
        line("found", &found)?;
    }
    match &violation.allowed {
        Some(Value::Array(allowed)) => {
            for (position, allowed) in allowed.iter().enumerate() {
                line(if position == 0 { "allowed" } else { "" }, &text(allowed))?;
            }
        }
        Some(allowed) => line("allowed", &text(allowed))?,
        None => {}
    }
    if let Some(remediation) = &violation.remediation {
        line("to do", remediation)?;
    }
    line("rule", &format!("{} of {}", violation.rule, violation.policy))
}

fn print_summary(report: &Report, policies: usize, out: &mut impl Write) -> io::Result<()> {
    let undecided = report.undecided.iter().filter(|undecided| !undecided.is_inapplicable()).count();
    let applying = policies.saturating_sub(report.out_of_scope.len());
    writeln!(out)?;
    if applying == 0 && policies > 0 && report.faults.is_empty() {
        return writeln!(
            out,
            "{UNSURE}0 of {policies} policies apply{UNSURE:#}: the scope of each leaves this task out"
        );
    }
    if report.violations.is_empty() && report.faults.is_empty() && undecided == 0 {
        write!(out, "{GOOD}✓ no violation{GOOD:#}")?;
    } else {
        write!(out, "{BAD}{}{BAD:#}", counted(report.violations.len(), "violation"))?;
    }
    write!(out, " by {}", of_policies(applying))?;
    if !report.faults.is_empty() {
        write!(out, ", {BAD}{}{BAD:#}", counted(report.faults.len(), "fault"))?;
    }
    if undecided > 0 {
        write!(out, ", {UNSURE}{} undecided{UNSURE:#}", counted(undecided, "rule"))?;
    }
    if applying < policies {
        write!(out, "; {} of {policies} policies are for other tasks", policies - applying)?;
    }
    writeln!(out)
}

fn of_policies(count: usize) -> String {
    if count == 1 { "1 policy".to_owned() } else { format!("{count} policies") }
}

/// So many of something whose plural is regular.
pub(crate) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// A text as it is, anything else as JSON.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What a task or a policy says cannot move the cursor or change a colour.
pub(crate) fn visible(text: &str) -> String {
    let show = |character: char| {
        if is_plain(character) { character.to_string() } else { character.escape_default().to_string() }
    };
    text.chars().map(show).collect()
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn what_moves_the_cursor_or_turns_text_is_escaped() {
        assert_eq!(visible("web\u{202e}\u{1b}[2J"), "web\\u{202e}\\u{1b}[2J");
        assert_eq!(visible("größe 大 🙂"), "größe 大 🙂");
    }
}
