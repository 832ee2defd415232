//! The words that plain English does without: docs/src/style.md says what to write instead.

use std::fs;

use gatecheck_tests::workspace;

/// The list grows.
const WORDS: [&str; 18] = [
    "tell",
    "tells",
    "told",
    "telling",
    "judge",
    "judges",
    "judged",
    "by hand",
    "at hand",
    "the way through",
    "goes its way",
    "mend",
    "mended",
    "in force",
    "falls together",
    "cannot be had",
    "nobody is",
    "nobody needs",
];

/// What has been rewritten so far: the README and the pages of the book that have their text themselves.
fn documents() -> Vec<std::path::PathBuf> {
    let mut documents = vec![workspace().join("README.md")];
    for folder in ["docs/src", "docs/src/tutorial", "docs/src/reference"] {
        for entry in fs::read_dir(workspace().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            // The help of the commands, and the table of words itself.
            let is_left_out = ["commands.md", "style.md"].iter().any(|name| path.ends_with(name));
            if path.extension().is_some_and(|extension| extension == "md") && !is_left_out {
                documents.push(path);
            }
        }
    }
    documents
}

/// The words of a line of Markdown without code, each between two spaces.
fn words(line: &str) -> String {
    let prose: String = line.split('`').step_by(2).collect();
    let words = prose.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    format!(" {} ", words.collect::<Vec<_>>().join(" ").to_lowercase())
}

fn word_in(line: &str) -> Option<&'static str> {
    let line = words(line);
    WORDS.into_iter().find(|word| line.contains(&format!(" {word} ")))
}

#[test]
fn the_documents_use_standard_terms() {
    assert_eq!(word_in("Nobody was *told*."), Some("told"));
    assert_eq!(word_in("`doctor --tell` recommends it"), None);
    let documents = documents();
    assert!(documents.len() > 20, "{documents:?}");
    let mut found = Vec::new();
    for document in documents {
        let mut is_code = false;
        for (number, line) in fs::read_to_string(&document).unwrap().lines().enumerate() {
            is_code ^= line.starts_with("```");
            // A comment that says how a test treats the commands below it is no prose.
            if let Some(word) = word_in(line).filter(|_| !is_code && !line.starts_with("<!--")) {
                found.push(format!("{}:{}: `{word}`", document.display(), number + 1));
            }
        }
    }
    assert!(found.is_empty(), "docs/src/style.md has a better word for these:\n{}", found.join("\n"));
}
