use std::time::Duration;

use gatecheck_store::fetch::{Failure, Guard, Place, Refusal, Timeouts, Web, WebError};
use tokio::net::TcpSocket;
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::guard;
use crate::server::Server;

const SECRET: &str = "c0ffee";
const MIB: u64 = 1024 * 1024;
const MINUTE: Duration = Duration::from_mins(1);
const PATIENT: Timeouts = Timeouts { connect: MINUTE, read: MINUTE, whole: MINUTE };

async fn get(guard: Guard, url: &str) -> Result<Vec<u8>, Failure> {
    let answer = Web::new(guard).get(url, MIB).await;
    if let Err(error) = &answer {
        assert!(!format!("{error} {error:?}").contains(SECRET), "{error:?}");
    }
    answer.map_err(|error| error.failure)
}

/// Each URL has secrets in it.
fn url(server: &MockServer, path: &str) -> String {
    format!("{}{path}?signature={SECRET}#{SECRET}", server.uri())
}

fn redirect(to: &str) -> ResponseTemplate {
    ResponseTemplate::new(302).insert_header("location", format!("{to}?signature={SECRET}"))
}

#[tokio::test]
async fn what_is_there_comes() {
    let server = MockServer::start().await;
    Mock::given(path("/p.wasm")).respond_with(ResponseTemplate::new(200).set_body_bytes("bytes")).mount(&server).await;
    assert_eq!(get(guard(&[&server]), &url(&server, "/p.wasm")).await, Ok(b"bytes".into()));
    let request = server.received_requests().await.unwrap().remove(0);
    let agent = request.headers["user-agent"].to_str().unwrap();
    assert!(agent.starts_with("gatecheck/"), "{agent}");
}

#[tokio::test]
async fn what_is_not_there_does_not() {
    let server = MockServer::start().await;
    for (at, status, failure) in [
        ("/a", 404, Failure::NotFound),
        ("/b", 403, Failure::Status(403)),
        ("/c", 500, Failure::Status(500)),
        ("/d", 304, Failure::Status(304)),
    ] {
        Mock::given(path(at)).respond_with(ResponseTemplate::new(status)).mount(&server).await;
        assert_eq!(get(guard(&[&server]), &url(&server, at)).await, Err(failure));
    }
}

#[tokio::test]
async fn an_error_names_the_place_without_its_secrets() {
    let server = MockServer::start().await;
    let error = Web::new(guard(&[&server])).get(&url(&server, "/p.wasm"), MIB).await.unwrap_err();
    assert_eq!(error, WebError { address: format!("{}/p.wasm", server.uri()), failure: Failure::NotFound });
    assert_eq!(error.to_string(), format!("`{}/p.wasm`: does not exist", server.uri()));
}

#[tokio::test]
async fn the_way_there_fails() {
    let server = MockServer::start().await;
    // It has a port, and does not listen there.
    let deaf = TcpSocket::new_v4().unwrap();
    deaf.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let deaf_address = deaf.local_addr().unwrap();
    let listed = || Guard::new(&[deaf_address.to_string(), server.address().to_string()]).unwrap();
    let why = |answer: Result<Vec<u8>, Failure>| match answer {
        Err(Failure::Unreachable { why }) => why,
        other => panic!("{other:?}"),
    };
    let closed = format!("http://{deaf_address}/?signature={SECRET}");
    assert!(why(get(listed(), &closed).await).contains("refused"));
    let not_tls = url(&server, "/").replace("http:", "https:");
    assert!(!why(get(listed(), &not_tls).await).is_empty());
    let malformed = format!("https://exa mple.com/?signature={SECRET}");
    assert_eq!(get(listed(), &malformed).await, Err(Failure::Malformed));
    let password = format!("https://user:{SECRET}@example.com/");
    let host = "example.com".to_owned();
    assert_eq!(get(listed(), &password).await, Err(Failure::Refused(Refusal::User { host })));
}

#[tokio::test]
async fn a_server_that_says_nothing_is_left() {
    let timeouts = Timeouts { read: Duration::from_millis(50), ..PATIENT };
    for head in ["", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n"] {
        let server = Server::start(head, Vec::new()).await;
        let guard = Guard::with_timeouts(&[server.address.to_string()], timeouts).unwrap();
        let url = format!("http://{}/?signature={SECRET}", server.address);
        assert_eq!(get(guard, &url).await, Err(Failure::Timeout));
    }
}

#[tokio::test]
async fn a_server_that_takes_forever_is_left() {
    let timeouts = Timeouts { whole: Duration::from_millis(200), ..PATIENT };
    let server = Server::start("HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n", b"x".into()).await;
    let guard = Guard::with_timeouts(&[server.address.to_string()], timeouts).unwrap();
    let url = format!("http://{}/?signature={SECRET}", server.address);
    assert_eq!(get(guard, &url).await, Err(Failure::Timeout));
}

#[tokio::test]
async fn what_is_too_large_is_left_at_once() {
    let too_large = Err(Failure::TooLarge { limit: MIB });
    let ask = async |server: &Server| {
        let guard = Guard::new(&[server.address.to_string()]).unwrap();
        get(guard, &format!("http://{}/?signature={SECRET}", server.address)).await
    };
    // Nothing comes after this: it is the length alone that decides.
    let honest = Server::start("HTTP/1.1 200 OK\r\ncontent-length: 209715200\r\n\r\n", Vec::new()).await;
    assert_eq!(ask(&honest).await, too_large);
    let chunk = [b"10000\r\n".as_slice(), &vec![0; 0x10000], b"\r\n"].concat();
    let endless = Server::start("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", chunk).await;
    assert_eq!(ask(&endless).await, too_large);
    assert!(endless.sent() < 50 * MIB, "{}", endless.sent());
}

#[tokio::test]
async fn a_module_may_be_as_large_as_the_limit() {
    let server = MockServer::start().await;
    let body = vec![7; usize::try_from(MIB).unwrap()];
    Mock::given(path("/")).respond_with(ResponseTemplate::new(200).set_body_bytes(body.clone())).mount(&server).await;
    assert_eq!(get(guard(&[&server]), &url(&server, "/")).await, Ok(body));
}

#[tokio::test]
async fn some_redirects_are_followed() {
    let server = MockServer::start().await;
    let countdown = |request: &Request| match request.url.path().trim_start_matches('/').parse() {
        Ok(0) => ResponseTemplate::new(200).set_body_bytes("bytes"),
        Ok(hops) => redirect(&format!("/{}", hops - 1_u32)),
        Err(_) => ResponseTemplate::new(404),
    };
    Mock::given(wiremock::matchers::any()).respond_with(countdown).mount(&server).await;
    assert_eq!(get(guard(&[&server]), &url(&server, "/5")).await, Ok(b"bytes".into()));
    assert_eq!(get(guard(&[&server]), &url(&server, "/6")).await, Err(Failure::Refused(Refusal::Redirects)));
    for request in server.received_requests().await.unwrap() {
        assert!(!request.headers.contains_key("referer"));
    }
}

#[tokio::test]
async fn a_redirect_leads_to_nothing_that_may_not_be_asked() {
    let victim = MockServer::start().await;
    let port = victim.address().port();
    let to = |host: &str| host.to_owned();
    let address = |host: &str, place| Refusal::Address { host: to(host), place };
    for (location, refusal) in [
        (format!("http://127.0.0.1:{port}/"), Refusal::Plain { host: to("127.0.0.1") }),
        (format!("https://127.0.0.1:{port}/"), Refusal::Port { host: to("127.0.0.1") }),
        (format!("http://localhost:{port}/"), Refusal::Plain { host: to("localhost") }),
        (format!("https://localhost:{port}/"), address("localhost", Place::Loopback)),
        (format!("https://127.0.0.2:{port}/"), address("127.0.0.2", Place::Loopback)),
        (format!("https://[::ffff:127.0.0.1]:{port}/"), address("[::ffff:7f00:1]", Place::Loopback)),
        ("https://169.254.169.254/".to_owned(), address("169.254.169.254", Place::LinkLocal)),
        ("https://[fd00:ec2::254]/".to_owned(), address("[fd00:ec2::254]", Place::Metadata)),
        (format!("//localhost:{port}/"), Refusal::Plain { host: to("localhost") }),
        ("ftp://example.com/".to_owned(), Refusal::Plain { host: to("example.com") }),
        (format!("https://user:{SECRET}@example.com/"), Refusal::User { host: to("example.com") }),
    ] {
        let server = MockServer::start().await;
        Mock::given(path("/")).respond_with(redirect(&location)).mount(&server).await;
        let answer = get(guard(&[&server]), &url(&server, "/")).await;
        assert_eq!(answer, Err(Failure::Refused(refusal)), "{location}");
    }
    assert!(victim.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_name_that_leads_to_loopback_is_not_asked() {
    let server = MockServer::start().await;
    let port = server.address().port();
    let named = format!("https://localhost:{port}/");
    let host = "localhost".to_owned();
    let refusal = Refusal::Address { host, place: Place::Loopback };
    assert_eq!(get(Guard::new(&[]).unwrap(), &named).await, Err(Failure::Refused(refusal)));
    let listed = Guard::new(&[format!("localhost:{port}")]).unwrap();
    assert_eq!(get(listed, &named.replace("https", "http")).await, Err(Failure::NotFound));
}
