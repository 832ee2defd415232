//! Just enough HTTP/1.1 for the servers of the tests, over std alone.

use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::net::TcpStream;

/// A request or a response.
pub struct Message {
    /// The request line or the status line.
    pub start: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Message {
    /// Reads one message; `None` when the peer has closed the connection instead of sending another.
    pub fn read(from: &mut impl BufRead) -> io::Result<Option<Message>> {
        let start = read_line(from)?;
        if start.is_empty() {
            return Ok(None);
        }
        let mut headers = Vec::new();
        while let Some((name, value)) = read_line(from)?.split_once(':') {
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut message = Message { start, headers, body: String::new() };
        message.body = String::from_utf8_lossy(&message.read_body(from)?).into_owned();
        Ok(Some(message))
    }

    /// The value of the header with this lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    fn read_body(&self, from: &mut impl BufRead) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        if self.header("transfer-encoding") == Some("chunked") {
            loop {
                let size = usize::from_str_radix(&read_line(from)?, 16).map_err(|_| ErrorKind::InvalidData)?;
                let end = body.len() + size;
                body.resize(end, 0);
                from.read_exact(&mut body[end - size..])?;
                read_line(from)?;
                if size == 0 {
                    return Ok(body);
                }
            }
        }
        if let Some(length) = self.header("content-length") {
            body.resize(length.parse().map_err(|_| ErrorKind::InvalidData)?, 0);
            from.read_exact(&mut body)?;
        }
        Ok(body)
    }
}

fn read_line(from: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    from.read_line(&mut line)?;
    Ok(line.trim_end().to_owned())
}

/// Writes one message. In one write: header and body apart cost some 45 ms, since the peer delays its acknowledgement.
pub fn write(to: &mut impl Write, start: &str, headers: &[(&str, &str)], body: &str) -> io::Result<()> {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    to.write_all(format!("{start}\r\n{headers}Content-Length: {length}\r\n\r\n{body}").as_bytes())
}

/// Sends one request to `address` and returns the answer's status and body.
pub fn request(address: &str, method: &str, path: &str, body: &str) -> io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(address)?;
    let headers = [("Host", address), ("Content-Type", "application/json"), ("Connection", "close")];
    write(&mut stream, &format!("{method} {path} HTTP/1.1"), &headers, body)?;
    let answer = Message::read(&mut BufReader::new(stream))?.ok_or(ErrorKind::UnexpectedEof)?;
    let status = answer.start.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok((status.ok_or(ErrorKind::InvalidData)?, answer.body))
}
