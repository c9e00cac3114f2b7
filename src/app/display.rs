//! The screen on top with its scroll position, and its layout, which is computed once for each change.

use std::sync::Arc;

use super::{
    frame::Frame,
    keys::Command,
    layers::Layers,
    preferences::Notice,
    screen::{Context, Hint, Screen, SearchMatch, Sheet, View},
    window::Window,
};

/// What a visitor sees: the screens and their layout.
#[derive(Debug)]
pub(super) struct Display {
    pub(super) view: View,
    pub(super) layers: Layers,
    pub(super) found: Option<SearchMatch>,
    pub(super) notice: Option<Notice>,
    /// Why the profile does not load any more, shown where there is no notice.
    pub(super) fault: Option<String>,
    /// The current layout, until the next change or until the session rests.
    frame: Option<Arc<Frame>>,
    /// The layout that was on the screen when the current event came, if there was one.
    seen: Option<Arc<Frame>>,
}

impl Display {
    pub(super) fn new(view: View, layers: Layers) -> Self {
        Self { view, layers, found: None, notice: None, fault: None, frame: None, seen: None }
    }

    /// The layout of the window. It is kept until the next change.
    pub(super) fn frame(&mut self) -> Arc<Frame> {
        let frame = self.frame.take().unwrap_or_else(|| Arc::new(self.lay_out()));
        self.frame = Some(Arc::clone(&frame));
        frame
    }

    /// Remembers the layout on the screen, to which the next event refers.
    pub(super) fn see(&mut self) {
        self.seen.clone_from(&self.frame);
    }

    /// Forgets that layout once the event has been handled.
    pub(super) fn acted(&mut self) {
        self.seen = None;
    }

    /// The layout to which the current event refers. It is made only when it is asked for: of many keys that arrive at
    /// once only the last is drawn, and the others usually need no layout.
    pub(super) fn seen(&mut self) -> Arc<Frame> {
        self.seen.clone().unwrap_or_else(|| self.frame())
    }

    /// Calls `act` with the screen on top; does nothing in a window that is too small for a screen.
    pub(super) fn with_top<T: Default>(&mut self, act: impl FnOnce(&mut dyn Screen, &Context<'_>) -> T) -> T {
        let rtl = self.is_rtl();
        let layer = self.layers.top_mut();
        let Some(window) = window(layer.screen.as_ref(), &self.view, rtl) else { return T::default() };
        let (view, theme) = (&self.view, &self.view.theme(rtl));
        let context = Context { view, theme, window: &window, scroll: layer.scroll.unwrap_or(0), rtl };
        act(layer.screen.as_mut(), &context)
    }

    /// Whether the rows of the screen on top begin at the right.
    pub(super) fn is_rtl(&self) -> bool {
        self.view.is_rtl(self.layers.top().screen.as_ref())
    }

    /// Drops the layout, which is out of date.
    pub(super) fn change(&mut self) {
        self.frame = None;
    }

    /// Scrolls the screen on top so that `row` is its first row, together with the layout if there is one.
    pub(super) fn scroll_to(&mut self, row: u16) {
        self.layers.top_mut().scroll = Some(row);
        if let Some(frame) = &mut self.frame {
            Arc::make_mut(frame).scroll = row;
        }
    }

    /// Scrolls by some rows.
    pub(super) fn scroll_by(&mut self, rows: u16, down: bool) {
        let seen = self.seen();
        let first = seen.first();
        let to = if down { first.saturating_add(rows) } else { first.saturating_sub(rows) };
        self.scroll_to(to.min(seen.furthest()));
    }

    /// Scrolls as little as is needed to show the selected entry.
    pub(super) fn reveal(&mut self) {
        let row = self.frame().revealed();
        self.scroll_to(row);
    }

    fn lay_out(&self) -> Frame {
        let (screen, scroll) = (self.layers.top().screen.as_ref(), self.layers.top().scroll);
        let rtl = self.is_rtl();
        let (view, theme) = (&self.view, &self.view.theme(rtl));
        let Some(window) = window(screen, view, rtl) else {
            return Frame::tiny(view.size, view.site.document(), theme);
        };
        let context = Context { view, theme, window: &window, scroll: scroll.unwrap_or(0), rtl };
        let body = screen.sheet(&context);
        let hints = self.hints(screen, &body, &context);
        let notice = self.notice.map(|notice| context.spell(notice(&context.words().notices)));
        let notice = notice.or_else(|| self.fault.as_deref().map(|fault| context.spell(fault)));
        let mut frame = Frame::new(screen, body, self.layers.tab, hints, notice.as_deref(), &context);
        if scroll.is_none() {
            frame.open();
        }
        if let Some(found) = &self.found
            && let Some(entry) = context.search_index().entry(found.entry)
        {
            Arc::make_mut(&mut frame.body).mark(entry, &found.marks, theme.marked);
        }
        frame
    }

    /// The hints at the bottom: the keys of the screen, and those of every screen.
    fn hints<'a>(&self, screen: &dyn Screen, body: &Sheet, context: &Context<'a>) -> Vec<Hint<'a>> {
        let (words, mut hints) = (context.words(), screen.hints(body, context));
        if self.layers.overlays.is_empty() {
            // After the page's own two.
            let third = hints.len().min(2);
            hints.insert(third, (Command::Find, &words.hints.find));
            if self.layers.origin.is_some() {
                hints.insert(third, (Command::Back, &words.hints.back));
            }
        }
        if let Some(next) = context.view.next_language().filter(|_| self.layers.overlays.is_empty()) {
            hints.push((Command::Language, &next.document().words.name));
        }
        if !screen.hides_page() {
            hints.push((Command::Help, &words.hints.keys));
        }
        // While a line is typed its keys are letters, so the hint to hang up is left out.
        if !screen.edits_a_line() {
            hints.push((Command::Goodbye, &words.hints.hang_up));
        }
        hints
    }
}

/// How the window is divided for a screen.
fn window(screen: &dyn Screen, view: &View, rtl: bool) -> Option<Window> {
    // On a card that has nothing to show there, a page stands in the middle of a large window.
    let aside = view.site.document().exhibits().next().is_some();
    screen.window(view.size, aside).map(|window| if rtl { window.mirrored(view.size) } else { window })
}
