//! The card without a terminal.

use sshcard::formats::{self, Format};

use crate::support::{ABOUT, Client, HEADLINE, LAYER, Output, Running, STATION, profile};

fn card() -> String {
    String::from_utf8(formats::render(&profile(), Format::Text).unwrap().to_vec()).unwrap()
}

fn whole(out: String) -> Output {
    Output { replies: vec![true], out, err: String::new(), status: Some(0), eof: true }
}

#[tokio::test]
async fn the_whole_card_is_printed_by_name_and_without_a_terminal() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    assert_eq!(client.exec("text").await, whole(card()));
    assert_eq!(client.shell().await, whole(card()));
    for words in [HEADLINE, ABOUT, STATION, LAYER] {
        assert!(card().contains(words), "{words}");
    }
    assert!(!card().contains('\x1b'));
}

#[tokio::test]
async fn an_input_that_ends_at_once_does_not_stop_the_output() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    let channel = client.open().await.unwrap();
    channel.request_shell(true).await.unwrap();
    channel.eof().await.unwrap();
    assert_eq!(Output::of(channel).await, whole(card()));

    let channel = client.open().await.unwrap();
    channel.eof().await.unwrap();
    channel.exec(true, "text").await.unwrap();
    assert_eq!(Output::of(channel).await, whole(card()));
}

#[tokio::test]
async fn on_a_terminal_text_ends_its_lines_as_a_terminal_wants() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    for dumb in [true, false] {
        let channel = client.open().await.unwrap();
        channel.request_pty(true, if dumb { "dumb" } else { "xterm" }, 80, 24, 0, 0, &[]).await.unwrap();
        if dumb {
            channel.request_shell(true).await.unwrap();
        } else {
            channel.exec(true, "text").await.unwrap();
        }
        let output = Output::of(channel).await;
        assert_eq!(output.out, card().replace('\n', "\r\n"));
        assert_eq!((output.replies, output.status), (vec![true, true], Some(0)));
    }
}

#[tokio::test]
async fn a_plain_user_gets_text_on_a_terminal() {
    let server = Running::start().await;
    let client = Client::connect_as(&server, "plain", russh::client::Config::default()).await;
    let channel = client.open().await.unwrap();
    channel.request_pty(true, "xterm-256color", 80, 24, 0, 0, &[]).await.unwrap();
    channel.request_shell(true).await.unwrap();
    assert_eq!(Output::of(channel).await.out, card().replace('\n', "\r\n"));
}

#[tokio::test]
async fn help_says_what_there_is() {
    let server = Running::start().await;
    let output = Client::connect(&server).await.exec("help").await;
    assert_eq!((output.status, output.err.as_str(), output.eof), (Some(0), "", true));
    for (name, about, _) in Format::ALL {
        assert!(output.out.contains(name) && output.out.contains(about), "{}", output.out);
    }
}

#[tokio::test]
async fn an_unknown_command_is_named_on_standard_error() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    for command in [b"txt".to_vec(), b"\x1b[2J\xff\0".to_vec(), vec![b'y'; 20_000]] {
        let output = client.exec(command).await;
        assert_eq!((output.replies, output.out.as_str(), output.status), (vec![true], "", Some(127)));
        assert!(output.err.starts_with("sshcard: no command \"") && output.err.lines().count() == 1, "{}", output.err);
        assert!(!output.err.trim_end().contains(char::is_control), "{:?}", output.err);
    }
}

#[tokio::test]
async fn a_client_that_stops_listening_leaves_nothing_behind() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    let channel = client.open().await.unwrap();
    channel.exec(true, "text").await.unwrap();
    channel.close().await.unwrap();
    drop(channel);
    assert_eq!(client.exec("text").await.status, Some(0), "the connection still works");
    client.hang_up().await;
    server.deserted().await;
}
