//! The card without a terminal.

use sshcard::{document::Words, formats::FORMATS, site::Site};

use crate::support::{ABOUT, Client, HEADLINE, LAYER, Output, Running, STATION, document, rendered};

fn card() -> String {
    rendered(&document(), "text")
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
    for term in ["dumb", "dumb-emacs-ansi", "", "unknown", "xterm"] {
        let channel = client.open().await.unwrap();
        channel.request_pty(true, term, 80, 24, 0, 0, &[]).await.unwrap();
        if term == "xterm" {
            channel.exec(true, "text").await.unwrap();
        } else {
            channel.request_shell(true).await.unwrap();
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
    for format in FORMATS {
        let shown = output.out.contains(format.name()) && output.out.contains(format.gives(&Words::default()));
        // The card of these tests has no code and no photo.
        assert_eq!(shown, !["qr", "photo"].contains(&format.name()), "{}", output.out);
    }
}

#[tokio::test]
async fn nobody_waits_while_a_picture_is_drawn_for_another() {
    let server = Running::start().await;
    let (first, second) = (Client::connect(&server).await, Client::connect(&server).await);
    let asked = [first.open().await.unwrap(), first.open().await.unwrap()];
    for channel in &asked {
        channel.exec(true, "postcard light").await.unwrap();
    }
    let [of_first, of_second] = asked;
    let drawing = async { (Output::of(of_first).await, Output::of(of_second).await) };
    let drawn = tokio::select! {
        biased;
        _ = drawing => true,
        help = second.exec("help") => help.status != Some(0),
    };
    assert!(!drawn, "the server had no time for anybody else");
    let picture = first.exec("postcard light").await;
    assert!(picture.status == Some(0) && picture.out.starts_with("<svg"), "{picture:?}");
    assert_eq!(second.exec("postcard light").await, picture);
}

#[tokio::test]
async fn every_document_is_printed_as_it_was_rendered() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    let site = Site::new(document());
    let renditions = site.renditions();
    for (command, name, variant) in [
        ("markdown", "markdown", ""),
        ("vcard", "vcard", "3"),
        ("vcard 3", "vcard", "3"),
        ("vcard 4", "vcard", "4"),
        ("json", "json", ""),
        ("html", "html", ""),
        ("card", "card", ""),
        ("about", "about", ""),
        ("career", "career", ""),
        ("stack", "stack", ""),
        ("contact", "contact", ""),
    ] {
        let rendition = String::from_utf8(renditions.get(name, variant).unwrap().bytes.to_vec()).unwrap();
        assert_eq!(client.exec(command).await, whole(rendition), "{command}");
    }
    let narrow = String::from_utf8(renditions.text(40).to_vec()).unwrap();
    assert_eq!(client.exec("text --width 40").await, whole(narrow));
}

#[tokio::test]
async fn the_server_tells_of_its_key_of_itself_and_of_what_it_logs() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    for (command, words) in [
        ("hostkey", server.fingerprint.as_str()),
        ("hostkey", "HOST ssh-ed25519 AAAA"),
        ("hostkey", "HOST. IN SSHFP 4 2 "),
        ("version", concat!("sshcard ", env!("CARGO_PKG_VERSION"), "\n")),
        ("privacy", "never logged"),
    ] {
        let output = client.exec(command).await;
        assert!(output.out.contains(words), "{command}: {}", output.out);
        assert_eq!((output.err.as_str(), output.status, output.eof), ("", Some(0), true), "{command}");
    }
}

#[tokio::test]
async fn wrong_options_are_named_on_standard_error() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    for (command, word) in [("text --width 5", "--width"), ("vcard 5", "vcard"), ("json please", "please")] {
        let output = client.exec(command).await;
        assert_eq!((output.out.as_str(), output.status), ("", Some(2)), "{command}");
        assert!(output.err.contains(word) && output.err.lines().count() == 1, "{}", output.err);
    }
}

#[tokio::test]
async fn on_a_terminal_every_document_of_lines_ends_them_as_a_terminal_wants() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    for command in ["markdown", "vcard", "json", "help", "text --width", "nonsense"] {
        let channel = client.open().await.unwrap();
        channel.request_pty(true, "xterm", 80, 24, 0, 0, &[]).await.unwrap();
        channel.exec(true, command).await.unwrap();
        let output = Output::of(channel).await;
        let text = output.out + &output.err;
        assert!(!text.is_empty() && text.split_inclusive('\n').all(|line| line.ends_with("\r\n")), "{text:?}");
        assert!(!text.contains("\r\r"), "{text:?}");
    }
}

#[tokio::test]
async fn bytes_for_a_file_never_go_to_a_terminal() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    for transfer in ["sftp", "scp -f README.txt", "scp -t ."] {
        let channel = client.open().await.unwrap();
        channel.request_pty(true, "xterm", 80, 24, 0, 0, &[]).await.unwrap();
        if transfer == "sftp" {
            channel.request_subsystem(true, transfer).await.unwrap();
        } else {
            channel.exec(true, transfer).await.unwrap();
        }
        // What makes scp -f go on.
        channel.data(&b"\0\0\0"[..]).await.unwrap();
        let output = Output::of(channel).await;
        assert_eq!((output.out.as_str(), output.status), ("", Some(2)), "{transfer}");
        assert!(output.err.ends_with("\r\n") && output.err.lines().count() == 1, "{}", output.err);
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
