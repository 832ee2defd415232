//! Inputs that are like others, but for a few changes that respect what they are: libFuzzer alone would take long to find out
//! how JSON, patterns and WebAssembly look.

pub mod json;
pub mod text;
pub mod wasm;
