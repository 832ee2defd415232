//! In a component, what is imported from WASI 0.2 comes from a stub inside instead.
//!
//! The result holds two components side by side: the stub, and the component as it is. (One inside the other would not do: no
//! instance may be entered from an instance that contains it.) It imports what the component imports, in the same order and by
//! the same types, except that an alias for what the stub exports takes the place of WASI; it instantiates the component with
//! all that, and exports what that exports.

use wasm_encoder::reencode::{Error, Reencode, ReencodeComponent, component_utils};
use wasm_encoder::{
    Alias, Component, ComponentAliasSection, ComponentExportKind, ComponentExportSection, ComponentExternName,
    ComponentImportSection, ComponentInstanceSection, ComponentSectionId, RawSection,
};
use wasmparser::{
    BinaryReaderError, ComponentAlias, ComponentExternalKind, ComponentImportSectionReader, ComponentTypeRef, Payload,
    Validator, WasmFeatures,
};

use crate::sections::top_level;
use crate::{SealError, stub};

/// The indices of the stub among components, and of its instance among instances. The component comes after the stub.
const STUB: u32 = 0;
const COMPONENT: u32 = 1;

/// The interfaces of WASI 0.2 that a component imports. What it imports from elsewhere must be of the package of policies.
pub(crate) fn wasi_imports(component: &[u8]) -> Result<Vec<String>, SealError> {
    let unreadable = |error: BinaryReaderError| SealError::NotWebAssembly(error.message().to_owned());
    let mut interfaces = Vec::new();
    for payload in top_level(component) {
        if let Payload::ComponentImportSection(imports) = payload.map_err(unreadable)? {
            for import in imports {
                let import = import.map_err(unreadable)?;
                let name = import.name.name;
                match import.ty {
                    ComponentTypeRef::Instance(_) if is_wasi(name) => interfaces.push(name.to_owned()),
                    ComponentTypeRef::Instance(_) if name.starts_with("gatecheck:policy/") => {}
                    ComponentTypeRef::Type(_) => {}
                    _ => return Err(SealError::Foreign(name.to_owned())),
                }
            }
        }
    }
    Ok(interfaces)
}

/// Version 0.3 is asynchronous, and another matter.
fn is_wasi(import: &str) -> bool {
    import.starts_with("wasi:") && import.split_once('@').is_some_and(|(_, version)| version.starts_with("0.2."))
}

/// Puts a stub for these interfaces beside a component.
pub(crate) fn close(component: &[u8], interfaces: &[String]) -> Result<Vec<u8>, SealError> {
    let stub = stub::stub(component, interfaces).map_err(|error| SealError::Unclosable(format!("{error:#}")))?;
    let mut closing = Closing { interfaces, depth: 0, types: 0, instances: 1, imported: Vec::new() };
    let closed = closing.close(component, &stub).map_err(|error| SealError::Unclosable(error.to_string()))?;
    Validator::new_with_features(WasmFeatures::all())
        .validate_all(&closed)
        .map_err(|error| SealError::Unclosable(error.message().to_owned()))?;
    Ok(closed)
}

/// No toolchain does it, so it is not worth following what stays inside and what does not.
#[derive(Debug, thiserror::Error)]
#[error("it imports something after it has defined something else than types")]
struct Late;

type Failure = Error<Late>;

struct Closing<'a> {
    interfaces: &'a [String],
    /// How many types deep.
    depth: u32,
    /// How many types and instances there are so far.
    types: u32,
    instances: u32,
    /// What the component gets.
    imported: Vec<(String, ComponentExportKind, u32)>,
}

impl Closing<'_> {
    fn close(&mut self, component: &[u8], stub: &[u8]) -> Result<Vec<u8>, Failure> {
        let mut closed = Component::new();
        closed.section(&RawSection { id: ComponentSectionId::Component.into(), data: stub });
        let mut instances = ComponentInstanceSection::new();
        instances.instantiate::<[(&str, ComponentExportKind, u32); 0], &str>(STUB, []);
        closed.section(&instances);

        self.imports(&mut closed, component)?;
        closed.section(&RawSection { id: ComponentSectionId::Component.into(), data: component });
        let mut instances = ComponentInstanceSection::new();
        instances.instantiate(COMPONENT, self.imported.iter().map(|(name, kind, index)| (&**name, *kind, *index)));
        closed.section(&instances);
        exports(&mut closed, component, self.instances)?;
        Ok(closed.finish())
    }

    /// The imports of a component, and the types they are written in.
    fn imports(&mut self, closed: &mut Component, component: &[u8]) -> Result<(), Failure> {
        let mut left =
            top_level(component).filter(|payload| matches!(payload, Ok(Payload::ComponentImportSection(_)))).count();
        for payload in top_level(component) {
            if left == 0 {
                break;
            }
            let payload = payload?;
            match &payload {
                Payload::ComponentImportSection(section) => {
                    left -= 1;
                    self.import_section(closed, section.clone())?;
                    continue;
                }
                Payload::ComponentTypeSection(section) => self.types += section.count(),
                Payload::ComponentAliasSection(section) => {
                    for alias in section.clone() {
                        match alias? {
                            ComponentAlias::InstanceExport { kind: ComponentExternalKind::Type, .. } => self.types += 1,
                            _ => return Err(Failure::UserError(Late)),
                        }
                    }
                }
                // Code and names stay inside.
                Payload::Version { .. } | Payload::ModuleSection { .. } | Payload::CustomSection(_) => continue,
                _ => return Err(Failure::UserError(Late)),
            }
            component_utils::parse_component_payload(self, closed, payload, component)?;
        }
        Ok(())
    }

    fn import_section(
        &mut self,
        closed: &mut Component,
        section: ComponentImportSectionReader<'_>,
    ) -> Result<(), Failure> {
        for import in section {
            let import = import?;
            let name = import.name.name;
            if self.interfaces.iter().any(|interface| interface == name) {
                let mut aliases = ComponentAliasSection::new();
                aliases.alias(Alias::InstanceExport { instance: STUB, kind: ComponentExportKind::Instance, name });
                closed.section(&aliases);
            } else {
                let mut imports = ComponentImportSection::new();
                imports.import(ComponentExternName::from(import.name), self.component_type_ref(import.ty)?);
                closed.section(&imports);
            }
            let (kind, count) = match import.ty {
                ComponentTypeRef::Type(_) => (ComponentExportKind::Type, &mut self.types),
                _ => (ComponentExportKind::Instance, &mut self.instances),
            };
            self.imported.push((name.to_owned(), kind, *count));
            *count += 1;
        }
        Ok(())
    }
}

/// Exports what the component exports, which is this instance now.
fn exports(closed: &mut Component, component: &[u8], instance: u32) -> Result<(), Failure> {
    let mut aliases = ComponentAliasSection::new();
    let mut exports = ComponentExportSection::new();
    let mut functions = 0;
    for payload in top_level(component) {
        if let Payload::ComponentExportSection(section) = payload? {
            for export in section {
                let export = export?;
                // A policy is its functions.
                if export.kind == ComponentExternalKind::Func {
                    let name = export.name.name;
                    aliases.alias(Alias::InstanceExport { instance, kind: ComponentExportKind::Func, name });
                    exports.export(ComponentExternName::from(export.name), ComponentExportKind::Func, functions, None);
                    functions += 1;
                }
            }
        }
    }
    closed.section(&aliases);
    closed.section(&exports);
    Ok(())
}

impl Reencode for Closing<'_> {
    type Error = Late;
}

/// Indices of types stay what they are; those of instances come after that of the stub.
impl ReencodeComponent for Closing<'_> {
    fn push_depth(&mut self) {
        self.depth += 1;
    }

    fn pop_depth(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    fn component_instance_index(&mut self, index: u32) -> u32 {
        if self.depth == 0 { index + 1 } else { index }
    }
}
