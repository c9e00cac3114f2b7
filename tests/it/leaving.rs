//! The end of a session, as the terminal sees it: what is asked of it last, and what is read before the channel closes.

use futures_util::FutureExt as _;
use russh::ChannelMsg;
use tokio::task::unconstrained;

use crate::support::{Client, HEADLINE, Output, Running, Terminal, soon};

/// DA1: every terminal answers it.
const DA1: &str = "\x1b[c";
/// A VT420's reply to DA1.
const DA1_REPLY: &str = "\x1b[?64;1;2c";
/// DECRST 1049: the main screen is back.
const MAIN_SCREEN: &str = "\x1b[?1049l";

/// A session on a terminal that has answered each DA1 of its beginning.
async fn answered(client: &Client) -> Terminal {
    let mut terminal = client.terminal("xterm-256color", 80, 24).await;
    terminal.expect(HEADLINE).await;
    // A DA1 ends the questions about the colours, another one those about the modes.
    for times in 1..=2 {
        terminal.receives(DA1, times).await;
        terminal.types(DA1_REPLY).await;
    }
    // The help is drawn after the last reply was read.
    terminal.types("?").await;
    terminal.expect("hang up").await;
    terminal
}

/// What the terminal was sent after its main screen was back.
fn after_the_page(terminal: &Terminal) -> String {
    let sent = String::from_utf8_lossy(&terminal.bytes);
    let (_, after) = sent.split_once(MAIN_SCREEN).unwrap_or_else(|| panic!("the page was not left: {sent:?}"));
    after.to_owned()
}

/// Says goodbye, and waits for the DA1 that follows.
async fn leave_and_be_asked(terminal: &mut Terminal) {
    let asked = terminal.count(DA1);
    terminal.types("q").await;
    terminal.receives(DA1, asked + 1).await;
    assert!(after_the_page(terminal).contains(DA1), "the question follows all that gives the terminal back");
}

#[tokio::test]
async fn what_is_under_way_at_the_end_is_read_before_the_channel_closes() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    let mut terminal = answered(&client).await;
    leave_and_be_asked(&mut terminal).await;
    // Ctrl-C in the kitty protocol's form, and a wheel that still turns: the terminal sent both before it read the end.
    terminal.types("\x1b[99;5u\x1b[<65;10;10M\x1b[<65;10;10M\x1b[<65;10;10M").await;
    // When a command has been answered on the same connection, those bytes have been read.
    assert_eq!(client.exec("help").await.status, Some(0));
    // What a server that does not wait for the reply had sent before that answer would be here by now.
    let early = unconstrained(terminal.channel.wait()).now_or_never();
    assert!(early.is_none(), "before the reply came {early:?}");
    terminal.types(DA1_REPLY).await;
    let mut messages = Vec::new();
    while let Some(message) = soon(terminal.channel.wait()).await {
        match message {
            ChannelMsg::Data { .. } => messages.push("data"),
            ChannelMsg::ExitStatus { exit_status: 0 } => messages.push("status"),
            ChannelMsg::Eof => messages.push("eof"),
            ChannelMsg::Close => messages.push("close"),
            _ => (),
        }
    }
    assert_eq!(messages, ["status", "eof", "close"]);
}

#[tokio::test]
async fn a_terminal_that_has_become_silent_holds_the_end_up_for_a_bounded_time() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    let mut terminal = answered(&client).await;
    leave_and_be_asked(&mut terminal).await;
    assert_eq!(terminal.ends().await, Some(0), "without a reply");
}

#[tokio::test]
async fn nothing_is_asked_at_the_end_where_no_reply_would_be_read() {
    let mut server = Running::start().await;
    let client = Client::connect(&server).await;
    // No DA1 was answered: none was asked, or the terminal said nothing.
    for term in ["linux", "xterm-256color"] {
        let mut terminal = client.terminal(term, 80, 24).await;
        terminal.expect(HEADLINE).await;
        terminal.types("q").await;
        assert_eq!(terminal.ends().await, Some(0));
        assert!(!after_the_page(&terminal).contains(DA1), "{term}");
    }
    // The terminal's input has ended.
    let mut terminal = answered(&client).await;
    terminal.channel.eof().await.unwrap();
    assert_eq!(terminal.ends().await, Some(0));
    assert!(!after_the_page(&terminal).contains(DA1));
    // The server stops.
    let mut terminal = answered(&client).await;
    server.stop().await;
    // The session was cut: EX_TEMPFAIL.
    assert_eq!(terminal.ends().await, Some(75));
    assert!(!after_the_page(&terminal).contains(DA1));
}

/// `ssh -tt HOST < /dev/null`: the client sends its EOF right behind the request for a shell.
#[tokio::test]
async fn nothing_is_asked_of_a_terminal_whose_input_has_ended() {
    const QUESTIONS: [&str; 7] = ["\x1b]11;?", "\x1b]10;?", "\x1b[c", "\x1b[>c", "\x1b[>0q", "$p", "\x1b[6n"];
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    let channel = client.open().await.unwrap();
    channel.request_pty(true, "xterm-256color", 80, 24, 0, 0, &[]).await.unwrap();
    channel.request_shell(true).await.unwrap();
    channel.eof().await.unwrap();
    let output = Output::of(channel).await;
    assert_eq!((output.status, output.eof), (Some(0), true));
    assert_eq!(output.out.matches("\x1b[?1049h").count(), output.out.matches(MAIN_SCREEN).count(), "{:?}", output.out);
    for question in QUESTIONS {
        assert!(!output.out.contains(question), "{question:?} was asked: {:?}", output.out);
    }
}
