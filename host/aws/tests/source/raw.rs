//! A server that answers without regard for the rules of HTTP.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use tokio::task::{JoinHandle, spawn_blocking};

/// Answers one request with `head`, and then with `body` again and again until it has been sent `times` times or nobody
/// listens any more; then hangs up. Returns its address, and how often it sent the body.
pub(super) fn serve(head: &'static str, body: Vec<u8>, times: usize) -> (String, JoinHandle<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let server = spawn_blocking(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            request.extend(byte);
        }
        stream.write_all(head.as_bytes()).unwrap();
        (0..times).take_while(|_| stream.write_all(&body).is_ok()).count()
    });
    (address, server)
}
