//! Remote voices against servers on loopback that speak as speech servers do, and fail as they do.

#![allow(clippy::disallowed_methods, reason = "deadlines are measured")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

#[path = "support/command.rs"]
mod command;
#[path = "support/speech.rs"]
mod speech;
#[path = "support/mod.rs"]
mod support;

use bulletin::lexicon::{Action, Entry, Layer, Lexicon, Sound};
use bulletin::voice::{self, Engine, Profile, Prosody, Take};
use bulletin::{Error, Result};
use command::bulletin;
use serde_json::Value;
use speech::{sentence, wav, wav_that_says};
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};
use support::server::{Reply, Server};
use tempfile::TempDir;

const SENTENCE: &str = "The harbour bridge will close for a month, the council said.";
const KEY: &str = "sk-test-Hunter2Hunter2Hunter2";

/// A profile that no other test has: what one learns of a server is shared by all engines of a profile.
fn profile(url: &str, more: &str) -> Profile {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let id = NEXT.fetch_add(1, Ordering::SeqCst);
    let text = format!(
        "name = \"mine\"\nengine = \"http\"\nlanguage = \"en-GB\"\nlicence = \"none\"\n[http]\nurl = \"{url}\"\n\
         model = \"kokoro\"\nvoice = \"emma\"\nextra = {{ user = \"{id}\" }}\n{more}"
    );
    toml::from_str(&text).unwrap()
}

fn open(profile: &Profile) -> Result<Box<dyn Engine>> {
    profile.open(&voice::Settings::new(std::env::temp_dir()))
}

fn say(engine: &mut dyn Engine) -> Result<Take> {
    engine.speak(&sentence(SENTENCE, &Lexicon::default()), &Prosody::default())
}

/// The error of one sentence with a fresh engine: what it says and what would help.
fn failure(profile: &Profile) -> (String, String) {
    let error = open(profile).and_then(|mut engine| say(&mut *engine)).unwrap_err();
    let (told, hint) = (error.to_string(), error.hint().unwrap());
    assert!(!format!("{error:?} {told} {hint} {profile:?}").contains("Hunter2"), "{error:?}");
    (told, hint)
}

fn speech_server(reply: impl Fn(usize) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(move |request| reply(request.nth))
}

fn sound() -> Reply {
    Reply::of("audio/wav", wav())
}

fn keyed(folder: &TempDir) -> String {
    let file = folder.path().join("key");
    fs::write(&file, format!("{KEY}\n")).unwrap();
    format!("key_file = \"{}\"\n", file.display())
}

#[test]
fn a_sentence_is_one_request_with_the_key_in_its_header() {
    let server = speech_server(|_| sound());
    let folder = tempfile::tempdir().unwrap();
    let more = format!("{}instructions = \"Calm.\"\n", keyed(&folder));
    let mine = Profile { rate: 1.1, ..profile(&server.url("/v1/audio/speech"), &more) };
    let entry = Entry {
        term: "Tarn".into(),
        action: Action::Say(Sound::Respelling("tahn".into())),
        case_sensitive: true,
        language: None,
        story: None,
        layer: Layer::House,
        place: "test".into(),
    };
    let sentence = sentence("The MPs met the BBC on the Tarn.", &Lexicon::new(vec![entry]));
    let take = open(&mine).unwrap().speak(&sentence, &Prosody { rate: 0.9, pitch: 1.0 }).unwrap();
    assert_eq!((take.samples.len(), take.rate.0), (48_000, 24_000));
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!((requests[0].method.as_str(), requests[0].path.as_str()), ("POST", "/v1/audio/speech"));
    assert_eq!(requests[0].header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert_eq!(requests[0].header("content-type"), Some("application/json"));
    let body: Value = serde_json::from_slice(&requests[0].body).unwrap();
    assert_eq!(body["input"], "The M P's met the B B C on the tahn.");
    assert_eq!(body["speed"], 0.99);
    assert_eq!((&body["model"], &body["voice"]), (&"kokoro".into(), &"emma".into()));
    assert_eq!((&body["response_format"], &body["instructions"]), (&"wav".into(), &"Calm.".into()));
    // What takes are filed under is the very request, and the key is in neither.
    let request = mine.request(&sentence, &Prosody { rate: 0.9, pitch: 1.0 }).unwrap();
    assert_eq!(request, requests[0].body);
    let version = mine.version().unwrap();
    assert!(version.contains(&server.url("/v1/audio/speech")) && !version.contains("Hunter2"), "{version}");
    let words = open(&mine).unwrap().word_times(&sentence, &Prosody::default(), &take).unwrap();
    assert_eq!(words.len(), sentence.spoken.words().count());
}

#[test]
fn streams_and_other_forms_are_read() {
    let fixture = |name| {
        fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sound").join(name)).unwrap()
    };
    let short = "One.";
    for (reply, more) in [
        (Reply::of("audio/wav", wav_that_says(2.0, 0.5, Some(u32::MAX))).chunked(), ""),
        (Reply::of("audio/x-wav", wav_that_says(2.0, 0.5, Some(0))).unframed(), ""),
        (Reply::of("application/octet-stream", wav()).gzip(), ""),
        (Reply::of("audio/pcm", wav()[44..].to_vec()), "response_format = \"pcm\""),
        (Reply::of("audio/L16;rate=24000", wav()[44..].to_vec()), "response_format = \"pcm\""),
        (Reply::of("audio/flac", fixture("tone.flac")), "response_format = \"flac\""),
        (Reply::of("audio/mpeg", fixture("tone.mp3")), "response_format = \"mp3\""),
    ] {
        let server = speech_server(move |_| reply.clone());
        let take = open(&profile(&server.url("/"), more))
            .unwrap()
            .speak(&sentence(short, &Lexicon::default()), &Prosody::default())
            .unwrap();
        assert!(take.samples.len() > 20_000, "{more}");
    }
}

#[test]
fn what_passes_is_waited_for() {
    let busy = Reply::status(429);
    for (first, least_ms) in [
        (busy.clone().header("Retry-After", "1"), 1_000),
        (
            busy.header("Date", "Sun, 06 Nov 1994 08:49:37 GMT")
                .header("Retry-After", "Sun, 06 Nov 1994 08:49:38 GMT"),
            1_000,
        ),
        (Reply::status(500), 0),
        (Reply::status(503), 0),
        (Reply::raw(""), 0),
        // Less than was announced.
        (sound().cut(5_000), 0),
    ] {
        let server = speech_server(move |nth| if nth == 0 { first.clone() } else { sound() });
        let mut engine = open(&profile(&server.url("/"), "")).unwrap();
        let started = Instant::now();
        say(&mut *engine).unwrap();
        let took = started.elapsed();
        assert!(
            took >= Duration::from_millis(least_ms) && took < Duration::from_millis(least_ms + 1_500),
            "{took:?}"
        );
        assert_eq!(server.requests().len(), 2);
    }
}

#[test]
fn what_is_wrong_is_told_with_its_cure() {
    let page = "<!DOCTYPE html><html><body>Welcome</body></html>";
    for (reply, more, problem, cure, requests) in [
        (Reply::status(503), "", "the server is busy (HTTP 503): status 503, 3 times", "fallback", 3),
        (Reply::status(500), "", "fault (HTTP 500", "requests_at_once", 3),
        (Reply::status(429).header("Retry-After", "3600"), "", "busy (HTTP 429", "wait 3600 s", 1),
        (
            Reply::of(
                "application/json",
                r#"{"error":{"code":"insufficient_quota","message":"You exceeded it."}}"#,
            )
            .with_status(429),
            "",
            "used up (HTTP 429): You exceeded it",
            "account",
            1,
        ),
        (Reply::status(404), "", "nothing there (HTTP 404)", "/v1/audio/speech", 1),
        (Reply::status(403), "", "refuses this (HTTP 403)", "key_env", 1),
        (
            Reply::of("application/json", r#"{"detail":[{"msg":"voice not found"}]}"#).with_status(422),
            "",
            "(HTTP 422): voice not found",
            "check model, voice",
            1,
        ),
        (Reply::html(page), "", "text/html came instead of sound", "/v1/audio/speech", 1),
        (
            Reply::of("application/json", r#"{"error":"no model"}"#),
            "",
            "application/json came instead of sound: no model",
            "model",
            1,
        ),
        (Reply::of("audio/wav", page), "", "a page came instead of sound", "response_format", 1),
        (Reply::of("audio/wav", ""), "", "no sound came at all", "response_format", 1),
        (Reply::of("audio/wav", wav_that_says(2.0, 0.0, None)), "", "it is silent", "voice", 1),
        (
            Reply::of("audio/wav", wav_that_says(0.2, 0.5, None)),
            "",
            "too soon for a sentence of 48 letters",
            "voice",
            1,
        ),
        (Reply::of("audio/wav", wav_that_says(90.0, 0.5, None)), "", "it is 90 s long", "voice", 1),
        (
            Reply::of("audio/wav", wav_that_says(2.0, 0.5, Some(1_000_000))),
            "",
            "cut off: 96000 of its 1000000 bytes",
            "response_format",
            1,
        ),
        (
            sound().cut(5_000),
            "",
            "the connection broke in the middle: 5000 bytes had come, 3 times",
            "running",
            3,
        ),
        (Reply::raw(""), "", "closed the connection without an answer, 3 times", "running", 3),
        (Reply::raw("SSH-2.0-OpenSSH_9.6\r\n"), "", "cannot be read", "speech server", 1),
        (sound().declared(u64::MAX / 2), "limit_bytes = 50000", "too large", "limit_bytes", 1),
        (sound().chunked(), "limit_bytes = 50000", "more bytes than the limit of 50000", "limit_bytes", 1),
        (
            Reply::redirect(307, "http://169.254.169.254/x"),
            "",
            "to http://169.254.169.254/x, and",
            "give it as the url",
            1,
        ),
    ] {
        let server = speech_server(move |_| reply.clone());
        let started = Instant::now();
        let (told, hint) = failure(&profile(&server.url("/"), &format!("retries = 2\n{more}")));
        assert!(told.contains(problem), "{told}");
        assert!(hint.contains(cure), "{told}: {hint}");
        assert_eq!(server.requests().len(), requests, "{told}");
        assert!(started.elapsed() < Duration::from_secs(4), "{told}: {:?}", started.elapsed());
    }
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (told, hint) = failure(&profile(&format!("http://{nobody}/"), "retries = 1"));
    assert!(told.contains("connection refused), 2 times") && hint.contains("running"), "{told} {hint}");
}

#[test]
fn nothing_takes_longer_than_it_may() {
    for (reply, problem) in [
        (sound().stall(Duration::from_secs(20)), "did not answer within 400 ms"),
        (sound().drip(1, Duration::from_millis(100)), "too slow: "),
        (Reply::raw("HTTP/1.1 200 OK\r\nX: ").stall(Duration::from_secs(20)), "did not answer"),
        (Reply::status(500).drip(1, Duration::from_millis(100)), "HTTP 500"),
        (Reply::status(503).stall(Duration::from_millis(150)), ""),
    ] {
        let server = speech_server(move |_| reply.clone());
        let started = Instant::now();
        let (told, hint) = failure(&profile(&server.url("/"), "timeout_ms = 400\nretries = 20"));
        assert!(started.elapsed() < Duration::from_millis(1_500), "{told}: {:?}", started.elapsed());
        assert!(told.contains(problem), "{told}");
        assert!(hint.contains("timeout_ms") || hint.contains("try again later"), "{told}: {hint}");
    }
    // A bulletin's deadline counts as well, and is not held against the server.
    let server = speech_server(|nth| if nth == 0 { sound().stall(Duration::from_secs(20)) } else { sound() });
    let mut engine = open(&profile(&server.url("/"), "")).unwrap();
    let started = Instant::now();
    engine.set_deadline(Some(started + Duration::from_millis(400)));
    let error = say(&mut *engine).unwrap_err();
    assert!(started.elapsed() < Duration::from_millis(400), "{:?}", started.elapsed());
    assert!(error.to_string().contains("did not answer within "), "{error}");
    engine.set_deadline(None);
    say(&mut *engine).unwrap();
    engine.set_deadline(Some(started));
    assert!(say(&mut *engine).unwrap_err().to_string().contains("no time left"));
}

#[test]
fn a_server_that_failed_is_left_alone_and_the_next_one_is_asked() {
    let first = speech_server(|_| Reply::status(500));
    let second = speech_server(|_| sound());
    let folder = tempfile::tempdir().unwrap();
    let more = format!(
        "{}retries = 1\n[[http.fallback]]\nurl = \"{}\"\nvoice = \"fable\"",
        keyed(&folder),
        second.url("/second")
    );
    let mine = profile(&first.url("/first"), &more);
    let (mut one, mut other) = (open(&mine).unwrap(), open(&mine).unwrap());
    say(&mut *one).unwrap();
    say(&mut *other).unwrap();
    assert_eq!((first.requests().len(), second.requests().len()), (2, 2));
    let request = &second.requests()[0];
    // The key is the first one's.
    assert_eq!(
        (first.requests()[0].header("authorization").is_some(), request.header("authorization")),
        (true, None)
    );
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!((&body["model"], &body["voice"]), (&"kokoro".into(), &"fable".into()));

    // When none speaks, each says why; a short rest is over soon.
    let broken = speech_server(|_| Reply::of("audio/wav", wav_that_says(2.0, 0.0, None)));
    let more = format!("retries = 0\nrest_ms = 300\n[[http.fallback]]\nurl = \"{}\"", broken.url("/b"));
    let mine = profile(&first.url("/a"), &more);
    let (told, _) = failure(&mine);
    assert!(
        told.contains("/a: the server has a fault")
            && told.contains("; then ")
            && told.contains("/b: it is silent"),
        "{told}"
    );
    let (told, _) = failure(&mine);
    assert!(told.contains("/a: left alone for another 1 s: the server has a fault"), "{told}");
    thread::sleep(Duration::from_millis(350));
    failure(&mine);
    assert_eq!(first.paths().iter().filter(|path| *path == "/a").count(), 2);
    // Three sentences that made no sense, and it is not asked any more.
    assert!(failure(&mine).0.contains("/b: not asked again: it is silent"));
    assert_eq!(broken.requests().len(), 3);
}

#[test]
fn a_deadline_is_shared_among_servers() {
    let first = speech_server(|_| sound().stall(Duration::from_secs(20)));
    let second = speech_server(|_| sound());
    let more = format!("[[http.fallback]]\nurl = \"{}\"", second.url("/"));
    let mut engine = open(&profile(&first.url("/"), &more)).unwrap();
    engine.set_deadline(Some(Instant::now() + Duration::from_millis(800)));
    say(&mut *engine).unwrap();
    assert_eq!((first.requests().len(), second.requests().len()), (1, 1));
}

#[test]
fn a_key_that_is_refused_is_told_once_and_shown_nowhere() {
    let echo = format!(
        "{{\"error\":{{\"message\":\"Incorrect API key provided: {KEY}. Also Bearer {}***\"}}}}",
        &KEY[..12]
    );
    let server = speech_server(move |_| Reply::of("application/json", echo.clone()).with_status(401));
    let folder = tempfile::tempdir().unwrap();
    let mine = profile(&server.url("/"), &keyed(&folder));
    let (told, hint) = failure(&mine);
    assert!(
        told.contains("does not accept the key (HTTP 401): Incorrect API key provided: …. Also Bearer …"),
        "{told}"
    );
    assert!(hint.contains("put a key that is valid there into the file "), "{hint}");
    assert!(failure(&mine).0.contains("not asked again: the server does not accept the key"));
    assert_eq!(server.requests().len(), 1);
    // Another key is another try.
    fs::write(folder.path().join("key"), format!("{KEY}x")).unwrap();
    let (told, _) = failure(&mine);
    assert!(!told.contains("not asked again"), "{told}");
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn keys_stay_where_they_belong() {
    let folder = tempfile::tempdir().unwrap();
    let key = keyed(&folder);
    // Not after a redirect, wherever it leads.
    let elsewhere = speech_server(|_| sound());
    let to = elsewhere.url("/stolen");
    let server = speech_server(move |_| Reply::redirect(308, &to));
    let (told, hint) = failure(&profile(&server.url("/"), &key));
    assert!(
        told.contains("redirects (HTTP 308) to http://127.0.0.1:") && hint.contains("give it as the url"),
        "{told}"
    );
    assert!(elsewhere.requests().is_empty());
    // Not over plain http to a public address; nothing is dialled.
    let (told, hint) = failure(&profile("http://1.1.1.1/v1/audio/speech", &key));
    assert!(
        told.contains("no key is sent to 1.1.1.1 over plain http") && hint.contains("https://"),
        "{told} {hint}"
    );
    // Not in an address, and not where its variable's name belongs.
    for (url, more, problem) in [
        (format!("https://me:{KEY}@api.example/"), String::new(), "user name or password"),
        (format!("https://api.example/?api_key={KEY}"), String::new(), "(api_key=…)"),
        (
            "https://api.example/".into(),
            format!("key_env = \"{KEY}\""),
            "the variable that key_env names is not set",
        ),
        ("https://api.example/".into(), "key_file = \"/no/such/file\"".into(), "cannot be read"),
    ] {
        let text = format!(
            "name = \"mine\"\nengine = \"http\"\nlanguage = \"en\"\nlicence = \"x\"\n[http]\nurl = \"{url}\"\n\
             model = \"m\"\nvoice = \"v\"\n{more}"
        );
        let mine: Profile = toml::from_str(&text).unwrap();
        let error = open(&mine).map(|_| ()).unwrap_err();
        assert!(matches!(error, Error::Voice { .. }) && error.to_string().contains(problem), "{error}");
        assert!(!format!("{error} {}", error.hint().unwrap()).contains("Hunter2"), "{error}");
        assert!(mine.missing()[0].contains(problem) && !mine.missing()[0].contains("Hunter2"));
    }
}

#[test]
fn no_more_requests_at_once_than_allowed() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counts = (Arc::clone(&now), Arc::clone(&most));
    let server = speech_server(move |_| {
        let here = counts.0.fetch_add(1, Ordering::SeqCst) + 1;
        counts.1.fetch_max(here, Ordering::SeqCst);
        thread::sleep(Duration::from_millis(80));
        counts.0.fetch_sub(1, Ordering::SeqCst);
        sound()
    });
    let mine = profile(&server.url("/"), "requests_at_once = 2");
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| say(&mut *open(&mine).unwrap()).unwrap());
        }
    });
    assert_eq!((server.requests().len(), most.load(Ordering::SeqCst)), (6, 2));
}

/// A server that speaks TLS with a certificate of the tests' own authority, and what it was asked.
fn secure_server() -> (u16, Arc<Mutex<Vec<u8>>>) {
    use rustls::pki_types::pem::PemObject as _;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    let tls = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tls");
    let certificate = CertificateDer::from_pem_file(tls.join("cert.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(tls.join("key.pem")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let (config, asked) = (Arc::new(config), Arc::new(Mutex::new(Vec::new())));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = Arc::clone(&asked);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, stream);
            let mut buffer = [0; 4096];
            // A request of these tests comes in a piece or two; its body ends with a brace.
            while let Ok(count @ 1..) = stream.read(&mut buffer) {
                let mut seen = seen.lock().unwrap();
                seen.extend_from_slice(&buffer[..count]);
                if seen.ends_with(b"}") {
                    let body = wav();
                    let head = format!(
                        "HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                        body.len()
                    );
                    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
                    stream.conn.send_close_notify();
                    let _ = stream.flush();
                    break;
                }
            }
        }
    });
    (port, asked)
}

#[test]
fn connections_are_secure_or_refused() {
    // A server that speaks plain http answers a handshake with a refusal in plain text.
    let plain = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = plain.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut stream in plain.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
        }
    });
    let (told, hint) = failure(&profile(&format!("https://127.0.0.1:{port}/"), ""));
    assert!(told.contains("no secure connection") && hint.contains("plain http://"), "{told} {hint}");
    let folder = tempfile::tempdir().unwrap();
    let key = keyed(&folder);
    let (port, asked) = secure_server();
    let url = format!("https://localhost:{port}/v1/audio/speech");
    let (told, hint) = failure(&profile(&url, &key));
    assert!(told.contains("no secure connection: ") && hint.contains("ca_file"), "{told} {hint}");
    assert!(asked.lock().unwrap().is_empty());
    let ca = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tls/ca.pem");
    let trusting = format!("{key}ca_file = \"{}\"", ca.display());
    say(&mut *open(&profile(&url, &trusting)).unwrap()).unwrap();
    assert!(String::from_utf8_lossy(&asked.lock().unwrap()).contains(KEY));
    let (told, _) =
        failure(&profile(&url, &format!("ca_file = \"{}\"", folder.path().join("key").display())));
    assert!(told.contains("there is no certificate in it"), "{told}");
}

/// A folder with a story and a voice of the user's.
fn newsroom(url: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let voices = folder.path().join("config/bulletin/voices");
    fs::create_dir_all(&voices).unwrap();
    fs::write(
        voices.join("mine.toml"),
        format!(
            "name = \"mine\"\nengine = \"http\"\nlanguage = \"en-GB\"\nlicence = \"none\"\n[http]\nurl = \"{url}\"\n\
             model = \"kokoro\"\nvoice = \"emma\"\nkey_env = \"VOICE_HOUSE_KEY\"\n"
        ),
    )
    .unwrap();
    let story = "Harbour bridge to close for a month\nThe bridge over the Tarn will close on 3 May, the council said.\n";
    fs::write(folder.path().join("story.txt"), story).unwrap();
    folder
}

/// Every file under a folder that holds `text`.
fn files_with(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, text));
        } else if fs::read(&path).unwrap().windows(text.len()).any(|window| window == text.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn a_bulletin_is_spoken_by_a_server() {
    let server = speech_server(|_| sound());
    let folder = newsroom(&server.url("/v1/audio/speech"));
    let produce = |name: &str| {
        let output = bulletin(&folder)
            .args(["produce", "story.txt", "--voice", "mine", "--record", "-o", name])
            .env("VOICE_HOUSE_KEY", KEY)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        assert!(!format!("{output:?}").contains("Hunter2"));
        fs::read(folder.path().join(name)).unwrap()
    };
    let first = produce("a.wav");
    assert_eq!(server.requests().len(), 2);
    assert_eq!(server.requests()[1].header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    // What was spoken once is not asked for again, nor is a key needed for it.
    assert!(first == produce("b.wav"));
    assert_eq!(server.requests().len(), 2);
    assert_eq!(files_with(folder.path(), "Hunter2"), Vec::<String>::new());
    let record: Value =
        serde_json::from_slice(&fs::read(folder.path().join("a.record.json")).unwrap()).unwrap();
    assert!(record.to_string().contains("openai-speech 1; http://127.0.0.1:"), "{record}");
}

#[test]
fn a_bulletin_that_cannot_be_spoken_says_what_to_do() {
    let server = speech_server(|_| Reply::of("text/plain", format!("bad key {KEY}")).with_status(401));
    let folder = newsroom(&server.url("/v1/audio/speech"));
    let produce = |key: Option<&str>| {
        let mut command = bulletin(&folder);
        command.args(["produce", "story.txt", "--voice", "mine", "--fallback", "none", "-o", "a.wav"]);
        if let Some(key) = key {
            command.env("VOICE_HOUSE_KEY", key);
        }
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert!(!format!("{output:?}").contains("Hunter2"));
        String::from_utf8(output.stderr).unwrap()
    };
    let told = produce(None);
    assert!(told.contains("the environment variable VOICE_HOUSE_KEY is not set"), "{told}");
    assert!(told.contains("set the environment variable VOICE_HOUSE_KEY to the key"), "{told}");
    assert!(server.requests().is_empty());
    let told = produce(Some(KEY));
    assert!(told.contains("does not accept the key (HTTP 401): bad key …"), "{told}");
    assert!(
        told.contains("put a key that is valid there into the environment variable VOICE_HOUSE_KEY"),
        "{told}"
    );
    assert!(!folder.path().join("a.wav").exists());
    assert_eq!(files_with(folder.path(), "Hunter2"), Vec::<String>::new());
}

#[cfg(unix)]
#[test]
fn a_key_that_everybody_can_read_is_told() {
    use std::os::unix::fs::PermissionsExt as _;
    let server = speech_server(|_| sound());
    let folder = newsroom(&server.url("/v1/audio/speech"));
    let voices = folder.path().join("config/bulletin/voices");
    let text = fs::read_to_string(voices.join("mine.toml")).unwrap();
    let text = text.replace("key_env = \"VOICE_HOUSE_KEY\"", "key_file = \"key\"");
    fs::write(voices.join("mine.toml"), text).unwrap();
    fs::write(voices.join("key"), KEY).unwrap();
    for (mode, is_told) in [(0o644, true), (0o600, false)] {
        fs::set_permissions(voices.join("key"), fs::Permissions::from_mode(mode)).unwrap();
        let output = bulletin(&folder)
            .args(["produce", "story.txt", "--voice", "mine", "-o", "a.wav"])
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(told.contains("can be read by everybody on this machine"), is_told, "{told}");
        assert!(!told.contains("Hunter2"));
    }
    assert_eq!(server.requests()[0].header("authorization"), Some(format!("Bearer {KEY}").as_str()));
}
