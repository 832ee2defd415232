//! Core modules that share a memory or a table become one module.
//!
//! Toolchains link what is loaded apart: an interpreter, its library, what was written in C. An instance of such a component is
//! one of each module, tied together by hundreds of imports, and every element of a table that several of them fill is looked
//! up for each instance. In one module all that is settled when it is compiled.

mod layout;
mod merge;

use std::collections::{BTreeMap, BTreeSet};

use wasm_encoder::reencode::{self, Reencode, ReencodeComponent, component_utils};
use wasm_encoder::{
    Alias, CanonicalFunctionSection, Component, ComponentAliasSection, ComponentSectionId, ExportKind, InstanceSection,
    ModuleArg, RawSection, Section,
};
use wasmparser::{CanonicalFunction, ComponentAlias, Instance, Payload, Validator, WasmFeatures};

use crate::sections::{copy, part, top_level};
use layout::{Group, Kind, Layout, Outside};

/// Why modules stay apart.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("no two of its modules share a memory or a table")]
    Apart,
    #[error("something that its modules need needs one of them")]
    Order,
    #[error("one of its modules runs something as soon as it is there")]
    Start,
    #[error("where a segment lies is not known before it runs")]
    Offset,
    #[error("one of its modules imports something else than functions, tables, memories and globals")]
    Tags,
    #[error("one of its modules imports what none of the others has, and no function")]
    Unresolved,
    #[error("its modules come from elsewhere")]
    Elsewhere,
}

type Failure = reencode::Error<Refused>;

/// A result that is an index.
type Index = Result<u32, Failure>;

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        Self::UserError(refused)
    }
}

/// Melds the modules of a component, and those of each component in it. Where that does not work they stay as they are: they
/// do the same, and take longer.
pub(crate) fn meld(component: Vec<u8>) -> Vec<u8> {
    // In one that is not valid something may be made of what comes after it, or of itself.
    match validate(&component) {
        Ok(()) => meld_all(component),
        Err(_) => component,
    }
}

fn validate(component: &[u8]) -> Result<(), Failure> {
    Validator::new_with_features(WasmFeatures::default()).validate_all(component)?;
    Ok(())
}

fn meld_all(component: Vec<u8>) -> Vec<u8> {
    let component = meld_inside(&component).ok().flatten().unwrap_or(component);
    meld_here(&component).unwrap_or(component)
}

/// The same with other components in it, if one of them was melded.
fn meld_inside(component: &[u8]) -> Result<Option<Vec<u8>>, Failure> {
    let mut is_melded = false;
    let copied = copy(component, |payload, copied| {
        let Payload::ComponentSection { unchecked_range, .. } = payload else { return Ok(false) };
        let inside = part(component, unchecked_range);
        let data = meld_all(inside.to_vec());
        is_melded |= data != inside;
        RawSection { id: ComponentSectionId::Component.into(), data: &data }.append_to(copied);
        Ok::<_, Failure>(true)
    })?;
    Ok(is_melded.then_some(copied))
}

fn meld_here(component: &[u8]) -> Result<Vec<u8>, Failure> {
    let layout = Layout::of(component)?;
    let group = layout.largest_group()?;
    // Once to see what of the group is needed outside, and once to write it.
    let mut looking = Melding::new(&layout, &group, None);
    looking.meld(component)?;
    let needed = looking.asked;
    let mut writing = Melding::new(&layout, &group, Some(needed));
    let melded = writing.meld(component)?.finish();
    validate(&melded)?;
    Ok(melded)
}

/// What an instance exports: kind, instance and name.
type Exported<'a> = (Kind, u32, &'a str);

struct Melding<'a> {
    layout: &'a Layout<'a>,
    group: &'a Group<'a>,
    /// What of the group is needed outside; nothing while that is found out.
    needed: Option<BTreeSet<Exported<'a>>>,
    asked: BTreeSet<Exported<'a>>,
    is_grouped: bool,
    /// The index of what is needed of the group.
    exported: BTreeMap<Exported<'a>, u32>,
    /// What indices have become.
    modules: BTreeMap<u32, u32>,
    instances: BTreeMap<u32, u32>,
    items: BTreeMap<(Kind, u32), u32>,
    /// How many there are now.
    module_count: u32,
    instance_count: u32,
    item_counts: BTreeMap<Kind, u32>,
    /// How many there were in what was read so far.
    read_modules: u32,
    read_instances: u32,
    read_items: BTreeMap<Kind, u32>,
}

impl<'a> Melding<'a> {
    fn new(layout: &'a Layout<'a>, group: &'a Group<'a>, needed: Option<BTreeSet<Exported<'a>>>) -> Self {
        Self {
            layout,
            group,
            needed,
            asked: BTreeSet::new(),
            is_grouped: false,
            exported: BTreeMap::new(),
            modules: BTreeMap::new(),
            instances: BTreeMap::new(),
            items: BTreeMap::new(),
            module_count: 0,
            instance_count: 0,
            item_counts: BTreeMap::new(),
            read_modules: 0,
            read_instances: 0,
            read_items: BTreeMap::new(),
        }
    }

    fn meld(&mut self, component: &'a [u8]) -> Result<Component, Failure> {
        let mut melded = Component::new();
        for payload in top_level(component) {
            match payload? {
                Payload::ModuleSection { unchecked_range, .. } => {
                    let module = take(&mut self.read_modules);
                    if !self.group.modules.contains(&module) {
                        self.modules.insert(module, self.module_count);
                        self.module(&mut melded, part(component, &unchecked_range));
                    }
                }
                Payload::ComponentSection { unchecked_range, .. } => {
                    let data = part(component, &unchecked_range);
                    melded.section(&RawSection { id: ComponentSectionId::Component.into(), data });
                }
                Payload::InstanceSection(section) => {
                    for instance in section {
                        self.group_if_ready(&mut melded)?;
                        self.instance(&mut melded, instance?)?;
                    }
                }
                Payload::ComponentAliasSection(section) => {
                    for alias in section {
                        self.alias(&mut melded, alias?)?;
                    }
                }
                Payload::ComponentCanonicalSection(section) => {
                    for function in section {
                        self.group_if_ready(&mut melded)?;
                        self.function(&mut melded, function?)?;
                    }
                }
                // Names are by index.
                Payload::CustomSection(_) => {}
                payload => component_utils::parse_component_payload(self, &mut melded, payload, component)?,
            }
        }
        Ok(melded)
    }

    fn module(&mut self, melded: &mut Component, data: &[u8]) {
        melded.section(&RawSection { id: ComponentSectionId::CoreModule.into(), data });
        self.module_count += 1;
    }

    fn instance(&mut self, melded: &mut Component, instance: Instance<'a>) -> Result<(), Failure> {
        let index = take(&mut self.read_instances);
        if self.group.members.contains(&index) {
            return Ok(());
        }
        if matches!(instance, Instance::FromExports(_)) && !self.layout.is_given_to_others(index, self.group) {
            return Ok(());
        }
        if let Instance::Instantiate { args, .. } = &instance {
            for arg in args {
                if self.group.members.contains(&arg.index) {
                    let given = self.share(melded, index, arg.name, arg.index)?;
                    self.instances.insert(arg.index, given);
                }
            }
        }
        let mut instances = InstanceSection::new();
        self.parse_instance(&mut instances, instance)?;
        melded.section(&instances);
        self.instances.insert(index, take(&mut self.instance_count));
        Ok(())
    }

    /// What an instance imports of a member by a name, put together.
    fn share(&mut self, melded: &mut Component, instance: u32, module: &str, member: u32) -> Result<u32, Failure> {
        let mut exports: Vec<(&str, ExportKind, u32)> = Vec::new();
        for (import, _) in self.layout.imports(instance)? {
            if import.module == module {
                let kind = Kind::of_import(import.ty)?;
                exports.push((import.name, kind.into(), self.export((kind, member, import.name))?));
            }
        }
        let mut instances = InstanceSection::new();
        instances.export_items(exports);
        melded.section(&instances);
        Ok(take(&mut self.instance_count))
    }

    /// Puts the group where all is there that it imports: others may need it before the last member was.
    fn group_if_ready(&mut self, melded: &mut Component) -> Result<(), Failure> {
        let is_there = |function: &Outside<'_>| match function {
            Outside::Function(index) => self.items.contains_key(&(Kind::Function, *index)),
            Outside::Export(instance, _) => self.instances.contains_key(instance),
        };
        if !self.is_grouped && self.group.outside.iter().all(is_there) {
            self.is_grouped = true;
            self.group(melded)?;
        }
        Ok(())
    }

    /// The module of all, an instance of it, and what is needed of that.
    fn group(&mut self, melded: &mut Component) -> Result<(), Failure> {
        let position = |instance: u32| self.group.members.iter().position(|member| *member == instance);
        let needed = self.needed.iter().flatten().filter_map(|item| Some((*item, position(item.1)?)));
        let needed: BTreeMap<_, _> = needed.collect();
        let exports = needed.iter().map(|((_, _, name), member)| (*member, *name));
        let outside = u32::try_from(self.group.outside.len()).unwrap_or(u32::MAX);
        let module = match self.needed {
            Some(_) => merge::merge(&self.layout.members(self.group)?, outside, exports)?,
            // Who only looks needs its number, not its code.
            None => Vec::new(),
        };
        self.module(melded, &module);

        let functions = self.group.outside.iter().map(|function| self.outside(melded, *function));
        let functions = functions.collect::<Result<Vec<_>, _>>()?;
        let mut instances = InstanceSection::new();
        let names: Vec<_> = (0..functions.len()).map(|number| number.to_string()).collect();
        instances.export_items(names.iter().zip(functions).map(|(name, index)| (&**name, ExportKind::Func, index)));
        let given = take(&mut self.instance_count);
        instances.instantiate(self.module_count - 1, [(merge::OUTSIDE, ModuleArg::Instance(given))]);
        let instance = take(&mut self.instance_count);
        melded.section(&instances);

        let mut aliases = ComponentAliasSection::new();
        for (item, member) in needed {
            let (kind, _, name) = item;
            let name = merge::export_name(member, name);
            aliases.alias(Alias::CoreInstanceExport { instance, kind: kind.into(), name: &name });
            self.exported.insert(item, take(self.item_counts.entry(kind).or_default()));
        }
        melded.section(&aliases);
        Ok(())
    }

    /// The index of a function that the group imports.
    fn outside(&mut self, melded: &mut Component, function: Outside<'_>) -> Result<u32, Failure> {
        match function {
            Outside::Function(index) => self.function_index(index),
            Outside::Export(instance, name) => {
                let instance = *self.instances.get(&instance).ok_or(Refused::Order)?;
                let mut aliases = ComponentAliasSection::new();
                aliases.alias(Alias::CoreInstanceExport { instance, kind: ExportKind::Func, name });
                melded.section(&aliases);
                Ok(take(self.item_counts.entry(Kind::Function).or_default()))
            }
        }
    }

    fn alias(&mut self, melded: &mut Component, alias: ComponentAlias<'_>) -> Result<(), Failure> {
        let mut aliases = ComponentAliasSection::new();
        if let ComponentAlias::CoreInstanceExport { kind, instance_index, name } = alias {
            let kind = Kind::of(kind)?;
            let item = (kind, take(self.read_items.entry(kind).or_default()));
            // What is needed of the group was there as soon as the group was.
            if self.group.members.contains(&instance_index) {
                return Ok(());
            }
            // What was put together for the group alone is gone, and so is who would need it.
            let Some(instance) = self.instances.get(&instance_index) else { return Ok(()) };
            aliases.alias(Alias::CoreInstanceExport { instance: *instance, kind: kind.into(), name });
            self.items.insert(item, take(self.item_counts.entry(kind).or_default()));
        } else {
            let alias = self.component_alias(alias)?;
            aliases.alias(alias);
        }
        melded.section(&aliases);
        Ok(())
    }

    fn function(&mut self, melded: &mut Component, function: CanonicalFunction) -> Result<(), Failure> {
        let is_core = !matches!(function, CanonicalFunction::Lift { .. });
        let mut functions = CanonicalFunctionSection::new();
        self.parse_component_canonical(&mut functions, function)?;
        melded.section(&functions);
        if is_core {
            let item = (Kind::Function, take(self.read_items.entry(Kind::Function).or_default()));
            self.items.insert(item, take(self.item_counts.entry(Kind::Function).or_default()));
        }
        Ok(())
    }

    fn item(&mut self, kind: Kind, index: u32) -> Result<u32, Failure> {
        match self.layout.exported_by((kind, index)) {
            Some((instance, name)) if self.group.members.contains(&instance) => self.export((kind, instance, name)),
            _ => Ok(*self.items.get(&(kind, index)).ok_or(Refused::Order)?),
        }
    }

    /// The index of what a member exports.
    fn export(&mut self, item: Exported<'a>) -> Result<u32, Failure> {
        self.asked.insert(item);
        match self.exported.get(&item) {
            Some(index) => Ok(*index),
            // Nothing is kept of what is written meanwhile.
            None if self.needed.is_none() => Ok(0),
            None => Err(Refused::Order.into()),
        }
    }
}

fn at<T>(list: &[T], index: u32) -> Option<&T> {
    list.get(usize::try_from(index).ok()?)
}

/// The index that comes next.
fn take(count: &mut u32) -> u32 {
    let index = *count;
    *count += 1;
    index
}

impl Reencode for Melding<'_> {
    type Error = Refused;

    fn function_index(&mut self, function: u32) -> Index {
        self.item(Kind::Function, function)
    }

    fn table_index(&mut self, table: u32) -> Index {
        self.item(Kind::Table, table)
    }

    fn memory_index(&mut self, memory: u32) -> Index {
        self.item(Kind::Memory, memory)
    }

    fn global_index(&mut self, global: u32) -> Index {
        self.item(Kind::Global, global)
    }
}

/// Of modules and their instances; those of components stay as they are.
impl ReencodeComponent for Melding<'_> {
    fn module_index(&mut self, module: u32) -> u32 {
        self.modules.get(&module).copied().unwrap_or(u32::MAX)
    }

    fn instance_index(&mut self, instance: u32) -> u32 {
        self.instances.get(&instance).copied().unwrap_or(u32::MAX)
    }
}
