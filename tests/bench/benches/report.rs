//! `cargo bench`: what is measured, section by section.

use gatecheck_bench::section::Section;
use gatecheck_bench::{evaluation, instructions, languages, limits, report, scale, size, start};

const SECTIONS: [Section; 7] = [
    Section {
        name: "evaluation",
        about: "one task judged by six statements: native, in the sandbox, and by peers",
        measure: evaluation::measure,
    },
    Section {
        name: "instructions",
        about: "the same in instructions, of WebAssembly and of the processor",
        measure: instructions::measure,
    },
    Section { name: "scale", about: "more policies, more containers, larger documents", measure: scale::measure },
    Section {
        name: "languages",
        about: "the same policy in every language, and the size of each",
        measure: languages::measure,
    },
    Section {
        name: "start",
        about: "processes: from nothing to the first verdict, and what they grow to",
        measure: start::measure,
    },
    Section {
        name: "limits",
        about: "how soon a runaway is ended, and whether memory comes back",
        measure: limits::measure,
    },
    Section {
        name: "size",
        about: "bytes of what is deployed, beside a function that does nothing",
        measure: size::measure,
    },
];

fn main() -> anyhow::Result<()> {
    report::run(&SECTIONS)
}
