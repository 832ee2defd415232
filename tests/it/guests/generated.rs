//! Guests that would be too large to be read: text for the parser of WebAssembly, written by repetition. README.md says what
//! each must end as, and what it costs to compile.

/// A policy with these definitions beside what every policy has.
fn policy(definitions: &str, evaluate: &str) -> String {
    format!(
        r#"(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32) {evaluate} (i32.const 0))
  {definitions})"#
    )
}

/// As many functions.
pub(crate) fn functions(number: usize) -> String {
    policy(&"(func)".repeat(number), "")
}

/// As many functions in a segment that no table takes: the engine keeps 16 bytes for each in every instance.
pub(crate) fn elements(number: usize) -> String {
    policy(&format!("(func $none) (elem func {})", "$none ".repeat(number)), "")
}

/// A frame of `8 * values` bytes: as many values are needed again after the call.
pub(crate) fn large_frame(values: usize) -> String {
    let load = |value: usize| format!("(local.set {value} (i64.load offset={} (i32.const 0)))", 8 * value);
    let store = |value: usize| format!("(i64.store offset={} (i32.const 0) (local.get {value}))", 8 * value);
    let loads: String = (0..values).map(load).collect();
    let stores: String = (0..values).map(store).collect();
    let deeper = format!("(func $deeper (local {}) {loads} (call $deeper) {stores})", "i64 ".repeat(values));
    policy(&deeper, "(call $deeper)")
}

/// A component with more in it: `plain` is the text of components/plain.wat.
fn with(plain: &str, more: &str) -> String {
    let open = plain.trim_end().strip_suffix(')').unwrap_or(plain);
    format!("{open}\n{more})")
}

/// As many instances of a module with as many globals, beside the policy.
pub(crate) fn instances(plain: &str, number: usize, globals: usize) -> String {
    let module = format!("(core module $many {})", "(global (mut i64) (i64.const 0))".repeat(globals));
    with(plain, &(module + &"(core instance (instantiate $many))".repeat(number)))
}

/// As many instances as two to the power of `levels`, of a module with nothing in it: every component has two instances of the
/// one inside it.
pub(crate) fn doubling(plain: &str, levels: usize) -> String {
    let mut inner = "(component $twice (core module $empty) (core instance (instantiate $empty)))".to_owned();
    for _ in 0..levels {
        inner = format!("(component $twice {inner} (instance (instantiate $twice)) (instance (instantiate $twice)))");
    }
    with(plain, &(inner + "(instance (instantiate $twice))"))
}

/// As many components inside each other, in binary: a parser of text would not take as many.
pub(crate) fn nested_components(depth: usize) -> Vec<u8> {
    let header = b"\0asm\x0d\0\x01\0";
    let (mut sizes, mut size) = (Vec::new(), header.len());
    for _ in 0..depth {
        let mut leb = Vec::new();
        let mut rest = size;
        while rest > 0x7f {
            leb.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        leb.push(rest as u8);
        size += header.len() + 1 + leb.len();
        sizes.push(leb);
    }
    let opening = sizes.iter().rev().flat_map(|leb| [&header[..], &[4], leb].concat());
    opening.chain(*header).collect()
}
