//! From a file to a function: `gatecheck publish` to every place, and the same module from each of them, in the function and
//! on the command line.

use std::fs;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use gatecheck_core::policy::Digest;
use gatecheck_tests::binaries::bootstrap;
use gatecheck_tests::cases::Case;
use gatecheck_tests::command::CommandLine;
use gatecheck_tests::moto::Moto;
use gatecheck_tests::python::python_guest;
use gatecheck_tests::registry::Registry;
use gatecheck_tests::runtime_api::{Lambda, Outcome};
use gatecheck_tests::{broken_policies as broken, guest, workspace};
use serde_json::{Value, json};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::block_on;

/// An account with a bucket, and a registry.
pub(crate) struct World {
    moto: Moto,
    registry: Registry,
}

impl World {
    pub(crate) fn new() -> Self {
        let moto = Moto::start();
        moto.aws(
            "s3",
            "create_bucket",
            &json!({"Bucket": "modules", "CreateBucketConfiguration": {"LocationConstraint": "us-west-2"}}),
        );
        Self { moto, registry: Registry::start() }
    }

    fn environment(&self, hosts: &str) -> Vec<(&'static str, String)> {
        vec![
            ("AWS_ENDPOINT_URL", self.moto.endpoint()),
            ("GATECHECK_INSECURE_HOSTS", format!("{},{hosts}", self.registry.address())),
        ]
    }

    pub(crate) fn command_line(&self, hosts: &str) -> CommandLine {
        let environment = self.environment(hosts);
        CommandLine::new(&environment.iter().map(|(name, value)| (*name, &**value)).collect::<Vec<_>>())
    }

    pub(crate) fn function(&self, hosts: &str, more: &[(&str, &str)]) -> Lambda {
        let environment = self.environment(hosts);
        let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, &**value)).collect();
        Lambda::start(bootstrap(), &[&environment, more, &[("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "2048")]].concat())
    }

    fn parameter(&self, name: &str) -> Option<String> {
        let names = json!({"Names": [name]});
        let found = self.moto.aws("ssm", "get_parameters", &names);
        Some(found["Parameters"].as_array()?.first()?["Value"].as_str()?.to_owned())
    }
}

fn judge(function: &mut Lambda) -> Value {
    match function.invoke(&Case::load("fargate-provisioning").event.to_string()) {
        Outcome::Response(report) => serde_json::from_str(&report).unwrap(),
        other => panic!("{other:?}\n{:#?}", function.log()),
    }
}

fn entry(module: &str) -> Value {
    json!({"module": module, "settings": {"registries": ["mine/"]}})
}

#[test]
fn the_same_module_works_from_everywhere() {
    let world = World::new();
    let tiny = fs::read(guest("tiny")).unwrap();
    let digest = Digest::of(&tiny).to_string();
    block_on(async {
        let web = MockServer::start().await;
        let served = ResponseTemplate::new(200).set_body_bytes(tiny.clone());
        Mock::given(method("GET")).respond_with(served).mount(&web).await;
        let hosts = web.address().to_string();
        let command = world.command_line(&hosts);
        command.write("tiny.wasm", &tiny);
        command.write("images.json", entry("tiny.wasm").to_string());

        let registry = world.registry.address();
        // As another tool pushed it.
        world.registry.push_like_wkg("acme/wkg", "1.0.0", &tiny).await;
        let pushed = format!("oci://{registry}/acme/wkg:1.0.0");
        let on_the_web = format!("{}/tiny.wasm", web.uri());
        let references = [
            ("parameter", "ssm:/gatecheck/modules/tiny".to_owned()),
            ("object", "s3://modules/tiny-1.wasm".to_owned()),
            ("image", format!("oci://{registry}/acme/tiny:1.0.0")),
        ];
        for (name, reference) in &references {
            let said = command.prints(0, &["publish", "images.json", "--name", name, "--to", reference]);
            assert!(said.contains(&digest) && said.contains(reference.as_str()), "{said}");
        }
        for (name, reference) in [("pushed", &pushed), ("web", &on_the_web)] {
            let mut entry = entry(reference);
            entry["sha256"] = digest.clone().into();
            command.write("elsewhere.json", entry.to_string());
            command.prints(0, &["publish", "elsewhere.json", "--name", name]);
        }

        let mut function = world.function(&hosts, &[]);
        let report = judge(&mut function);
        let everywhere = ["image", "object", "parameter", "pushed", "web"];
        assert_eq!(broken(&report), everywhere, "{report:#}");
        assert_eq!(function.metric("ModulesFetched"), 1, "they are all the same bytes");

        // The command line judges by what is in force, and by each reference.
        let case = workspace().join("tests/cases/fargate-provisioning");
        let event = case.join("event.json").display().to_string();
        let check = ["check", "--format", "json", "--event", &event, "--policy"];
        let printed = command.prints(1, &[&check[..], &["ssm:/gatecheck/policies"]].concat());
        assert_eq!(serde_json::from_str::<Value>(&printed).unwrap(), report);
        for reference in references.iter().map(|(_, reference)| reference).chain([&pushed, &on_the_web]) {
            let printed = command.prints(0, &["inspect", "--format", "json", reference]);
            let inspected: Value = serde_json::from_str(&printed).unwrap();
            assert_eq!((&inspected["sha256"], &inspected["name"]), (&json!(digest), &json!("tiny")), "{reference}");
            command.prints(0, &["pull", reference, "-o", "pulled.wasm", "--sha256", &digest]);
            assert_eq!(fs::read(command.folder().join("pulled.wasm")).unwrap(), tiny, "{reference}");
            let wrong = command.prints(2, &["pull", reference, "--sha256", &"0".repeat(64)]);
            assert!(wrong.contains("has the SHA-256 digest") || wrong.contains("does not have it"), "{wrong}");
            command.write("named.json", entry_with(reference, &digest).to_string());
            let printed = command.prints(1, &[&check[..], &["named.json"]].concat());
            assert_eq!(serde_json::from_str::<Value>(&printed).unwrap()["violations"].as_array().unwrap().len(), 1);
        }
        let listed = command.prints(0, &["policies"]);
        assert!(everywhere.iter().all(|name| listed.contains(&format!("ok    {name}  "))), "{listed}");
    });
}

fn entry_with(reference: &str, digest: &str) -> Value {
    let mut entry = entry(reference);
    entry["sha256"] = digest.into();
    entry
}

#[test]
fn three_kilobytes_fit_one_parameter_and_a_hundred_take_parts() {
    let world = World::new();
    let command = world.command_line("");
    command.write("tiny.wasm", fs::read(guest("tiny")).unwrap());
    command.write("tiny.json", entry("tiny.wasm").to_string());
    let said = command.prints(0, &["publish", "tiny.json"]);
    assert!(said.contains("1 parameter of the standard tier (free)"), "{said}");

    let large = fs::read(guest("hostile")).unwrap();
    command.write("large.wasm", &large);
    command.write("large.json", json!({"module": "large.wasm", "settings": {"do": "remember"}}).to_string());
    let dry = command.prints(0, &["publish", "large.json", "--to", "ssm:/gatecheck/modules/large", "--dry-run"]);
    assert!(dry.contains("nothing was written"), "{dry}");
    assert_eq!(world.parameter("/gatecheck/modules/large/1"), None);
    let said = command.prints(0, &["publish", "large.json", "--to", "ssm:/gatecheck/modules/large"]);
    assert!(large.len() > 100_000 && said.contains("parameters of the standard tier (free"), "{said}");
    let parts = said.split(", ").find_map(|text| text.split(" parameters").next()?.parse::<usize>().ok()).unwrap();

    let mut function = world.function("", &[]);
    assert_eq!(broken(&judge(&mut function)), ["large", "tiny"]);

    // One part is cut off, one is missing, the last one is missing; what is in force stays, and a new process has none.
    let first = world.parameter("/gatecheck/modules/large/1").unwrap();
    let store = |name: &str, value: &str| {
        let parameter = json!({"Name": name, "Value": value, "Type": "String", "Overwrite": true});
        world.moto.aws("ssm", "put_parameter", &parameter);
    };
    let fault = || {
        let report = judge(&mut world.function("", &[]));
        assert_eq!(broken(&report), ["tiny"]);
        report["faults"][0]["detail"].as_str().unwrap().to_owned()
    };
    store("/gatecheck/modules/large/1", &first[..4000]);
    assert!(fault().contains("`/gatecheck/modules/large` holds is cut off or damaged"), "{}", fault());
    store("/gatecheck/modules/large/1", &first);
    let remove = |part: usize| {
        let name = format!("/gatecheck/modules/large/{part}");
        world.moto.aws("ssm", "delete_parameter", &json!({"Name": name}));
    };
    remove(parts);
    assert!(fault().contains("is cut off or damaged"), "{}", fault());
    remove(2);
    let last = parts - 1;
    assert!(fault().contains(&format!("number 2 of {last} is missing; store the module again")), "{}", fault());

    // What is stored again is whole, and smaller things leave no parts behind.
    command.prints(0, &["publish", "large.json", "--to", "ssm:/gatecheck/modules/large"]);
    assert_eq!(broken(&judge(&mut world.function("", &[]))), ["large", "tiny"]);
    command.prints(0, &["publish", "tiny.json", "--to", "ssm:/gatecheck/modules/large"]);
    assert_eq!(world.parameter("/gatecheck/modules/large/1"), None);
}

#[test]
fn a_cold_start_with_ten_published_policies_compiles_nothing() {
    let world = World::new();
    let command = world.command_line("");
    let printed = command.prints(0, &["keygen"]);
    let public = printed.lines().last().unwrap();
    assert_eq!(command.prints(0, &["keygen", "--public", "gatecheck-key.pem"]).trim_end(), public);
    command.prints(2, &["keygen"]);

    let architecture = if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" };
    let publish = |name: &str, wasm: &[u8], more: &[&str]| {
        command.write(&format!("{name}.wasm"), wasm);
        command.write(&format!("{name}.json"), entry(&format!("{name}.wasm")).to_string());
        let (file, target) = (format!("{name}.json"), format!("s3://modules/{name}.wasm"));
        command.prints(0, &[&["publish", &file, "--to", &target, "--arch", architecture], more].concat())
    };
    let key = ["--key", "gatecheck-key.pem"];
    let tiny = fs::read(guest("tiny")).unwrap();
    for number in 0..9_u8 {
        let variant = [tiny.clone(), vec![0, 3, 1, b'x', number]].concat();
        publish(&format!("tiny-{number}"), &variant, &key);
    }
    let said = publish("python", python_guest(), &key);
    assert!(said.contains(&format!("for {architecture}, signed by {public}")), "{said}");

    world.moto.reset_calls();
    let mut function = world.function("", &[("GATECHECK_PUBLIC_KEY", public)]);
    assert_eq!(broken(&judge(&mut function)).len(), 10);
    assert_eq!((function.metric("ModulesCompiled"), function.metric("ModulesFetched")), (0, 0));
    assert_eq!(function.metric("ArtifactsLoaded"), 10);
    let calls = world.moto.calls();
    assert_eq!(calls.iter().filter(|call| *call == "s3:GetObject").count(), 10, "{calls:?}");
}

#[test]
fn only_what_the_operator_signed_is_loaded_as_native_code() {
    let world = World::new();
    let command = world.command_line("");
    let key = |file: &str| {
        command.prints(0, &["keygen", "-o", file]);
        command.prints(0, &["keygen", "--public", file]).trim_end().to_owned()
    };
    let (ours, theirs) = (key("ours.pem"), key("theirs.pem"));
    let tiny = fs::read(guest("tiny")).unwrap();
    command.write("tiny.wasm", &tiny);
    command.write("tiny.json", entry("tiny.wasm").to_string());
    let (here, elsewhere) = if cfg!(target_arch = "aarch64") { ("arm64", "x86_64") } else { ("x86_64", "arm64") };
    let publish = |more: &[&str]| {
        let arguments = ["publish", "tiny.json", "--to", "s3://modules/tiny.wasm", "--format", "json"];
        let printed = command.prints(0, &[&arguments[..], more].concat());
        let published: Value = serde_json::from_str(&printed).unwrap();
        let artifact = published["uploads"].as_array().unwrap().iter().find(|upload| upload["kind"] == "artifact");
        artifact.map(|artifact| artifact["location"].as_str().unwrap().trim_start_matches("s3://modules/").to_owned())
    };
    // The function answers, whatever is beside the module; how, its metrics and log tell.
    let run = |keys: &str| {
        let mut function = world.function("", &[("GATECHECK_PUBLIC_KEY", keys)]);
        assert_eq!(broken(&judge(&mut function)), ["tiny"]);
        let counted = ["ArtifactsLoaded", "ArtifactsIgnored", "ModulesCompiled"].map(|name| function.metric(name));
        (counted, function.stop().join("\n"))
    };
    let stored = |name: &str| {
        command.prints(0, &["pull", &format!("s3://modules/{name}"), "-o", "object"]);
        fs::read(command.folder().join("object")).unwrap()
    };

    // Nothing beside the module; then something, but no key that is trusted.
    assert_eq!(publish(&[]), None);
    assert_eq!(run(&ours).0, [0, 0, 1]);
    let name = publish(&["--key", "ours.pem", "--arch", here]).unwrap();
    let good = stored(&name);
    assert_eq!(run("").0, [0, 0, 1]);
    assert_eq!(run(&ours).0, [1, 0, 0]);
    assert_eq!(run(&format!("{theirs},{ours}")).0, [1, 0, 0]);

    let (counted, log) = run(&theirs);
    assert_eq!(counted, [0, 1, 1]);
    assert!(log.contains(&format!("is not used: it is signed by the key `{ours}`, which is not trusted")), "{log}");
    assert!(log.contains("had to be compiled here"), "{log}");

    let foreign = publish(&["--key", "ours.pem", "--arch", elsewhere]).unwrap();
    assert_ne!(foreign, name);
    let foreign = stored(&foreign);
    let end = good.len();
    let text = String::from_utf8_lossy(&good).into_owned();
    let header = text.split("\n\n").next().unwrap().to_owned();
    let engine = header.lines().find(|line| line.starts_with("engine ")).unwrap();
    let stale = header.replace(engine, &format!("engine {}", "0".repeat(64)));
    let stale = [stale.as_bytes(), &good[header.len()..]].concat();
    let unsigned = header.split("\nsignature").next().unwrap().as_bytes().to_vec();
    let tampered = [&good[..end - 100], &[good[end - 100] ^ 1], &good[end - 99..]].concat();
    let other = [header.as_bytes(), &foreign[foreign.windows(2).position(|two| two == b"\n\n").unwrap()..]].concat();
    for (bad, said) in [
        (foreign.clone(), "it is made for `"),
        (stale, "its signature is wrong"),
        (unsigned, "it is no artifact"),
        (good[..end / 2].to_vec(), "its code is not what was signed"),
        (tampered, "its code is not what was signed"),
        (other, "its code is not what was signed"),
        (b"\x7fELF".to_vec(), "it is no artifact"),
    ] {
        let body = json!({"base64": BASE64_STANDARD.encode(&bad)});
        world.moto.aws("s3", "put_object", &json!({"Bucket": "modules", "Key": name, "Body": body}));
        let (counted, log) = run(&ours);
        assert_eq!(counted, [0, 1, 1], "{said}");
        assert!(log.contains(&format!("is not used: {said}")), "{said}\n{log}");
    }
}

#[test]
fn a_key_in_kms_signs_too() {
    let world = World::new();
    let command = world.command_line("");
    let created = json!({"KeyUsage": "SIGN_VERIFY", "KeySpec": "ECC_NIST_EDWARDS25519"});
    let id = world.moto.aws("kms", "create_key", &created)["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned();
    let public = command.prints(0, &["keygen", "--kms-key", &id]).trim_end().to_owned();
    command.write("tiny.wasm", fs::read(guest("tiny")).unwrap());
    command.write("tiny.json", entry("tiny.wasm").to_string());
    let to = format!("oci://{}/acme/tiny:2", world.registry.address());
    command.prints(0, &["publish", "tiny.json", "--to", &to, "--kms-key", &id]);
    let mut function = world.function("", &[("GATECHECK_PUBLIC_KEY", &public)]);
    assert_eq!(broken(&judge(&mut function)), ["tiny"]);
    assert_eq!((function.metric("ArtifactsLoaded"), function.metric("ModulesCompiled")), (1, 0));
}

#[test]
fn a_registry_that_wants_a_login_gets_one_or_refuses() {
    let world = World { registry: Registry::start_with_password("ci", "secret"), ..World::new() };
    let command = world.command_line("");
    command.write("tiny.wasm", fs::read(guest("tiny")).unwrap());
    command.write("tiny.json", entry("tiny.wasm").to_string());
    let registry = world.registry.address();
    let to = format!("oci://{registry}/acme/tiny:1");
    let said = command.prints(2, &["publish", "tiny.json", "--to", &to]);
    assert!(said.contains("docker login"), "{said}");

    // As `docker login` writes it, for the command line; the same text in a parameter, for the function.
    let logins = json!({"auths": {registry: {"auth": BASE64_STANDARD.encode("ci:secret")}}}).to_string();
    fs::create_dir(command.folder().join(".docker")).unwrap();
    command.write(".docker/config.json", &logins);
    command.prints(0, &["publish", "tiny.json", "--to", &to]);

    let parameter = json!({"Name": "/gatecheck/logins", "Value": logins, "Type": "SecureString"});
    world.moto.aws("ssm", "put_parameter", &parameter);
    let mut function = world.function("", &[("GATECHECK_REGISTRY_LOGINS", "/gatecheck/logins")]);
    assert_eq!(broken(&judge(&mut function)), ["tiny"]);
    let mut stranger = world.function("", &[]);
    let Outcome::Error { kind, body } = stranger.invoke(&Case::load("fargate-provisioning").event.to_string()) else {
        panic!("judged by nothing")
    };
    assert_eq!(kind, "Gatecheck.Policy");
    assert!(body.contains(&to) && body.contains("GATECHECK_REGISTRY_LOGINS"), "{body}");
    assert!(!function.stop().join("").contains("secret") && !body.contains("secret"));
}

#[test]
fn throttling_delays_a_policy_and_loses_none() {
    let world = World::new();
    let command = world.command_line("");
    command.write("tiny.wasm", fs::read(guest("tiny")).unwrap());
    command.write("tiny.json", entry("tiny.wasm").to_string());
    world.moto.fail("ssm:PutParameter", "ThrottlingException", 400, 2);
    command.prints(0, &["publish", "tiny.json"]);
    for action in ["ssm:GetParametersByPath", "ssm:GetParameter"] {
        world.moto.fail(action, "ThrottlingException", 400, 2);
    }
    assert_eq!(broken(&judge(&mut world.function("", &[]))), ["tiny"]);
}

#[test]
fn what_cannot_judge_is_not_published() {
    let world = World::new();
    let command = world.command_line("");
    command.write("tiny.wasm", fs::read(guest("tiny")).unwrap());
    command.write("settings.json", json!({"module": "tiny.wasm", "settings": {"registries": 1}}).to_string());
    let said = command.prints(2, &["publish", "settings.json"]);
    assert!(said.contains("settings.json#/settings/registries"), "{said}");
    command.write("tiny.json", entry("tiny.wasm").to_string());
    let said = command.prints(2, &["publish", "tiny.json", "--to", "https://example.com/tiny.wasm"]);
    assert!(said.contains("nothing can be published at `https://example.com/tiny.wasm`"), "{said}");
    world.moto.reset_calls();
    assert_eq!(world.moto.calls(), Vec::<String>::new());
    assert_eq!(world.parameter("/gatecheck/policies/tiny"), None);
    let said = command.prints(2, &["policies"]);
    assert!(said.contains("`ssm:/gatecheck/policies` is no parameter, and there is none below it"), "{said}");
}
