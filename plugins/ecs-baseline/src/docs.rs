//! The documentation of rules is made from the table: `GATECHECK_UPDATE_DOCS=1 cargo test -p gatecheck-ecs-baseline docs` writes it.

use std::env;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::catalogue::{CATALOGUES, NOT_EVALUATED, PROFILES, Profile, controls_of};
use crate::rule::{Kind, Level, Rule};
use crate::rules;
use crate::table;

const MADE: &str = "<!-- made from src/rules: GATECHECK_UPDATE_DOCS=1 cargo test -p gatecheck-ecs-baseline docs -->";

/// The file is what is made from the table.
fn is_made(file: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if env::var_os("GATECHECK_UPDATE_DOCS").is_some() {
        fs::write(&path, made).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), made, "{file}");
}

fn code(names: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    names.into_iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}

fn profiles(rule: &Rule) -> String {
    code(PROFILES.iter().filter(|(_, profile)| profile.has(rule)).map(|(name, _)| name))
}

/// Without the name of the catalogue.
fn id(control: &str) -> &str {
    control.split_once(':').map_or(control, |(_, id)| id)
}

#[test]
fn the_index_of_rules() {
    let mut page =
        format!("# Rules\n\n{MADE}\n\n| rule | severity | `recommended` | what it wants |\n|---|---|---|---|\n");
    for rule in rules::all() {
        let recommended = if rule.level == Level::Recommended { "yes" } else { "" };
        let severity = table::severity(rule);
        writeln!(page, "| [`{0}`](rules/{0}.md) | {severity} | {recommended} | {1} |", rule.id, rule.title).unwrap();
    }
    is_made("RULES.md", &page);
}

#[test]
fn the_page_of_each_rule() {
    for rule in rules::all() {
        is_made(&format!("rules/{}.md", rule.id), &page_of(rule).unwrap());
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    assert_eq!(fs::read_dir(folder).unwrap().count(), rules::all().count(), "a page is of no rule");
}

fn page_of(rule: &Rule) -> Result<String, std::fmt::Error> {
    let Rule { id: name, title, what, why, fix, line, except, reads, .. } = rule;
    let mut page = String::new();
    let severity = table::severity(rule);
    let language = if line.starts_with('"') { "json" } else { "sh" };
    write!(page, "# {name}\n\n{MADE}\n\n**{title}.** Severity {severity}.\n\n{what}\n\n**Why.** {why}\n\n")?;
    let mut first = fix.chars();
    let fix: String = first.next().into_iter().flat_map(char::to_uppercase).chain(first).collect();
    write!(page, "**What to do.** {fix}:\n\n```{language}\n{line}\n```\n\n")?;
    if !except.is_empty() {
        write!(page, "**Exceptions and differences.** {except}\n\n")?;
    }
    let off = format!(r#"{{"module": "ecs-baseline", "settings": {{"rules": {{"{name}": false}}}}}}"#);
    let severity = "or give it another severity by `{\"severity\": \"low\"}` in place of `false`";
    write!(page, "**Turn it off**, {severity}:\n\n```json\n{off}\n```\n\n")?;
    for parameter in rule.parameters {
        let default = match parameter.kind {
            Kind::Text(text) => format!("a text; {} if it is not set", code([text])),
            Kind::Texts([]) => "a list; empty if it is not set".to_owned(),
            Kind::Texts(texts) => format!("a list; {} if it is not set", code(texts)),
            Kind::Required => "a list; the rule is off without it".to_owned(),
        };
        write!(page, "**Parameter `{}`** ({default}). {}\n\n", parameter.name, parameter.description)?;
    }
    let controls = CATALOGUES.iter().filter_map(|(catalogue, title)| {
        let ids: Vec<_> = controls_of(rule, catalogue).map(id).collect();
        (!ids.is_empty()).then(|| format!("{title} {}", code(ids)))
    });
    let controls: Vec<_> = controls.collect();
    if !controls.is_empty() {
        write!(page, "**Known as.** {}\n\n", controls.join("; "))?;
    }
    writeln!(page, "**Reads** {}. **Profiles** {}.", code(*reads), profiles(rule))?;
    Ok(page)
}

#[test]
fn the_page_of_controls() {
    let mut page = format!(
        "# Coming from another tool\n\n{MADE}\n\n\
         Which rule answers a control, by catalogue. A profile of the name of the catalogue turns on its rules. `gatecheck controls` prints \
         the same.\n"
    );
    for (catalogue, title) in CATALOGUES {
        let (evaluated, all, rows) = coverage(catalogue);
        let profile = PROFILES
            .iter()
            .find(|(_, profile)| matches!(profile, Profile::Catalogue(of) if *of == catalogue))
            .unwrap()
            .0;
        write!(page, "\n## {title}\n\nProfile `{profile}`: {evaluated} of {all} controls.\n\n").unwrap();
        write!(
            page,
            "| control | rules | where the verdict differs, and where it does not apply |\n|---|---|---|\n{rows}"
        )
        .unwrap();
    }
    page.push_str(include_str!("docs/differences.md"));
    is_made("CONTROLS.md", &page);
}

/// How many controls of a catalogue are evaluated, of how many, and a row for each.
fn coverage(catalogue: &str) -> (usize, usize, String) {
    let mut controls: Vec<_> = rules::all().flat_map(|rule| controls_of(rule, catalogue)).collect();
    controls.sort_by_key(|control| (control.len(), *control));
    controls.dedup();
    let mut rows = String::new();
    for control in &controls {
        let rules: Vec<_> = rules::all().filter(|rule| rule.controls.contains(control)).collect();
        let links: Vec<_> = rules.iter().map(|rule| format!("[`{0}`](rules/{0}.md)", rule.id)).collect();
        let notes: Vec<_> = rules.iter().map(|rule| rule.except).filter(|except| !except.is_empty()).collect();
        writeln!(rows, "| `{}` | {} | {} |", id(control), links.join(", "), notes.join(" ")).unwrap();
    }
    let missing =
        NOT_EVALUATED.iter().filter(|(control, _)| control.split_once(':').is_some_and(|(of, _)| of == catalogue));
    let evaluated = controls.len();
    let mut all = evaluated;
    for (control, reason) in missing {
        writeln!(rows, "| `{}` | not evaluated yet | {reason} |", id(control)).unwrap();
        all += 1;
    }
    (evaluated, all, rows)
}
