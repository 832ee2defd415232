//! Writes the tables of `src/pattern/unicode.rs`: what Unicode 14.0, the version that Python 3.11 has, says of characters. And that of
//! `src/slips.rs`: the names of attributes, sorted.

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use regex_syntax::hir::{Class, HirKind};

/// Lower case letters that Python takes for variants of each other, although they are not the lower case of the same letter.
const EXTRA_VARIANTS: &str = "iı sſ µμ \u{345}ι\u{1FBE} \u{390}\u{1FD3} \u{3B0}\u{1FE3} βϐ εϵ θϑ κϰ πϖ ρϱ \
    ςσ φϕ вᲀ дᲁ оᲂ сᲃ тᲄᲅ ъᲆ ѣᲇ ꙋᲈ ṡẛ \u{FB05}\u{FB06}";

const EXEMPTION: &str = "#[expect(clippy::unreadable_literal, reason = \"nobody reads it\")]";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    let mut tables = String::new();
    for (name, doc, class) in [
        ("DIGITS", r"Members of `\d`", r"[\p{Nd}&&\p{age=14.0}]"),
        ("WORDS", r"Members of `\w`", r"[_\p{L}\p{N}&&\p{age=14.0}]"),
    ] {
        let ranges = packed(class)?;
        writeln!(tables, "/// {doc}: the first of a range in the upper 21 bits, below them how many follow it.")?;
        writeln!(tables, "{EXEMPTION}")?;
        writeln!(tables, "const {name}: [u32; {}] = {ranges:?};", ranges.len())?;
    }
    let runs = variant_runs();
    writeln!(tables, "/// Characters that differ only in case from the one at a distance, by the first of them.")?;
    writeln!(tables, "{EXEMPTION}")?;
    writeln!(tables, "const VARIANTS: [Run; {}] = [", runs.len())?;
    for run in runs {
        writeln!(tables, "{run:?},")?;
    }
    writeln!(tables, "];")?;
    let out = env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("unicode.rs"), tables)?;

    println!("cargo:rerun-if-changed=src/names.txt");
    let names = fs::read_to_string("src/names.txt")?;
    let mut names: Vec<_> = names.lines().collect();
    names.sort_unstable();
    let table = format!("/// Sorted.\nconst NAMES: [&str; {}] = {names:?};\n", names.len());
    fs::write(Path::new(&out).join("names.rs"), table)?;
    Ok(())
}

/// The ranges of a class, the long ones in pieces.
fn packed(class: &str) -> Result<Vec<u32>, Box<dyn Error>> {
    let hir = regex_syntax::parse(class)?;
    let HirKind::Class(Class::Unicode(class)) = hir.kind() else { return Err("not a class".into()) };
    let mut packed = Vec::new();
    for range in class.ranges() {
        let (mut first, last) = (u32::from(range.start()), u32::from(range.end()));
        while first <= last {
            let following = (last - first).min((1 << 11) - 1);
            packed.push(first << 11 | following);
            first += following + 1;
        }
    }
    Ok(packed)
}

/// `first`, `first + step`, ... up to `last` each have a variant `distance` further on.
#[derive(Debug, Clone, Copy)]
struct Run {
    first: u32,
    last: u32,
    step: u32,
    distance: i32,
    /// Both have the same lower case.
    same_lower: bool,
}

fn variant_runs() -> Vec<Run> {
    let mut pairs = Vec::new();
    for group in variants() {
        for left in &group {
            for right in group.iter().filter(|right| *right != left) {
                pairs.push((*left, *right));
            }
        }
    }
    pairs.sort_unstable();
    let mut runs: Vec<Run> = Vec::new();
    for (left, right) in pairs {
        let same_lower = lower(left) == lower(right);
        let (first, distance) = (
            u32::from(left),
            i32::try_from(u32::from(right)).unwrap_or_default() - i32::try_from(u32::from(left)).unwrap_or_default(),
        );
        let extended = runs.iter_mut().rev().take(8).find(|run| {
            let step = first - run.last;
            (run.distance, run.same_lower) == (distance, same_lower)
                && (run.step == step || run.first == run.last && (1..=2).contains(&step))
        });
        match extended {
            Some(run) => (run.step, run.last) = (first - run.last, first),
            None => runs.push(Run { first, last: first, step: 1, distance, same_lower }),
        }
    }
    runs
}

/// Groups of characters that differ only in case, by Python's rules.
fn variants() -> Vec<Vec<char>> {
    let mut extra: Vec<Vec<char>> = EXTRA_VARIANTS.split(' ').map(|group| group.chars().collect()).collect();
    let mut others: BTreeMap<char, Vec<char>> = BTreeMap::new();
    for c in '\0'..='\u{1FFFF}' {
        let lower = lower(c);
        if lower == c {
            continue;
        }
        match extra.iter_mut().find(|group| group.contains(&lower)) {
            Some(group) => group.push(c),
            None => others.entry(lower).or_insert_with(|| vec![lower]).push(c),
        }
    }
    extra.into_iter().chain(others.into_values()).collect()
}

fn lower(c: char) -> char {
    // Upper case letters that Unicode 14.0 does not have.
    let newer = matches!(c, '\u{1C89}' | '\u{A7CB}'..='\u{A7CF}' | '\u{A7D2}' | '\u{A7D4}' | '\u{A7DA}'..='\u{A7DC}'
        | '\u{10D50}'..='\u{10D65}' | '\u{16EA0}'..='\u{16EB8}');
    // Only `İ` becomes two characters, and Python takes the first.
    if newer { c } else { c.to_lowercase().next().unwrap_or(c) }
}
