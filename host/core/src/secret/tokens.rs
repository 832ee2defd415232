//! Tokens of well-known services, which begin in a way of their own.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::steps;

/// How a token begins, how many characters follow at least, and which.
type Token = (&'static str, usize, fn(u8) -> bool);

const TOKENS: &[Token] = &[
    // AWS: keys of users, of roles, of bearers, of Bedrock.
    ("AKIA", 16, is_upper),
    ("ASIA", 16, is_upper),
    ("ABIA", 16, is_upper),
    ("ACCA", 16, is_upper),
    ("ABSK", 100, is_base64),
    ("bedrock-api-key-", 20, is_base64),
    // GitHub.
    ("ghp_", 30, is_word),
    ("gho_", 30, is_word),
    ("ghu_", 30, is_word),
    ("ghs_", 30, is_word),
    ("ghr_", 30, is_word),
    ("github_pat_", 20, is_word),
    // GitLab: people, runners, deployments, triggers, jobs, agents, feeds, mail, applications, flags.
    ("glpat-", 16, is_dotted),
    ("glrt-", 16, is_dotted),
    ("glrtr-", 16, is_dotted),
    ("gldt-", 16, is_dotted),
    ("glptt-", 16, is_dotted),
    ("glcbt-", 16, is_dotted),
    ("glagent-", 16, is_dotted),
    ("glft-", 16, is_dotted),
    ("glimt-", 16, is_dotted),
    ("gloas-", 16, is_dotted),
    ("glsoat-", 16, is_dotted),
    ("glffct-", 16, is_dotted),
    ("glwt-", 16, is_dotted),
    ("GR1348941", 16, is_word),
    // Slack.
    ("xoxa-", 10, is_word),
    ("xoxb-", 10, is_word),
    ("xoxc-", 10, is_word),
    ("xoxd-", 10, is_escaped),
    ("xoxe-", 10, is_word),
    ("xoxe.", 10, is_word),
    ("xoxo-", 10, is_word),
    ("xoxp-", 10, is_word),
    ("xoxr-", 10, is_word),
    ("xoxs-", 10, is_word),
    ("xapp-", 10, is_word),
    ("xwfp-", 10, is_word),
    // Payments.
    ("sk_live_", 10, is_word),
    ("sk_test_", 10, is_word),
    ("sk_prod_", 10, is_word),
    ("rk_live_", 10, is_word),
    ("rk_test_", 10, is_word),
    ("rk_prod_", 10, is_word),
    ("whsec_", 16, is_base64),
    ("sq0atp-", 20, is_word),
    ("sq0csp-", 40, is_word),
    ("shpat_", 30, is_hex),
    ("shpca_", 30, is_hex),
    ("shppa_", 30, is_hex),
    ("shpss_", 30, is_hex),
    ("FLWSECK", 16, is_word),
    ("access_token$production$", 20, is_word),
    // Mail and messages.
    ("SG.", 40, is_dotted),
    ("SK", 32, is_hex),
    ("key-", 32, is_hex),
    ("xkeysib-", 30, is_word),
    ("mlsn.", 30, is_hex),
    ("os_v2_app_", 30, is_word),
    // Clouds.
    ("AIza", 30, is_word),
    ("GOCSPX-", 16, is_word),
    ("ya29.", 20, is_dotted),
    ("dop_v1_", 32, is_word),
    ("doo_v1_", 32, is_word),
    ("dor_v1_", 32, is_word),
    ("LTAI", 16, is_alphanumeric),
    ("HRKU-", 16, is_word),
    ("fo1_", 30, is_word),
    ("fm2_", 30, is_base64),
    ("nfp_", 30, is_word),
    ("AQVN", 35, is_word),
    ("CFPAT-", 30, is_word),
    ("pscale_", 30, is_dotted),
    ("napi_", 40, is_alphanumeric),
    ("mdb_sa_sk_", 20, is_word),
    ("sbp_", 40, is_hex),
    ("sb_secret_", 16, is_word),
    ("tskey-", 16, is_word),
    // Secrets of other stores.
    ("hvs.", 20, is_word),
    ("hvb.", 20, is_word),
    ("hvr.", 20, is_word),
    ("ops_eyJ", 40, is_base64),
    ("dp.pt.", 30, is_alphanumeric),
    ("dp.st.", 30, is_dotted),
    ("dp.ct.", 30, is_alphanumeric),
    ("dp.sa.", 30, is_alphanumeric),
    ("dp.scim.", 30, is_alphanumeric),
    ("dp.audit.", 30, is_alphanumeric),
    ("AGE-SECRET-KEY-1", 30, is_upper),
    ("pul-", 40, is_hex),
    ("A3-", 30, is_word),
    // Models.
    ("sk-ant-", 16, is_word),
    ("sk-proj-", 16, is_word),
    ("sk-svcacct-", 16, is_word),
    ("sk-admin-", 16, is_word),
    ("sk-None-", 16, is_word),
    ("sk-or-", 16, is_word),
    ("sk-lf-", 16, is_word),
    ("sk-", 32, is_alphanumeric),
    ("hf_", 30, is_alphanumeric),
    ("api_org_", 30, is_alphanumeric),
    ("r8_", 30, is_alphanumeric),
    ("gsk_", 40, is_alphanumeric),
    ("xai-", 40, is_alphanumeric),
    ("pplx-", 40, is_alphanumeric),
    ("pcsk_", 30, is_word),
    ("lsv2_", 30, is_word),
    // Packages, builds and images.
    ("npm_", 30, is_alphanumeric),
    ("pypi-AgE", 16, is_word),
    ("rubygems_", 40, is_hex),
    ("oy2", 43, is_alphanumeric),
    ("CLOJARS_", 40, is_alphanumeric),
    ("dckr_pat_", 16, is_word),
    ("dckr_oat_", 16, is_word),
    ("AKCp", 60, is_alphanumeric),
    ("cmVmdGtu", 40, is_base64),
    ("CCIPAT_", 20, is_word),
    ("CCIPRJ_", 20, is_word),
    ("bkua_", 30, is_alphanumeric),
    ("sqp_", 40, is_hex),
    ("squ_", 40, is_hex),
    ("sqa_", 40, is_hex),
    ("sgp_", 40, is_word),
    // What watches others.
    ("glsa_", 30, is_word),
    ("glc_", 30, is_base64),
    ("NRAK-", 16, is_upper),
    ("NRII-", 16, is_word),
    ("NRJS-", 16, is_alphanumeric),
    ("NRRA-", 16, is_alphanumeric),
    ("NRSP-", 16, is_word),
    ("dt0c01.", 24, is_dotted),
    ("dt0s01.", 24, is_dotted),
    ("dt0s02.", 24, is_dotted),
    ("dt0s16.", 24, is_dotted),
    ("sntrys_", 30, is_base64),
    ("sntryu_", 30, is_word),
    ("sntrya_", 30, is_word),
    ("hcaik_", 30, is_word),
    ("hcaic_", 30, is_word),
    ("phx_", 30, is_word),
    // Work in teams.
    ("ATATT3", 40, is_base64),
    ("ATCTT3", 40, is_base64),
    ("ATBB", 24, is_alphanumeric),
    ("ntn_", 40, is_alphanumeric),
    ("secret_", 43, is_alphanumeric),
    ("lin_api_", 30, is_alphanumeric),
    ("lin_oauth_", 30, is_alphanumeric),
    ("figd_", 30, is_word),
    ("PMAK-", 40, is_word),
    ("pat-na1-", 30, is_word),
    ("pat-eu1-", 30, is_word),
    ("tfp_", 30, is_dotted),
    ("rdme_", 40, is_alphanumeric),
    ("pnu_", 30, is_alphanumeric),
    ("dapi", 32, is_hex),
    ("ory_st_", 30, is_word),
    ("ory_at_", 30, is_word),
    // JSON in base64: JSON Web Tokens, and logins of registries.
    ("eyJ", 16, is_word),
    // Hashes of passwords, which can be tried out.
    ("$2a$", 50, is_crypt),
    ("$2b$", 50, is_crypt),
    ("$2y$", 50, is_crypt),
    ("$5$", 40, is_crypt),
    ("$6$", 40, is_crypt),
    ("$apr1$", 24, is_crypt),
    ("$argon2", 40, is_crypt),
];

/// What is within a token, with how many characters before and after it: Terraform Cloud, Azure, Mailchimp, New Relic, bots of
/// Telegram.
type Infix = (&'static str, (usize, usize), fn(u8) -> bool);

const INFIXES: &[Infix] = &[
    (".atlasv1.", (14, 40), is_word),
    ("Q~", (4, 31), is_dotted),
    ("-us", (32, 1), is_hex),
    ("NRAL", (36, 0), is_hex),
    (":AA", (8, 32), is_word),
];

fn is_upper(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

fn is_hex(byte: u8) -> bool {
    byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)
}

fn is_alphanumeric(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn is_dotted(byte: u8) -> bool {
    is_word(byte) || matches!(byte, b'.' | b'~')
}

fn is_base64(byte: u8) -> bool {
    is_word(byte) || matches!(byte, b'+' | b'/' | b'=' | b'.')
}

fn is_escaped(byte: u8) -> bool {
    is_base64(byte) || byte == b'%'
}

fn is_crypt(byte: u8) -> bool {
    is_base64(byte) || matches!(byte, b'$' | b',')
}

/// The tokens by their first byte: most bytes of a text begin none.
static BY_FIRST_BYTE: LazyLock<HashMap<u8, Vec<&Token>>> = LazyLock::new(|| {
    let mut tokens: HashMap<u8, Vec<&Token>> = HashMap::new();
    for token in TOKENS {
        for first in token.0.bytes().take(1) {
            tokens.entry(first).or_default().push(token);
        }
    }
    tokens
});

/// Whether there is a token in a text.
pub(super) fn is_in(text: &str) -> bool {
    let bytes = text.as_bytes();
    steps::count(bytes.len() * INFIXES.len());
    bytes.iter().enumerate().any(|(at, first)| {
        let (before, rest) = bytes.split_at(at);
        // `task-0123..` is none that begins with `sk-`.
        (!before.last().is_some_and(u8::is_ascii_alphanumeric) && begins(*first, rest)) || is_within(before, rest)
    })
}

fn begins(first: u8, text: &[u8]) -> bool {
    let tokens = BY_FIRST_BYTE.get(&first).map(Vec::as_slice).unwrap_or_default();
    steps::count(tokens.len());
    tokens.iter().any(|(prefix, length, is_part)| {
        text.strip_prefix(prefix.as_bytes()).is_some_and(|rest| has(rest.iter(), *length, *is_part))
    })
}

fn is_within(before: &[u8], text: &[u8]) -> bool {
    INFIXES.iter().any(|(infix, (left, right), is_part)| {
        text.strip_prefix(infix.as_bytes()).is_some_and(|rest| {
            let is_after: fn(u8) -> bool = if *right == 1 { |byte| byte.is_ascii_digit() } else { *is_part };
            has(before.iter().rev(), *left, *is_part) && has(rest.iter(), *right, is_after)
        })
    })
}

/// Whether so many of the first are part of a token.
fn has<'a>(mut bytes: impl Iterator<Item = &'a u8>, length: usize, is_part: fn(u8) -> bool) -> bool {
    (0..length).all(|_| {
        steps::count(1);
        bytes.next().is_some_and(|byte| is_part(*byte))
    })
}
