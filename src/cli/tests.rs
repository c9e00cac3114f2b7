use super::*;

fn parse(line: &str) -> Result<Cli, Error> {
    let arguments: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
    Cli::parsed(&arguments)
}

fn addresses(addresses: &[&str]) -> Vec<SocketAddr> {
    addresses.iter().map(|address| address.parse().unwrap()).collect()
}

#[test]
fn the_definition_is_sound() {
    command(&[]).debug_assert();
}

#[test]
fn every_setting_can_be_given_and_has_a_default() {
    let Cli { command, settings, .. } = parse("sshcard").unwrap();
    assert_eq!((command, settings.listen, settings.profile), (None, addresses(&["[::]:2222"]), None));
    assert_eq!((settings.max_connections, settings.max_per_address, settings.ops), (1000, 10, None));
    let line = "sshcard serve --listen 22 --listen 192.0.2.1:2022 --keys k --log json --max-connections 0 \
                --ops 9222 --max-per-address 4294967295 --proxy-from 10.1.2.3/8,::1 --proxy-from 192.0.2.1";
    let Cli { command, settings, .. } = parse(line).unwrap();
    assert_eq!((command, settings.key()), (Some(Subcommand::Serve), KeyPlace::Directory("k".into())));
    assert_eq!(settings.listen, addresses(&["[::]:22", "192.0.2.1:2022"]));
    assert_eq!((settings.max_connections, settings.max_per_address), (0, 4_294_967_295));
    assert_eq!((settings.log, settings.ops), (LogFormat::Json, Some("127.0.0.1:9222".parse().unwrap())));
    let networks: Vec<_> = settings.proxy_from.iter().map(ToString::to_string).collect();
    assert_eq!(networks, ["10.0.0.0/8", "::1/128", "192.0.2.1/32"]);
    let settings = parse("sshcard print hostkey --host-key f --keys k").unwrap().settings;
    assert_eq!(settings.key(), KeyPlace::File("f".into()));
}

#[test]
fn a_card_is_looked_for_at_any_address() {
    for (text, host, port) in [
        ("card.example.com", "card.example.com", 22),
        ("card.example.com:2222", "card.example.com", 2222),
        ("192.0.2.1", "192.0.2.1", 22),
        ("2001:db8::1", "2001:db8::1", 22),
        ("[2001:db8::1]:2222", "2001:db8::1", 2222),
    ] {
        let Some(Subcommand::Check { online, .. }) = parse(&format!("sshcard check --online {text}")).unwrap().command
        else {
            panic!("{text}")
        };
        assert_eq!(online, Some((host.to_owned(), port)), "{text}");
    }
    assert!(parse("sshcard check profile --online card.example.com").is_err());
}

#[test]
fn a_wrong_value_is_told_with_its_remedy() {
    for (line, expected) in [
        ("check --online card.example.com:0", "it is no address; say one like card.example.com or"),
        ("--listen 0.0.0.0", "'0.0.0.0' for '--listen <ADDR>': it has no port; say 0.0.0.0:2222"),
        ("--listen ::1", "it has no port; say [::1]:2222"),
        ("--listen [::1]", "it has no port; say [::1]:2222"),
        ("--listen localhost", "it is no address; say one like 0.0.0.0:2222, [::]:2222 or 2222"),
        ("--ops localhost", "it is no address; say one like 127.0.0.1:9222 or 9222"),
        ("--ops 10.0.0.1", "it has no port; say 10.0.0.1:9222"),
        ("--log xml", "it is no format of the log; say text or json"),
        ("--max-connections=-1", "'-1' for '--max-connections <N>': it is not a number; say 0 for no limit, or"),
        ("--max-connections 4294967296", "a number up to 4294967295"),
        ("--max-per-address 1.5", "it is not a number"),
        ("--drain-accept 1.5", "'1.5' for '--drain-accept <SECONDS>': it is no number of seconds; say 0 for none, or"),
        ("--drain-sessions 3601", "a number up to 3600"),
        ("--proxy-from 10.0.0.0/33", "it is no network; say one like 10.0.0.0/8, 2001:db8::/32, or an address"),
        ("--proxy-from ::1,proxy.example.com", "'proxy.example.com' for '--proxy-from <CIDR>': it is no network"),
        ("healthcheck nowhere", "it is no address"),
        ("--lisen 22", "unexpected argument '--lisen' found"),
        ("print", "required arguments were not provided"),
    ] {
        let error = parse(&format!("sshcard {line}")).unwrap_err();
        assert!(error.to_string().contains(expected), "{line}: {error}");
        assert_eq!(error.exit_code(), 2, "{line}");
    }
}

/// The command line of a health check that was called as `own`, beside a server that was called as `server`.
fn beside(own: &str, server: &str) -> Option<Cli> {
    let own: Vec<OsString> = own.split(' ').map(OsString::from).collect();
    // As the system tells it: every argument ends with a NUL byte.
    let server: String = server.split(' ').flat_map(|argument| [argument, "\0"]).collect();
    with_options_of_server(&own, server.as_bytes()).map(|arguments| Cli::parsed(&arguments).unwrap())
}

#[test]
fn a_server_is_known_by_its_command_line() {
    let own = "/sshcard healthcheck";
    for (own, server, expected) in [
        (own, "/sshcard serve", Some("[::]:2222")),
        (own, "/sshcard", Some("[::]:2222")),
        (own, "/sshcard serve --listen 0.0.0.0:3022", Some("0.0.0.0:3022")),
        ("sshcard healthcheck", "/sshcard --listen 0.0.0.0:3022", Some("0.0.0.0:3022")),
        (own, "/sshcard --listen 0.0.0.0:3022 serve", Some("0.0.0.0:3022")),
        (own, "/sbin/docker-init -- /sshcard serve --listen 0.0.0.0:3022", Some("0.0.0.0:3022")),
        ("/card healthcheck", "/usr/bin/tini -g -- /card --listen=0.0.0.0:3022", Some("0.0.0.0:3022")),
        (own, "/sshcard --profile serve --listen 1:1::1:1", None),
        (own, "/sshcard serve --profile serve --listen 0.0.0.0:3022", Some("0.0.0.0:3022")),
        // Another program, other commands of ours, and what the server itself would not take.
        (own, "/sbin/init splash", None),
        (own, "/pause", None),
        (own, "/sshcard healthcheck", None),
        (own, "/sshcard preview --profile p", None),
        (own, "/sshcard serve --lisen 22", None),
    ] {
        let cli = beside(own, server);
        let listen = cli.as_ref().map(|cli| cli.settings.listen.clone());
        assert_eq!(listen, expected.map(|address| addresses(&[address])), "{own} beside {server}");
        assert!(cli.is_none_or(|cli| cli.command == Some(Subcommand::Healthcheck { addr: None })), "{server}");
    }
    for line in [&b""[..], b"\0", b"\0\0\0", b"sshcard", b"\xff\0\xfe\0"] {
        assert_eq!(with_options_of_server(&["sshcard".into(), "healthcheck".into()], line), None, "{line:?}");
    }
}

#[test]
fn what_a_health_check_is_told_itself_wins_over_the_options_of_the_server() {
    let server = "sshcard serve --listen 22 --keys other --proxy-from ::1 --host-key f";
    for own in [
        "sshcard healthcheck --listen 23 --keys healthcheck --profile p",
        "sshcard --listen 23 --keys healthcheck healthcheck --profile p",
    ] {
        let Cli { command, settings, .. } = beside(own, server).unwrap();
        assert_eq!(command, Some(Subcommand::Healthcheck { addr: None }));
        assert_eq!((settings.listen, settings.keys), (addresses(&["[::]:23"]), Some("healthcheck".into())), "{own}");
        assert_eq!((settings.profile, settings.host_key), (Some("p".into()), Some("f".into())));
        assert_eq!(settings.proxy_from.len(), 1);
    }
}
