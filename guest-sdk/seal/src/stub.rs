//! A component that exports interfaces of WASI 0.2 and imports nothing.
//!
//! Most answers follow from the type: the empty list, no value, a handle to nothing, or the error that means a refusal. The few
//! functions whose answer does not are written out in `preview2.wat`.

use std::fmt::Write;

use anyhow::{Context, Result, bail};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::abi::{AbiVariant, WasmType};
use wit_parser::decoding::{DecodedWasm, decode};
use wit_parser::{
    Docs, Function, Handle, IndexMap, InterfaceId, LiftLowerAbi, ManglingAndAbi, Resolve, ResourceIntrinsic, Result_,
    SizeAlign, Stability, Type, TypeDefKind, TypeId, WasmExport, WasmExportKind, WasmImport, World, WorldId, WorldItem,
    WorldKey,
};

/// The answers that are written out, and what they are needed for.
const FIXED: &str = include_str!("preview2.wat");

/// Interface, function, and the answer in [`FIXED`].
const ANSWERS: [(&str, &str, &str); 19] = [
    ("wasi:clocks/monotonic-clock", "now", "$instant"),
    ("wasi:clocks/monotonic-clock", "resolution", "$nanosecond"),
    ("wasi:clocks/wall-clock", "now", "$datetime"),
    ("wasi:clocks/wall-clock", "resolution", "$datetime_nanosecond"),
    ("wasi:io/poll", "[method]pollable.block", "$block"),
    ("wasi:io/poll", "[method]pollable.ready", "$ready"),
    ("wasi:io/poll", "poll", "$poll"),
    ("wasi:io/streams", "[method]output-stream.blocking-flush", "$flushed"),
    ("wasi:io/streams", "[method]output-stream.blocking-write-and-flush", "$taken"),
    ("wasi:io/streams", "[method]output-stream.blocking-write-zeroes-and-flush", "$zeroes_taken"),
    ("wasi:io/streams", "[method]output-stream.check-write", "$room"),
    ("wasi:io/streams", "[method]output-stream.flush", "$flushed"),
    ("wasi:io/streams", "[method]output-stream.write", "$taken"),
    ("wasi:io/streams", "[method]output-stream.write-zeroes", "$zeroes_taken"),
    ("wasi:random/insecure", "get-insecure-random-bytes", "$random_bytes"),
    ("wasi:random/insecure", "get-insecure-random-u64", "$random_number"),
    ("wasi:random/insecure-seed", "insecure-seed", "$random_seed"),
    ("wasi:random/random", "get-random-bytes", "$random_bytes"),
    ("wasi:random/random", "get-random-u64", "$random_number"),
];

/// Errors that mean a refusal, in WASI's words; the first that a function knows is its answer. `closed` is the end of a stream.
const REFUSALS: [&str; 6] = ["access-denied", "access", "not-permitted", "not-supported", "unsupported", "closed"];

const ABI: ManglingAndAbi = ManglingAndAbi::Legacy(LiftLowerAbi::Sync);

/// Makes the stub for interfaces that a component imports.
pub(crate) fn stub(component: &[u8], interfaces: &[String]) -> Result<Vec<u8>> {
    let DecodedWasm::Component(mut resolve, imported) = decode(component)? else { bail!("it is a WIT package") };
    let world = exporting(&mut resolve, imported, interfaces)?;
    let mut module = wat::parse_str(text(&resolve, world)?)?;
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)?;
    ComponentEncoder::default().validate(true).module(&module)?.encode()
}

/// The world that exports these imports of another one.
fn exporting(resolve: &mut Resolve, imported: WorldId, interfaces: &[String]) -> Result<WorldId> {
    let imported = resolve.worlds.get(imported).context("a component has a world")?;
    let imports = imported.imports.iter();
    let exports = imports.filter(|(key, _)| interfaces.contains(&resolve.name_world_key(key)));
    let world = World {
        name: "stub".to_owned(),
        imports: IndexMap::default(),
        exports: exports.map(|(key, item)| (key.clone(), item.clone())).collect(),
        package: imported.package,
        docs: Docs::default(),
        stability: Stability::default(),
        includes: Vec::new(),
        span: imported.span,
    };
    Ok(resolve.worlds.alloc(world))
}

/// The module behind it.
fn text(resolve: &Resolve, world: WorldId) -> Result<String> {
    let mut sizes = SizeAlign::default();
    sizes.fill(resolve);
    let mut stub = Stub { resolve, sizes, imports: String::new(), exports: String::new() };
    let world = resolve.worlds.get(world).context("the world is there")?;
    for (key, item) in &world.exports {
        if let WorldItem::Interface { id, .. } = item {
            stub.interface(key, *id)?;
        }
    }
    Ok(format!("(module\n{}{FIXED}{})", stub.imports, stub.exports))
}

struct Stub<'a> {
    resolve: &'a Resolve,
    sizes: SizeAlign,
    imports: String,
    exports: String,
}

impl Stub<'_> {
    fn interface(&mut self, key: &WorldKey, id: InterfaceId) -> Result<()> {
        let resolve = self.resolve;
        let interface = resolve.interfaces.get(id).context("an export is an interface")?;
        for (_, &resource) in &interface.types {
            if matches!(resolve.types.get(resource).map(|ty| &ty.kind), Some(TypeDefKind::Resource)) {
                let intrinsic = ResourceIntrinsic::ExportedNew;
                let new = WasmImport::ResourceIntrinsic { interface: Some(key), resource, intrinsic };
                let (module, name) = resolve.wasm_import_name(ABI, new);
                let new = name_of_new(resource);
                writeln!(self.imports, "(import {module:?} {name:?} (func {new} (param i32) (result i32)))")?;
            }
        }
        let name = resolve.name_world_key(key);
        let unversioned = name.split('@').next().unwrap_or_default();
        for (_, function) in &interface.functions {
            let export = WasmExport::Func { interface: Some(key), func: function, kind: WasmExportKind::Normal };
            let export = resolve.wasm_export_name(ABI, export);
            let mut answers = ANSWERS.iter();
            match answers.find(|(interface, name, _)| *interface == unversioned && *name == function.name) {
                Some((_, _, answer)) => writeln!(self.exports, "(export {export:?} (func {answer}))")?,
                None => self.function(&export, function)?,
            }
        }
        Ok(())
    }

    /// A function whose answer follows from its type.
    fn function(&mut self, export: &str, function: &Function) -> Result<()> {
        let signature = self.resolve.wasm_signature(AbiVariant::GuestExport, function);
        let types = |types: &[WasmType]| types.iter().copied().map(core_type).collect::<Vec<_>>().join(" ");
        let (params, results) = (types(&signature.params), types(&signature.results));
        let answer = function.result.and_then(|ty| self.answer(&ty)).unwrap_or_else(|| "unreachable".to_owned());
        writeln!(self.exports, "(func (export {export:?}) (param {params}) (result {results}) {answer})")?;
        Ok(())
    }

    /// The code that returns nothing of a type, or refuses; none where a type knows neither.
    fn answer(&self, ty: &Type) -> Option<String> {
        let empty = "(i64.store (i32.const 16) (i64.const 0)) (i32.const 16)".to_owned();
        match self.kind(ty)? {
            TypeDefKind::List(_) | TypeDefKind::Option(_) => Some(empty),
            TypeDefKind::Handle(Handle::Own(resource)) => {
                Some(format!("(call {} (i32.const 0))", name_of_new(self.defined(*resource)?)))
            }
            TypeDefKind::Result(result) => self.refusal(result),
            _ => None,
        }
    }

    fn refusal(&self, result: &Result_) -> Option<String> {
        let Some(error) = &result.err else {
            // Without anything to say on either side it is a number.
            return result.ok.is_none().then(|| "(i32.const 1)".to_owned());
        };
        let cases: Vec<(&str, bool)> = match self.kind(error)? {
            TypeDefKind::Enum(error) => error.cases.iter().map(|case| (&*case.name, true)).collect(),
            TypeDefKind::Variant(error) => error.cases.iter().map(|case| (&*case.name, case.ty.is_none())).collect(),
            _ => return None,
        };
        let case = REFUSALS.iter().find_map(|refusal| cases.iter().position(|case| *case == (*refusal, true)))?;
        let tag = wit_parser::Int::U8;
        let at = 16 + self.sizes.payload_offset(tag, [result.ok.as_ref(), result.err.as_ref()]).size_wasm32();
        // Fewer than 256 cases, so both are bytes.
        Some(format!(
            "(i32.store8 (i32.const 16) (i32.const 1)) (i32.store8 (i32.const {at}) (i32.const {case})) (i32.const 16)"
        ))
    }

    /// What a type is, whatever its name.
    fn kind(&self, ty: &Type) -> Option<&TypeDefKind> {
        let Type::Id(id) = ty else { return None };
        let id = self.defined(*id)?;
        self.resolve.types.get(id).map(|ty| &ty.kind)
    }

    /// Where a type is defined that other interfaces only use.
    fn defined(&self, mut id: TypeId) -> Option<TypeId> {
        while let TypeDefKind::Type(Type::Id(used)) = self.resolve.types.get(id)?.kind {
            id = used;
        }
        Some(id)
    }
}

/// The function that makes a handle.
fn name_of_new(resource: TypeId) -> String {
    format!("$new_{}", resource.index())
}

fn core_type(ty: WasmType) -> &'static str {
    match ty {
        WasmType::I32 | WasmType::Pointer | WasmType::Length => "i32",
        WasmType::I64 | WasmType::PointerOrI64 => "i64",
        WasmType::F32 => "f32",
        WasmType::F64 => "f64",
    }
}
