//! What a component is put together from: its core modules, their instances, and what these give to each other.

use std::collections::{BTreeMap, BTreeSet};

use wasm_encoder::ExportKind;
use wasmparser::{
    CanonicalFunction, CanonicalOption, ComponentAlias, ComponentExternalKind, ComponentOuterAliasKind,
    ComponentTypeRef, ExternalKind, Import, Instance, Parser, Payload, TypeRef,
};

use super::merge::{Member, Source};
use super::{Failure, Refused, at};
use crate::sections::{part, top_level};

/// What instances give to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Function,
    Table,
    Memory,
    Global,
}

impl Kind {
    pub(super) fn of_import(ty: TypeRef) -> Result<Self, Failure> {
        match ty {
            TypeRef::Func(_) => Ok(Self::Function),
            TypeRef::Table(_) => Ok(Self::Table),
            TypeRef::Memory(_) => Ok(Self::Memory),
            TypeRef::Global(_) => Ok(Self::Global),
            TypeRef::Tag(_) | TypeRef::FuncExact(_) => Err(Refused::Tags.into()),
        }
    }

    pub(super) fn of(kind: ExternalKind) -> Result<Self, Failure> {
        match kind {
            ExternalKind::Func => Ok(Self::Function),
            ExternalKind::Table => Ok(Self::Table),
            ExternalKind::Memory => Ok(Self::Memory),
            ExternalKind::Global => Ok(Self::Global),
            ExternalKind::Tag | ExternalKind::FuncExact => Err(Refused::Tags.into()),
        }
    }
}

impl From<Kind> for ExportKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Function => Self::Func,
            Kind::Table => Self::Table,
            Kind::Memory => Self::Memory,
            Kind::Global => Self::Global,
        }
    }
}

/// A component.
#[derive(Default)]
pub(super) struct Layout<'a> {
    modules: Vec<&'a [u8]>,
    instances: Vec<CoreInstance<'a>>,
    /// The instance and name of what is an export of one.
    items: BTreeMap<Kind, Vec<Option<(u32, &'a str)>>>,
    /// Functions of the component that find what they are given in the memory of an instance.
    reading: BTreeSet<u32>,
}

enum CoreInstance<'a> {
    /// Of a module, given these instances.
    Of { module: u32, given: BTreeMap<&'a str, u32> },
    /// Put together.
    From(BTreeMap<&'a str, (Kind, u32)>),
}

/// Where something is from, however often it was passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outside<'a> {
    /// The export of an instance of a module.
    Export(u32, &'a str),
    /// A function that is made of one of the component.
    Function(u32),
}

/// Instances that share a memory, a table or a global.
pub(super) struct Group<'a> {
    /// In their order.
    pub(super) members: Vec<u32>,
    pub(super) modules: BTreeSet<u32>,
    /// The functions that they import from others.
    pub(super) outside: Vec<Outside<'a>>,
}

impl<'a> Layout<'a> {
    pub(super) fn of(component: &'a [u8]) -> Result<Self, Failure> {
        let mut layout = Self::default();
        for payload in top_level(component) {
            match payload? {
                Payload::ModuleSection { unchecked_range, .. } => {
                    layout.modules.push(part(component, &unchecked_range));
                }
                Payload::InstanceSection(section) => {
                    for instance in section {
                        layout.instances.push(CoreInstance::of(instance?)?);
                    }
                }
                Payload::ComponentAliasSection(section) => {
                    for alias in section {
                        layout.alias(&alias?)?;
                    }
                }
                Payload::ComponentCanonicalSection(section) => {
                    for function in section {
                        layout.function(&function?);
                    }
                }
                Payload::ComponentImportSection(section) => {
                    for import in section {
                        if matches!(import?.ty, ComponentTypeRef::Module(_)) {
                            return Err(Refused::Elsewhere.into());
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(layout)
    }

    fn alias(&mut self, alias: &ComponentAlias<'a>) -> Result<(), Failure> {
        match alias {
            ComponentAlias::CoreInstanceExport { kind, instance_index, name } => {
                self.items.entry(Kind::of(*kind)?).or_default().push(Some((*instance_index, *name)));
                Ok(())
            }
            ComponentAlias::InstanceExport { kind: ComponentExternalKind::Module, .. }
            | ComponentAlias::Outer { kind: ComponentOuterAliasKind::CoreModule, .. } => Err(Refused::Elsewhere.into()),
            _ => Ok(()),
        }
    }

    fn function(&mut self, function: &CanonicalFunction) {
        let functions = self.items.entry(Kind::Function).or_default();
        let index = u32::try_from(functions.len()).unwrap_or(u32::MAX);
        match function {
            CanonicalFunction::Lift { .. } => return,
            CanonicalFunction::Lower { options, .. }
                if options.iter().any(|option| matches!(option, CanonicalOption::Memory(_))) =>
            {
                self.reading.insert(index);
            }
            _ => {}
        }
        functions.push(None);
    }

    /// The instance that exports something, and the name.
    pub(super) fn exported_by(&self, (kind, index): (Kind, u32)) -> Option<(u32, &'a str)> {
        *at(self.items.get(&kind)?, index)?
    }

    /// Whether anybody else than the group is given an instance.
    pub(super) fn is_given_to_others(&self, instance: u32, group: &Group<'_>) -> bool {
        (0_u32..).zip(&self.instances).any(|(index, other)| match other {
            CoreInstance::Of { given, .. } => {
                !group.members.contains(&index) && given.values().any(|given| *given == instance)
            }
            CoreInstance::From(_) => false,
        })
    }

    /// Where something that an instance has is from.
    fn origin(&self, instance: u32, name: &'a str) -> Result<Outside<'a>, Failure> {
        match at(&self.instances, instance).ok_or(Refused::Unresolved)? {
            CoreInstance::Of { .. } => Ok(Outside::Export(instance, name)),
            CoreInstance::From(items) => {
                let item = *items.get(name).ok_or(Refused::Unresolved)?;
                match self.exported_by(item) {
                    Some((instance, name)) => self.origin(instance, name),
                    None => Ok(Outside::Function(item.1)),
                }
            }
        }
    }

    /// The imports of an instance and where they are from. Nothing, if it is put together.
    pub(super) fn imports(&self, instance: u32) -> Result<Vec<(Import<'a>, Outside<'a>)>, Failure> {
        let Some(CoreInstance::Of { module, given }) = at(&self.instances, instance) else { return Ok(Vec::new()) };
        let mut imports = Vec::new();
        for payload in Parser::new(0).parse_all(at(&self.modules, *module).ok_or(Refused::Unresolved)?) {
            match payload? {
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        let import = import?;
                        let from = *given.get(import.module).ok_or(Refused::Unresolved)?;
                        imports.push((import, self.origin(from, import.name)?));
                    }
                    break;
                }
                Payload::FunctionSection(_) | Payload::CodeSectionStart { .. } => break,
                _ => {}
            }
        }
        Ok(imports)
    }

    /// Those that share something and have the most code together.
    pub(super) fn largest_group(&self) -> Result<Group<'a>, Failure> {
        let mut imports = Vec::new();
        let mut groups: Vec<BTreeSet<u32>> = Vec::new();
        for (index, instance) in (0_u32..).zip(&self.instances) {
            let all = self.imports(index)?;
            // What gets such functions comes when the memory is there, and so cannot be the same module.
            let is_late = all
                .iter()
                .any(|(_, origin)| matches!(origin, Outside::Function(index) if self.reading.contains(index)));
            if matches!(instance, CoreInstance::Of { .. }) && !is_late {
                let mut own = BTreeSet::from([index]);
                for (import, origin) in &all {
                    if let (Outside::Export(other, _), false) = (origin, matches!(import.ty, TypeRef::Func(_))) {
                        own.insert(*other);
                    }
                }
                groups.retain(|group| {
                    let is_apart = group.is_disjoint(&own);
                    if !is_apart {
                        own.extend(group);
                    }
                    is_apart
                });
                groups.push(own);
            }
            imports.push(all);
        }
        let members = groups.into_iter().filter(|group| group.len() > 1).max_by_key(|group| self.size(group));
        let members: Vec<_> = members.ok_or(Refused::Apart)?.into_iter().collect();
        let modules: BTreeSet<_> = members.iter().filter_map(|member| self.module(*member)).collect();
        let users = (0_u32..).zip(&self.instances).filter_map(|(index, _)| self.module(index));
        if users.filter(|module| modules.contains(module)).count() > modules.len() {
            return Err(Refused::Elsewhere.into());
        }
        let mut outside = Vec::new();
        for (_, origin) in members.iter().filter_map(|member| at(&imports, *member)).flatten() {
            let is_member = matches!(origin, Outside::Export(instance, _) if members.contains(instance));
            if !is_member && !outside.contains(origin) {
                outside.push(*origin);
            }
        }
        Ok(Group { members, modules, outside })
    }

    fn module(&self, instance: u32) -> Option<u32> {
        match at(&self.instances, instance)? {
            CoreInstance::Of { module, .. } => Some(*module),
            CoreInstance::From(_) => None,
        }
    }

    fn size(&self, group: &BTreeSet<u32>) -> usize {
        let modules = group.iter().filter_map(|instance| at(&self.modules, self.module(*instance)?));
        modules.map(|module| module.len()).sum()
    }

    /// The modules of a group, and where their imports come from.
    pub(super) fn members(&self, group: &Group<'a>) -> Result<Vec<Member<'a>>, Failure> {
        let source = |origin: Outside<'a>| {
            let member = match origin {
                Outside::Export(instance, name) => group
                    .members
                    .iter()
                    .position(|member| *member == instance)
                    .map(|member| Source::Member(member, name)),
                Outside::Function(_) => None,
            };
            let number = || group.outside.iter().position(|outside| *outside == origin);
            member.or_else(|| Some(Source::Outside(u32::try_from(number()?).ok()?)))
        };
        let member = |instance: u32| {
            let module =
                self.module(instance).and_then(|module| at(&self.modules, module)).ok_or(Refused::Unresolved)?;
            let imports = self.imports(instance)?.into_iter().map(|(_, origin)| source(origin));
            Ok(Member { module, imports: imports.collect::<Option<_>>().ok_or(Refused::Unresolved)? })
        };
        group.members.iter().map(|instance| member(*instance)).collect()
    }
}

impl<'a> CoreInstance<'a> {
    fn of(instance: Instance<'a>) -> Result<Self, Failure> {
        Ok(match instance {
            Instance::Instantiate { module_index, args } => {
                Self::Of { module: module_index, given: args.iter().map(|arg| (arg.name, arg.index)).collect() }
            }
            Instance::FromExports(exports) => {
                let item = |export: &wasmparser::Export<'a>| Ok((export.name, (Kind::of(export.kind)?, export.index)));
                Self::From(exports.iter().map(item).collect::<Result<_, Failure>>()?)
            }
        })
    }
}
