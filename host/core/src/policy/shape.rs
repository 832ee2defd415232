//! How large a component is in what the engine keeps for it beside its memory: nothing else counts that, and a few kilobytes
//! of a component can ask for gigabytes.

use std::ops::AddAssign;

use thiserror::Error;
use wasmparser::{
    BinaryReaderError, ComponentAlias, ComponentExternalKind, ComponentInstance, ComponentOuterAliasKind,
    ComponentTypeRef, ElementItems, Encoding, Instance, Payload,
};

/// Components inside each other. Toolchains nest two or three.
const DEPTH: usize = 8;

/// Instances of modules and components together. Python's run time, which is made of shared libraries, has 40.
const INSTANCES: usize = 1000;

/// Functions, globals and elements of segments in all these instances. The engine keeps 16 to 32 bytes for each of them, in
/// every instance.
const ITEMS: usize = 1 << 20;

/// Why a component is too large.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("has {found} {what}, and {limit} are taken at most")]
pub struct ShapeError {
    what: &'static str,
    found: usize,
    limit: usize,
}

/// Counts while a component is parsed.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// What is being parsed, from the outside in.
    open: Vec<Frame>,
    /// The largest of all, which stands for what comes from elsewhere.
    largest: Size,
}

/// What an instance takes, with all those that it makes.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    instances: usize,
    items: usize,
}

/// A module or component that is being parsed, with the sizes of those that it can make instances of.
#[derive(Debug, Default)]
struct Frame {
    is_module: bool,
    size: Size,
    modules: Vec<Size>,
    components: Vec<Size>,
}

impl Shape {
    /// Counts one part of the component.
    pub(super) fn count(&mut self, payload: &Payload<'_>) -> Result<Result<(), ShapeError>, BinaryReaderError> {
        match payload {
            Payload::Version { encoding, .. } => {
                let is_module = *encoding == Encoding::Module;
                self.open.push(Frame { is_module, size: Size { instances: 1, items: 0 }, ..Frame::default() });
                return Ok(at_most("components inside each other", self.open.len() - 1, DEPTH));
            }
            Payload::End(_) => return Ok(self.close()),
            _ => {}
        }
        let Some(frame) = self.open.last_mut() else { return Ok(Ok(())) };
        match payload {
            Payload::FunctionSection(functions) => frame.add(functions.count()),
            Payload::GlobalSection(globals) => frame.add(globals.count()),
            Payload::ElementSection(segments) => {
                for segment in segments.clone() {
                    frame.add(1);
                    frame.add(match segment?.items {
                        ElementItems::Functions(items) => items.count(),
                        ElementItems::Expressions(_, items) => items.count(),
                    });
                }
            }
            Payload::InstanceSection(instances) => {
                for instance in instances.clone() {
                    if let Instance::Instantiate { module_index, .. } = instance? {
                        frame.size += at(&frame.modules, module_index).unwrap_or(self.largest);
                    }
                }
            }
            Payload::ComponentInstanceSection(instances) => {
                for instance in instances.clone() {
                    if let ComponentInstance::Instantiate { component_index, .. } = instance? {
                        frame.size += at(&frame.components, component_index).unwrap_or(self.largest);
                    }
                }
            }
            Payload::ComponentImportSection(imports) => {
                for import in imports.clone() {
                    match import?.ty {
                        ComponentTypeRef::Module(_) => frame.modules.push(self.largest),
                        ComponentTypeRef::Component(_) => frame.components.push(self.largest),
                        _ => {}
                    }
                }
            }
            Payload::ComponentAliasSection(aliases) => {
                for alias in aliases.clone() {
                    match alias? {
                        ComponentAlias::InstanceExport { kind: ComponentExternalKind::Module, .. }
                        | ComponentAlias::Outer { kind: ComponentOuterAliasKind::CoreModule, .. } => {
                            frame.modules.push(self.largest);
                        }
                        ComponentAlias::InstanceExport { kind: ComponentExternalKind::Component, .. }
                        | ComponentAlias::Outer { kind: ComponentOuterAliasKind::Component, .. } => {
                            frame.components.push(self.largest);
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        Ok(Ok(()))
    }

    /// What is being parsed is inside nothing else.
    pub(super) fn is_outermost(&self) -> bool {
        self.open.len() == 1
    }

    /// The innermost is parsed to its end: the one around it can make instances of it now.
    fn close(&mut self) -> Result<(), ShapeError> {
        let Some(Frame { size, is_module, .. }) = self.open.pop() else { return Ok(()) };
        at_most("instances inside it", size.instances, INSTANCES)?;
        at_most("functions, globals and elements in all its instances", size.items, ITEMS)?;
        self.largest.instances = self.largest.instances.max(size.instances);
        self.largest.items = self.largest.items.max(size.items);
        if let Some(outer) = self.open.last_mut() {
            let sizes = if is_module { &mut outer.modules } else { &mut outer.components };
            sizes.push(size);
        }
        Ok(())
    }
}

impl Frame {
    fn add(&mut self, items: u32) {
        self.size.items = self.size.items.saturating_add(usize::try_from(items).unwrap_or(usize::MAX));
    }
}

impl AddAssign for Size {
    fn add_assign(&mut self, other: Self) {
        self.instances = self.instances.saturating_add(other.instances);
        self.items = self.items.saturating_add(other.items);
    }
}

fn at(sizes: &[Size], index: u32) -> Option<Size> {
    sizes.get(usize::try_from(index).ok()?).copied()
}

fn at_most(what: &'static str, found: usize, limit: usize) -> Result<(), ShapeError> {
    if found > limit { Err(ShapeError { what, found, limit }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use wasmparser::Parser;

    use super::*;

    /// Instances and items of the text of a component.
    fn size(text: &str) -> Result<(usize, usize), String> {
        let wasm = wat::parse_str(text).unwrap();
        let mut shape = Shape::default();
        for payload in Parser::new(0).parse_all(&wasm) {
            shape.count(&payload.unwrap()).unwrap().map_err(|error| error.to_string())?;
        }
        Ok((shape.largest.instances, shape.largest.items))
    }

    #[test]
    fn what_is_made_several_times_counts_several_times() {
        let module = "(core module $m (func) (global i32 (i32.const 0)) (elem func 0 0))";
        assert_eq!(size(&format!("(component {module})")), Ok((1, 5)));
        let twice =
            format!("(component $c {module} (core instance (instantiate $m)) (core instance (instantiate $m)))");
        assert_eq!(size(&twice), Ok((3, 10)));
        let nested = format!("(component {twice} (instance (instantiate $c)) (instance (instantiate $c)))");
        assert_eq!(size(&nested), Ok((7, 20)));
    }

    #[test]
    fn what_comes_from_elsewhere_counts_as_the_largest() {
        let module = "(core module $m (func) (func)) (core module $small)";
        let inner = "(component $c (alias outer 1 $small (core module $s)) (core instance (instantiate $s)))";
        assert_eq!(size(&format!("(component {module} {inner} (instance (instantiate $c)))")), Ok((3, 2)));
    }

    #[test]
    fn what_multiplies_is_refused() {
        let mut component = "(component $c)".to_owned();
        for _ in 0..DEPTH - 1 {
            component = format!("(component $c {component} {})", "(instance (instantiate $c))".repeat(3));
        }
        let refused = size(&format!("(component {component})")).unwrap_err();
        assert_eq!(refused, "has 1093 instances inside it, and 1000 are taken at most");
        let nested = format!("{}{}", "(component ".repeat(DEPTH + 2), ")".repeat(DEPTH + 2));
        assert_eq!(size(&nested).unwrap_err(), "has 9 components inside each other, and 8 are taken at most");
        let many = format!("(core module $m {})", "(func)".repeat(20_000));
        let instances = "(core instance (instantiate $m))".repeat(60);
        assert!(size(&format!("(component {many} {instances})")).unwrap_err().contains("1200000 functions"));
    }
}
