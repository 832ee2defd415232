//! CPU and memory of a task.

use gatecheck_sdk::{Severity, Unknown};

use crate::check::Check;
use crate::known::Known;
use crate::rule::{Level, Rule, not_applicable};

pub(super) const RULES: &[Rule] = &[Rule {
    id: "fargate-size",
    title: "CPU and memory are a pair that Fargate has",
    severity: Severity::Low,
    level: Level::Recommended,
    what: "A task definition for Fargate has a `memory` that does not go with its `cpu`.",
    why: "It cannot be registered, and the deployment fails.",
    fix: "set `cpu` and `memory` to a pair of the table in the Amazon ECS Developer Guide",
    line: r#""cpu": "256", "memory": "512""#,
    except: "Definitions for other launch types. CPU sizes that are newer than the rule pass.",
    controls: &["kics:f4c9b5f5"],
    reads: &["task-definition", "task"],
    parameters: &[],
    evaluate: size,
}];

/// CPU units, the least and the most MiB, and the step between.
const PAIRS: [(u32, u32, u32, u32); 7] = [
    (256, 512, 2048, 512),
    (512, 1024, 4096, 1024),
    (1024, 2048, 8192, 1024),
    (2048, 4096, 16384, 1024),
    (4096, 8192, 30720, 1024),
    (8192, 16384, 61440, 4096),
    (16384, 32768, 122_880, 8192),
];

fn size(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    let definition = known.definition()?;
    // ECS compares them when it registers the definition, wherever the task runs then.
    if !definition.texts("requiresCompatibilities")?.contains(&"FARGATE") && !known.is_fargate()? {
        return not_applicable("task", "the task does not run on Fargate");
    }
    let (Some(cpu), Some(memory)) = (definition.text("cpu")?, definition.text("memory")?) else { return Ok(()) };
    let (Some(units), Some(mib)) = (amount(cpu, "vcpu"), amount(memory, "gb")) else { return Ok(()) };
    let Some((_, least, most, step)) = PAIRS.iter().find(|(known, ..)| *known == units) else { return Ok(()) };
    // 256 CPU units go with 512, 1024 and 2048 MiB.
    let is_pair = (*least..=*most).contains(&mib) && mib % step == 0 && (units, mib) != (256, 1536);
    if !is_pair {
        check.violated("task", "memory", memory, format!("Fargate has no task of `{cpu}` CPU and `{memory}` memory"));
    }
    Ok(())
}

/// `256`, `.25 vCPU`, `2 GB`: in units of which 1024 are one vCPU or GB.
fn amount(text: &str, unit: &str) -> Option<u32> {
    let text = text.trim().to_ascii_lowercase();
    match text.strip_suffix(unit) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "saturates, and no pair is that large"
        )]
        Some(number) => number.trim().parse::<f64>().ok().map(|number| (number * 1024.0) as u32),
        None => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::amount;

    #[test]
    fn amounts_have_units() {
        let expected = [("256", 256), ("1 vCPU", 1024), (".25 vCPU", 256), ("0.5vcpu", 512)];
        assert!(expected.iter().all(|(text, units)| amount(text, "vcpu") == Some(*units)));
        assert_eq!((amount("2 GB", "gb"), amount("${CPU}", "vcpu")), (Some(2048), None));
    }
}
