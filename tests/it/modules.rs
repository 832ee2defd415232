//! Modules from elsewhere in the real function: what is fetched and compiled, and what is wrong with those that are no good.

use std::collections::BTreeMap;
use std::fs;

use gatecheck_core::facts::Facts;
use gatecheck_core::policy::Digest;
use gatecheck_tests::aws::RecordedAws;
use gatecheck_tests::binaries::bootstrap;
use gatecheck_tests::cases::Case;
use gatecheck_tests::runtime_api::{Lambda, Outcome};
use gatecheck_tests::{broken_policies as broken, guest};
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::block_on;

const POLICIES: &str = "/gatecheck/policies";

/// A useful policy of three kilobytes: images come from certain registries.
fn tiny() -> Vec<u8> {
    fs::read(guest("tiny")).unwrap()
}

/// The same policy in other bytes: a custom section at its end says nothing.
fn variant(number: u8) -> Vec<u8> {
    [tiny(), vec![0, 3, 1, b'x', number]].concat()
}

struct Modules {
    web: MockServer,
    aws: RecordedAws,
}

impl Modules {
    async fn start() -> Self {
        Self { web: MockServer::start().await, aws: RecordedAws::start(Facts::new(), BTreeMap::new()).await }
    }

    /// Offers bytes on the web; the reference to them.
    async fn offer(&self, name: &str, bytes: Vec<u8>) -> String {
        self.answer(name, ResponseTemplate::new(200).set_body_bytes(bytes)).await
    }

    async fn answer(&self, name: &str, answer: ResponseTemplate) -> String {
        let route = format!("/{name}");
        Mock::given(method("GET")).and(path(&route)).respond_with(answer).mount(&self.web).await;
        format!("{}{route}", self.web.uri())
    }

    fn turn_on(&self, name: &str, module: &str, digest: &str) {
        let entry = json!({"module": module, "sha256": digest, "settings": {"registries": ["mine/"]}});
        self.aws.set_parameter(&format!("{POLICIES}/{name}"), &entry.to_string());
    }

    /// A function that may ask the web server of this test.
    fn function(&self, refresh: &str, more: &[(&str, &str)]) -> Lambda {
        let (endpoint, host) = (self.aws.endpoint(), self.web.address().to_string());
        let environment = [
            ("AWS_ENDPOINT_URL", &*endpoint),
            ("GATECHECK_INSECURE_HOSTS", &*host),
            ("GATECHECK_REFRESH_SECONDS", refresh),
            // Enough to compile in.
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "2048"),
        ];
        Lambda::start(bootstrap(), &[&environment[..], more].concat())
    }

    async fn requests(&self) -> usize {
        self.web.received_requests().await.unwrap().len()
    }
}

/// Judges a task that nobody has judged before.
fn judge(function: &mut Lambda, task: &str) -> Value {
    let mut event = Case::load("fargate-provisioning").event;
    event["detail"]["taskArn"] = format!("arn:aws:ecs:us-west-2:111122223333:task/prod/{task}").into();
    match function.invoke(&event.to_string()) {
        Outcome::Response(report) => serde_json::from_str(&report).unwrap(),
        other => panic!("{other:?}\n{:#?}", function.log()),
    }
}

fn faults(report: &Value) -> Vec<&str> {
    report["faults"].as_array().unwrap().iter().map(|fault| fault["detail"].as_str().unwrap()).collect()
}

#[test]
fn fifty_policies_from_five_modules_cost_five_fetches_and_five_compilations() {
    block_on(async {
        let modules = Modules::start().await;
        for number in 0..5 {
            let wasm = variant(number);
            let reference = modules.offer(&format!("{number}.wasm"), wasm.clone()).await;
            for policy in 0..10 {
                modules.turn_on(&format!("p{number}{policy}"), &reference, &Digest::of(&wasm).to_string());
            }
        }
        let mut function = modules.function("0", &[]);
        let report = judge(&mut function, "1");
        assert_eq!((broken(&report).len(), faults(&report).len()), (50, 0), "{report:#}");
        assert_eq!(modules.requests().await, 5);
        assert_eq!((function.metric("ModulesFetched"), function.metric("ModulesCompiled")), (5, 5));
        let first = modules.aws.calls();
        assert!(first.iter().all(|call| call == "ssm:GetParametersByPath"), "{first:?}");

        // A refresh reads the parameters once, and nothing else; so does one that changes the settings of a policy.
        modules.aws.clear_calls();
        judge(&mut function, "2");
        assert_eq!(modules.aws.calls(), first);
        let entry = json!({"module": format!("{}/0.wasm", modules.web.uri()), "sha256": Digest::of(&variant(0)).to_string(), "settings": {"registries": [""]}});
        modules.aws.set_parameter(&format!("{POLICIES}/p00"), &entry.to_string());
        assert_eq!(broken(&judge(&mut function, "3")).len(), 49);
        assert_eq!(modules.requests().await, 5);
        assert_eq!(function.metric("ModulesCompiled"), 5);
    });
}

#[test]
fn what_a_process_compiled_serves_the_next_one_on_the_same_disk() {
    block_on(async {
        let modules = Modules::start().await;
        let reference = modules.offer("tiny.wasm", tiny()).await;
        modules.turn_on("tiny", &reference, &Digest::of(&tiny()).to_string());
        let disk = tempfile::TempDir::new().unwrap();
        let environment = [("TMPDIR", disk.path().to_str().unwrap())];
        let compiled = |name: &str| {
            let mut function = modules.function("60", &environment);
            assert_eq!(broken(&judge(&mut function, name)), ["tiny"]);
            function.metric("ModulesCompiled")
        };
        assert_eq!(compiled("1"), 1);
        assert_eq!(compiled("2"), 0);
        assert_eq!(modules.requests().await, 1);

        // What is on the disk is used only as it was written there, by this machine.
        let kept = disk.path().join("gatecheck");
        let mut files = fs::read_dir(&kept).unwrap().map(|entry| entry.unwrap().path());
        let artifact = files.find(|path| path.extension().is_some_and(|extension| extension == "cwasm")).unwrap();
        let good = fs::read(&artifact).unwrap();
        let mut tampered = good.clone();
        *tampered.last_mut().unwrap() ^= 1;
        for bad in [tampered, good[..good.len() / 2].to_vec(), b"native code".to_vec()] {
            fs::write(&artifact, bad).unwrap();
            assert_eq!(compiled("3"), 1);
        }
        fs::remove_file(kept.join("key.pem")).unwrap();
        assert_eq!(compiled("4"), 1);
    });
}

#[test]
fn every_way_a_module_can_be_no_good_is_a_fault_of_its_policy_alone() {
    block_on(async {
        let modules = Modules::start().await;
        let good = modules.offer("good.wasm", tiny()).await;
        let digest = |bytes: &[u8]| Digest::of(bytes).to_string();
        modules.turn_on("good", &good, &digest(&tiny()));
        let mut expected = BTreeMap::new();
        let mut add = |name: &'static str, reference: String, digest: String, said: &'static str| {
            modules.turn_on(name, &reference, &digest);
            expected.insert(name, said);
        };

        add("digest", good.clone(), "0".repeat(64), "has the SHA-256 digest");
        let other = b"hello".to_vec();
        add("text", modules.offer("text.wasm", other.clone()).await, digest(&other), "not WebAssembly");
        let core = b"\0asm\x01\0\0\0".to_vec();
        add("core", modules.offer("core.wasm", core.clone()).await, digest(&core), "is a core WebAssembly module");
        for (name, import, said) in [
            (
                "future",
                "gatecheck:policy/task@2.0.0",
                "is built for gatecheck:policy 2.0.0, this host offers 1.0.0; update Gatecheck",
            ),
            (
                "wasi",
                "wasi:cli/environment@0.2.6",
                "imports `wasi:cli/environment@0.2.6`, which is no fact family; run `gatecheck seal MODULE`",
            ),
        ] {
            let component = importing(import);
            add(name, modules.offer(name, component.clone()).await, digest(&component), said);
        }
        let half = tiny()[..1000].to_vec();
        add("half", modules.offer("half.wasm", half.clone()).await, digest(&half), "not WebAssembly");
        let empty = component(&[]);
        add("empty", modules.offer("empty.wasm", empty.clone()).await, digest(&empty), "no export `configure`");
        let large = ResponseTemplate::new(200).set_body_bytes(vec![0; 200 << 20]);
        add("large", modules.answer("large.wasm", large).await, digest(b"large"), "larger than 67108864 bytes");
        let round = format!("{}/round.wasm", modules.web.uri());
        let redirect = ResponseTemplate::new(302).insert_header("location", &*round);
        add("loop", modules.answer("round.wasm", redirect).await, digest(b"round"), "redirect");
        add("gone", format!("{}/gone.wasm", modules.web.uri()), digest(b"gone"), "does not exist");
        add("file", "./tiny.wasm".to_owned(), digest(b"file"), "publish the module with `gatecheck publish`");
        add("loopback", "https://127.0.0.1:1/x.wasm".to_owned(), digest(b"loopback"), "may not be asked");
        add("metadata", "https://169.254.169.254/latest".to_owned(), digest(b"metadata"), "a link-local address");
        add(
            "nowhere",
            "ssm:/gatecheck/modules/none".to_owned(),
            digest(&variant(9)),
            "`/gatecheck/modules/none` does not exist",
        );

        let mut function = modules.function("60", &[]);
        let report = judge(&mut function, "1");
        assert_eq!(broken(&report), ["good"]);
        let found = faults(&report);
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        for (name, said) in expected {
            let place = format!("{POLICIES}/{name}#/module: ");
            let fault = found.iter().find(|fault| fault.starts_with(&place));
            assert!(fault.is_some_and(|fault| fault.contains(said)), "{name}: {said}\n{found:#?}");
        }
    });
}

#[test]
fn a_module_that_takes_too_long_to_compile_is_given_up_and_not_tried_again() {
    block_on(async {
        let modules = Modules::start().await;
        let good = modules.offer("good.wasm", tiny()).await;
        modules.turn_on("good", &good, &Digest::of(&tiny()).to_string());
        let bomb = bomb();
        let reference = modules.offer("bomb.wasm", bomb.clone()).await;
        modules.turn_on("bomb", &reference, &Digest::of(&bomb).to_string());
        let mut function = modules.function("0", &[("GATECHECK_COMPILE_SECONDS", "5")]);
        // One event may leave it less than five seconds; the next ones give it the rest.
        let mut compiled = Vec::new();
        let mut said = String::new();
        for task in ["1", "2", "3", "4"] {
            let report = judge(&mut function, task);
            assert_eq!(broken(&report), ["good"]);
            let [fault] = &faults(&report)[..] else { panic!("{report:#}") };
            assert!(fault.contains("`gatecheck publish --key`"), "{fault}");
            said = (*fault).to_owned();
            compiled.push((function.metric("ModulesCompiled"), modules.requests().await));
        }
        assert!(said.contains("compiling the module took longer than 5 s"), "{said}");
        assert_eq!(compiled[2], compiled[3]);
    });
}

#[test]
fn a_module_that_takes_too_much_memory_to_compile_is_given_up() {
    block_on(async {
        let modules = Modules::start().await;
        let reference = modules.offer("tiny.wasm", tiny()).await;
        modules.turn_on("images", &reference, &Digest::of(&tiny()).to_string());
        let entry = json!({"task": [{"attribute": "image", "allowed_values": ["mine"]}]});
        modules.aws.set_parameter(&format!("{POLICIES}/bundled"), &entry.to_string());
        let mut function = modules.function("60", &[("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "40")]);
        let report = judge(&mut function, "1");
        assert_eq!(broken(&report), ["bundled"]);
        let [fault] = faults(&report)[..] else { panic!("{report:#}") };
        assert!(fault.contains("the compiler ended without a result; it may use 30 MiB of memory"), "{fault}");
    });
}

#[test]
fn a_module_that_is_back_is_taken_at_the_next_refresh_and_the_last_good_one_stays_until_then() {
    block_on(async {
        let modules = Modules::start().await;
        let first = modules.offer("first.wasm", tiny()).await;
        modules.turn_on("images", &first, &Digest::of(&tiny()).to_string());
        let mut function = modules.function("0", &[]);
        assert_eq!(broken(&judge(&mut function, "1")), ["images"]);

        let second = format!("{}/second.wasm", modules.web.uri());
        modules.turn_on("images", &second, &Digest::of(&variant(1)).to_string());
        let report = judge(&mut function, "2");
        assert_eq!((broken(&report), faults(&report).len()), (vec!["images"], 1));
        assert!(function.log().iter().any(|line| line.contains("the last good one stays in force")));
        assert!(function.metric("PoliciesRefused") >= 1);

        modules.offer("second.wasm", variant(1)).await;
        let report = judge(&mut function, "3");
        assert_eq!((broken(&report), faults(&report).len()), (vec!["images"], 0));
    });
}

/// A component with one empty instance as import.
fn importing(name: &str) -> Vec<u8> {
    // The type of an instance without exports, and an import of it under a name of the kind `interface`.
    let types = vec![1, 0x42, 0];
    let import = [vec![1, 0, u8::try_from(name.len()).unwrap()], name.as_bytes().to_vec(), vec![5, 0]].concat();
    component(&[(7, types), (10, import)])
}

/// A component of sections.
fn component(sections: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = b"\0asm\x0d\0\x01\0".to_vec();
    for (id, content) in sections {
        bytes.extend([*id, u8::try_from(content.len()).unwrap()]);
        bytes.extend(content);
    }
    bytes
}

/// A small component that takes a compiler very long: many functions, each with a great many values alive at once.
fn bomb() -> Vec<u8> {
    fn leb(mut number: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        loop {
            let byte = u8::try_from(number & 0x7f).unwrap();
            number >>= 7;
            if number == 0 {
                bytes.push(byte);
                return bytes;
            }
            bytes.push(byte | 0x80);
        }
    }
    let section = |id: u8, content: Vec<u8>| [vec![id], leb(content.len()), content].concat();
    const FUNCTIONS: usize = 400;
    // Each pushes the product of its parameter with itself, and adds all of them up at the end.
    let body: Vec<u8> = [vec![0], [0x20, 0, 0x20, 0, 0x6c].repeat(20_000), vec![0x6a; 19_999], vec![0x0b]].concat();
    let body = [leb(body.len()), body].concat();
    let module = [
        b"\0asm\x01\0\0\0".to_vec(),
        section(1, vec![1, 0x60, 1, 0x7f, 1, 0x7f]),
        section(3, [leb(FUNCTIONS), vec![0; FUNCTIONS]].concat()),
        section(10, [leb(FUNCTIONS), body.repeat(FUNCTIONS)].concat()),
    ]
    .concat();
    [b"\0asm\x0d\0\x01\0".to_vec(), section(1, module)].concat()
}
