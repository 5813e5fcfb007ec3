//! What `serve --data` has answered with success is there after the process was killed, whatever it was doing.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use serde_json::{Value, json};

use crate::process::Serving;

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const TOKEN: &str = "durability";
const WRITERS: usize = 4;

fn serving(data: &Path) -> Serving {
    Serving::with(&["--token", TOKEN, "--data", data.to_str().expect("a path of text")])
}

/// Creates users and changes every second one until the provider is gone; tells of each write that was answered.
fn write(url: &str, round: usize, writer: usize, told: &mpsc::Sender<(String, Option<String>)>, count: &AtomicUsize) {
    for number in 0.. {
        let name = format!("u{round}-{writer}-{number}");
        let body = json!({ "schemas": [USER], "userName": name, "title": "made", "emails": [{ "value": name }] });
        let Some((201, made)) = ask("POST", &format!("{url}/Users"), TOKEN, &body) else { return };
        let _ = told.send((name.clone(), None));
        count.fetch_add(1, Ordering::Relaxed);
        if number % 2 == 0 {
            continue;
        }
        let id = made["id"].as_str().expect("a created user has an id");
        let changed = json!({ "schemas": [USER], "userName": name, "title": format!("changed {name}"), "emails": [{ "value": name }] });
        match ask("PUT", &format!("{url}/Users/{id}"), TOKEN, &changed) {
            Some((200, _)) => drop(told.send((name.clone(), Some(format!("changed {name}"))))),
            // It may have been done, but nobody was told.
            _ => {
                let _ = told.send((name, Some(String::new())));
                return;
            }
        }
    }
}

#[test]
fn every_acknowledged_write_survives_a_kill() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("scim.db");
    let mut known: BTreeMap<String, Option<String>> = BTreeMap::new();
    for (round, enough) in [1, 17, 60].into_iter().enumerate() {
        let provider = serving(&data);
        let url = provider.url().to_owned();
        let (told, heard) = mpsc::channel();
        let count = AtomicUsize::new(0);
        thread::scope(|scope| {
            for writer in 0..WRITERS {
                let (url, told, count) = (&url, told.clone(), &count);
                scope.spawn(move || write(url, round, writer, &told, count));
            }
            // Killed in the middle of the next writes, as soon as enough were answered.
            while count.load(Ordering::Relaxed) < enough {
                thread::yield_now();
            }
            drop(provider);
        });
        drop(told);
        known.extend(heard);
        assert!(known.len() >= enough);
        is_all_there(&data, &known);
    }
}

/// Every user is found by its id, by filters on what was written, and by nothing that was overwritten.
fn is_all_there(data: &Path, known: &BTreeMap<String, Option<String>>) {
    let provider = serving(data);
    let get = |path: &str| {
        let answered = ask("GET", &format!("{}{path}", provider.url()), TOKEN, &Value::Null);
        answered.expect("a provider that was started again answers").1
    };
    for (name, title) in known {
        let found = get(&format!("/Users?filter=userName%20eq%20%22{name}%22"));
        assert_eq!(found["totalResults"], 1, "{name}");
        let user = &found["Resources"][0];
        let shown = get(&format!("/Users/{}", user["id"].as_str().expect("an id")));
        assert_eq!(*user, shown);
        match title.as_deref() {
            None => assert_eq!(shown["title"], "made"),
            Some("") => assert!(shown["title"] == "made" || shown["title"] == format!("changed {name}")),
            Some(title) => assert_eq!(shown["title"], title),
        }
        // The values for queries agree with the document.
        let title = shown["title"].as_str().expect("a title").replace(' ', "%20");
        let both = format!("title%20eq%20%22{title}%22%20and%20emails.value%20eq%20%22{name}%22");
        assert_eq!(get(&format!("/Users?filter={both}"))["totalResults"], 1, "{name}");
    }
    let all = get("/Users?count=0")["totalResults"].as_u64().expect("a number");
    let made = get("/Users?count=0&filter=title%20eq%20%22made%22")["totalResults"].as_u64().expect("a number");
    let changed = get("/Users?count=0&filter=title%20sw%20%22changed%20u%22")["totalResults"].as_u64();
    assert_eq!(Some(all - made), changed, "each user has one title");
    assert!(all >= known.len() as u64);
}

/// One request on a connection of its own; `None` when the answer does not arrive whole.
fn ask(method: &str, url: &str, token: &str, body: &Value) -> Option<(u16, Value)> {
    let (address, path) = url.strip_prefix("http://")?.split_once('/')?;
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let head = format!(
        "{method} /{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/scim+json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(address).ok()?;
    stream.write_all((head + &body).as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, serde_json::from_str(body).ok()?))
}
