//! The person's own data: the fields of `card.toml`.

use super::{color::Rgb, photo::Photo, place::Place};

/// The fields of `card.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Card {
    /// The largest text of the card: one to three lines; empty only if there is a name.
    pub headline: Vec<String>,
    /// The person's name as it is shown.
    pub name: Option<String>,
    /// Given names, if the owner gives the parts of the name.
    pub given: Option<String>,
    /// The family name, if the owner gives the parts of the name.
    pub family: Option<String>,
    /// Pronouns, as the owner writes them.
    pub pronouns: Option<String>,
    /// The person's role.
    pub role: Option<String>,
    /// The organization for which they work.
    pub organization: Option<String>,
    /// The place where they live or work.
    pub place: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// The subjects of their work.
    pub interests: Vec<String>,
    /// Interests outside of work.
    pub outside: Vec<String>,
    /// A short text that is drawn in dots: at most 8 characters.
    pub logo: Option<String>,
    /// A line under the logo; only if there is a logo.
    pub caption: Option<String>,
    /// What the logo opens; only if there is a logo.
    pub opens: Option<Opens>,
    /// A picture of the person.
    pub photo: Option<Photo>,
    /// The card's accent colour.
    pub accent: Accent,
    /// The host name under which visitors reach the card: `card.example.com`, `card.example.com:2222`.
    pub address: Option<String>,
    /// The card's address in a browser: an `https` or `http` URL.
    pub web: Option<String>,
    /// The content of the QR code on the back of the card.
    pub qr: Qr,
    /// Profiles and pages of the person elsewhere.
    pub links: Vec<Link>,
}

impl Card {
    /// The name, else the headline.
    #[must_use]
    pub fn title(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.headline.join(" "))
    }

    /// Whether a contact page of this card shows something: a way to reach the person, the card's address or a QR code.
    #[must_use]
    pub fn has_contact(&self) -> bool {
        let reach = [&self.email, &self.phone, &self.address, &self.web].into_iter().any(Option::is_some);
        reach || !self.links.is_empty() || self.qr != Qr::None
    }

    /// The command that opens this card, where its address is known: `ssh -p 2222 card.example.com`.
    #[must_use]
    pub fn ssh(&self) -> Option<String> {
        let (host, port) = self.host()?;
        Some(port.map_or_else(|| format!("ssh {host}"), |port| format!("ssh -p {port} {host}")))
    }

    /// The host of the card's address, an IPv6 address without brackets, and the port where it is not 22.
    #[must_use]
    pub fn host(&self) -> Option<(&str, Option<u16>)> {
        let (host, port) = split_address(self.address.as_ref()?)?;
        Some((host, port.filter(|port| *port != 22)))
    }
}

/// A host, and the port where one is given: `card.example.com`, `card.example.com:2222`, `[2001:db8::1]:2222`.
#[must_use]
pub fn split_address(address: &str) -> Option<(&str, Option<u16>)> {
    let port = |port: &str| port.parse::<u16>().ok().filter(|port| *port > 0);
    if let Some(rest) = address.strip_prefix('[') {
        let (host, after) = rest.split_once(']')?;
        host.parse::<std::net::Ipv6Addr>().ok()?;
        return match after.strip_prefix(':') {
            Some(after) => Some((host, Some(port(after)?))),
            None => after.is_empty().then_some((host, None)),
        };
    }
    let (host, port) = match address.split_once(':') {
        Some((host, after)) => (host, Some(port(after)?)),
        None => (address, None),
    };
    let known = |character: char| character.is_alphanumeric() || matches!(character, '-' | '.' | '_');
    // A host that begins with a hyphen would be an option of the visitor's ssh.
    (!host.is_empty() && !host.starts_with('-') && host.chars().all(known)).then_some((host, port))
}

/// Whether a text is an e-mail address that the card may show: one alone, without a scheme and a name.
pub(crate) fn is_email(text: &str) -> bool {
    let outside = |sign: char| sign.is_whitespace() || "<>,;".contains(sign);
    text.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && !user.contains(':') && !host.is_empty() && !host.contains('@') && !text.contains(outside)
    })
}

/// Whether a text is a telephone number that the card may show.
pub(crate) fn is_phone(text: &str) -> bool {
    text.chars().all(|sign| sign.is_ascii_digit() || "+-() ./".contains(sign))
        && text.contains(|sign: char| sign.is_ascii_digit())
}

/// Where the logo leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opens {
    /// To a page or an entry.
    Place(Place),
    /// To an exhibit, by name.
    Exhibit(String),
}

/// A colour that was chosen for both grounds and every depth, whose values the theme holds, or one of the owner's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[expect(missing_docs, reason = "each is the colour of its name")]
pub enum Accent {
    Amber,
    Blue,
    Green,
    Rose,
    #[default]
    Teal,
    Violet,
    /// `#rrggbb`. On a ground on which it cannot be read, the nearest that can be.
    Own(Rgb),
}

impl Accent {
    /// The accents that have a name.
    pub const ALL: [(&'static str, Self); 6] = [
        ("amber", Self::Amber),
        ("blue", Self::Blue),
        ("green", Self::Green),
        ("rose", Self::Rose),
        ("teal", Self::Teal),
        ("violet", Self::Violet),
    ];
}

/// What the QR code says, as the owner chose it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Qr {
    /// `qr = "none"`: no code.
    #[default]
    None,
    /// `qr = "address"`: `ssh://` and the card's address (the default where there is one).
    Address(String),
    /// `qr = "https://…"`: a link (the default is the first of the links, where there is one and no address).
    Link(String),
    /// `qr = "mecard"`: the card's fields as a MECARD (the default of a card without address and link).
    Mecard(String),
}

impl Qr {
    /// What a camera reads in the code; `None` where there is no code.
    #[must_use]
    pub fn content(&self) -> Option<&str> {
        match self {
            Self::None => None,
            Self::Address(text) | Self::Link(text) | Self::Mecard(text) => Some(text),
        }
    }
}

/// A labelled address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What it is called.
    pub label: String,
    /// An `https`, `http`, `mailto`, `ssh` or `tel` URL.
    pub url: String,
}
