//! Plays an exhibit in one's own terminal: the loop of keys and frames, and what stands around the picture.

use std::{
    env,
    io::{self, IsTerminal as _},
    process::ExitCode,
    time::{Duration, Instant},
};

use ratatui::{
    Frame,
    layout::{Constraint, Layout},
    text::{Line, Span, Text},
    widgets::{Paragraph, Wrap},
};
use ratatui_crossterm::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyModifiers};
use sshcard_exhibits::{Change, Exhibit, NAMES, Palette, Signs};

use crate::screen::Screen;

/// The time between two steps of a run: 30 a second.
const FRAME: Duration = Duration::from_millis(33);
/// From this width on, parameters, figures and words stand in a panel beside the picture.
const BESIDE: u16 = 100;
/// The width of that panel.
const PANEL: u16 = 38;
/// The columns of parameters and of figures under the picture, and the least size of a window for both.
const COLUMNS: [u16; 2] = [41, 37];
const UNDER: (u16, u16) = (COLUMNS[0] + COLUMNS[1], 20);

/// An exhibit in this terminal.
struct Player {
    name: &'static str,
    exhibit: Box<dyn Exhibit>,
    /// The parameter that the arrows change.
    chosen: usize,
    palette: Palette,
}

/// Plays an exhibit until the user quits, or prints why that is not possible. With the argument `--ascii` it is drawn
/// in ASCII.
pub(crate) fn play(name: &'static str, exhibit: Option<Box<dyn Exhibit>>) -> ExitCode {
    match try_play(name, exhibit) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{name}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn try_play(name: &'static str, exhibit: Option<Box<dyn Exhibit>>) -> io::Result<()> {
    let mut palette = Palette::default();
    for argument in env::args().skip(1) {
        match argument.as_str() {
            "--ascii" => palette.signs = Signs::Ascii,
            _ => return Err(io::Error::other(format!("unknown argument {argument:?}; there is --ascii"))),
        }
    }
    let exhibit =
        exhibit.ok_or_else(|| io::Error::other(format!("no exhibit {name:?}; there are {}", NAMES.join(", "))))?;
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(io::Error::other("an exhibit is played in a terminal: run it without redirection"));
    }
    Player { name, exhibit, chosen: 0, palette }.run(&mut Screen::enter()?)
}

impl Player {
    /// Draws a frame for each key and for each step of a run; at rest it waits for a key.
    fn run(&mut self, screen: &mut Screen) -> io::Result<()> {
        let mut next_step = Instant::now();
        loop {
            screen.terminal.draw(|frame| self.draw(frame))?;
            let wait = next_step.saturating_duration_since(Instant::now());
            if self.exhibit.running() && !event::poll(wait)? {
                self.exhibit.step();
                next_step = Instant::now() + FRAME;
            } else if let Event::Key(key) = event::read()?
                && key.is_press()
                && self.quits(key)
            {
                return Ok(());
            }
        }
    }

    /// Does what a key means; whether it means the end.
    fn quits(&mut self, key: KeyEvent) -> bool {
        let last = self.exhibit.parameters().len().saturating_sub(1);
        match key.code {
            KeyCode::Char('q') | KeyCode::Esc => return true,
            KeyCode::Char('c' | 'd') if key.modifiers.contains(KeyModifiers::CONTROL) => return true,
            KeyCode::Up | KeyCode::Char('k') => self.chosen = self.chosen.saturating_sub(1),
            KeyCode::Down | KeyCode::Char('j') => self.chosen += 1,
            KeyCode::Left | KeyCode::Char('h') => self.exhibit.change(self.chosen, Change::Less),
            KeyCode::Char(' ') if self.exhibit.moves() => self.exhibit.toggle(),
            KeyCode::Right | KeyCode::Char('l' | ' ') => self.exhibit.change(self.chosen, Change::More),
            KeyCode::Char('r') => self.exhibit.restart(),
            _ => {}
        }
        self.chosen = self.chosen.min(last).min(self.exhibit.parameters().len().saturating_sub(1));
        false
    }

    /// The name above, the keys below, the exhibit between them.
    fn draw(&self, frame: &mut Frame) {
        let keys = Paragraph::new(self.keys()).style(self.palette.quiet).wrap(Wrap { trim: true });
        let rows = if frame.area().width < 64 { 2 } else { 1 };
        let [heading, middle, below] =
            Layout::vertical([Constraint::Length(1), Constraint::Fill(1), Constraint::Length(rows)])
                .areas(frame.area());
        let name = Line::from(vec![
            Span::styled(self.name, self.palette.accent),
            Span::styled(format!("  {}", self.exhibit.title()), self.palette.strong),
        ]);
        frame.render_widget(name, heading);
        frame.render_widget(keys, below);
        let picture = if middle.width >= BESIDE {
            let [picture, _, panel] =
                Layout::horizontal([Constraint::Fill(1), Constraint::Length(2), Constraint::Length(PANEL)])
                    .areas(middle);
            let text = [self.parameters(), vec![Line::default()], self.figures(), self.words()].concat();
            frame.render_widget(Paragraph::new(text).wrap(Wrap { trim: false }), panel);
            picture
        } else if middle.width >= UNDER.0 && middle.height >= UNDER.1 {
            let (parameters, figures) = (Text::from(self.parameters()), Text::from(self.figures()));
            let rows = parameters.height().max(figures.height()) as u16;
            let [picture, under] = Layout::vertical([Constraint::Fill(1), Constraint::Length(rows)]).areas(middle);
            let [left, right] = Layout::horizontal(COLUMNS.map(Constraint::Length)).areas(under);
            frame.render_widget(parameters, left);
            frame.render_widget(figures, right);
            picture
        } else {
            let [chosen, picture] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(middle);
            frame.render_widget(Text::from_iter(self.parameters().into_iter().nth(self.chosen)), chosen);
            picture
        };
        self.exhibit.draw(&self.palette, picture, frame.buffer_mut());
        // No line was broken at these; a terminal may have no sign for them.
        for cell in frame.buffer_mut().content.iter_mut().filter(|cell| cell.symbol() == "\u{a0}") {
            cell.set_symbol(" ");
        }
    }

    fn keys(&self) -> String {
        let [choose, change] = match self.palette.signs {
            Signs::Unicode => ["↑ ↓", "← →"],
            Signs::Ascii => ["Up Down", "Left Right"],
        };
        let run = match (self.exhibit.moves(), self.exhibit.running()) {
            (false, _) => "",
            (true, false) => "Space run   r restart   ",
            (true, true) => "Space pause   r restart   ",
        };
        format!("{choose} choose   {change} change   {run}q quit")
    }

    /// A line for each parameter: `> tile         < 16 x 16 >`.
    fn parameters(&self) -> Vec<Line<'static>> {
        let line = |(n, parameter): (usize, sshcard_exhibits::Parameter)| {
            let (bar, style) = if n == self.chosen { (">", self.palette.strong) } else { (" ", self.palette.text) };
            let [less, more] =
                [(parameter.less, "<"), (parameter.more, ">")].map(|(is, sign)| if is { sign } else { " " });
            Line::from(vec![
                Span::styled(format!("{bar} "), self.palette.accent),
                Span::styled(format!("{:13}", parameter.label), style),
                Span::styled(format!("{less} "), self.palette.accent),
                Span::styled(self.spelled(&parameter.value), style),
                Span::styled(format!(" {more}"), self.palette.accent),
            ])
        };
        self.exhibit.parameters().into_iter().enumerate().map(line).collect()
    }

    fn figures(&self) -> Vec<Line<'static>> {
        let line = |figure: sshcard_exhibits::Figure| {
            Line::from(vec![
                Span::styled(format!("{:17}", figure.label), self.palette.quiet),
                Span::styled(self.spelled(&figure.value), self.palette.text),
            ])
        };
        self.exhibit.figures().into_iter().map(line).collect()
    }

    /// A text in the characters that this terminal has.
    fn spelled(&self, text: &str) -> String {
        self.palette.signs.spell(text).into_owned()
    }

    /// What to notice, what is shown, and what holds for the figures, a paragraph each.
    fn words(&self) -> Vec<Line<'static>> {
        [
            (self.exhibit.notice().into_owned(), self.palette.strong),
            (self.exhibit.about().to_owned(), self.palette.text),
            (self.exhibit.basis(), self.palette.quiet),
        ]
        .into_iter()
        .flat_map(|(text, style)| [Line::default(), Line::styled(self.spelled(&text), style)])
        .collect()
    }
}
