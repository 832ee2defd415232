//! Replays what is kept of every target, and then some mutations of it, the same every time: what CI does of fuzzing.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use gatecheck_fuzz::random::Random;
use gatecheck_fuzz::{TARGETS, pattern};

/// The files of a folder, in their order; none if there is no folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    files.sort();
    files
}

/// What is kept of a target: names, and what is in them.
fn kept(target: &str) -> Vec<(String, Vec<u8>)> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = files(&here.join("corpus").join(target));
    paths.extend(files(&here.join("regressions").join(target)));
    if target == "component" {
        let guests = here.join("../guests/hostile-wat");
        paths.extend(files(&guests));
        paths.extend(files(&guests.join("components")));
        // Those are told apart by nothing but the time that they take.
        paths.retain(|path| !path.file_name().unwrap().to_string_lossy().starts_with("time-"));
    }
    assert!(!paths.is_empty(), "nothing is kept of `{target}`");
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    paths.into_iter().map(|path| (name(&path), fs::read(&path).unwrap())).collect()
}

/// Says which input it was if the target panics, and keeps it.
struct Running<'a> {
    target: &'a str,
    from: &'a str,
    input: &'a [u8],
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{}", self.target));
            fs::write(&kept, self.input).unwrap();
            eprintln!("`{}` fails for `{}`, or what was made of it: {}", self.target, self.from, kept.display());
        }
    }
}

fn replay(name: &str, mutations: usize) {
    let target = TARGETS.into_iter().find(|target| target.name == name).unwrap();
    let kept = kept(name);
    let run = |from: &str, input: &[u8]| {
        let _running = Running { target: name, from, input };
        (target.run)(input);
    };
    for (file, input) in &kept {
        run(file, input);
    }
    let mut random = Random::new(1);
    for _ in 0..mutations {
        let (file, mut input) = random.pick(&kept);
        for _ in 0..=random.below(3) {
            input = (target.mutate)(&input, &mut random);
            run(&file, &input);
        }
    }
}

macro_rules! replay {
    ($($test:ident: $name:literal, $mutations:literal;)*) => {
        $(#[test]
        fn $test() {
            replay($name, $mutations);
        })*

        #[test]
        fn every_target_is_replayed() {
            assert_eq!(TARGETS.map(|target| target.name), [$($name),*]);
        }
    };
}

// As many as a debug build does in a second or two.
replay! {
    artifact: "artifact", 1000;
    component: "component", 100;
    event: "event", 2000;
    facts: "facts", 200;
    pattern: "pattern", 1000;
    policy_entry: "policy-entry", 4000;
    redaction: "redaction", 50;
    settings: "settings", 500;
}

#[test]
fn patterns_are_answered_as_python_answered() {
    for (file, input) in kept("pattern") {
        let _running = Running { target: "pattern", from: &file, input: &input };
        pattern::run_kept(&input);
    }
}
