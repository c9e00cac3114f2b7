//! Parses the command that a client's scp sends. It is written for a shell: words, with the quotes of POSIX.

/// The command by which a client starts scp on the server.
#[derive(Debug, PartialEq, Eq)]
pub enum ScpCommand {
    /// `scp -f`: files from here.
    Download {
        /// What to send; patterns are not yet looked up.
        paths: Vec<String>,
        /// `-r`: directories too.
        recursive: bool,
        /// `-p`: with their times.
        times: bool,
    },
    /// `scp -t`: files to here.
    Upload,
}

/// A command longer than this is not looked at. The longest that names every file here has half of it.
const LONGEST: usize = 256;

impl ScpCommand {
    /// Reads a command; `None` if it is not one of scp's to its server.
    #[must_use]
    pub fn parse(command: &[u8]) -> Option<Self> {
        let command = std::str::from_utf8(command).ok().filter(|command| command.len() <= LONGEST)?;
        let mut words = shlex::split(command)?.into_iter().peekable();
        if words.next()? != "scp" {
            return None;
        }
        let (mut from, mut to, mut recursive, mut times) = (false, false, false, false);
        while let Some(options) = words.next_if(|word| word.len() > 1 && word.starts_with('-')) {
            if options == "--" {
                break;
            }
            for option in options.chars().skip(1) {
                match option {
                    'f' => from = true,
                    't' => to = true,
                    'r' => recursive = true,
                    'p' => times = true,
                    // How much it says, and whether the target must be a directory: the client's own affairs.
                    'v' | 'q' | 'd' => (),
                    _ => return None,
                }
            }
        }
        let paths: Vec<_> = words.collect();
        match (from, to) {
            (true, false) if !paths.is_empty() => Some(Self::Download { paths, recursive, times }),
            (false, true) => Some(Self::Upload),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_as_clients_write_them() {
        let download = |paths: &[&str], recursive, times| {
            let paths = paths.iter().map(|path| (*path).to_owned()).collect();
            Some(ScpCommand::Download { paths, recursive, times })
        };
        for (command, expected) in [
            ("scp -f card.vcf", download(&["card.vcf"], false, false)),
            ("scp -v -f -- card.vcf", download(&["card.vcf"], false, false)),
            ("scp -r -p -d -q -f .", download(&["."], true, true)),
            ("scp -prf a b", download(&["a", "b"], true, true)),
            ("scp -f 'card.vcf'", download(&["card.vcf"], false, false)),
            ("scp -f \"my card\"\\ 2.vcf", download(&["my card 2.vcf"], false, false)),
            ("scp -f \"a\\\"b\" ''", download(&["a\"b", ""], false, false)),
            ("scp  -f\t*.vcf ", download(&["*.vcf"], false, false)),
            ("scp -f", None),
            ("scp -f -", download(&["-"], false, false)),
            ("scp -f -- -r", download(&["-r"], false, false)),
            ("scp -t /tmp", Some(ScpCommand::Upload)),
            ("scp -r -d -t -- .", Some(ScpCommand::Upload)),
            ("scp -t -f x", None),
            ("scp -x -f x", None),
            ("scp x", None),
            ("scp", None),
            ("scpx -f x", None),
            ("/usr/bin/scp -f x", None),
            ("scp -f 'x", None),
            ("scp -f x\\", None),
            ("text", None),
            ("", None),
            (&format!("scp -f {}", "x".repeat(LONGEST)), None),
        ] {
            assert_eq!(ScpCommand::parse(command.as_bytes()), expected, "{command}");
        }
        assert_eq!(ScpCommand::parse(b"scp -f \xff"), None);
    }
}
