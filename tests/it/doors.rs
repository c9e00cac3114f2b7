//! Doors: user names and variables that open the card another way, and the plain mode that one of them opens.

use russh::client::Config;
use sshcard::{document::Opens, ssh::limits::Limits};

use crate::support::{ABOUT, Client, HEADLINE, LAYER, Output, Running, STATION, document, page_text, rendered};

fn card_on_a_terminal() -> String {
    rendered(&document(), "text").replace('\n', "\r\n")
}

#[tokio::test]
async fn a_page_s_name_opens_on_it_and_any_other_on_the_card() {
    let server = Running::start().await;
    for (user, words) in [("career", STATION), ("about", ABOUT), ("stack", LAYER), ("ada", HEADLINE), ("", HEADLINE)] {
        let client = Client::connect_as(&server, user, Config::default()).await;
        let mut terminal = client.terminal("xterm-256color", 80, 24).await;
        terminal.expect(words).await;
        assert_eq!(terminal.shows(HEADLINE), words == HEADLINE, "{user:?}");
        terminal.types("q").await;
        assert_eq!(terminal.ends().await, Some(0));
    }
}

#[tokio::test]
async fn text_is_printed_by_name_and_by_variable_and_a_command_still_is_one() {
    let server = Running::start().await;
    for (user, variable) in [("text", ""), ("plain", ""), ("plain", "plain"), ("ada", "text"), ("career", "text")] {
        let client = Client::connect_as(&server, user, Config::default()).await;
        let channel = client.open().await.unwrap();
        channel.set_env(true, "LC_SSHCARD", variable).await.unwrap();
        channel.request_pty(true, "xterm-256color", 80, 24, 0, 0, &[]).await.unwrap();
        channel.request_shell(true).await.unwrap();
        let output = Output::of(channel).await;
        assert_eq!((output.out, output.status), (card_on_a_terminal(), Some(0)), "{user} {variable}");
        // How to hear it piece by piece is told beside the text, not in it.
        assert!(
            output.err.contains("As numbered choices to answer: ssh -o SetEnv=LC_SSHCARD=plain "),
            "{}",
            output.err
        );
        assert!(client.exec("help").await.out.contains("plain@"));
    }
}

#[tokio::test]
async fn plain_mode_reads_answers_and_sends_no_escape_sequence() {
    let server = Running::start().await;
    for (name, value) in [("LC_SSHCARD", "plain,light"), ("ACCESSIBLE", "1")] {
        let client = Client::connect_as(&server, "ada", Config::default()).await;
        let mut terminal = client.terminal_with(&[(name, value)], "xterm-256color", 80, 24).await;
        terminal.expect("Your choice:").await;
        assert!(terminal.shows(HEADLINE) && !terminal.on_alternate_screen());
        for (answer, words) in [("2\r", ABOUT), ("career\r", STATION), ("\r", LAYER), ("12\x7f\x7f9\r", "no choice")] {
            terminal.types(answer).await;
            terminal.expect(words).await;
        }
        terminal.types("q\r").await;
        assert_eq!(terminal.ends().await, Some(0));
        let said = String::from_utf8(terminal.bytes.clone()).unwrap();
        assert!(!said.contains(|c: char| c.is_control() && !"\r\n\x08".contains(c)), "{said:?}");
        let page = page_text(1).replace('\n', "\r\n");
        assert!(said.contains(&page), "{said}");
    }
}

#[tokio::test]
async fn the_user_name_wins_and_what_it_leaves_open_is_the_variable_s() {
    let server = Running::start().await;
    let client = Client::connect_as(&server, "career", Config::default()).await;
    let mut terminal = client.terminal_with(&[("LC_SSHCARD", "stack,plain")], "xterm", 80, 24).await;
    terminal.expect(STATION).await;
    terminal.expect("Your choice:").await;
    assert!(!terminal.shows("Deep enough"));
    terminal.types("\x03").await;
    assert_eq!(terminal.ends().await, Some(0));
}

#[tokio::test]
async fn an_exhibit_opens_by_its_command_and_by_its_name() {
    let mut document = document();
    document.card.opens = Some(Opens::Exhibit("numerics".into()));
    let server = Running::of(document, Limits { per_address: 0, ..Limits::default() }).await;
    let client = Client::connect(&server).await;
    let mut terminal = client.terminal_running("numerics linear-pieces").await;
    terminal.expect("linear pieces").await;
    terminal.types("q").await;
    assert_eq!(terminal.ends().await, Some(0));
    // Lines are enough for it.
    for (variables, term) in [(&[("LC_SSHCARD", "plain")][..], "xterm"), (&[], "dumb")] {
        let client = Client::connect_as(&server, "ada", Config::default()).await;
        let mut terminal = client.terminal_with_running(variables, term, "numerics linear-pieces").await;
        terminal.expect("1 method: linear pieces").await;
        terminal.types("b\rq\r").await;
        assert_eq!(terminal.ends().await, Some(0));
    }
    let client = Client::connect_as(&server, "numerics", Config::default()).await;
    let mut terminal = client.terminal("xterm-256color", 80, 24).await;
    terminal.expect("bit trick + Newton").await;
    terminal.types("q").await;
    assert_eq!(terminal.ends().await, Some(0));
}
