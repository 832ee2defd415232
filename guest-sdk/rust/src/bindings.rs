//! What wit/policy.wit becomes in Rust. Its public face is chosen in lib.rs.
#![expect(clippy::pedantic, reason = "generated from wit/policy.wit, documented there")]
#![allow(unsafe_code, clippy::allow_attributes, reason = "how values cross into WebAssembly; not on every target")]

wit_bindgen::generate!({
    path: "wit",
    world: "policy",
    pub_export_macro: true,
    export_macro_name: "export_component",
    additional_derives: [PartialEq, serde::Deserialize],
});
