//! Servers that answer as no HTTP library would.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// Answers one request.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    sent: Arc<AtomicU64>,
}

impl Server {
    /// Sends `head`, then `part` again and again, with a rest between. Without a part it sends nothing more, and does not hang up.
    pub(crate) async fn start(head: &'static str, part: Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let sent = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&sent);
        tokio::spawn(async move {
            let (mut connection, _) = listener.accept().await.unwrap();
            connection.read_buf(&mut Vec::new()).await.unwrap();
            connection.write_all(head.as_bytes()).await.unwrap();
            if part.is_empty() {
                std::future::pending::<()>().await;
            }
            while connection.write_all(&part).await.is_ok() {
                counter.fetch_add(part.len() as u64, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        });
        Self { address, sent }
    }

    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }
}
