// The visitor's hands: keys, typed and pasted text, the mouse, fingers. Each function listens for a session.
"use strict";

// The key that leads from the terminal, which takes Tab, to the buttons above it, and back.
const BAR_KEY = "F6";
// Without a search, a touch screen shows no keyboard of its own: it would cover a part of the terminal.
const INPUT_MODE = matchMedia("(pointer: coarse)").matches ? "none" : "text";
// Keys by which a browser scrolls.
const SCROLLING = ["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"];
// One step of the card's wheel is three rows.
const WHEEL_ROWS = 3;
// From so many pixels on, a finger to a side means another page.
const SWIPE = 60;
// What stands in the field for typed text, so that a deletion on a soft keyboard is seen.
const SENTINEL = " ";

function hearKeys(session) {
    // Where text is selected, the page has the focus.
    document.addEventListener("keydown", (event) => {
        if (session.root.hidden) return;
        if (!session.told.hidden) {
            if (event.key === "Escape") leave();
            return;
        }
        if (event.key === BAR_KEY) {
            event.preventDefault();
            if (document.activeElement === session.plain) session.focus();
            else session.plain.focus();
            return;
        }
        const isButton = event.target.tagName === "BUTTON" && ["Enter", " ", "Tab"].includes(event.key);
        // Ctrl-C copies what is selected.
        const copies = event.ctrlKey && event.key === "c" && !getSelection().isCollapsed;
        // Plain lines are scrolled where they have the focus.
        const scrolls = event.target === session.body && SCROLLING.includes(event.key);
        const bytes = event.isComposing || isButton || copies || scrolls ? "" : keyBytes(event);
        if (bytes) event.preventDefault();
        session.send(bytes);
    });
}

// Whatever writes without keys: soft keyboards, compositions, dictation.
function hearText(session) {
    const { field } = session;
    const take = () => {
        const { value } = field;
        const typed = value.slice(SENTINEL.length);
        session.send(value.startsWith(SENTINEL) ? typed : `${keyBytes({ key: "Backspace" })}${value}`);
        field.value = SENTINEL;
    };
    field.addEventListener("input", (event) => {
        if (!event.isComposing) take();
    });
    field.addEventListener("compositionend", take);
}

function hearClipboard(session) {
    document.addEventListener("paste", (event) => {
        if (session.root.hidden) return;
        event.preventDefault();
        session.send(pasteBytes(session.terminal, event.clipboardData.getData("text")));
    });
    document.addEventListener("copy", (event) => {
        const selected = getSelection();
        if (session.root.hidden || !session.body.contains(selected.anchorNode)) return;
        event.preventDefault();
        event.clipboardData.setData("text/plain", session.screen.copied(selected.toString()));
    });
}

function hearPointer(session) {
    const { body } = session;
    body.addEventListener("click", (event) => {
        // A link is the browser's, and so is text that is selected.
        if (event.target.closest("a") || !getSelection().isCollapsed || !session.told.hidden) return;
        session.focus();
        const at = session.screen.cellAt(event.clientX, event.clientY);
        if (session.terminal.mouse) session.send(mouseBytes(CLICK, ...at));
    });
    let turned = 0;
    const turn = (pixels, x, y) => {
        const step = WHEEL_ROWS * session.screen.height;
        for (turned += pixels; Math.abs(turned) >= step; turned -= Math.sign(turned) * step) {
            session.send(mouseBytes(turned < 0 ? WHEEL_UP : WHEEL_DOWN, ...session.screen.cellAt(x, y)));
        }
    };
    body.addEventListener(
        "wheel",
        (event) => {
            const { terminal, screen } = session;
            if (!terminal.mouse || event.ctrlKey) return;
            event.preventDefault();
            // In pixels, rows or pages.
            const unit = [1, screen.height, screen.height * terminal.lines][event.deltaMode];
            turn(event.deltaY * unit, event.clientX, event.clientY);
        },
        { passive: false },
    );
    hearFingers(session, turn);
}

// A finger up and down scrolls, as `turn` does; to a side it goes to another page.
function hearFingers(session, turn) {
    const { body } = session;
    let from = null;
    let last = null;
    body.addEventListener(
        "touchstart",
        ({ touches }) => {
            from = last = touches.length === 1 ? touches[0] : null;
        },
        { passive: true },
    );
    body.addEventListener(
        "touchmove",
        ({ touches: [touch] }) => {
            if (!last) return;
            const [x, y] = [touch.clientX - from.clientX, touch.clientY - from.clientY].map(Math.abs);
            if (y > x && session.terminal.mouse) turn(last.clientY - touch.clientY, from.clientX, from.clientY);
            last = touch;
        },
        { passive: true },
    );
    body.addEventListener("touchend", () => {
        if (!last) return;
        const [x, y] = [last.clientX - from.clientX, last.clientY - from.clientY];
        if (Math.abs(x) > SWIPE && Math.abs(x) > 2 * Math.abs(y))
            session.send(keyBytes({ key: "Tab", shiftKey: x > 0 !== session.screen.mirrored }));
        last = null;
    });
}
