//! Flags, environment and file become one validated [`Config`].
//!
//! Flags win over the environment, the environment over the file, the file over the defaults. This is the only module
//! that knows what a variable means, and it is asked once, before anything is started; nothing is asked twice and nothing changes later.

use std::{
    ffi::{OsStr, OsString},
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::{Path, PathBuf},
};

use ipnet::IpNet;

use crate::{
    cli::Options,
    profile::characters::{alternatives, cleaned, nearest, quoted},
    terminal::capabilities::Environment,
};

mod file;

/// How the server is to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where to listen.
    pub listen: Listen,
    /// The directory with the profile.
    pub profile: PathBuf,
    /// The directory with the host key, which is made there when there never was one.
    pub keys: PathBuf,
    /// The file with the host key, which is never made; `None`, and it is the one in `keys`.
    pub host_key: Option<PathBuf>,
    /// How the log is written.
    pub log: Log,
    /// The most connections at a time that are let in; 0 for no limit.
    pub max_connections: usize,
    /// The most connections at a time from one address, and how many may come at once before it is one a second; 0 for no
    /// limit to either.
    pub max_per_address: usize,
    /// The networks of the proxies that visitors come through, which say for whom they connect; none, and visitors come
    /// themselves.
    pub proxy_from: Vec<IpNet>,
    /// Where metrics and health are served; `None`, and they are not.
    pub ops: Option<SocketAddr>,
}

impl Config {
    /// Settles what flags, environment and file say.
    ///
    /// Variables that do not begin with `SSHCARD_` are not looked at; an empty one is the same as none, since containers are
    /// often started that way. The file is `sshcard.toml` in the working directory unless another is named; paths in it are
    /// relative to it.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, each with the flag, the variable, or the file's line and column that says it, and what to
    /// do.
    pub fn load(options: &Options, environment: impl IntoIterator<Item = (OsString, OsString)>) -> Result<Self, Wrong> {
        let mut wrong = Vec::new();
        let (variables, file) = read_environment(environment, &mut wrong);
        let mut said = read_options(options);
        said.extend(variables);
        let file = options.config.clone().map(|path| (path, Origin::flag("config"))).or(file);
        said.extend(file::read(file, &mut wrong));
        let config = Self::settle(&said, &mut wrong);
        if wrong.is_empty() { Ok(config) } else { Err(Wrong(wrong)) }
    }

    /// Takes for each setting what was said first.
    fn settle(said: &[Said], wrong: &mut Vec<String>) -> Self {
        let mut config = Self::default();
        for setting in Setting::ALL {
            let Some(said) = said.iter().find(|said| said.setting == setting) else { continue };
            if let Err(what) = config.set(said) {
                wrong.push(format!("{}: {what}", said.origin));
            }
        }
        config
    }

    fn set(&mut self, said: &Said) -> Result<(), String> {
        match said.setting {
            Setting::Listen => self.listen = Listen::On(addresses(&said.values)?),
            Setting::Profile => self.profile = path(said)?,
            Setting::Keys => self.keys = path(said)?,
            Setting::HostKey => self.host_key = Some(path(said)?),
            Setting::Log => self.log = log(text(said.value())?)?,
            Setting::MaxConnections => self.max_connections = count(text(said.value())?)?,
            Setting::MaxPerAddress => self.max_per_address = count(text(said.value())?)?,
            Setting::ProxyFrom => self.proxy_from = networks(&said.values)?,
            Setting::Ops => self.ops = Some(address(text(said.value())?, Ipv4Addr::LOCALHOST.into(), OPS_PORT)?),
        }
        Ok(())
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: Listen::Default,
            profile: "profile".into(),
            keys: "keys".into(),
            host_key: None,
            log: Log::Text,
            max_connections: 1000,
            max_per_address: 10,
            proxy_from: Vec::new(),
            ops: None,
        }
    }
}

/// Where to listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listen {
    /// On [`Listen::PORT`] of all addresses, of IPv6 and IPv4 or of whatever the machine has.
    Default,
    /// On these addresses; at least one.
    On(Vec<SocketAddr>),
}

impl Listen {
    /// The port when none is chosen: one that needs no privilege.
    pub const PORT: u16 = 2222;
}

/// A port to show to whoever says where metrics are served, and no port: nothing is served on it unless it is said.
const OPS_PORT: u16 = 9222;

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Log {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Everything that is wrong with flags, environment and file; one line each.
#[derive(Debug, PartialEq, Eq)]
pub struct Wrong(Vec<String>);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for Wrong {}

/// What can be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Setting {
    Listen,
    Profile,
    Keys,
    HostKey,
    Log,
    MaxConnections,
    MaxPerAddress,
    ProxyFrom,
    Ops,
}

impl Setting {
    const ALL: [Self; 9] = [
        Self::Listen,
        Self::Profile,
        Self::Keys,
        Self::HostKey,
        Self::Log,
        Self::MaxConnections,
        Self::MaxPerAddress,
        Self::ProxyFrom,
        Self::Ops,
    ];

    /// The name of the flag, after `--`, and of the file's key.
    const fn name(self) -> &'static str {
        match self {
            Self::Listen => "listen",
            Self::Profile => "profile",
            Self::Keys => "keys",
            Self::HostKey => "host-key",
            Self::Log => "log",
            Self::MaxConnections => "max-connections",
            Self::MaxPerAddress => "max-per-address",
            Self::ProxyFrom => "proxy-from",
            Self::Ops => "ops",
        }
    }

    /// Whether it takes several values: in a variable with commas between them.
    const fn is_list(self) -> bool {
        matches!(self, Self::Listen | Self::ProxyFrom)
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|setting| setting.name() == name)
    }
}

/// Something that was said about a setting, not yet understood.
#[derive(Debug)]
struct Said {
    setting: Setting,
    /// At least one; more than one only for a setting that is a list ([`Setting::is_list`]).
    values: Vec<OsString>,
    origin: Origin,
}

impl Said {
    fn value(&self) -> &OsStr {
        self.values.first().map_or(OsStr::new(""), OsString::as_os_str)
    }
}

/// Where something was said.
#[derive(Debug)]
enum Origin {
    Flag(&'static str),
    Variable(String),
    File { path: PathBuf, line: usize, column: usize },
}

impl Origin {
    const fn flag(name: &'static str) -> Self {
        Self::Flag(name)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) => write!(f, "--{name}"),
            Self::Variable(name) => f.write_str(name),
            Self::File { path, line, column } => write!(f, "{}:{line}:{column}", path.display()),
        }
    }
}

fn read_options(options: &Options) -> Vec<Said> {
    let one = |value: &Option<String>| value.iter().map(OsString::from).collect();
    let path = |value: &Option<PathBuf>| value.iter().map(|path| path.clone().into_os_string()).collect();
    let given = [
        (Setting::Listen, options.listen.iter().map(OsString::from).collect()),
        (Setting::Profile, path(&options.profile)),
        (Setting::Keys, path(&options.keys)),
        (Setting::HostKey, path(&options.host_key)),
        (Setting::Log, one(&options.log)),
        (Setting::MaxConnections, one(&options.max_connections)),
        (Setting::MaxPerAddress, one(&options.max_per_address)),
        (Setting::ProxyFrom, options.proxy_from.iter().map(OsString::from).collect()),
        (Setting::Ops, one(&options.ops)),
    ];
    given
        .into_iter()
        .filter(|(_, values): &(Setting, Vec<OsString>)| !values.is_empty())
        .map(|(setting, values)| Said { setting, values, origin: Origin::flag(setting.name()) })
        .collect()
}

/// What the name of every variable of ours begins with.
const PREFIX: &str = "SSHCARD_";

/// The settings in the environment, and the file that it names.
fn read_environment(
    environment: impl IntoIterator<Item = (OsString, OsString)>,
    wrong: &mut Vec<String>,
) -> (Vec<Said>, Option<(PathBuf, Origin)>) {
    let (mut said, mut file) = (Vec::new(), None);
    for (name, value) in environment {
        let name = name.to_string_lossy();
        let Some(rest) = name.strip_prefix(PREFIX) else { continue };
        let origin = Origin::Variable(cleaned(&name));
        let setting = rest.to_ascii_lowercase().replace('_', "-");
        // Variables have one spelling: `SSHCARD_Listen` is not one of them.
        let spelled = rest.chars().all(|c| c.is_ascii_uppercase() || c == '_');
        match Setting::named(&setting).filter(|_| spelled) {
            _ if spelled && rest == "CONFIG" => {
                if !value.is_empty() {
                    file = Some((value.into(), origin));
                }
            }
            Some(_) if value.is_empty() => (),
            Some(setting) if setting.is_list() => {
                let values = match value.to_str() {
                    Some(text) => text.split(',').map(|value| value.trim().into()).collect(),
                    None => vec![value],
                };
                said.push(Said { setting, values, origin });
            }
            Some(setting) => said.push(Said { setting, values: vec![value], origin }),
            None => {
                wrong.push(format!(
                    "{origin}: there is no such variable; {} rename or unset it",
                    variables_near(&setting)
                ));
            }
        }
    }
    (said, file)
}

/// The variable that was probably meant, or all that there are.
fn variables_near(setting: &str) -> String {
    let known = || Setting::ALL.map(Setting::name).into_iter().chain(["config"]);
    let variable = |name: &str| format!("{PREFIX}{}", name.to_ascii_uppercase().replace('-', "_"));
    if let Some(near) = nearest(setting, known()) {
        return format!("did you mean {}?", quoted(&variable(near)));
    }
    let variables: Vec<String> = known().map(variable).collect();
    format!("it can be {};", alternatives(variables.iter().map(String::as_str)))
}

/// What the environment says of this process's own terminal; for a preview on it.
pub fn terminal(environment: impl IntoIterator<Item = (OsString, OsString)>) -> Environment {
    let mut terminal = Environment::default();
    for (name, value) in environment {
        match (name.to_str(), value.to_str()) {
            (Some("TERM"), Some(term)) => terminal.set_term(term),
            (Some(name), Some(value)) => terminal.set(name, value),
            _ => {}
        }
    }
    terminal
}

fn text(value: &OsStr) -> Result<&str, String> {
    value.to_str().ok_or_else(|| format!("{} is not UTF-8", quoted(&value.to_string_lossy())))
}

fn path(said: &Said) -> Result<PathBuf, String> {
    match &said.origin {
        _ if said.value().is_empty() => {
            let what = if said.setting == Setting::HostKey { "file" } else { "directory" };
            Err(format!("the path is empty; name a {what}"))
        }
        Origin::File { path, .. } => Ok(path.parent().unwrap_or(Path::new("")).join(said.value())),
        _ => Ok(said.value().into()),
    }
}

fn log(text: &str) -> Result<Log, String> {
    match text {
        "text" => Ok(Log::Text),
        "json" => Ok(Log::Json),
        other => Err(format!("{} is no way to write a log; say text or json", quoted(other))),
    }
}

fn count(text: &str) -> Result<usize, String> {
    match text.trim().parse::<u32>() {
        Ok(count) => Ok(count as usize),
        Err(_) => Err(format!("{} is not a number; say 0 for no limit, or a number up to 4294967295", quoted(text))),
    }
}

fn addresses(values: &[OsString]) -> Result<Vec<SocketAddr>, String> {
    let listen = |value: &OsString| address(text(value)?, Ipv6Addr::UNSPECIFIED.into(), Listen::PORT);
    let addresses: Vec<_> = values.iter().map(listen).collect::<Result<_, _>>()?;
    for (n, address) in addresses.iter().enumerate() {
        if address.port() != 0 && addresses.iter().take(n).any(|earlier| earlier == address) {
            return Err(format!("{address} is there twice; once is enough"));
        }
    }
    Ok(addresses)
}

/// An address with its port, or a port alone, which is that of `host`. `likely` is a port to show to whoever says none.
fn address(text: &str, host: IpAddr, likely: u16) -> Result<SocketAddr, String> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    if let Ok(port) = text.parse::<u16>() {
        return Ok((host, port).into());
    }
    let shown = quoted(text);
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    Err(match bare.parse() {
        Ok(ip) => format!("{shown} has no port; say {}", SocketAddr::new(ip, likely)),
        Err(_) if host.is_loopback() => format!("{shown} is no address; say one like {host}:{likely} or {likely}"),
        Err(_) => format!("{shown} is no address; say one like 0.0.0.0:{likely}, [::]:{likely} or {likely}"),
    })
}

fn networks(values: &[OsString]) -> Result<Vec<IpNet>, String> {
    values.iter().map(|value| network(text(value)?)).collect()
}

/// A network, or an address for the network that is it alone. Bits beyond the network's are cut off, as routers do.
fn network(text: &str) -> Result<IpNet, String> {
    let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    network
        .map(|network: IpNet| network.trunc())
        .map_err(|_| format!("{} is no network; say one like 10.0.0.0/8, 2001:db8::/32, or an address", quoted(text)))
}

#[cfg(test)]
mod tests;
