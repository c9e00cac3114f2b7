//! The command line as typed. What it means, together with environment and file, is settled in [`crate::config`].

use std::{
    ffi::{OsStr, OsString},
    os::unix::ffi::OsStrExt as _,
    path::{Path, PathBuf},
};

use clap::{Args, Parser, Subcommand};

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "sshcard",
    version,
    about = "A business card that answers the phone: `ssh card.example.com` shows who you are.",
    long_about = "A business card that answers the phone: `ssh card.example.com` shows who you are.\n\n\
        Put your own words in the files of profile/, start sshcard, and anyone can look at your card with `ssh`, without an \
        account or a password. Without a command, sshcard serves the card.",
    after_help = "Every option can also be set in the environment (--max-per-address as SSHCARD_MAX_PER_ADDRESS) and in \
        sshcard.toml (max-per-address = 10). Options win over the environment, the environment over the file.",
    args_conflicts_with_subcommands = true
)]
pub struct Cli {
    /// What to do; serving, when nothing is said.
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    options: Options,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the card to visitors (what sshcard does without a command)
    Serve(Options),
    /// Look for mistakes in the profile and say where they are, without serving it
    Check {
        /// The directory with the profile; the one that would be served, when nothing is said
        dir: Option<PathBuf>,
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Show the card here, in this terminal, as a visitor would see it
    Preview {
        /// The directory with the profile [default: profile]
        #[arg(long, value_name = "DIR")]
        profile: Option<PathBuf>,
        #[command(flatten)]
        config: ConfigFile,
    },
    /// See whether the server is well: make a connection to it as visitors do, and exit with 0 or 1
    ///
    /// In a container the options that the server was started with hold here too, unless others are given.
    Healthcheck {
        /// Address and port to look at, or a port alone; where the server is told to listen, when nothing is said
        addr: Option<String>,
        #[command(flatten)]
        options: Options,
    },
    /// Print what `ssh HOST FORMAT` prints; `sshcard print help` lists what there is
    Print {
        /// What to print: text, card, about, career, stack, contact, markdown, vcard, json, html, qr, hostkey, privacy,
        /// version or help
        format: String,
        /// Which kind of it: `3` or `4` of vcard; `light`, `text`, `svg` or `png` of qr
        kind: Option<String>,
        /// The columns that text may take, from 20 to 200 [default: 72]
        #[arg(long, value_name = "N")]
        width: Option<String>,
        /// The directory with the profile [default: profile]
        #[arg(long, value_name = "DIR")]
        profile: Option<PathBuf>,
        /// The directory with the host key [default: keys]
        #[arg(long, value_name = "DIR")]
        keys: Option<PathBuf>,
        /// The file with the host key, instead of the one in the directory
        #[arg(long, value_name = "FILE")]
        host_key: Option<PathBuf>,
        #[command(flatten)]
        config: ConfigFile,
    },
}

#[derive(Debug, Args)]
struct ConfigFile {
    /// The configuration file [default: sshcard.toml, if there is one]
    #[arg(long = "config", value_name = "FILE")]
    path: Option<PathBuf>,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Serve the card.
    Serve,
    /// Look for mistakes in the profile.
    Check,
    /// Show the card in this terminal.
    Preview,
    /// See whether the server is well.
    Healthcheck,
    /// Print what is printed for this command over SSH.
    Print(String),
}

/// The options as typed. They are checked where they meet the environment and the file, so that all three are told what is
/// wrong in the same words.
#[derive(Debug, Clone, Default, Args)]
pub struct Options {
    /// Address and port to listen on, such as `0.0.0.0:22` or `[::1]:2222`; a port alone means all addresses. May be given
    /// more than once [default: `[::]:2222`, which takes IPv4 and IPv6]
    #[arg(long, value_name = "ADDR")]
    pub listen: Vec<String>,
    /// The directory with the profile: card.toml, about.md, career.toml, stack.toml [default: profile]
    #[arg(long, value_name = "DIR")]
    pub profile: Option<PathBuf>,
    /// The directory with the host key, which is made there on the first start. Keep it: by this key visitors know that
    /// it is still you [default: keys]
    #[arg(long, value_name = "DIR")]
    pub keys: Option<PathBuf>,
    /// The file with the host key, under any name; it must exist, and --keys is not used then [default: the one in the
    /// directory of --keys]
    #[arg(long, value_name = "FILE")]
    pub host_key: Option<PathBuf>,
    /// How the log on standard error is written: text for people, json for programs [default: text]
    #[arg(long, value_name = "text|json")]
    pub log: Option<String>,
    /// The most connections at a time that are let in; 0 for no limit [default: 1000]
    #[arg(long, value_name = "N")]
    pub max_connections: Option<String>,
    /// The most connections at a time from one address, which may come at once; after those it is one a second. 0 for no
    /// limit to either [default: 10]
    #[arg(long, value_name = "N")]
    pub max_per_address: Option<String>,
    /// Visitors come through proxies in these networks, such as `10.0.0.0/8`, which say for whom they connect (the PROXY
    /// protocol, version 1 or 2); nobody else gets in [default: visitors come themselves]
    #[arg(long, value_name = "CIDR", value_delimiter = ',')]
    pub proxy_from: Vec<String>,
    /// Serve counts of what goes on, and whether the server is well, over HTTP at this address: `/metrics`, `/livez`,
    /// `/readyz`. A port alone means this machine only [default: not served]
    #[arg(long, value_name = "ADDR")]
    pub ops: Option<String>,
    /// The configuration file [default: sshcard.toml, if there is one]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

impl Cli {
    /// What is to be done, and with which options.
    #[must_use]
    pub fn into_parts(self) -> (Action, Options) {
        match self.command {
            None => (Action::Serve, self.options),
            Some(Command::Serve(options)) => (Action::Serve, options),
            Some(Command::Check { dir: profile, config }) => (Action::Check, Options::of_profile(profile, config)),
            Some(Command::Preview { profile, config }) => (Action::Preview, Options::of_profile(profile, config)),
            Some(Command::Healthcheck { addr, options }) => {
                let listen = addr.map_or(options.listen, |addr| vec![addr]);
                (Action::Healthcheck, Options { listen, ..options })
            }
            Some(Command::Print { format, kind, width, profile, keys, host_key, config }) => {
                // As it is typed over SSH, so that both are told what is wrong in the same words.
                let width = width.map(|width| format!("--width={width}"));
                let command: Vec<String> = [Some(format), kind, width].into_iter().flatten().collect();
                (Action::Print(command.join(" ")), Options { keys, host_key, ..Options::of_profile(profile, config) })
            }
        }
    }
}

impl Options {
    fn of_profile(profile: Option<PathBuf>, config: ConfigFile) -> Self {
        Self { profile, config: config.path, ..Self::default() }
    }

    /// The options of a server, from the command line of its process: the arguments, each ended by a NUL byte, as in
    /// `/proc/PID/cmdline` (`proc_pid_cmdline(5)`). `program` is this program as it was called; the server's has the
    /// same file name. What stands before that belongs to an init that runs the server, as that of `docker run
    /// --init` does.
    ///
    /// `None` if the process is no server of ours.
    #[must_use]
    pub fn of_server(command_line: &[u8], program: &OsStr) -> Option<Self> {
        let name = Path::new(program).file_name()?;
        let arguments: Vec<OsString> =
            command_line.split(|byte| *byte == 0).map(|argument| OsStr::from_bytes(argument).to_owned()).collect();
        let start = arguments.iter().position(|argument| Path::new(argument).file_name() == Some(name))?;
        // What follows the last NUL is empty and no argument.
        let arguments = arguments.get(start..arguments.len().checked_sub(1)?)?;
        match Cli::try_parse_from(arguments).ok()?.into_parts() {
            (Action::Serve, options) => Some(options),
            _ => None,
        }
    }

    /// These options, and those of `others` that are not given here.
    #[must_use]
    pub fn or(self, others: Self) -> Self {
        let list = |ours: Vec<String>, others| if ours.is_empty() { others } else { ours };
        Self {
            listen: list(self.listen, others.listen),
            profile: self.profile.or(others.profile),
            keys: self.keys.or(others.keys),
            host_key: self.host_key.or(others.host_key),
            log: self.log.or(others.log),
            max_connections: self.max_connections.or(others.max_connections),
            max_per_address: self.max_per_address.or(others.max_per_address),
            proxy_from: list(self.proxy_from, others.proxy_from),
            ops: self.ops.or(others.ops),
            config: self.config.or(others.config),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn parse(line: &str) -> Result<(Action, Options), clap::Error> {
        Cli::try_parse_from(line.split_whitespace()).map(Cli::into_parts)
    }

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn serving_needs_no_command() {
        for line in
            ["sshcard --listen 22 --listen [::1]:23 --keys k", "sshcard serve --listen 22 --listen [::1]:23 --keys k"]
        {
            let (action, options) = parse(line).unwrap();
            assert_eq!(action, Action::Serve);
            assert_eq!(options.listen, ["22", "[::1]:23"]);
            assert_eq!(options.keys, Some("k".into()));
        }
        let (_, options) = parse("sshcard --proxy-from 10.0.0.0/8,::1 --proxy-from 192.0.2.1").unwrap();
        assert_eq!(options.proxy_from, ["10.0.0.0/8", "::1", "192.0.2.1"]);
    }

    #[test]
    fn check_takes_a_directory_and_preview_a_profile() {
        let (action, options) = parse("sshcard check elsewhere").unwrap();
        assert_eq!((action, options.profile), (Action::Check, Some("elsewhere".into())));
        let (action, options) = parse("sshcard preview --profile elsewhere --config c.toml").unwrap();
        assert_eq!(
            (action, options.profile, options.config),
            (Action::Preview, Some("elsewhere".into()), Some("c.toml".into()))
        );
        assert!(parse("sshcard preview --listen 22").is_err());
    }

    #[test]
    fn a_healthcheck_takes_what_the_server_takes() {
        let (action, options) = parse("sshcard healthcheck").unwrap();
        assert_eq!((action, options.listen), (Action::Healthcheck, vec![]));
        let (_, options) = parse("sshcard healthcheck [::1]:23 --listen 22 --keys k --proxy-from ::1").unwrap();
        assert_eq!((options.listen, options.keys), (vec!["[::1]:23".to_owned()], Some("k".into())));
        assert_eq!(options.proxy_from, ["::1"]);
    }

    #[test]
    fn a_server_is_known_by_its_command_line() {
        let of = |line: &str, program: &str| {
            // As the system tells it: every argument ends with a NUL byte.
            let line: String = line.split(' ').flat_map(|argument| [argument, "\0"]).collect();
            Options::of_server(line.as_bytes(), OsStr::new(program)).map(|options| (options.listen, options.proxy_from))
        };
        let listening = Some((vec!["0.0.0.0:3022".to_owned()], vec![]));
        let behind = Some((vec!["3022".to_owned()], vec!["10.0.0.0/8".to_owned()]));
        for (line, program, expected) in [
            ("/sshcard serve", "/sshcard", Some((vec![], vec![]))),
            ("/sshcard", "/sshcard", Some((vec![], vec![]))),
            ("/sshcard serve --listen 0.0.0.0:3022", "/sshcard", listening.clone()),
            ("/sshcard --listen 0.0.0.0:3022", "sshcard", listening.clone()),
            ("/sbin/docker-init -- /sshcard serve --listen 0.0.0.0:3022", "/sshcard", listening.clone()),
            ("/usr/bin/tini -g -- /card --listen=0.0.0.0:3022", "/card", listening),
            ("/sshcard serve --listen 3022 --proxy-from 10.0.0.0/8", "/sshcard", behind),
            // Another program, other commands of ours, and what the server itself would not take.
            ("/sbin/init splash", "/sshcard", None),
            ("/pause", "/sshcard", None),
            ("/sshcard healthcheck", "/sshcard", None),
            ("/sshcard preview --profile p", "/sshcard", None),
            ("/sshcard serve --lisen 22", "/sshcard", None),
            ("/sshcard serve", "", None),
        ] {
            assert_eq!(of(line, program), expected, "{line:?} for {program:?}");
        }
        for line in [&b""[..], b"\0", b"\0\0\0", b"sshcard", b"\xff\0\xfe\0"] {
            let options = Options::of_server(line, OsStr::new("sshcard"));
            assert!(options.is_none_or(|options| options.listen.is_empty()), "{line:?}");
        }
    }

    #[test]
    fn what_a_healthcheck_is_told_itself_wins_over_the_options_of_the_server() {
        let (_, told) = parse("sshcard healthcheck 23 --keys k").unwrap();
        let line = "sshcard serve --listen 22 --keys other --proxy-from ::1 --profile p --log json --max-connections 1 \
                    --max-per-address 2 --ops 9222 --config c.toml --host-key f";
        let (_, server) = parse(line).unwrap();
        let both = told.or(server.clone());
        assert_eq!((both.listen, both.keys), (vec!["23".to_owned()], Some("k".into())));
        // What it is not told, all of it.
        let alone = Options::default().or(server);
        assert_eq!((&alone.listen[..], alone.keys), (&["22".to_owned()][..], Some("other".into())));
        for (both, alone) in [
            (both.log, alone.log),
            (both.max_connections, alone.max_connections),
            (both.max_per_address, alone.max_per_address),
            (both.ops, alone.ops),
        ] {
            assert!(both.is_some() && both == alone);
        }
        assert_eq!(alone.host_key, Some("f".into()));
        assert_eq!((both.profile, both.config, both.host_key), (alone.profile, alone.config, alone.host_key));
        assert_eq!(both.proxy_from, alone.proxy_from);
    }

    #[test]
    fn print_becomes_the_command_that_a_visitor_types() {
        for (line, expected) in [
            ("sshcard print text", "text"),
            ("sshcard print text --width 40", "text --width=40"),
            ("sshcard print vcard 4 --profile elsewhere", "vcard 4"),
        ] {
            assert_eq!(parse(line).unwrap().0, Action::Print(expected.into()), "{line}");
        }
        let (_, options) = parse("sshcard print hostkey --keys k --profile p --host-key f").unwrap();
        let paths = (options.keys, options.profile, options.host_key);
        assert_eq!(paths, (Some("k".into()), Some("p".into()), Some("f".into())));
        assert_eq!(parse("sshcard print").unwrap_err().exit_code(), 2);
    }

    #[test]
    fn a_wrong_option_is_wrong_usage() {
        assert_eq!(parse("sshcard --lisen 22").unwrap_err().exit_code(), 2);
    }
}
