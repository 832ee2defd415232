//! The adapter for WASI 0.1, called as a module calls it.

use std::collections::BTreeSet;

use wasmtime::{Engine, Instance, Memory, MemoryType, Module, Store, Val};

use crate::wrap::ADAPTER;

/// Where answers go.
const OUT: usize = 256;

const BAD_DESCRIPTOR: i32 = 8;

struct Adapter {
    store: Store<()>,
    memory: Memory,
    instance: Instance,
}

impl Adapter {
    fn new() -> Self {
        let engine = Engine::default();
        let module = Module::new(&engine, wat::parse_str(ADAPTER).unwrap()).unwrap();
        let mut store = Store::new(&engine, ());
        let memory = Memory::new(&mut store, MemoryType::new(1, None)).unwrap();
        // What is not written shows.
        memory.data_mut(&mut store)[..1024].fill(0xff);
        let instance = Instance::new(&mut store, &module, &[memory.into()]).unwrap();
        Self { store, memory, instance }
    }

    /// The error number.
    fn call(&mut self, name: &str, arguments: &[Val]) -> i32 {
        let function = self.instance.get_func(&mut self.store, name).unwrap_or_else(|| panic!("no `{name}`"));
        let mut results = [Val::I32(-1)];
        function.call(&mut self.store, arguments, &mut results).unwrap();
        results[0].unwrap_i32()
    }

    fn bytes(&self, at: usize, length: usize) -> Vec<u8> {
        self.memory.data(&self.store)[at..at + length].to_vec()
    }

    fn u32(&self, at: usize) -> u32 {
        u32::from_le_bytes(self.bytes(at, 4).try_into().unwrap())
    }

    fn u64(&self, at: usize) -> u64 {
        u64::from_le_bytes(self.bytes(at, 8).try_into().unwrap())
    }

    fn write(&mut self, at: usize, words: &[u32]) {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.memory.write(&mut self.store, at, &bytes).unwrap();
    }
}

fn i32s(values: &[usize]) -> Vec<Val> {
    values.iter().map(|&value| Val::I32(value.try_into().unwrap())).collect()
}

#[test]
fn the_clock_stands_still() {
    let mut adapter = Adapter::new();
    for clock in [0, 1, 0, 1] {
        assert_eq!(adapter.call("clock_time_get", &[Val::I32(clock), Val::I64(1), Val::I32(256)]), 0);
        assert_eq!(adapter.u64(OUT), 1_577_836_800_000_000_000);
    }
    assert_eq!(adapter.call("clock_res_get", &i32s(&[0, OUT])), 0);
    assert_eq!(adapter.u64(OUT), 1);
}

#[test]
fn random_bytes_are_the_same_every_time_and_no_more_than_asked_for() {
    let mut adapter = Adapter::new();
    assert_eq!(adapter.call("random_get", &i32s(&[OUT, 5])), 0);
    let first = adapter.bytes(OUT, 6);
    assert_eq!(first, [41, 114, 187, 4, 77, 0xff]);
    assert_eq!(adapter.call("random_get", &i32s(&[OUT, 5])), 0);
    assert_eq!(adapter.bytes(OUT, 6), first);
    assert_eq!(adapter.call("random_get", &i32s(&[OUT + 5, 0])), 0);
    assert_eq!(adapter.bytes(OUT, 6), first);
}

#[test]
fn there_are_no_arguments_and_no_environment() {
    let mut adapter = Adapter::new();
    for name in ["args", "environ"] {
        adapter.write(OUT, &[9, 9]);
        assert_eq!(adapter.call(&format!("{name}_sizes_get"), &i32s(&[OUT, OUT + 4])), 0);
        assert_eq!((adapter.u32(OUT), adapter.u32(OUT + 4)), (0, 0));
        assert_eq!(adapter.call(&format!("{name}_get"), &i32s(&[OUT, OUT])), 0);
    }
}

#[test]
fn output_is_taken_and_input_is_at_its_end() {
    let mut adapter = Adapter::new();
    adapter.write(64, &[0, 5, 0, 7]);
    for fd in [1, 2] {
        assert_eq!(adapter.call("fd_write", &i32s(&[fd, 64, 2, OUT])), 0);
        assert_eq!(adapter.u32(OUT), 12);
        assert_eq!(adapter.call("fd_write", &i32s(&[fd, 64, 0, OUT])), 0);
        assert_eq!(adapter.u32(OUT), 0);
    }
    adapter.write(OUT, &[9]);
    assert_eq!(adapter.call("fd_read", &i32s(&[0, 64, 2, OUT])), 0);
    assert_eq!(adapter.u32(OUT), 0);
    for (name, fd) in [("fd_write", 0), ("fd_write", 3), ("fd_read", 1), ("fd_read", 3)] {
        assert_eq!(adapter.call(name, &i32s(&[fd, 64, 2, OUT])), BAD_DESCRIPTOR, "{name} {fd}");
    }
    for (fd, right) in [(0, 1 << 1), (1, 1 << 6), (2, 1 << 6)] {
        assert_eq!(adapter.call("fd_fdstat_get", &i32s(&[fd, OUT])), 0);
        assert_eq!((adapter.u64(OUT), adapter.u64(OUT + 8), adapter.u64(OUT + 16)), (0, right, 0));
    }
    assert_eq!(adapter.call("fd_fdstat_get", &i32s(&[3, OUT])), BAD_DESCRIPTOR);
}

#[test]
fn whatever_is_waited_for_is_ready() {
    let mut adapter = Adapter::new();
    // Two subscriptions of 48 bytes: a clock, then a descriptor to read from.
    adapter.write(512, &[0; 24]);
    adapter.write(512, &[7, 0, 0]);
    adapter.write(560, &[8, 0, 1]);
    assert_eq!(adapter.call("poll_oneoff", &i32s(&[512, OUT, 2, 128])), 0);
    assert_eq!(adapter.u32(128), 2);
    // Its user data, no error, its type, and nothing to read.
    assert_eq!((adapter.u64(OUT), adapter.u64(OUT + 8), adapter.u64(OUT + 16)), (7, 0, 0));
    assert_eq!((adapter.u64(OUT + 32), adapter.u64(OUT + 40), adapter.u64(OUT + 48)), (8, 1 << 16, 0));
    assert_eq!(adapter.bytes(OUT + 64, 1), [0xff]);
    assert_ne!(adapter.call("poll_oneoff", &i32s(&[512, OUT, 0, 128])), 0);
}

#[test]
fn to_exit_traps() {
    let mut adapter = Adapter::new();
    let exit = adapter.instance.get_typed_func::<i32, ()>(&mut adapter.store, "proc_exit").unwrap();
    assert!(exit.call(&mut adapter.store, 0).is_err());
}

#[test]
fn every_other_function_refuses() {
    let mut adapter = Adapter::new();
    let answered = [
        "adapter_monotonic_clock_set_paused",
        "args_get",
        "args_sizes_get",
        "clock_res_get",
        "clock_time_get",
        "environ_get",
        "environ_sizes_get",
        "fd_fdstat_get",
        "fd_read",
        "fd_write",
        "poll_oneoff",
        "proc_exit",
        "random_get",
        "sched_yield",
    ];
    let exports: Vec<_> = adapter
        .instance
        .exports(&mut adapter.store)
        .map(|export| (export.name().to_owned(), export.into_func().unwrap()))
        .collect();
    // Of WASI's 46, and Go's own.
    assert_eq!(exports.len(), 47);
    let mut others = BTreeSet::new();
    for (name, function) in exports {
        if !answered.contains(&&*name) {
            let arguments: Vec<_> =
                function.ty(&adapter.store).params().map(|ty| Val::default_for_ty(&ty).unwrap()).collect();
            assert!([8, 58].contains(&adapter.call(&name, &arguments)), "{name}");
            others.insert(name);
        }
    }
    assert!(others.contains("path_open") && others.contains("sock_accept") && others.contains("fd_prestat_get"));
}
