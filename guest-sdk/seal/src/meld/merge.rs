//! The core modules of a group become one, in the order in which they were instantiated.

use std::collections::BTreeMap;

use wasm_encoder::reencode::{self, Reencode, utils};
use wasm_encoder::{
    CodeSection, ConstExpr, DataCountSection, DataSection, ElementSection, EntityType, ExportSection, FunctionSection,
    GlobalSection, ImportSection, MemorySection, Module, TableSection, TypeSection,
};
use wasmparser::{ExternalKind, Operator, Parser, Payload, TypeRef};

use super::layout::Kind;
use super::{Failure, Index, Refused, at};

/// A module of the group.
pub(super) struct Member<'a> {
    pub(super) module: &'a [u8],
    /// Where its imports come from, in their order.
    pub(super) imports: Vec<Source<'a>>,
}

/// Where an import comes from.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    /// What a member before it exports.
    Member(usize, &'a str),
    /// A function from outside, by its number.
    Outside(u32),
}

/// What the imports of the result are called, which have numbers for names.
pub(super) const OUTSIDE: &str = "outside";

/// What the result calls what a member exports.
pub(super) fn export_name(member: usize, name: &str) -> String {
    format!("{member}:{name}")
}

/// One module of all members. It imports so many functions from `outside`, and exports what it is asked to.
pub(super) fn merge<'a>(
    members: &[Member<'a>],
    outside: u32,
    exports: impl IntoIterator<Item = (usize, &'a str)>,
) -> Result<Vec<u8>, Failure> {
    let mut merging = Merging { functions: outside, ..Merging::default() };
    for member in members {
        merging.member(member)?;
    }
    for (member, name) in exports {
        let (kind, index) = merging.exported(member, name)?;
        let kind = merging.export_kind(kind)?;
        merging.sections.exports.export(&export_name(member, name), kind, index);
    }
    merging.finish(outside)
}

/// The modules so far.
#[derive(Default)]
struct Merging<'a> {
    sections: Sections,
    /// The type of each function from outside.
    outside: BTreeMap<u32, u32>,
    /// How many there are.
    types: u32,
    functions: u32,
    tables: u32,
    memories: u32,
    elements: u32,
    data: u32,
    /// The value of each global that has one and keeps it.
    constants: Vec<Option<Constant>>,
    counts_data: bool,
    /// What the members before export.
    exports: Vec<BTreeMap<&'a str, (ExternalKind, u32)>>,
    /// Of the member at hand.
    here: Indices,
}

#[derive(Default)]
struct Sections {
    types: TypeSection,
    functions: FunctionSection,
    tables: TableSection,
    memories: MemorySection,
    globals: GlobalSection,
    exports: ExportSection,
    elements: ElementSection,
    code: CodeSection,
    data: DataSection,
}

/// What the indices of a member are in the result: each of these, and from where on of all others.
#[derive(Default)]
struct Indices {
    functions: Vec<u32>,
    tables: Vec<u32>,
    memories: Vec<u32>,
    globals: Vec<u32>,
    types: u32,
    elements: u32,
    data: u32,
}

#[derive(Clone, Copy)]
enum Constant {
    I32(i32),
    I64(i64),
}

impl<'a> Merging<'a> {
    fn member(&mut self, member: &Member<'a>) -> Result<(), Failure> {
        self.here = Indices { types: self.types, elements: self.elements, data: self.data, ..Indices::default() };
        self.exports.push(BTreeMap::new());
        let mut sources = member.imports.iter();
        // Taken out, so that they can be written to while this translates indices.
        let mut sections = std::mem::take(&mut self.sections);
        for payload in Parser::new(0).parse_all(member.module) {
            match payload? {
                Payload::TypeSection(section) => {
                    for group in section.clone() {
                        self.types += u32::try_from(group?.types().len()).unwrap_or(u32::MAX);
                    }
                    self.parse_type_section(&mut sections.types, section)?;
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        let source = sources.next().ok_or(Refused::Unresolved)?;
                        self.import(import?.ty, *source)?;
                    }
                }
                Payload::FunctionSection(section) => {
                    self.here.functions.extend(next(&mut self.functions, section.count()));
                    self.parse_function_section(&mut sections.functions, section)?;
                }
                Payload::TableSection(section) => {
                    self.here.tables.extend(next(&mut self.tables, section.count()));
                    self.parse_table_section(&mut sections.tables, section)?;
                }
                Payload::MemorySection(section) => {
                    self.here.memories.extend(next(&mut self.memories, section.count()));
                    self.parse_memory_section(&mut sections.memories, section)?;
                }
                Payload::GlobalSection(section) => {
                    for global in section {
                        let global = global?;
                        let constant = self.constant(&global.init_expr)?;
                        self.parse_global(&mut sections.globals, global.clone())?;
                        self.here.globals.push(u32::try_from(self.constants.len()).unwrap_or(u32::MAX));
                        self.constants.push(constant.filter(|_| !global.ty.mutable));
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export?;
                        let index = self.external_index(export.kind, export.index)?;
                        self.exports.last_mut().map(|exports| exports.insert(export.name, (export.kind, index)));
                    }
                }
                Payload::ElementSection(section) => {
                    self.elements += section.count();
                    self.parse_element_section(&mut sections.elements, section)?;
                }
                Payload::DataCountSection { .. } => self.counts_data = true,
                Payload::CodeSectionEntry(body) => self.parse_function_body(&mut sections.code, body)?,
                Payload::DataSection(section) => {
                    self.data += section.count();
                    self.parse_data_section(&mut sections.data, section)?;
                }
                // It would have to run before the next member is there, or after something else is.
                Payload::StartSection { .. } => return Err(Refused::Start.into()),
                Payload::TagSection(_) => return Err(Refused::Tags.into()),
                _ => {}
            }
        }
        self.sections = sections;
        Ok(())
    }

    fn import(&mut self, ty: TypeRef, source: Source<'a>) -> Result<(), Failure> {
        let index = match (source, ty) {
            (Source::Member(member, name), _) => self.exported(member, name)?.1,
            (Source::Outside(number), TypeRef::Func(ty)) => {
                let ty = self.type_index(ty)?;
                self.outside.entry(number).or_insert(ty);
                number
            }
            (Source::Outside(_), _) => return Err(Refused::Unresolved.into()),
        };
        match Kind::of_import(ty)? {
            Kind::Function => self.here.functions.push(index),
            Kind::Table => self.here.tables.push(index),
            Kind::Memory => self.here.memories.push(index),
            Kind::Global => self.here.globals.push(index),
        }
        Ok(())
    }

    fn exported(&self, member: usize, name: &str) -> Result<(ExternalKind, u32), Failure> {
        let export = self.exports.get(member).and_then(|exports| exports.get(name));
        Ok(*export.ok_or(Refused::Unresolved)?)
    }

    /// What an expression comes to, if that is a number, and as far as it is known before anything runs.
    fn constant(&mut self, expression: &wasmparser::ConstExpr<'_>) -> Result<Option<Constant>, Failure> {
        use Constant::{I32, I64};
        let mut stack = Vec::new();
        let mut operators = expression.get_operators_reader();
        while !operators.is_end_then_eof() {
            let constant = match operators.read()? {
                Operator::I32Const { value } => Some(I32(value)),
                Operator::I64Const { value } => Some(I64(value)),
                Operator::GlobalGet { global_index } => {
                    let global = self.global_index(global_index)?;
                    // Elsewhere it was an import; here no expression may read it.
                    Some(at(&self.constants, global).copied().flatten().ok_or(Refused::Offset)?)
                }
                Operator::I32Add => match (stack.pop(), stack.pop()) {
                    (Some(I32(right)), Some(I32(left))) => Some(I32(left.wrapping_add(right))),
                    _ => None,
                },
                _ => None,
            };
            let Some(constant) = constant else { return Ok(None) };
            stack.push(constant);
        }
        Ok(stack.pop())
    }

    fn finish(self, outside: u32) -> Result<Vec<u8>, Failure> {
        let Sections { types, functions, tables, memories, globals, exports, elements, code, data } = self.sections;
        let mut imports = ImportSection::new();
        for number in 0..outside {
            let ty = self.outside.get(&number).ok_or(Refused::Unresolved)?;
            imports.import(OUTSIDE, &number.to_string(), EntityType::Function(*ty));
        }
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions).section(&tables).section(&memories);
        module.section(&globals).section(&exports);
        module.section(&elements);
        if self.counts_data {
            module.section(&DataCountSection { count: data.len() });
        }
        module.section(&code).section(&data);
        Ok(module.finish())
    }
}

/// The next indices, so many.
fn next(count: &mut u32, more: u32) -> std::ops::Range<u32> {
    let first = *count;
    *count += more;
    first..*count
}

/// What an index has become.
fn now(indices: &[u32], index: u32) -> Index {
    Ok(*at(indices, index).ok_or(Refused::Unresolved)?)
}

impl Reencode for Merging<'_> {
    type Error = Refused;

    fn type_index(&mut self, ty: u32) -> Index {
        Ok(self.here.types + ty)
    }

    fn function_index(&mut self, function: u32) -> Index {
        now(&self.here.functions, function)
    }

    fn table_index(&mut self, table: u32) -> Index {
        now(&self.here.tables, table)
    }

    fn memory_index(&mut self, memory: u32) -> Index {
        now(&self.here.memories, memory)
    }

    fn global_index(&mut self, global: u32) -> Index {
        now(&self.here.globals, global)
    }

    fn element_index(&mut self, element: u32) -> Index {
        Ok(self.here.elements + element)
    }

    fn data_index(&mut self, data: u32) -> Index {
        Ok(self.here.data + data)
    }

    fn const_expr(&mut self, expression: wasmparser::ConstExpr<'_>) -> Result<ConstExpr, reencode::Error<Refused>> {
        Ok(match self.constant(&expression)? {
            Some(Constant::I32(value)) => ConstExpr::i32_const(value),
            Some(Constant::I64(value)) => ConstExpr::i64_const(value),
            None => utils::const_expr(self, expression)?,
        })
    }
}
