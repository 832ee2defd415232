//! Slips in an expression with which it is JMESPath all the same, and never finds anything: a text, number or boolean that is not written
//! as one, and a name that no document has.

use jmespath::ast::Ast;
use strsim::levenshtein;

// The attributes of all documents at any depth, from the service models of ECS and EC2: names.txt, which tests/it/shapes.rs compares.
include!(concat!(env!("OUT_DIR"), "/names.rs"));

/// Attributes whose keys are anybody's.
const FREE: [&str; 6] = ["dockerLabels", "driverOpts", "labels", "options", "properties", "TagSet"];

/// A word after a comparison that is taken for the name of an attribute, with how to write what is meant.
pub(crate) fn bare_literal(text: &str) -> Option<(String, String)> {
    let mut quote = None;
    let mut rest = text.chars().peekable();
    while let Some(letter) = rest.next() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (None, '\'' | '`' | '"') => quote = Some(letter),
            (None, '=' | '!' | '<' | '>') if rest.peek() != Some(&'=') || letter != '!' => {
                while rest.next_if(|next| *next == '=' || next.is_whitespace()).is_some() {}
                if rest.next_if_eq(&'"').is_some() {
                    let word: String = rest.by_ref().take_while(|letter| *letter != '"').collect();
                    return Some((format!("\"{word}\""), format!("'{word}'")));
                }
                let mut word = String::new();
                while let Some(letter) = rest.next_if(|next| next.is_alphanumeric() || "-.".contains(*next)) {
                    word.push(letter);
                }
                let is_number = word.parse::<f64>().is_ok();
                if is_number || ["true", "false", "null"].contains(&word.as_str()) {
                    return Some((word.clone(), format!("`{word}`")));
                }
            }
            _ => {}
        }
    }
    None
}

/// A name of no attribute that is nearly one, with the one that may be meant. A name that is far from all may be newer than this list.
pub(crate) fn misspelt(ast: &Ast) -> Option<(String, &'static str)> {
    let mut names = Vec::new();
    collect(ast, &mut names);
    misspelt_name(names)
}

/// The same among the names of a path.
pub(crate) fn misspelt_name<'a>(
    names: impl IntoIterator<Item = &'a String, IntoIter: Clone>,
) -> Option<(String, &'static str)> {
    let mut names = names.into_iter();
    if names.clone().any(|name| FREE.contains(&name.as_str())) {
        return None;
    }
    names.find_map(|name| nearest(name).map(|meant| (name.clone(), meant)))
}

/// The attribute that a name may mean, if it is none itself.
fn nearest(name: &str) -> Option<&'static str> {
    if NAMES.binary_search(&name).is_ok() {
        return None;
    }
    let slips = |known: &&'static str| (levenshtein(&name.to_lowercase(), &known.to_lowercase()), *known);
    let most = if name.len() < 4 { 0 } else { 1 + name.len() / 8 };
    NAMES.iter().map(slips).min().filter(|(slips, _)| *slips <= most).map(|(_, meant)| meant)
}

fn collect<'a>(ast: &'a Ast, names: &mut Vec<&'a String>) {
    match ast {
        Ast::Field { name, .. } => names.push(name),
        Ast::Identity { .. } | Ast::Index { .. } | Ast::Slice { .. } | Ast::Literal { .. } => {}
        Ast::Subexpr { lhs, rhs, .. }
        | Ast::Projection { lhs, rhs, .. }
        | Ast::Comparison { lhs, rhs, .. }
        | Ast::And { lhs, rhs, .. }
        | Ast::Or { lhs, rhs, .. } => [lhs, rhs].into_iter().for_each(|side| collect(side, names)),
        Ast::Condition { predicate, then, .. } => [predicate, then].into_iter().for_each(|part| collect(part, names)),
        Ast::Flatten { node, .. } | Ast::Not { node, .. } | Ast::ObjectValues { node, .. } => collect(node, names),
        Ast::Expref { ast, .. } => collect(ast, names),
        Ast::Function { args, .. } => args.iter().for_each(|arg| collect(arg, names)),
        Ast::MultiList { elements, .. } => elements.iter().for_each(|element| collect(element, names)),
        Ast::MultiHash { elements, .. } => elements.iter().for_each(|pair| collect(&pair.value, names)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compared_is_written_as_a_literal() {
        let found = |text: &str| bare_literal(text).map(|(word, meant)| format!("{word} {meant}"));
        assert_eq!(found(r#"containers[?name=="web"].image"#).as_deref(), Some("\"web\" 'web'"));
        assert_eq!(found("containers[?essential == true].name").as_deref(), Some("true `true`"));
        assert_eq!(found("containers[?cpu > 512].name").as_deref(), Some("512 `512`"));
        assert_eq!(found("containers[?user != null].name").as_deref(), Some("null `null`"));
        for sound in [
            "containers[?name=='web'].image",
            "containers[?essential==`true`].name",
            "containers[?cpu>=`512`].name",
            "containers[?name=='a==\"b\"'].image",
            "containers[?cpu==memory].name",
            "containers[?!privileged].name",
            "\"odd key\" || cpu",
        ] {
            assert_eq!(found(sound), None, "{sound}");
        }
    }

    #[test]
    fn a_name_that_is_nearly_one_is_named() {
        let of = |text: &str| misspelt(&jmespath::parse(text).unwrap()).map(|(_, meant)| meant);
        assert_eq!(of("taskDefinition.containerDefinitions[?priviledged].name"), Some("privileged"));
        assert_eq!(of("taskDefinition.containerDefinition[].image"), Some("containerDefinitions"));
        assert_eq!(of("taskDefinition.containerDefinitions[].readOnlyRootFilesystem"), Some("readonlyRootFilesystem"));
        assert_eq!(of("taskDefinition.someNewFeature"), None);
        assert_eq!(of("taskDefinition.containerDefinitions[].dockerLabels.familly"), None);
        assert_eq!(of("tags[?key=='team'].value"), None);
    }
}
