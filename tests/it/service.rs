//! What a service manager does with the program: it passes sockets that listen, and is told how the program fares.

use std::{
    fs,
    net::TcpListener,
    os::{fd::OwnedFd, unix::net::UnixDatagram},
    path::Path,
    process::{Command, Stdio},
};

use crate::{
    card::ENGINEER,
    ops::Ops,
    process::{Process, send},
    support::{DEADLINE, soon},
};

/// A shell's line that passes standard input and output, which are sockets, under these names: what a supervisor
/// without systemd has to do.
fn passing(names: &str) -> String {
    let sockets = names.split(':').count();
    let move_second = if sockets == 2 { "4<&1 >/dev/null" } else { "" };
    let variables = format!("LISTEN_PID=$$ LISTEN_FDS={sockets} LISTEN_FDNAMES={names}");
    format!("exec 3<&0 </dev/null {move_second}; export {variables}; exec \"$@\"")
}

/// Another descriptor of a socket, for a child.
fn passed(socket: &TcpListener) -> Stdio {
    OwnedFd::from(socket.try_clone().unwrap()).into()
}

fn socket() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn visitors_come_on_a_socket_that_was_passed_and_wait_on_it_for_the_next_server() {
    let (ssh, ops) = (socket(), socket());
    let address = ssh.local_addr().unwrap();
    let start = || Process::on_socket(address, &passing("ops:ssh"), [passed(&ops), passed(&ssh), Stdio::null()]);
    let mut first = start();
    assert_eq!(first.visitor().await.exec("help").await.status, Some(0));
    assert_eq!(Ops::at(ops.local_addr().unwrap()).get("/livez").await.0, 200);
    first.stop();
    // Nobody serves now, and nobody is refused.
    let waiting = tokio::net::TcpStream::connect(address).await.unwrap();
    let second = start();
    let visitor = crate::support::Client::over(waiting, &second.fingerprint).await.unwrap();
    assert_eq!(visitor.exec("help").await.status, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_web_page_is_on_the_socket_that_was_passed_for_it() {
    let (ssh, web) = (socket(), socket());
    let sockets = [passed(&web), passed(&ssh), Stdio::null()];
    let server = Process::on_socket(ssh.local_addr().unwrap(), &passing("web:ssh"), sockets);
    // It is asked as metrics and health are.
    let web = Ops::at(web.local_addr().unwrap());
    assert_eq!(web.get("/healthz").await, (200, "ok\n".to_owned()));
    let (status, page) = web.get("/card.html").await;
    assert!(status == 200 && page.starts_with("<!DOCTYPE html>"), "{page}");
    assert_eq!(server.visitor().await.exec("help").await.status, Some(0));
}

/// What the program says of these sockets, and its exit status.
fn refused(sockets: [&TcpListener; 2], shell: &str, more: &[&str]) -> (Option<i32>, String) {
    let keys = tempfile::tempdir().unwrap();
    let said = Command::new("/bin/sh")
        .env_clear()
        .args(["-c", shell, "sh", env!("CARGO_BIN_EXE_sshcard"), "--profile", ENGINEER, "--keys"])
        .arg(keys.path())
        .args(more)
        .stdin(passed(sockets[0]))
        .stdout(passed(sockets[1]))
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
        .wait_with_output()
        .unwrap();
    (said.status.code(), String::from_utf8(said.stderr).unwrap())
}

#[test]
fn a_socket_that_cannot_be_used_is_told_in_a_line() {
    let (one, two) = (socket(), socket());
    let deaf: TcpListener = {
        let deaf = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
        deaf.bind(&"127.0.0.1:0".parse::<std::net::SocketAddr>().unwrap().into()).unwrap();
        deaf.into()
    };
    for (first, names, more, expected) in [
        (&one, "any", &["--listen", "127.0.0.1:0"][..], "and --listen is given beside it; leave one"),
        (&one, "ops", &["--ops", "127.0.0.1:0"], "and --ops is given beside it; leave one"),
        (&one, "ssh:http", &[], "has the name \"http\"; name each ssh, ops or web"),
        (&one, "web", &["--web", "127.0.0.1:0"], "and --web is given beside it; leave one"),
        (&one, "web:web", &[], "several sockets with the name web were passed; pass one"),
        (&one, "ops:ops", &[], "several sockets with the name ops were passed; pass one"),
        (&deaf, "ssh", &[], "\"ssh\" that was passed does not listen for TCP"),
    ] {
        let (status, said) = refused([first, &two], &passing(names), more);
        assert_eq!(status, Some(1), "{said}");
        assert!(said.contains(expected) && said.lines().count() == 1, "{said}");
    }
    let variable = format!("SSHCARD_LISTEN=2222; export SSHCARD_LISTEN; {}", passing("any"));
    assert!(refused([&one, &two], &variable, &[]).1.contains("--listen is given"));
}

/// The next messages to a service manager that are no sign of life.
fn told(manager: &UnixDatagram) -> String {
    let mut message = [0; 256];
    loop {
        let length = manager.recv(&mut message).unwrap();
        let text = std::str::from_utf8(&message[..length]).unwrap();
        if text != "WATCHDOG=1" {
            return text.to_owned();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_manager_is_told_how_the_server_fares() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("notify");
    let abstract_name = path.to_str().unwrap().replace('/', "-");
    let named = UnixDatagram::bind(&path).unwrap();
    let in_abstract = {
        use std::os::{linux::net::SocketAddrExt as _, unix::net::SocketAddr};
        UnixDatagram::bind_addr(&SocketAddr::from_abstract_name(&abstract_name).unwrap()).unwrap()
    };
    for (manager, name) in [(named, path.display().to_string()), (in_abstract, format!("@{abstract_name}"))] {
        manager.set_read_timeout(Some(DEADLINE)).unwrap();
        let shell = format!("export NOTIFY_SOCKET={name} WATCHDOG_USEC=20000; exec \"$@\"");
        let mut server = Process::start_by(&shell, Stdio::null(), &[]);
        let (manager, server_id) = (&manager, server.child.id());
        tokio::task::block_in_place(|| {
            assert_eq!(told(manager), "READY=1");
            let mut message = [0; 256];
            let length = manager.recv(&mut message).unwrap();
            assert_eq!(&message[..length], b"WATCHDOG=1");
            send(1, server_id);
            let reloading = told(manager);
            let since = reloading.strip_prefix("RELOADING=1\nMONOTONIC_USEC=").unwrap();
            assert!(since.parse::<u64>().is_ok(), "{reloading}");
            assert_eq!(told(manager), "READY=1");
            send(15, server_id);
            assert_eq!(told(manager), "STOPPING=1");
        });
        assert!(server.ended().await.success());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_manager_that_is_not_there_costs_no_visit() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let shell = "export NOTIFY_SOCKET=/nowhere/at/all; exec \"$@\"";
    let mut server = Process::start_by(shell, log.reopen().unwrap().into(), &[]);
    assert_eq!(soon(server.visitor()).await.exec("help").await.status, Some(0));
    let log = server.stopped(log.path()).await;
    assert!(log.contains("NOTIFY_SOCKET leads nowhere"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_is_told_the_priority_of_each_line() {
    use std::os::unix::fs::MetadataExt as _;
    let log = tempfile::NamedTempFile::new().unwrap();
    let found = log.as_file().metadata().unwrap();
    let stream = format!("{}:{}", found.dev(), found.ino());
    let shell = format!("JOURNAL_STREAM={stream}; export JOURNAL_STREAM; exec \"$@\"");
    for more in [&[][..], &["--log", "json"]] {
        log.as_file().set_len(0).unwrap();
        let mut server = Process::start_by(&shell, log.reopen().unwrap().into(), more);
        server.visitor().await.hang_up().await;
        let log = server.stopped(log.path()).await;
        assert!(log.lines().all(|line| line.starts_with("<6>") || line.starts_with("<4>")), "{log}");
        assert!(log.contains("listening"), "{log}");
    }
    // It is another file's.
    let mut server = Process::start_by(&shell, tempfile::tempfile().unwrap().into(), &[]);
    server.visitor().await.hang_up().await;
    server.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_has_no_more_than_its_level() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut server = Process::start(log.reopen().unwrap().into(), &["--log-level", "error"]);
    server.visitor().await.hang_up().await;
    assert_eq!(server.stopped(log.path()).await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_is_told_what_came() {
    let (log, ops) = (tempfile::NamedTempFile::new().unwrap(), socket().local_addr().unwrap().to_string());
    let mut server = Process::start(log.reopen().unwrap().into(), &["--ops", &ops, "--max-per-address", "2"]);
    let visitor = server.visitor().await;
    for command in ["text", "vcard", "vcard", "help"] {
        assert_eq!(visitor.exec(command).await.status, Some(0));
    }
    let run = |address: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sshcard"));
        let said = command.env_clear().args(["stats", address]).output().unwrap();
        (said.status.code(), String::from_utf8(said.stdout).unwrap(), String::from_utf8(said.stderr).unwrap())
    };
    let (status, told, _) = run(&ops);
    for line in ["visitors    1", "looked at   nothing", "took away   vcard 2, text 1", "here now    1"] {
        assert!(told.lines().any(|told| told == line), "{line}: {told}");
    }
    assert_eq!(status, Some(0));
    assert!(told.starts_with("since       20"), "{told}");
    let (status, _, error) = run("127.0.0.1:1");
    assert!(status == Some(1) && error.contains("start the server with --ops"), "{error}");
    // All that come seem to be one: it is told once.
    let _second = server.visitor().await;
    for _ in 0..3 {
        let config = russh::client::Config::default();
        assert!(crate::support::Client::dial_at(server.address, &server.fingerprint, config).await.is_err());
    }
    let log = server.stopped(log.path()).await;
    assert_eq!(log.matches("the network hides the visitors' addresses").count(), 1, "{log}");
    let day = log.lines().find(|line| line.contains("what came since the last such line")).unwrap();
    for part in ["visitors=2", "looked_at=\"\"", "took_away=\"text,vcard*2\""] {
        assert!(day.contains(part), "{part}: {day}");
    }
}

/// The soft and the hard limit of open files.
fn limits_of(server: &Process) -> Vec<String> {
    let limits = fs::read_to_string(server.proc("limits")).unwrap();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap();
    line.split_whitespace().take(2).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn as_many_files_may_be_open_as_the_system_lets() {
    for (shell, expected, is_told) in [
        ("ulimit -Sn 256; ulimit -Hn 2000; exec \"$@\"", "2000", false),
        ("ulimit -Sn 256; ulimit -Hn 1200; exec \"$@\"", "1200", true),
    ] {
        let log = tempfile::NamedTempFile::new().unwrap();
        let mut server = Process::start_by(shell, log.reopen().unwrap().into(), &[]);
        server.visitor().await.hang_up().await;
        assert_eq!(limits_of(&server), [expected, expected]);
        let log = server.stopped(log.path()).await;
        let told = format!("{expected} files may be open, and visitors up to the limits need 1328");
        assert_eq!(log.contains(&told), is_told, "{log}");
    }
}

/// The key's file, and nothing else, is what a backup is made of.
#[test]
fn the_host_key_is_shown_and_backed_up() {
    let place = tempfile::tempdir().unwrap();
    let keys = place.path().join("keys");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sshcard"));
        command.env_clear().current_dir(place.path()).args(arguments).output().unwrap()
    };
    let none = run(&["key", "show"]);
    assert_eq!(none.status.code(), Some(1));
    assert!(String::from_utf8(none.stderr).unwrap().contains("there is no host key in"));
    let key = sshcard::ssh::hostkey::HostKey::load_or_create(&keys).unwrap();
    let shown = String::from_utf8(run(&["key", "show"]).stdout).unwrap();
    let file = keys.join("ssh_host_ed25519_key");
    for part in [file.to_str().unwrap(), &key.fingerprint(), "\nHOST. IN SSHFP 4 2 "] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    // The name is the card's, where it has one.
    fs::create_dir(place.path().join("profile")).unwrap();
    fs::write(place.path().join("profile/card.toml"), "headline = \"a\"\naddress = \"card.example.com\"\n").unwrap();
    let shown = String::from_utf8(run(&["key", "show"]).stdout).unwrap();
    assert!(shown.contains("\ncard.example.com. IN SSHFP 4 2 ") && !shown.contains("HOST"), "{shown}");
    let backup = run(&["key", "backup"]);
    assert_eq!((backup.status.code(), &backup.stdout), (Some(0), &fs::read(&file).unwrap()));
    let said = String::from_utf8(backup.stderr).unwrap();
    assert!(said.contains(&key.fingerprint()) && said.lines().count() == 1, "{said}");
    on_a_terminal(place.path());
}

/// A secret of a hosting service is a variable: the key itself, which nothing prints.
#[tokio::test(flavor = "multi_thread")]
async fn the_host_key_may_be_in_the_variable_itself() {
    let shell = "SSHCARD_HOST_KEY=$(cat ssh_host_ed25519_key); export SSHCARD_HOST_KEY; rm ssh_host*; exec \"$@\"";
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut server = Process::start_by(shell, log.reopen().unwrap().into(), &[]);
    server.visitor().await.hang_up().await;
    assert_eq!(fs::read_dir(server.keys()).unwrap().count(), 0, "no key is made");
    let log = server.stopped(log.path()).await;
    assert!(log.contains("the host key is in SSHCARD_HOST_KEY"), "{log}");

    let place = tempfile::tempdir().unwrap();
    let key = sshcard::ssh::hostkey::HostKey::load_or_create(place.path()).unwrap();
    let file = fs::read_to_string(place.path().join("ssh_host_ed25519_key")).unwrap();
    let in_one_line = file.replace('\n', "\\n");
    // From the line after the one that all keys share.
    let secret = file.lines().nth(2).unwrap();
    for value in [&file, &in_one_line] {
        let variables = [("SSHCARD_HOST_KEY", &**value)];
        let run = |arguments: &[&str]| crate::card::run(place.path(), &variables, arguments);
        assert!(run(&["key", "show"]).out.contains(&key.fingerprint()));
        assert_eq!(run(&["key", "backup"]).out, file);
        for arguments in [&["--help"][..], &["serve", "--help"], &["key", "--help"], &["key", "show"], &["--wrong"]] {
            let said = run(arguments);
            assert!(!said.all().contains(secret), "{arguments:?}: {}", said.all());
        }
    }
    let damaged = file.replace("AAAA", "").replace('\n', " ");
    let said =
        crate::card::run(place.path(), &[("SSHCARD_HOST_KEY", &*damaged)], &["--sample", "--listen", "127.0.0.1:0"]);
    assert_eq!(said.status, Some(1), "{}", said.all());
    assert!(said.err.contains("the host key in SSHCARD_HOST_KEY is damaged; give the whole text"), "{}", said.err);
    assert!(!said.all().contains(secret), "{}", said.all());
}

/// On a terminal, which script(1) makes, a private key is not shown.
fn on_a_terminal(place: &Path) {
    let line = format!("{} key backup", env!("CARGO_BIN_EXE_sshcard"));
    let said =
        Command::new("script").args(["-qec", &line, "/dev/null"]).current_dir(place).stdin(Stdio::null()).output();
    match said {
        Ok(said) => {
            let text = String::from_utf8_lossy(&said.stdout).into_owned();
            assert!(text.contains("a private key is not shown on a terminal") && !text.contains("BEGIN"), "{text}");
            assert_eq!(said.status.code(), Some(1), "{text}");
        }
        Err(error) => eprintln!("there is no script(1) to make a terminal ({error}): not tested"),
    }
}
