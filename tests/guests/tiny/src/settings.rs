//! The settings: `{"registries": ["..", ..]}`.

use crate::interface::{Maybe, Problem, Text};
use crate::json::{self, Reader};

/// Returns the list of registries as it is written.
pub(crate) fn read(text: Text) -> Result<Text, Problem> {
    let mut reader = Reader { rest: text.as_bytes() };
    if reader.byte() != b'{' || reader.string() != Some(b"registries") || reader.byte() != b':' {
        return Err(problem("", "an object that begins with `registries` belongs here"));
    }
    let start = text.len() - reader.rest.len();
    if reader.byte() != b'[' {
        return Err(problem("/registries", "a list belongs here"));
    }
    let mut index = 0;
    loop {
        if reader.string().is_none() {
            return Err(problem(json::pointer("/registries/", index), "the beginning of an image's name belongs here"));
        }
        if reader.byte() != b',' {
            break;
        }
        index += 1;
    }
    let end = text.len() - reader.rest.len();
    if reader.byte() != b'}' {
        return Err(problem("", "there is no setting but `registries`"));
    }
    Ok(text.get(start..end).unwrap_or_default())
}

fn problem(pointer: Text, message: Text) -> Problem {
    Problem { pointer, message, remedy: Maybe::Some(r#"write {"registries": ["public.ecr.aws/"]}"#) }
}

/// Whether the list has a registry from which the image comes.
pub(crate) fn allow(list: Text, image: Text) -> bool {
    let mut reader = Reader { rest: list.as_bytes() };
    loop {
        reader.byte();
        match reader.string() {
            Some(registry) if image.as_bytes().starts_with(registry) => return true,
            Some(_) => {}
            None => return false,
        }
    }
}
