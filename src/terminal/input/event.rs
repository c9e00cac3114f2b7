//! The types of decoded input. They contain no byte of a sequence and no control character.

/// What the visitor did, or what their terminal answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key was pressed, or repeats.
    Key(Key),
    /// The mouse did something.
    Mouse(Mouse),
    /// Text was pasted: at most 4 KiB, never empty, without control characters; line ends and tabs are spaces.
    Paste(String),
    /// The terminal answered.
    Reply(Reply),
}

/// A key, with what was held down with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which key.
    pub code: Code,
    /// Ctrl was held. The character is the lower-case letter then, unless the terminal told Shift too.
    pub control: bool,
    /// Alt was held, or an ESC came just before.
    pub alt: bool,
    /// Shift was held; only where the character does not say it itself.
    pub shift: bool,
}

impl Key {
    /// The key alone.
    #[must_use]
    pub const fn new(code: Code) -> Self {
        Self { code, control: false, alt: false, shift: false }
    }

    /// The key with Ctrl.
    #[must_use]
    pub const fn with_control(self) -> Self {
        Self { control: true, ..self }
    }

    /// The key with Shift.
    #[must_use]
    pub const fn with_shift(self) -> Self {
        Self { shift: true, ..self }
    }
}

/// Which key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// A key that writes a character; never a control character, never U+FFFD.
    Char(char),
    /// Return, or Enter on the keypad.
    Enter,
    /// Esc.
    Escape,
    /// Tab; back-tab is Tab with Shift.
    Tab,
    /// Backspace, whether it sends BS or DEL.
    Backspace,
    /// ↑
    Up,
    /// ↓
    Down,
    /// ←
    Left,
    /// →
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Insert.
    Insert,
    /// Delete.
    Delete,
    /// F1 to F35.
    Function(u8),
}

/// What the mouse did, and where. With what was held down with it, and what else a mouse can do, the card does nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mouse {
    /// What it did.
    pub action: Action,
    /// Cells from the left edge, counted from 0; may lie outside the window.
    pub column: u16,
    /// Cells from the top edge, counted from 0; may lie outside the window.
    pub row: u16,
}

/// What the mouse did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The left button went down.
    Press,
    /// The wheel turned away from the hand.
    WheelUp,
    /// The wheel turned towards the hand.
    WheelDown,
}

/// What a terminal answered to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// DA1: `CSI ? level ; … c`
    DeviceAttributes {
        /// The first parameter: 1 for a VT100, 61 to 65 for a VT100 to a VT500.
        level: u16,
    },
    /// OSC 11: the colour of the ground, 0 to 255 each.
    Background {
        /// Red.
        red: u8,
        /// Green.
        green: u8,
        /// Blue.
        blue: u8,
    },
    /// DECRPM of a private mode: `CSI ? mode ; state $ y`
    Mode {
        /// The mode's number.
        mode: u16,
        /// 0 not known, 1 set, 2 reset, 3 always set, 4 always reset.
        state: u16,
    },
    /// DA2: `CSI > kind ; version ; … c`
    SecondaryAttributes {
        /// The terminal's kind: 0 for a VT100.
        kind: u16,
        /// The version of its program.
        version: u16,
    },
    /// CPR, `CSI row ; column R`: where the cursor stands.
    Cursor {
        /// The row, counted from 1.
        row: u16,
        /// The column, counted from 1.
        column: u16,
    },
    /// XTVERSION, `DCS > | text ST`: the terminal's name and version, at most 64 characters of printable ASCII.
    Version(String),
}
