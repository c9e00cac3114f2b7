//! The command line, and the settings of the server: flags, environment variables and defaults.
//!
//! A flag wins over its variable, and the variable over the default. Every option may stand before or after the
//! command; the help of a command lists the options that the command uses.

use std::{
    env,
    ffi::{OsStr, OsString},
    fs,
    net::SocketAddr,
    os::unix::ffi::OsStrExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{
    Arg, Args, CommandFactory as _, Error, FromArgMatches as _, Parser, ValueEnum,
    builder::{BoolishValueParser, Resettable},
    parser::ValueSource,
};
use ipnet::IpNet;
use zeroize::Zeroizing;

use crate::{
    places,
    ssh::hostkey::{KeyPlace, KeyText},
};

mod completions;
mod environment;
mod values;

pub use completions::{Shell, completions};
pub use values::{LogFormat, LogLevel};
use values::{
    count, help_of_format, help_of_kind, listen_address, log_format, log_level, network, online_address, ops_address,
    seconds, web_address,
};

/// The version with the commit and the day of what was built, where the build knew them (`build.rs`).
const VERSION: &str = match option_env!("BUILD_VERSION") {
    Some(version) => version,
    None => env!("CARGO_PKG_VERSION"),
};

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "sshcard",
    version = VERSION,
    about,
    after_help = "Put your own words in the files of profile/, start sshcard, and anyone can look at your card with \
        `ssh`, without an account or a password. Without a command, sshcard serves the card.\n\n\
        Examples:\n  \
        sshcard init                       write the files of a card into profile/\n  \
        sshcard                            serve the card in profile/ on port 2222\n  \
        sshcard --listen 22 --ops 9222     on port 22, and metrics on port 9222\n  \
        SSHCARD_KEYS=/srv/keys sshcard     with the host key in another directory\n\n\
        A flag wins over its variable, and an empty variable is the same as none."
)]
pub struct Cli {
    /// What to do; serving, when nothing is said.
    #[command(subcommand)]
    pub command: Option<Subcommand>,
    /// The settings of the server, of which other commands use some.
    #[command(flatten)]
    pub settings: Settings,
    /// The columns that text may take, from 20 to 200 [default: 72]
    #[arg(long, value_name = "N", global = true, hide = true)]
    pub width: Option<String>,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq, clap::Subcommand)]
pub enum Subcommand {
    /// Serve the card to visitors (what sshcard does without a command)
    #[command(after_help = "Example: sshcard serve --listen 0.0.0.0:22 --keys /var/lib/sshcard")]
    Serve,
    /// Write the files of a new card, with comments, and say what to do next
    ///
    /// On a terminal it asks a few questions first. It never writes over a file that is there.
    #[command(after_help = "Examples:\n  sshcard init\n  sshcard init --yes my-profile\n  \
        sshcard init --from resume.json")]
    Init {
        /// The directory to write into; that of `--profile`, or ./profile, when nothing is said
        dir: Option<PathBuf>,
        /// Ask nothing
        #[arg(long)]
        yes: bool,
        /// Make the card from this JSON Resume
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
    },
    /// Write the files of a card from a JSON Resume, and say what of it has no place on a card
    #[command(after_help = "Example: sshcard import resume.json my-profile")]
    Import {
        /// The file of the resume
        resume: PathBuf,
        /// The directory to write into; that of `--profile`, or ./profile, when nothing is said
        dir: Option<PathBuf>,
    },
    /// Move a profile of version 0.1 to the files of this version, and keep the old ones beside them
    #[command(after_help = "Example: sshcard migrate my-profile")]
    Migrate {
        /// The directory with the profile; the one that would be served, when nothing is said
        dir: Option<PathBuf>,
    },
    /// Look for mistakes in the profile and say where they are, without serving it
    #[command(after_help = "Examples:\n  sshcard check my-profile\n  sshcard check --watch --json\n  \
        sshcard check --online card.example.com")]
    Check {
        /// The directory with the profile, or a JSON Resume, FILE.json; what would be served, when nothing is said
        dir: Option<PathBuf>,
        /// Say it to a program: a JSON object a line on standard output, the last with the numbers of errors and
        /// warnings
        #[arg(long)]
        json: bool,
        /// Check again whenever a file changes, until Ctrl-C
        #[arg(long)]
        watch: bool,
        /// Look instead whether this card is reached at an address over the network, such as `card.example.com` or
        /// `[2001:db8::1]:2222`, and shows the host key that is configured here
        #[arg(long, value_name = "ADDRESS", value_parser = online_address)]
        #[arg(conflicts_with_all = ["dir", "json", "watch"])]
        online: Option<(String, u16)>,
    },
    /// Print the JSON Schema of a file of the profile, with which editors complete and check its keys
    ///
    /// The files that `sshcard init` writes name it in their first line.
    #[command(after_help = "Example: sshcard schema card > profile/.schema/card.json")]
    Schema {
        /// The file: card.toml, or a page of entries
        file: SchemaOf,
    },
    /// Show the card here, in this terminal, as a visitor would see it
    #[command(after_help = "Example: sshcard preview --profile my-profile")]
    Preview,
    /// See whether the server is well: make a connection to it as visitors do, and exit with 0 or 1
    ///
    /// In a container the options that the server was started with hold here too, unless others are given.
    #[command(after_help = "Example: sshcard healthcheck 127.0.0.1:2222")]
    Healthcheck {
        /// Address and port to look at, or a port alone; where the server is told to listen, when nothing is said
        #[arg(value_parser = listen_address)]
        addr: Option<SocketAddr>,
    },
    /// Say how many visitors came, what they looked at and what they took away, since the server started
    ///
    /// It asks the server's listener for metrics, so that must be there (--ops).
    #[command(after_help = "Examples:\n  sshcard stats\n  sshcard stats 127.0.0.1:9222")]
    Stats {
        /// Where metrics are served: address and port, or a port alone; that of --ops, or 127.0.0.1:9222, when nothing
        /// is said
        #[arg(value_parser = ops_address)]
        addr: Option<SocketAddr>,
    },
    /// Print what `ssh HOST FORMAT` prints; `sshcard print help` lists what there is
    #[command(after_help = "Examples:\n  sshcard print text --width 60\n  sshcard print vcard 4 > card.vcf")]
    Print {
        /// A format, a page, or what else `sshcard print help` lists
        #[arg(help = help_of_format())]
        format: String,
        /// A variant of the format
        #[arg(help = help_of_kind())]
        kind: Option<String>,
        /// The variant, where the first word is a language of the card and the second the format
        #[arg(hide = true)]
        kind_after_language: Option<String>,
    },
    /// Show which host key there is, or write it out for a backup
    ///
    /// By this key visitors know that it is still you.
    #[command(after_help = "Examples:\n  sshcard key show\n  (umask 077; sshcard key backup > host_key.backup)")]
    Key {
        /// What to do with it
        action: KeyAction,
    },
    /// Print what makes a shell complete the commands and options of sshcard
    #[command(after_help = "Examples:\n  \
        sshcard completions bash > ~/.local/share/bash-completion/completions/sshcard\n  \
        sshcard completions zsh > ~/.zfunc/_sshcard\n  \
        sshcard completions fish > ~/.config/fish/completions/sshcard.fish")]
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// What there is to do with a host key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KeyAction {
    /// Its file, its fingerprint, and its SSHFP record for the DNS
    Show,
    /// Its file, on standard output
    Backup,
}

/// The files that have a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// card.toml
    Card,
    /// A page of entries, NAME.toml
    Page,
}

/// How the server is to run.
#[derive(Debug, Clone, Args)]
pub struct Settings {
    /// Address and port to listen on, such as `0.0.0.0:22` or `[::1]:2222`; a port alone means all addresses. May be
    /// given more than once. `[::]` takes IPv4 too
    #[arg(long, env = "SSHCARD_LISTEN", global = true, value_name = "ADDR", value_delimiter = ',')]
    #[arg(value_parser = listen_address, default_value = "[::]:2222")]
    pub listen: Vec<SocketAddr>,
    /// Whether `listen` was said, and is not the default.
    #[arg(skip)]
    pub is_listen_given: bool,
    /// The directory with the profile: card.toml and the pages; or a JSON Resume, FILE.json [default: ./profile, else
    /// sshcard/profile in the directory of your configuration, as ~/.config]
    #[arg(long, env = "SSHCARD_PROFILE", global = true, value_name = "DIR")]
    pub profile: Option<PathBuf>,
    /// Take the sample that is in the program, whatever profile there is
    #[arg(long, global = true)]
    pub sample: bool,
    /// The directory with the host key, which is made there on the first start. Keep it: by this key visitors know that
    /// it is still you [default: ./keys, or beside a profile that is found in the configuration]
    #[arg(long, env = "SSHCARD_KEYS", global = true, value_name = "DIR")]
    pub keys: Option<PathBuf>,
    /// The file with the host key, under any name; it must exist, and --keys is not used then. The variable may have
    /// the key itself, as a secret of a hosting service has it [default: the one in the directory of --keys]
    #[arg(long, env = "SSHCARD_HOST_KEY", global = true, value_name = "FILE")]
    pub host_key: Option<PathBuf>,
    /// The host key itself, where that is what was given in place of a file.
    #[arg(skip)]
    pub host_key_text: Option<KeyText>,
    /// How the log on standard error is written: text for people, json for programs
    #[arg(long, env = "SSHCARD_LOG", global = true, value_name = "text|json", default_value = "text")]
    #[arg(value_parser = log_format)]
    pub log: LogFormat,
    /// The lines of the log: error, those and warn, or those and info, which has visits
    #[arg(long, env = "SSHCARD_LOG_LEVEL", global = true, value_name = "error|warn|info", default_value = "info")]
    #[arg(value_parser = log_level)]
    pub log_level: LogLevel,
    /// The most connections at a time that are let in; 0 for no limit
    #[arg(long, env = "SSHCARD_MAX_CONNECTIONS", global = true, value_name = "N", default_value = "1000")]
    #[arg(value_parser = count)]
    pub max_connections: usize,
    /// The most connections at a time from one address, which may come at once; after those it is one a second. 0 for
    /// no limit to either
    #[arg(long, env = "SSHCARD_MAX_PER_ADDRESS", global = true, value_name = "N", default_value = "10")]
    #[arg(value_parser = count)]
    pub max_per_address: usize,
    /// Visitors come through proxies in these networks, such as `10.0.0.0/8`, which say for whom they connect (the
    /// PROXY protocol, version 1 or 2); nobody else gets in [default: visitors come themselves]
    #[arg(long, env = "SSHCARD_PROXY_FROM", global = true, value_name = "CIDR", value_delimiter = ',')]
    #[arg(value_parser = network)]
    pub proxy_from: Vec<IpNet>,
    /// Serve metrics and health over HTTP at this address: `/metrics`, `/livez`, `/readyz`. A port alone means this
    /// machine only [default: not served]
    #[arg(long, env = "SSHCARD_OPS", global = true, value_name = "ADDR", value_parser = ops_address)]
    pub ops: Option<SocketAddr>,
    /// Serve the card as a web page over HTTP at this address, and as text to `curl`. A port alone means this machine
    /// only, for a proxy that speaks HTTPS [default: not served]
    #[arg(long, env = "SSHCARD_WEB", global = true, value_name = "ADDR", value_parser = web_address)]
    pub web: Option<SocketAddr>,
    /// Proxies in these networks, such as `127.0.0.1`, say for whom they ask for the web page (`Forwarded`,
    /// `X-Forwarded-For`) and are believed [default: nobody is]
    #[arg(long, env = "SSHCARD_WEB_FROM", global = true, value_name = "CIDR", value_delimiter = ',')]
    #[arg(value_parser = network)]
    pub web_from: Vec<IpNet>,
    /// When the server is asked to stop, visitors are still let in for so long, while `/readyz` answers 503: what a
    /// load balancer takes to notice
    #[arg(long, env = "SSHCARD_DRAIN_ACCEPT", global = true, value_name = "SECONDS", default_value = "0")]
    #[arg(value_parser = seconds)]
    pub drain_accept: Duration,
    /// After that, visitors who are there may stay for so long, and are told that the card restarts soon
    #[arg(long, env = "SSHCARD_DRAIN_SESSIONS", global = true, value_name = "SECONDS", default_value = "0")]
    #[arg(value_parser = seconds)]
    pub drain_sessions: Duration,
    /// Do not let the kernel hold the server to what it needs once it has started: for a system where that goes wrong
    #[arg(long, env = "SSHCARD_NO_CONFINEMENT", global = true, value_parser = BoolishValueParser::new())]
    pub no_confinement: bool,
}

impl Settings {
    /// Where the host key is.
    #[must_use]
    pub fn key(&self) -> KeyPlace {
        let text = self.host_key_text.clone().map(KeyPlace::Text);
        text.or_else(|| self.host_key.clone().map(KeyPlace::File))
            .unwrap_or_else(|| KeyPlace::Directory(places::keys(self.keys.as_deref(), self.profile.as_deref())))
    }
}

/// What the commands use of the options, by the names of [`Settings`]' fields; `serve` uses all of them.
const USED: [(&str, &[&str]); 11] = [
    ("init", &["profile"]),
    ("import", &["profile"]),
    ("migrate", &["profile"]),
    ("check", &["profile", "keys", "host_key"]),
    ("schema", &[]),
    ("preview", &["profile", "sample"]),
    ("healthcheck", &["listen", "keys", "host_key", "profile", "proxy_from"]),
    ("stats", &["ops"]),
    ("print", &["profile", "sample", "keys", "host_key", "width"]),
    ("key", &["keys", "host_key", "profile"]),
    ("completions", &[]),
];

impl Cli {
    /// Reads the command line and the environment of this process. A health check in a container goes by the options
    /// that the server was started with, too: it is process 1 there, or is run by that, and nothing else tells a
    /// `HEALTHCHECK` what was given to it as arguments.
    ///
    /// # Errors
    ///
    /// Wrong usage, and a variable that is unknown or has a wrong value; or help or the version, which is asked for.
    pub fn read() -> Result<Self, Error> {
        let arguments: Vec<OsString> = env::args_os().collect();
        let cli = Self::parsed(&arguments)?;
        if !matches!(cli.command, Some(Subcommand::Healthcheck { .. })) {
            return Ok(cli);
        }
        let of_server = fs::read("/proc/1/cmdline").ok().and_then(|line| with_options_of_server(&arguments, &line));
        of_server.map_or(Ok(cli), |arguments| Self::parsed(&arguments))
    }

    fn parsed(arguments: &[OsString]) -> Result<Self, Error> {
        environment::check_names(&Self::command())?;
        let mut command = command(arguments);
        let matches = command.try_get_matches_from_mut(arguments);
        let matches = matches.map_err(|error| environment::naming_the_variable(error, &command))?;
        let mut cli = Self::from_arg_matches(&matches)?;
        cli.settings.host_key_text = cli.settings.host_key.as_deref().and_then(|value| KeyText::of(value.as_os_str()));
        if cli.settings.host_key_text.is_some()
            && let Some(value) = cli.settings.host_key.take()
        {
            // The value is a private key: this copy of it is erased.
            drop(Zeroizing::new(value.into_os_string().into_encoded_bytes()));
        }
        cli.settings.is_listen_given = matches.value_source("listen") != Some(ValueSource::DefaultValue);
        Ok(cli)
    }
}

/// The definition of the command line, for man pages.
#[must_use]
pub fn definition() -> clap::Command {
    command(&[])
}

/// The definition of the command line for these arguments. A variable does not count where its flag is given, on
/// whichever side of the command; nor does an empty one, since containers are often started that way.
fn command(arguments: &[OsString]) -> clap::Command {
    let is_given = |arg: &Arg| {
        let flag = arg.get_long().map(|long| format!("--{long}")).unwrap_or_default();
        let flags = arguments.iter().filter_map(|argument| argument.to_str()?.split('=').next());
        flags.into_iter().any(|given| given == flag)
    };
    let is_empty = |arg: &Arg| arg.get_env().and_then(env::var_os).is_some_and(|value| value.is_empty());
    let command = Cli::command().mut_args(|arg| {
        let arg = arg.hide_env_values(true);
        if is_given(&arg) || is_empty(&arg) { arg.env(Resettable::Reset) } else { arg }
    });
    // An option that a command defines itself is not taken over from the program, so its help can leave it out.
    let options: Vec<Arg> = command.get_opts().cloned().collect();
    USED.into_iter().fold(command, |command, (name, used)| {
        let options = options.iter().map(|arg| arg.clone().hide(!used.contains(&arg.get_id().as_str())));
        command.mut_subcommand(name, |command| command.args(options))
    })
}

/// The command line of a health check with the options of the server before its own, which win over them. `server` is
/// the command line of the server's process: the arguments, each ended by a NUL byte, as in `/proc/PID/cmdline`
/// (`proc_pid_cmdline(5)`). The server's program has the same file name as this one; what stands before it belongs to
/// an init that runs the server, as that of `docker run --init` does.
///
/// `None` if the process is no server of ours.
fn with_options_of_server(arguments: &[OsString], server: &[u8]) -> Option<Vec<OsString>> {
    let program = arguments.first()?;
    let name = Path::new(program).file_name()?;
    let server =
        server.strip_suffix(b"\0")?.split(|byte| *byte == 0).map(|argument| OsStr::from_bytes(argument).into());
    let server: Vec<OsString> = server.skip_while(|argument| Path::new(argument).file_name() != Some(name)).collect();
    let options = match Cli::parsed(&server).ok()?.command {
        None => server.get(1..)?.to_vec(),
        Some(Subcommand::Serve) => without(&server, "serve"),
        Some(_) => return None,
    };
    let own = without(arguments, "healthcheck");
    Some([vec![program.clone()], options, vec!["healthcheck".into()], own].concat())
}

/// The arguments of a program, without the first that is `command`.
fn without(arguments: &[OsString], command: &str) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.iter().skip(1).cloned().collect();
    // Where an option has the same word as its value, it does not matter which of the two goes.
    if let Some(at) = arguments.iter().position(|argument| argument == command) {
        arguments.remove(at);
    }
    arguments
}

#[cfg(test)]
mod tests;
