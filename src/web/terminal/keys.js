// Keys, the mouse and pasted text as bytes: what xterm would send.
"use strict";

const LETTERS = { ArrowUp: "A", ArrowDown: "B", ArrowRight: "C", ArrowLeft: "D", End: "F", Home: "H" };
const NUMBERS = { Insert: 2, Delete: 3, PageUp: 5, PageDown: 6 };
// Esc is told as in kitty's protocol: for what may follow an ESC alone, the server would wait.
const CONTROLS = { Enter: "\r", Backspace: "\x7f", Escape: "\x1b[27u", Tab: "\t" };
// What the card does with Ctrl. All else under Ctrl is the browser's, its own search among it.
const UNDER_CONTROL = "bcdey";
const LONGEST_PASTE = 4096;

// The bytes of a key; "" for one that is left to the browser.
function keyBytes(event) {
    const { key, ctrlKey: control, altKey: alt, shiftKey: shift, metaKey: meta } = event;
    if (meta) return "";
    const modifiers = 1 + (shift ? 1 : 0) + (alt ? 2 : 0) + (control ? 4 : 0);
    // Alt with an arrow goes back in the browser's history.
    if (LETTERS[key]) return alt ? "" : `\x1b[${modifiers > 1 ? `1;${modifiers}` : ""}${LETTERS[key]}`;
    if (NUMBERS[key]) return `\x1b[${NUMBERS[key]}${modifiers > 1 ? `;${modifiers}` : ""}~`;
    if (key === "F1") return "\x1bOP";
    if (control && !event.getModifierState?.("AltGraph")) {
        return !alt && !shift && UNDER_CONTROL.includes(key) ? String.fromCharCode(key.charCodeAt(0) & 31) : "";
    }
    if (key === "Tab" && shift) return "\x1b[Z";
    if (CONTROLS[key]) return CONTROLS[key];
    // Alt writes a character on many keyboards.
    return [...key].length === 1 ? key : "";
}

const CLICK = 0;
const WHEEL_UP = 64;
const WHEEL_DOWN = 65;

// A click or a step of the wheel in a cell, as SGR reports (DEC private mode 1006).
function mouseBytes(button, x, y) {
    const report = `\x1b[<${button};${x + 1};${y + 1}`;
    return button === CLICK ? `${report}M${report}m` : `${report}M`;
}

// Pasted text, between marks where the session asked for them (DEC private mode 2004).
function pasteBytes(terminal, text) {
    const lines = [...text].slice(0, LONGEST_PASTE).join("").replace(/\r?\n/g, "\r");
    const clean = lines.replace(/[\x00-\x08\x0a-\x0c\x0e-\x1f\x7f-\x9f]/g, "");
    return terminal.paste ? `\x1b[200~${clean}\x1b[201~` : clean;
}
