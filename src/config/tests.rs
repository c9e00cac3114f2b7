use std::fs;

use super::*;

/// A file that is there and says nothing, so that no test reads one from the working directory.
fn options(dir: &tempfile::TempDir, file: &str) -> Options {
    let path = dir.path().join("sshcard.toml");
    fs::write(&path, file).unwrap();
    Options { config: Some(path), ..Options::default() }
}

fn environment(pairs: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
    pairs.iter().map(|(name, value)| (name.into(), value.into())).collect()
}

fn on(addresses: &[&str]) -> Listen {
    Listen::On(addresses.iter().map(|address| address.parse().unwrap()).collect())
}

/// What is wrong, with the temporary directory's name left out.
fn wrong(options: &Options, pairs: &[(&str, &str)]) -> String {
    let dir = options.config.as_ref().and_then(|path| path.parent()).unwrap().display().to_string();
    let wrong = Config::load(options, environment(pairs)).unwrap_err();
    wrong.to_string().replace(&format!("{dir}/"), "")
}

#[test]
fn nothing_said_is_the_default() {
    let dir = tempfile::tempdir().unwrap();
    let config = Config::load(&options(&dir, ""), environment(&[("PATH", "/bin"), ("SSHCARD_KEYS", "")])).unwrap();
    assert_eq!(config, Config::default());
}

#[test]
fn flags_win_over_environment_over_file_over_default() {
    let dir = tempfile::tempdir().unwrap();
    let file =
        "keys = \"from-file\"\nprofile = \"from-file\"\nlog = \"json\"\nlisten = [\"127.0.0.1:1\", \"[::1]:2\"]\n";
    let mut options = options(&dir, file);
    options.keys = Some("from-flag".into());
    let config =
        Config::load(&options, environment(&[("SSHCARD_KEYS", "from-variable"), ("SSHCARD_PROFILE", "from-variable")]))
            .unwrap();
    assert_eq!(config.keys, Path::new("from-flag"));
    assert_eq!(config.profile, Path::new("from-variable"));
    assert_eq!(config.log, Log::Json);
    assert_eq!(config.listen, on(&["127.0.0.1:1", "[::1]:2"]));
    assert_eq!(config.max_connections, 1000);
}

#[test]
fn paths_in_the_file_are_relative_to_it() {
    let dir = tempfile::tempdir().unwrap();
    let config = Config::load(&options(&dir, "profile = \"me\"\nkeys = \"/absolute\"\n"), []).unwrap();
    assert_eq!(config.profile, dir.path().join("me"));
    assert_eq!(config.keys, Path::new("/absolute"));
}

#[test]
fn every_setting_can_be_said_in_every_place() {
    let dir = tempfile::tempdir().unwrap();
    let expected = Config {
        listen: on(&["[::]:22", "192.0.2.1:2022"]),
        profile: "/p".into(),
        keys: "/k".into(),
        host_key: Some("/f".into()),
        log: Log::Json,
        max_connections: 5,
        max_per_address: 0,
        proxy_from: ["10.0.0.0/8", "2001:db8::1/128"].map(|network| network.parse().unwrap()).to_vec(),
        ops: Some("127.0.0.1:9222".parse().unwrap()),
    };
    let file = "listen = [\"22\", \"192.0.2.1:2022\"]\nprofile = \"/p\"\nkeys = \"/k\"\n\
        host-key = \"/f\"\nlog = \"json\"\n\
                max-connections = 5\nmax-per-address = 0\nproxy-from = [\"10.1.2.3/8\", \"2001:db8::1\"]\nops = \"9222\"\n";
    assert_eq!(Config::load(&options(&dir, file), []).unwrap(), expected);

    let variables = environment(&[
        ("SSHCARD_LISTEN", "22, 192.0.2.1:2022"),
        ("SSHCARD_PROFILE", "/p"),
        ("SSHCARD_KEYS", "/k"),
        ("SSHCARD_HOST_KEY", "/f"),
        ("SSHCARD_LOG", "json"),
        ("SSHCARD_MAX_CONNECTIONS", "5"),
        ("SSHCARD_MAX_PER_ADDRESS", "0"),
        ("SSHCARD_PROXY_FROM", "10.1.2.3/8, 2001:db8::1"),
        ("SSHCARD_OPS", "9222"),
    ]);
    assert_eq!(Config::load(&options(&dir, ""), variables).unwrap(), expected);

    let flags = Options {
        listen: vec!["22".into(), "192.0.2.1:2022".into()],
        profile: Some("/p".into()),
        keys: Some("/k".into()),
        host_key: Some("/f".into()),
        log: Some("json".into()),
        max_connections: Some("5".into()),
        max_per_address: Some("0".into()),
        proxy_from: vec!["10.1.2.3/8".into(), "2001:db8::1".into()],
        ops: Some("127.0.0.1:9222".into()),
        ..options(&dir, "")
    };
    assert_eq!(Config::load(&flags, []).unwrap(), expected);
}

#[test]
fn the_file_can_be_named_in_the_environment() {
    let dir = tempfile::tempdir().unwrap();
    let path = options(&dir, "max-connections = 7").config.unwrap();
    let variables = [("SSHCARD_CONFIG".into(), path.into_os_string())];
    assert_eq!(Config::load(&Options::default(), variables).unwrap().max_connections, 7);
}

#[test]
fn a_named_file_must_be_there() {
    let wrong =
        Config::load(&Options { config: Some("/nowhere/x.toml".into()), ..Options::default() }, []).unwrap_err();
    assert!(wrong.to_string().starts_with("--config: there is no file /nowhere/x.toml"), "{wrong}");
}

#[test]
fn everything_that_is_wrong_is_said_at_once_with_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = options(&dir, "listn = \"x\"\n\n  max_connections = 3\nkeys = 3\nmax-per-address = \"ten\"\n");
    options.log = Some("xml".into());
    let wrong = wrong(&options, &[("SSHCARD_LISTENER", "x"), ("SSHCARD_LISTEN", "localhost")]);
    let mut lines: Vec<_> = wrong.lines().collect();
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "--log: `xml` is no way to write a log; say text or json",
            "SSHCARD_LISTEN: `localhost` is no address; say one like 0.0.0.0:2222, [::]:2222 or 2222",
            "SSHCARD_LISTENER: there is no such variable; did you mean `SSHCARD_LISTEN`? rename or unset it",
            "sshcard.toml:1:1: unknown key `listn`; did you mean `listen`?",
            "sshcard.toml:3:3: unknown key `max_connections`; did you mean `max-connections`?",
            "sshcard.toml:4:8: `keys` cannot be a whole number; it should be a text in quotes",
            "sshcard.toml:5:19: `max-per-address` cannot be a text; it should be a whole number, without quotes",
        ]
    );
}

#[test]
fn a_variable_that_is_like_none_of_ours_is_told_which_there_are() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(
        wrong(&options(&dir, ""), &[("SSHCARD_COLOUR", "x")]),
        "SSHCARD_COLOUR: there is no such variable; it can be `SSHCARD_LISTEN`, `SSHCARD_PROFILE`, `SSHCARD_KEYS`, \
         `SSHCARD_HOST_KEY`, `SSHCARD_LOG`, `SSHCARD_MAX_CONNECTIONS`, `SSHCARD_MAX_PER_ADDRESS`, \
         `SSHCARD_PROXY_FROM`, `SSHCARD_OPS` or `SSHCARD_CONFIG`; rename or unset it"
    );
}

#[test]
fn problems_of_the_file_beyond_those_shown_are_counted() {
    let dir = tempfile::tempdir().unwrap();
    let file = (0..60).map(|n| format!("x{n} = 1\n")).collect::<Vec<_>>().concat();
    let wrong = wrong(&options(&dir, &file), &[]);
    assert_eq!(wrong.lines().count(), 51);
    assert!(wrong.ends_with("\nsshcard.toml: 60 problems; the first 50 of a file are shown"), "{wrong}");
}

#[test]
fn a_file_that_is_no_toml_names_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let wrong = wrong(&options(&dir, "keys = \"a\"\nprofile = \n"), &[]);
    assert!(wrong.starts_with("sshcard.toml:2:"), "{wrong}");
}

#[test]
fn an_address_without_port_and_one_twice_are_told_the_remedy() {
    let dir = tempfile::tempdir().unwrap();
    for (listen, expected) in [
        (&["0.0.0.0"][..], "--listen: `0.0.0.0` has no port; say 0.0.0.0:2222"),
        (&["::1"], "--listen: `::1` has no port; say [::1]:2222"),
        (&["[::1]"], "--listen: `[::1]` has no port; say [::1]:2222"),
        (&["22", "22"], "--listen: [::]:22 is there twice; once is enough"),
        (&["\u{1b}[2J"], "--listen: `\u{fffd}[2J` is no address; say one like 0.0.0.0:2222, [::]:2222 or 2222"),
    ] {
        let mut options = options(&dir, "");
        options.listen = listen.iter().map(ToString::to_string).collect();
        assert_eq!(wrong(&options, &[]), expected);
    }
}

#[test]
fn metrics_are_served_to_this_machine_unless_an_address_is_spelled_out() {
    let dir = tempfile::tempdir().unwrap();
    for (said, expected) in [("9222", "127.0.0.1:9222"), ("[::1]:9", "[::1]:9"), ("0.0.0.0:9222", "0.0.0.0:9222")] {
        let options = Options { ops: Some(said.into()), ..options(&dir, "") };
        assert_eq!(Config::load(&options, []).unwrap().ops, Some(expected.parse().unwrap()));
    }
    for (said, expected) in [
        ("localhost", "--ops: `localhost` is no address; say one like 127.0.0.1:9222 or 9222"),
        ("10.0.0.1", "--ops: `10.0.0.1` has no port; say 10.0.0.1:9222"),
    ] {
        assert_eq!(wrong(&Options { ops: Some(said.into()), ..options(&dir, "") }, &[]), expected);
    }
}

#[test]
fn numbers_are_numbers() {
    let dir = tempfile::tempdir().unwrap();
    for bad in ["-1", "many", "4294967296", "1.5"] {
        let mut options = options(&dir, "");
        options.max_connections = Some(bad.into());
        assert!(wrong(&options, &[]).starts_with(&format!("--max-connections: `{bad}` is not a number")));
    }
}

#[test]
fn what_is_no_network_is_told_what_would_be_one() {
    let dir = tempfile::tempdir().unwrap();
    for bad in ["10.0.0.0/33", "::/129", "proxy.example.com", "10.0.0.0/", "", "\u{1b}[2J"] {
        let mut options = options(&dir, "");
        options.proxy_from = vec!["10.0.0.0/8".into(), bad.into()];
        let shown = bad.replace('\u{1b}', "\u{fffd}");
        let expected = format!("`{shown}` is no network; say one like 10.0.0.0/8, 2001:db8::/32, or an address");
        assert_eq!(wrong(&options, &[]), format!("--proxy-from: {expected}"));
    }
}
