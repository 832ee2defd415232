//! The machine that everything is measured on.

use std::fs;
use std::thread;

/// One line: processor, how many, kernel, and how busy it is already.
pub fn describe() -> String {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let cpuinfo = read("/proc/cpuinfo");
    let model = cpuinfo.lines().find_map(|line| Some(line.strip_prefix("model name")?.split_once(':')?.1.trim()));
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let kernel = read("/proc/sys/kernel/osrelease");
    let load = read("/proc/loadavg");
    format!(
        "{}, {processors} processors, Linux {}, load {}",
        model.unwrap_or(std::env::consts::ARCH),
        kernel.trim(),
        load.split(' ').next().unwrap_or("unknown")
    )
}
