//! A web server on loopback for tests: routes are a function from request to reply, and a reply can misbehave in the
//! ways servers do.

#![allow(dead_code, unreachable_pub, missing_docs, reason = "every test uses another part of it")]
#![allow(clippy::unwrap_used, reason = "a test that cannot serve has failed")]

use flate2::Compression;
use flate2::write::GzEncoder;
use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long a connection may stand idle before its thread gives it up.
const IDLE: Duration = Duration::from_secs(30);

/// What a client asked.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    /// Path and query as sent.
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// How many requests for this path came before.
    pub nth: usize,
    /// The connection it came on, from 0.
    pub connection: usize,
    pub body: Vec<u8>,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// How the end of a body is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Framing {
    Length,
    Chunked,
    /// By closing the connection.
    Close,
}

/// What the server answers.
#[derive(Debug, Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    framing: Framing,
    declared: Option<u64>,
    cut: Option<usize>,
    drip: Option<(usize, Duration)>,
    stall: Duration,
    raw: Option<Vec<u8>>,
}

impl Reply {
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.into(),
            framing: Framing::Length,
            declared: None,
            cut: None,
            drip: None,
            stall: Duration::ZERO,
            raw: None,
        }
    }

    /// A body of a content type.
    pub fn of(content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, body).header("Content-Type", content_type)
    }

    pub fn html(body: impl Into<Vec<u8>>) -> Self {
        Self::of("text/html; charset=utf-8", body)
    }

    pub fn text(body: impl Into<Vec<u8>>) -> Self {
        Self::of("text/plain; charset=utf-8", body)
    }

    /// A file by a server that sends the rest of it on request (RFC 9110 §14), as long as it is still the one of `etag`.
    pub fn file(request: &Request, bytes: &[u8], etag: &str) -> Self {
        let first = request.header("range").and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-'));
        let same = request.header("if-range").is_none_or(|given| given == etag);
        let first = first.filter(|_| same).map(|first| first.parse::<usize>().unwrap());
        let reply = match first {
            None => Self::of("application/octet-stream", bytes),
            Some(first) if first < bytes.len() => {
                let range = format!("bytes {first}-{}/{}", bytes.len() - 1, bytes.len());
                Self::new(206, &bytes[first..]).header("Content-Range", &range)
            }
            Some(_) => Self::new(416, "").header("Content-Range", &format!("bytes */{}", bytes.len())),
        };
        reply.header("ETag", etag)
    }

    pub fn status(status: u16) -> Self {
        Self::of("text/plain", format!("status {status}")).with_status(status)
    }

    pub fn not_found() -> Self {
        Self::status(404)
    }

    pub fn redirect(status: u16, to: &str) -> Self {
        Self::status(status).header("Location", to)
    }

    /// Bytes sent as they are, after which the connection is closed.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self { raw: Some(bytes.into()), ..Self::new(200, "") }
    }

    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Compresses the body.
    pub fn gzip(mut self) -> Self {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&self.body).unwrap();
        self.body = encoder.finish().unwrap();
        self.header("Content-Encoding", "gzip")
    }

    /// A compressed body that decompresses to `length` zeros.
    pub fn bomb(length: u64) -> Self {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        io::copy(&mut io::repeat(0).take(length), &mut encoder).unwrap();
        Self::html(encoder.finish().unwrap()).header("Content-Encoding", "gzip")
    }

    pub fn chunked(mut self) -> Self {
        self.framing = Framing::Chunked;
        self
    }

    /// The body ends where the connection does.
    pub fn unframed(mut self) -> Self {
        self.framing = Framing::Close;
        self
    }

    /// Announces another length than the body has.
    pub fn declared(mut self, length: u64) -> Self {
        self.declared = Some(length);
        self
    }

    /// Closes the connection after so many bytes of the body.
    pub fn cut(mut self, bytes: usize) -> Self {
        self.cut = Some(bytes);
        self
    }

    /// Sends the body `bytes` at a time with a pause before each.
    pub fn drip(mut self, bytes: usize, every: Duration) -> Self {
        self.drip = Some((bytes, every));
        self
    }

    /// Says nothing for a while first.
    pub fn stall(mut self, time: Duration) -> Self {
        self.stall = time;
        self
    }

    /// Sends the reply; whether the connection stands for another request.
    fn send(&self, stream: &mut TcpStream) -> io::Result<bool> {
        thread::sleep(self.stall);
        if let Some(raw) = &self.raw {
            stream.write_all(raw)?;
            return Ok(false);
        }
        let mut head = format!("HTTP/1.1 {} Status\r\n", self.status);
        for (name, value) in &self.headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        let bodiless = matches!(self.status, 204 | 304);
        match self.framing {
            Framing::Length if bodiless => {}
            Framing::Length => {
                let length = self.declared.unwrap_or(self.body.len() as u64);
                let _ = write!(head, "Content-Length: {length}\r\n");
            }
            Framing::Chunked => head.push_str("Transfer-Encoding: chunked\r\n"),
            Framing::Close => head.push_str("Connection: close\r\n"),
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes())?;
        if bodiless {
            return Ok(true);
        }
        let body = &self.body[..self.cut.unwrap_or(self.body.len()).min(self.body.len())];
        let (step, pause) = self.drip.unwrap_or((64 * 1024, Duration::ZERO));
        for part in body.chunks(step.max(1)) {
            thread::sleep(pause);
            if self.framing == Framing::Chunked {
                write!(stream, "{:x}\r\n", part.len())?;
            }
            stream.write_all(part)?;
            if self.framing == Framing::Chunked {
                stream.write_all(b"\r\n")?;
            }
        }
        if self.cut.is_none() && self.framing == Framing::Chunked {
            stream.write_all(b"0\r\n\r\n")?;
        }
        Ok(self.cut.is_none() && self.declared.is_none() && self.framing != Framing::Close)
    }
}

type Routes = dyn Fn(&Request) -> Reply + Send + Sync;

/// A server; it stops when dropped.
pub struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts a server on a free port of 127.0.0.1.
    pub fn start(routes: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let stopped = Arc::new(AtomicBool::new(false));
        let routes: Arc<Routes> = Arc::new(routes);
        let thread = thread::spawn({
            let (requests, stopped) = (Arc::clone(&requests), Arc::clone(&stopped));
            move || {
                for (connection, stream) in listener.incoming().enumerate() {
                    if stopped.load(Ordering::SeqCst) {
                        break;
                    }
                    let (requests, routes) = (Arc::clone(&requests), Arc::clone(&routes));
                    // A client that goes away ends its thread with an error, which is no one's business.
                    thread::spawn(move || stream.and_then(|s| serve(s, connection, &requests, &*routes)));
                }
            }
        });
        Self { address, requests, stopped, thread: Some(thread) }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// `host:port`.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What was asked so far, in the order it came.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// The paths asked for so far.
    pub fn paths(&self) -> Vec<String> {
        self.requests().into_iter().map(|r| r.path).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for connections.
        let woken = TcpStream::connect(self.address).is_ok();
        if let (true, Some(thread)) = (woken, self.thread.take()) {
            let _ = thread.join();
        }
    }
}

fn serve(
    mut stream: TcpStream,
    connection: usize,
    requests: &Mutex<Vec<Request>>,
    routes: &Routes,
) -> io::Result<()> {
    stream.set_read_timeout(Some(IDLE))?;
    stream.set_write_timeout(Some(IDLE))?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    while let Some(mut request) = read_request(&mut reader)? {
        request.connection = connection;
        {
            let mut requests = requests.lock().unwrap();
            request.nth = requests.iter().filter(|r| r.path == request.path).count();
            requests.push(request.clone());
        }
        if !routes(&request).send(&mut stream)? {
            return stream.shutdown(Shutdown::Both);
        }
    }
    Ok(())
}

/// A request; a body has a length, which is all these tests send.
fn read_request(reader: &mut impl BufRead) -> io::Result<Option<Request>> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    let mut first = lines.first().map(String::as_str).unwrap_or_default().split(' ').map(str::to_owned);
    let (method, path) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
    let headers: Vec<(String, String)> = lines
        .iter()
        .skip(1)
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length").and_then(|(_, n)| n.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body)?;
    Ok(Some(Request { method, path, headers, nth: 0, connection: 0, body }))
}
