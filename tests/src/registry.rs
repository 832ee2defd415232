//! A local container registry: the one that Debian packages, as it is.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use oci_client::annotations::ORG_OPENCONTAINERS_IMAGE_TITLE;
use oci_client::client::{ClientConfig, ClientProtocol};
use oci_client::secrets::RegistryAuth;
use oci_client::{Client, Reference};
use oci_wasm::{WasmClient, WasmConfig};
use serde_json::json;
use tempfile::TempDir;

use crate::http;

/// The passwords that [`Registry::start_with_password`] takes, as `htpasswd -nbB` writes them: one of no meaning, and the
/// one that moto's ECR gives out.
const PASSWORDS: [(&str, &str); 2] = [
    ("secret", "$2b$04$N9qo8uLOickgx2ZMRZoMye3eddwbvBZq9Vw2uHywyANtuDH4xsNoe"),
    ("123456789012-auth-token", "$2b$04$EixZaYVK1fsbw1ZfbX3OXe/eHG6OL/M1ekRXUC2xXh8LTu.7meFQe"),
];

/// Starts the registry in the background and kills it when standard input closes, so at the latest with the test process:
/// the registry itself would go on. Signals from the terminal are the test process's business.
const KEEPER: &str = r#"
    "$1" serve "$2" 2>&1 &
    trap '' HUP INT TERM
    exec >&- 2>&-
    read -r _
    kill -9 $!
    wait
"#;

/// A path that no client asks for.
const MARK: &str = "/mark";

/// A running registry, empty at first. It ends when this is dropped, or with the test process.
pub struct Registry {
    keeper: Child,
    address: String,
    auth: RegistryAuth,
    requests: Arc<Mutex<Vec<String>>>,
    _folder: TempDir,
}

impl Registry {
    /// Starts a registry that anyone may read and write.
    pub fn start() -> Self {
        Self::launch(RegistryAuth::Anonymous)
    }

    /// Starts a registry that asks for a name and a password, one of [`PASSWORDS`].
    pub fn start_with_password(user: &str, password: &str) -> Self {
        Self::launch(RegistryAuth::Basic(user.to_owned(), password.to_owned()))
    }

    /// `127.0.0.1:PORT`; it speaks HTTP without TLS.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The requests so far, without their queries, and how they were answered: `GET /v2/policies/tiny/manifests/1.0 200`.
    pub fn requests(&self) -> Vec<String> {
        // The registry logs a request about when its client has the answer. This one comes after all that were answered.
        let marks = |log: &[String]| log.iter().filter(|request| request.contains(MARK)).count();
        let before = marks(&self.requests.lock().unwrap());
        http::request(&self.address, "GET", MARK, "").unwrap();
        loop {
            let log = self.requests.lock().unwrap();
            if marks(&log) > before {
                return log.iter().filter(|request| !request.contains(MARK)).cloned().collect();
            }
            drop(log);
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Pushes a component as `wkg oci push` does, with the crates that it does it with, and returns the digest of the
    /// manifest.
    pub async fn push_like_wkg(&self, repository: &str, tag: &str, component: &[u8]) -> String {
        let protocol = ClientProtocol::HttpsExcept(vec![self.address.clone()]);
        let client = WasmClient::new(Client::new(ClientConfig { protocol, ..ClientConfig::default() }));
        let (config, mut layer) = WasmConfig::from_raw_component(component.to_vec(), None).unwrap();
        layer.annotations = Some([(ORG_OPENCONTAINERS_IMAGE_TITLE.to_owned(), "policy.wasm".to_owned())].into());
        let reference = Reference::with_tag(self.address.clone(), repository.to_owned(), tag.to_owned());
        let pushed = client.push(&reference, &self.auth, layer, config, None).await.unwrap();
        pushed.manifest_url.rsplit('/').next().unwrap().to_owned()
    }

    fn launch(auth: RegistryAuth) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = json!({
            "version": "0.1",
            "log": {"level": "info"},
            "storage": {"filesystem": {"rootdirectory": folder.path().join("storage")}},
            "http": {"addr": "127.0.0.1:0", "secret": "of no meaning"},
        });
        if let RegistryAuth::Basic(user, password) = &auth {
            let (_, hash) =
                PASSWORDS.iter().find(|(known, _)| known == password).expect("a password with a known hash");
            let path = folder.path().join("htpasswd");
            fs::write(&path, format!("{user}:{hash}\n")).unwrap();
            config["auth"] = json!({"htpasswd": {"realm": "gatecheck", "path": path}});
        }
        // YAML, of which JSON is a part.
        let path = folder.path().join("config.yml");
        fs::write(&path, config.to_string()).unwrap();

        // Variables of its own are the registry's second way to be configured.
        let mut keeper = Command::new("sh")
            .args(["-c", KEEPER, "sh"])
            .arg(env::var_os("GATECHECK_TEST_REGISTRY").unwrap_or_else(|| "docker-registry".into()))
            .arg(path)
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(keeper.stdout.take().unwrap());
        let address = listening(&mut log);
        let requests = Arc::default();
        let collected = Arc::clone(&requests);
        thread::spawn(move || collect(log, &collected));
        Self { keeper, address, auth, requests, _folder: folder }
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// Reads the log until the registry says where it listens.
fn listening(log: &mut BufReader<ChildStdout>) -> String {
    let mut said = String::new();
    for line in log.lines().map_while(Result::ok) {
        if let Some((_, rest)) = line.split_once("listening on ") {
            return rest.split('"').next().unwrap().to_owned();
        }
        said = format!("{said}{line}\n");
    }
    panic!(
        "the registry does not start. On Debian: apt-get install docker-registry; elsewhere, set GATECHECK_TEST_REGISTRY \
         to the program `registry` of the distribution project\n{said}"
    );
}

/// Keeps the lines of the access log, such as `127.0.0.1 - - [..] "GET /v2/ HTTP/1.1" 200 2 "" "curl"`.
fn collect(log: BufReader<ChildStdout>, requests: &Mutex<Vec<String>>) {
    for line in log.lines().map_while(Result::ok) {
        let mut parts = line.split('"').skip(1);
        let request = parts.next().and_then(|request| request.strip_suffix(" HTTP/1.1"));
        let status = parts.next().and_then(|answer| answer.split_whitespace().next());
        if let (Some(request), Some(status)) = (request, status) {
            let request = request.split('?').next().unwrap();
            requests.lock().unwrap().push(format!("{request} {status}"));
        }
    }
}
