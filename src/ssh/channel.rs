//! A session channel: its requests, the program that runs on it, and its end. Each channel has one task and shares no
//! state with other channels.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::FutureExt as _;
use russh::{
    Channel, ChannelMsg, ChannelReadHalf, ChannelWriteHalf,
    server::{ChannelOpenHandle, Msg},
};
use tokio::{
    select,
    time::{Instant, sleep_until, timeout},
};

use super::{
    algorithms::Algorithms,
    deadline::OpenChannel,
    ending::SessionEnd,
    exec::{Answer, with_carriage_returns},
    metrics::SessionKind,
    phase::{Phase, Request},
    scp::{Scp, ScpCommand},
    served::ServedCard,
    sftp::Sftp,
    shared::Shared,
    socket::SendQueue,
    transfer::{Protocol, Transfer},
    writing::{drop_message, while_reading},
};
use crate::{
    app::{Mode, Preferences, Word},
    driver,
    session::{Environment, Session, SessionOptions, Size},
    terminal::clamped_size,
};

mod incoming;
mod visit;

pub(crate) use incoming::{Incoming, Message, Messages};
pub(super) use visit::SessionGuard;
pub(super) use visit::VisitRecord;

/// The number of the code of standard error among the extended data (RFC 4254, section 5.2).
const STDERR: u32 = 1;

/// What a channel shares with its connection.
pub(super) struct ChannelContext {
    /// Its place among the connection's open channels.
    pub(super) channel: OpenChannel,
    /// The record of the connection's sessions.
    pub(super) visit: Arc<VisitRecord>,
    /// The bytes of all channels on their way to the client.
    pub(super) queue: SendQueue,
    /// The algorithms of the connection.
    pub(super) algorithms: Option<Algorithms>,
    pub(super) user_name: Option<Word>,
}

/// Serves a channel to its end. A channel with a `waiting` reply is not open yet; it is accepted when its turn comes.
pub(super) async fn serve(
    shared: Arc<Shared>,
    channel: Channel<Msg>,
    context: ChannelContext,
    waiting: Option<ChannelOpenHandle>,
) {
    if let Some(reply) = waiting {
        select! {
            () = sleep_until(context.channel.turn()) => reply.accept().await,
            // A dropped reply is a refusal.
            () = shared.shutdown.cancelled() => return,
        }
    }
    let (mut incoming, outgoing) = channel.split();
    let request = timeout(shared.limits.first_request, ChannelRequest::of(&mut incoming)).await;
    let status = if let Ok(Some(request)) = request {
        let run = AssertUnwindSafe(request.run(&shared, &mut incoming, &outgoing, &context)).catch_unwind().await;
        // A session catches its own panics; all others are caught here, and the connection goes on.
        Some(run.unwrap_or_else(|_| {
            shared.metrics.panics.inc();
            1
        }))
    } else {
        // No request came in time, or the client is gone.
        shared.metrics.channels_unused.inc();
        None
    };
    // Before the close, so that the place is free when the client sees the close.
    drop(context);
    let end = async {
        if let Some(status) = status {
            outgoing.exit_status(status).await?;
            outgoing.eof().await?;
        }
        outgoing.close().await
    };
    // An error here says that the connection is gone, and with it the channel. The client's own close is not waited
    // for: russh takes the channel off its table with ours, and drops whatever comes for it later. Boxed, so that the
    // task does not keep the memory of its end for all of its life.
    let _ = Box::pin(while_reading(&mut incoming, end, drop_message)).await;
}

/// The request that starts a channel's program, and its terminal.
struct ChannelRequest {
    kind: RequestKind,
    terminal: Option<Size>,
    environment: Environment,
}

enum RequestKind {
    Shell,
    Exec(Vec<u8>),
    Sftp,
}

enum Program {
    Session(Box<SessionOptions>),
    Answer(Answer),
    Transfer(SessionKind, Box<dyn Protocol>),
}

impl ChannelRequest {
    /// Reads requests until one asks for something to run; `None` when the client is gone before that.
    async fn of(incoming: &mut ChannelReadHalf) -> Option<Self> {
        let mut phase = Phase::default();
        let mut terminal = None;
        let mut environment = Environment::default();
        let kind = loop {
            match incoming.wait().await? {
                ChannelMsg::RequestPty { term, col_width, row_height, .. } if phase.admits(Request::Pty) => {
                    environment.set_term(&term);
                    terminal = Some(clamped_size(col_width, row_height));
                }
                ChannelMsg::WindowChange { col_width, row_height, .. } if terminal.is_some() => {
                    terminal = Some(clamped_size(col_width, row_height));
                }
                ChannelMsg::SetEnv { variable_name, variable_value, .. } if phase.admits(Request::Variable) => {
                    environment.set(&variable_name, &variable_value);
                }
                ChannelMsg::RequestShell { .. } if phase.admits(Request::Shell) => break RequestKind::Shell,
                ChannelMsg::Exec { command, .. } if phase.admits(Request::Exec) => break RequestKind::Exec(command),
                ChannelMsg::RequestSubsystem { name, .. } if phase.admits(Request::subsystem(&name)) => {
                    break RequestKind::Sftp;
                }
                ChannelMsg::Close => return None,
                // Everything else was answered by the handler, or wants no answer. An EOF says only that the client
                // will type nothing.
                _ => (),
            }
        };
        Some(Self { kind, terminal, environment })
    }

    /// Runs the program to its end; the exit status.
    async fn run(
        self,
        shared: &Arc<Shared>,
        incoming: &mut ChannelReadHalf,
        outgoing: &ChannelWriteHalf<Msg>,
        context: &ChannelContext,
    ) -> u32 {
        let on_terminal = self.terminal.is_some();
        if !context.channel.is_let_in() {
            // How long that may take is the connection's business.
            let (_, status) = Box::pin(print(incoming, outgoing, Answer::full(), on_terminal)).await;
            return status;
        }
        let mut renewals = shared.served.subscribe();
        let (limits, shutdown, evicted) = (&shared.limits, &shared.shutdown, context.channel.evicted());
        // Of one card, whatever is published meanwhile; the program keeps no more of it than it needs.
        let served = Arc::clone(&renewals.borrow_and_update());
        let program = Box::pin(self.program(&served, context.user_name.clone(), limits.write_timeout)).await;
        drop(served);
        let session = context.visit.session(program.kind());
        // The session's future is by far the largest. Its own box keeps the futures of answers and transfers small.
        let (end, status) = match program {
            Program::Session(options) => {
                let session = Session::new(*options);
                let events = Incoming::new(incoming, context.queue.clone(), evicted);
                let mut events = events.encrypted_with(context.algorithms).told(renewals, &shared.draining);
                let mut writer = outgoing.make_writer();
                let end = Box::pin(driver::run(session, &mut events, &mut writer, shutdown)).await;
                with_status(end.into())
            }
            Program::Answer(answer) => {
                let print = Box::pin(print(incoming, outgoing, answer, on_terminal));
                timeout(limits.output, print).await.unwrap_or(with_status(SessionEnd::Stalled))
            }
            Program::Transfer(_, mut protocol) => {
                let transfer = Transfer { incoming, outgoing, limits, shutdown, evicted, sent: Instant::now() };
                let (Ok(end) | Err(end)) = Box::pin(transfer.run(protocol.as_mut())).await;
                with_status(end)
            }
        };
        session.end(end);
        status
    }

    async fn program(self, served: &Arc<ServedCard>, user_name: Option<Word>, write_timeout: Duration) -> Program {
        let mut preferences = Preferences::new(user_name, &self.environment, served.site.document());
        let answers = &served.answers;
        let columns = self.terminal.map(|size| size.width);
        let kind = match self.kind {
            RequestKind::Exec(command) if self.terminal.is_some() => match answers.exhibit(&command) {
                Some(Ok((language, exhibit))) => {
                    preferences.exhibit = Some(exhibit);
                    preferences.language = language.or(preferences.language);
                    // Lines are enough for a dialogue.
                    if preferences.mode == Mode::Text {
                        preferences.mode = Mode::Plain;
                    }
                    RequestKind::Shell
                }
                Some(Err(answer)) => return Program::Answer(answer),
                None => RequestKind::Exec(command),
            },
            kind => kind,
        };
        match (kind, self.terminal) {
            (RequestKind::Sftp, Some(_)) => Program::Answer(Answer::transfer_on_terminal()),
            (RequestKind::Sftp, None) => {
                Program::Transfer(SessionKind::Sftp, Box::new(Sftp::new(Arc::clone(&served.files))))
            }
            (RequestKind::Exec(command), terminal) => match ScpCommand::parse(&command) {
                Some(_) if terminal.is_some() => Program::Answer(Answer::transfer_on_terminal()),
                Some(command) => {
                    Program::Transfer(SessionKind::Scp, Box::new(Scp::new(Arc::clone(&served.files), &command)))
                }
                None => {
                    Program::Answer(served.answer_when_drawn(preferences.language.as_ref(), &command, columns).await)
                }
            },
            (RequestKind::Shell, None) => Program::Answer(answers.in_language(preferences.reads()).text(None)),
            (RequestKind::Shell, Some(size)) if preferences.mode == Mode::Text => {
                Program::Answer(answers.in_language(preferences.reads()).text_on_terminal(size.width))
            }
            (RequestKind::Shell, Some(size)) => {
                let (site, environment) = (Arc::clone(&served.site), self.environment);
                Program::Session(Box::new(SessionOptions { site, size, environment, preferences, write_timeout }))
            }
        }
    }
}

impl Program {
    fn kind(&self) -> SessionKind {
        match self {
            Self::Session(options) => SessionKind::on_terminal(options.preferences.mode),
            Self::Answer(answer) => answer.kind,
            Self::Transfer(kind, _) => *kind,
        }
    }
}

/// Why a session or a transfer ended, and its exit status.
fn with_status(end: SessionEnd) -> (SessionEnd, u32) {
    (end, end.status())
}

/// Writes an answer: how that ended, and the exit status.
async fn print(
    incoming: &mut ChannelReadHalf,
    outgoing: &ChannelWriteHalf<Msg>,
    answer: Answer,
    on_terminal: bool,
) -> (SessionEnd, u32) {
    let Answer { out, err, status, has_lines, .. } = answer;
    let text = |bytes: Bytes| if on_terminal && has_lines { with_carriage_returns(&bytes) } else { bytes };
    let writing = async {
        outgoing.data_bytes(text(out)).await?;
        outgoing.extended_data_bytes(STDERR, text(err)).await
    };
    let written = while_reading(incoming, writing, drop_message).await;
    (written.err().unwrap_or(SessionEnd::Answered), status)
}
