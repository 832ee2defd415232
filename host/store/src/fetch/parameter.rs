//! Modules in SSM Parameter Store: base64 of the bytes, as they are or compressed with gzip, in one parameter or in
//! numbered parts below it (`NAME/1`, `NAME/2`, ...).

use std::collections::BTreeMap;
use std::io::{Read, Write as _};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use gatecheck_aws::{ParameterError, Parameters, Tier};
use thiserror::Error;

/// What values take in Parameter Store.
pub mod parameters_for {
    /// Characters in a parameter of the standard tier, which costs nothing.
    pub const STANDARD: usize = 4096;

    /// Characters in a parameter of the advanced tier.
    pub const ADVANCED: usize = 8192;

    /// Parameters that a module or an artifact may take. They are written at three a second.
    pub const MOST: usize = 250;

    /// The parameters of the standard tier that a module or an artifact of these bytes takes.
    pub fn bytes(bytes: &[u8]) -> usize {
        super::encode(bytes).len()
    }
}

const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Why parameters hold no module.
#[derive(Debug, Error)]
pub enum PartsError {
    /// They cannot be read.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// One is not there.
    #[error("of the parts below `{name}`, number {missing} of {last} is missing")]
    Missing {
        /// What they are below.
        name: String,
        /// The first that is not there.
        missing: usize,
        /// The last that is.
        last: usize,
    },
    /// They are not base64.
    #[error("`{0}` is not base64")]
    NotBase64(String),
    /// What is compressed breaks off.
    #[error("what `{0}` holds is cut off or damaged: it cannot be decompressed")]
    Damaged(String),
    /// It would take too many parameters.
    #[error("`{name}` would take {parts} parameters; {} are the most", parameters_for::MOST)]
    TooMany {
        /// The parameter.
        name: String,
        /// How many.
        parts: usize,
    },
    /// There is more than a module can have.
    #[error("`{name}` holds more than {} MiB", .limit / 1024 / 1024)]
    TooLarge {
        /// The parameter.
        name: String,
        /// In bytes.
        limit: u64,
    },
}

impl PartsError {
    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Parameter(error) => error.remedy(),
            Self::TooLarge { .. } | Self::TooMany { .. } => "make it smaller, or keep it in a bucket or registry",
            _ => "store the module again with `gatecheck publish`",
        }
    }
}

/// The bytes that are stored under `name`.
pub(crate) async fn get(parameters: &Parameters, name: &str, limit: u64) -> Result<Vec<u8>, PartsError> {
    let text = match parameters.get(name).await {
        Err(missing @ ParameterError::NotFound { .. }) => {
            let parts = parameters.under(name).await?.into_iter().map(|(part, text)| Ok((part, text?)));
            let parts = parts.collect::<Result<_, ParameterError>>()?;
            join(name, &parts)?.ok_or(missing)?
        }
        text => text?,
    };
    decode(name, &text, limit)
}

/// Puts numbered parts together; nothing if there are none.
fn join(name: &str, parts: &BTreeMap<String, String>) -> Result<Option<String>, PartsError> {
    let numbered: BTreeMap<usize, &str> =
        parts.iter().filter_map(|(path, text)| Some((number(name, path)?, text.as_str()))).collect();
    let Some(last) = numbered.keys().next_back() else { return Ok(None) };
    match (1..=*last).find(|number| !numbered.contains_key(number)) {
        Some(missing) => Err(PartsError::Missing { name: name.to_owned(), missing, last: *last }),
        None => Ok(Some(numbered.into_values().collect())),
    }
}

fn decode(name: &str, text: &str, limit: u64) -> Result<Vec<u8>, PartsError> {
    // `base64` breaks its lines.
    let text: String = text.split_ascii_whitespace().collect();
    let bytes = BASE64_STANDARD.decode(text).map_err(|_| PartsError::NotBase64(name.to_owned()))?;
    if !bytes.starts_with(&GZIP) {
        return Ok(bytes);
    }
    let mut whole = Vec::new();
    let read = GzDecoder::new(&*bytes).take(limit + 1).read_to_end(&mut whole);
    match read {
        Err(_) => Err(PartsError::Damaged(name.to_owned())),
        Ok(_) if whole.len() as u64 > limit => Err(PartsError::TooLarge { name: name.to_owned(), limit }),
        Ok(_) => Ok(whole),
    }
}

/// Stores `bytes` under `name`, and removes what else is there and would be taken for a part. `stored` hears how many of
/// how many parameters are stored.
pub(crate) async fn put(
    parameters: &Parameters,
    name: &str,
    bytes: &[u8],
    stored: impl Fn(usize, usize),
) -> Result<(), PartsError> {
    let values = encode(bytes);
    let names = names(name, values.len());
    if names.len() > parameters_for::MOST {
        return Err(PartsError::TooMany { name: name.to_owned(), parts: names.len() });
    }
    for (index, (name, value)) in names.iter().zip(&values).enumerate() {
        stored(index, names.len());
        parameters.put(name, value, Tier::Standard, false).await?;
    }
    let below = parameters.under(name).await?;
    let mut left = below.into_keys().filter(|path| number(name, path).is_some()).collect::<Vec<_>>();
    left.push(name.to_owned());
    left.retain(|left| !names.contains(left));
    Ok(parameters.delete(&left).await?)
}

/// The names of the parameters that hold what takes `count` of them.
pub(crate) fn names(name: &str, count: usize) -> Vec<String> {
    if count == 1 { vec![name.to_owned()] } else { (1..=count).map(|part| format!("{name}/{part}")).collect() }
}

/// The number of the part of `name` that is stored at `path`.
fn number(name: &str, path: &str) -> Option<usize> {
    path.strip_prefix(name)?.strip_prefix('/')?.parse().ok()
}

/// The values of the parameters that hold `bytes`, each of which fits the standard tier: one for `NAME`, or several for
/// `NAME/1`, `NAME/2`, ...
pub(crate) fn encode(bytes: &[u8]) -> Vec<String> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to memory does not fail.
    let compressed = gzip.write_all(bytes).and_then(|()| gzip.finish()).unwrap_or_default();
    let text = BASE64_STANDARD.encode(compressed);
    // Base64 is ASCII: every chunk of it is text.
    text.as_bytes().chunks(parameters_for::STANDARD).map(|part| String::from_utf8_lossy(part).into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: u64 = 1_000_000;

    /// Does not compress well.
    fn noise(length: usize) -> Vec<u8> {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        };
        (0..length).map(|_| next()).collect()
    }

    fn stored(values: &[String]) -> BTreeMap<String, String> {
        values.iter().enumerate().map(|(index, value)| (format!("/m/{}", index + 1), value.clone())).collect()
    }

    #[test]
    fn what_fits_one_parameter_takes_one() {
        let values = encode(b"\0asm something small");
        assert_eq!(values.len(), 1);
        assert_eq!(decode("/m", &values[0], LIMIT).unwrap(), b"\0asm something small");
    }

    #[test]
    fn what_does_not_takes_parts_of_which_none_may_be_missing() {
        let bytes = noise(40_000);
        let values = encode(&bytes);
        assert_eq!(values.len(), 14);
        assert!(values.iter().all(|value| value.len() <= parameters_for::STANDARD));
        let mut parts = stored(&values);
        assert_eq!(decode("/m", &join("/m", &parts).unwrap().unwrap(), LIMIT).unwrap(), bytes);

        let last = parts.remove("/m/14");
        let cut = join("/m", &parts).unwrap().unwrap();
        assert!(matches!(decode("/m", &cut, LIMIT), Err(PartsError::Damaged(_))));
        parts.extend(last.map(|last| ("/m/14".to_owned(), last)));
        parts.remove("/m/3");
        assert!(matches!(join("/m", &parts), Err(PartsError::Missing { missing: 3, last: 14, .. })));
    }

    #[test]
    fn other_parameters_below_are_no_parts() {
        let parts = BTreeMap::from([("/m/other".to_owned(), "x".to_owned())]);
        assert_eq!(join("/m", &parts).unwrap(), None);
    }

    #[test]
    fn what_people_store_by_hand_is_read() {
        assert_eq!(decode("/m", "AGFz\nbQ==\n", LIMIT).unwrap(), b"\0asm");
        assert!(matches!(decode("/m", "not base64", LIMIT), Err(PartsError::NotBase64(_))));
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let values = encode(&vec![0; 2_000_000]);
        assert!(matches!(decode("/m", &values.concat(), LIMIT), Err(PartsError::TooLarge { .. })));
    }
}
