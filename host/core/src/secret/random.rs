//! Values that look as if a machine had drawn them.

use super::steps;

/// A value of more bytes is not read to its end.
const MOST: usize = 256;

/// Characters of the shortest run that is taken for random. What is shorter is a word with a number.
const SHORTEST: usize = 16;

/// Whether a value is drawn at random, as keys are: no word, path, number or address.
pub(super) fn is_random(value: &str) -> bool {
    let value = head(value);
    steps::count(value.len());
    let is_part = |character: char| character.is_ascii_alphanumeric() || "+/=_-.~".contains(character);
    value.len() >= SHORTEST && value.chars().all(is_part) && (is_uuid(value) || runs(value).any(is_random_run))
}

/// The first bytes of a text.
pub(super) fn head(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MOST)).unwrap_or_default()
}

/// What stands between separators. A slash is one unless it is within base64.
fn runs(value: &str) -> impl Iterator<Item = &str> {
    let is_path = value.starts_with('/') || !has_all_cases(value);
    value.split(move |character: char| matches!(character, '-' | '_' | '.' | '~') || (is_path && character == '/'))
}

fn has_all_cases(text: &str) -> bool {
    let has = |is: fn(&u8) -> bool| text.as_bytes().iter().any(is);
    has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit)
}

/// Letters and digits change places, and no character stands out; or it is a long number in hexadecimal digits.
fn is_random_run(run: &str) -> bool {
    if run.len() < SHORTEST {
        return false;
    }
    let bytes = run.as_bytes();
    let count = |is: fn(&u8) -> bool| bytes.iter().filter(|byte| is(byte)).count();
    let (digits, is_long) = (count(u8::is_ascii_digit), run.len() >= 2 * SHORTEST);
    let is_hex = is_long && count(u8::is_ascii_hexdigit) == run.len() && (1..run.len()).contains(&digits);
    let changes = bytes.windows(2).filter(|pair| matches!(pair, [one, two] if class(*one) != class(*two))).count();
    let is_mixed = changes * 4 >= run.len() && digits >= if is_long { 1 } else { 2 };
    (is_hex || is_mixed) && entropy(bytes) >= 2.9
}

fn class(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => 0,
        b'A'..=b'Z' => 1,
        b'a'..=b'z' => 2,
        _ => 3,
    }
}

/// Bits of a character, after Shannon.
fn entropy(bytes: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in bytes {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let all = f64::from(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
    let bits = |count: u32| {
        let share = f64::from(count) / all;
        -share * share.log2()
    };
    counts.into_iter().filter(|count| *count > 0).map(bits).sum()
}

fn is_uuid(value: &str) -> bool {
    let lengths = value.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && value.chars().all(|character| character == '-' || character.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::is_random;

    #[test]
    fn what_is_drawn_is_told_from_what_is_written() {
        for value in [
            "0123456789abcdef0123456789abcdef",
            "9f86d081884c7d659a2feaa0c55ad015",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "3F2504E0-4F89-11D3-9A0C-0305E82C3301",
            "prod_a8Kd92jfLq01Zx7Vb3",
            "kQ7x0mZ2pL9vT4bR",
        ] {
            assert!(is_random(value), "{value}");
        }
        for value in [
            "",
            "id",
            "partition-key-2024",
            "true",
            "/run/secrets/db-password-2",
            "assets/img/logo/large2",
            "https://example.com/oauth/token",
            "alias/payments-production-2",
            "com.example.application1.Production",
            "0000000000000000",
            "20240101000000000000",
            "eu-central-1-production-cluster",
            "my-bucket-name-without-numbers",
        ] {
            assert!(!is_random(value), "{value}");
        }
    }
}
