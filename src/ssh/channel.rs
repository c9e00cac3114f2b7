//! One channel: its requests, what runs on it, and its end. One task a channel, and nothing shared between two.
//!
//! Whatever is written, the channel is read all the while: while a write waits for the client to make room, the message that
//! makes it stands behind whatever the client sent before, and a full queue would stop the whole connection.

use std::{future::Future, panic::AssertUnwindSafe, pin::pin, sync::Arc};

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
    Shared,
    deadline::OpenChannel,
    ending::SessionEnd,
    exec::{Answer, with_carriage_returns},
    metrics::Kind,
    phase::{Phase, Request},
    scp::{self, Scp},
    sftp::Sftp,
    socket::SendQueue,
    transfer::{Protocol, Transfer},
};
use crate::{
    app::{Mode, Preferences, Word},
    driver,
    session::{Ending, Environment, Opening, Session, Size},
    terminal::clamped_size,
};

mod incoming;
mod visit;

use incoming::Incoming;
pub(super) use visit::Visit;

/// The number of the code of standard error among the extended data (RFC 4254, section 5.2).
const STDERR: u32 = 1;

/// What a channel has of its connection.
pub(super) struct Context {
    /// Its place among the connection's open channels.
    pub(super) place: OpenChannel,
    /// What is told of the connection's sessions.
    pub(super) visit: Arc<Visit>,
    /// What is on its way to the client, of all channels.
    pub(super) queue: SendQueue,
    /// What the user name chose.
    pub(super) chosen: Option<Word>,
}

/// Serves a channel from its opening to its end. One that is `waiting` is not open yet: it is accepted when its turn
/// comes.
pub(super) async fn serve(
    shared: Arc<Shared>,
    channel: Channel<Msg>,
    context: Context,
    waiting: Option<ChannelOpenHandle>,
) {
    if let Some(reply) = waiting {
        select! {
            () = sleep_until(context.place.turn()) => reply.accept().await,
            // Dropped, the reply is a refusal.
            () = shared.shutdown.cancelled() => return,
        }
    }
    let (mut incoming, outgoing) = channel.split();
    let request = timeout(shared.limits.first_request, ChannelRequest::of(&mut incoming)).await;
    let status = if let Ok(Some(request)) = request {
        let run = AssertUnwindSafe(request.run(&shared, &mut incoming, &outgoing, &context)).catch_unwind().await;
        // A session or a transfer that fails has said so before. Whatever else does ends here, and the connection goes on.
        Some(run.unwrap_or_else(|_| {
            shared.metrics.panics.inc();
            1
        }))
    } else {
        // Nothing was asked for in time, or the client is gone: there is nothing to say.
        shared.metrics.channels_unused.inc();
        None
    };
    // Before the close, so that the client, once it sees the close, finds the place free.
    drop(context);
    let end = async {
        if let Some(status) = status {
            outgoing.exit_status(status).await?;
            outgoing.eof().await?;
        }
        outgoing.close().await
    };
    // An error here says that the connection is gone, and with it the channel. The client's own close is not waited for:
    // russh takes the channel off its table with ours, and drops whatever comes for it later.
    // Boxed, so that the task does not keep the room that its end takes for all of its life.
    let _ = Box::pin(while_reading(&mut incoming, end)).await;
}

/// What a client asked a channel for, and the terminal that it has.
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

/// What runs on a channel.
enum Program {
    Session(Size),
    Answer(Answer),
    Sftp(Sftp),
    Scp(Scp),
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
                // Everything else was answered by the handler, or wants no answer. An EOF says only that the client will
                // type nothing.
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
        context: &Context,
    ) -> u32 {
        if !context.place.is_let_in() {
            let answer = Answer::full();
            let status = answer.status;
            // How long that may take is the connection's business.
            let _ = Box::pin(print(incoming, outgoing, answer, self.terminal.is_some())).await;
            return status;
        }
        let preferences = Preferences::new(context.chosen.clone(), &self.environment, &shared.site.document().pages);
        let program = self.program(shared, preferences.mode);
        let kind = program.kind(preferences.mode);
        let session = context.visit.session(kind);
        // Boxed apart, since the session's future is the larger by far, and nothing else need pay for it.
        let (ended, status) = match program {
            Program::Session(size) => {
                let run = run_session(shared, size, self.environment, preferences, incoming, outgoing, context);
                let end = SessionEnd::from(Box::pin(run).await);
                (end, end.status())
            }
            Program::Answer(answer) => {
                let status = answer.status;
                let print = Box::pin(print(incoming, outgoing, answer, self.terminal.is_some()));
                match timeout(shared.limits.output, print).await {
                    Ok(Ok(())) => (SessionEnd::Answered, status),
                    Ok(Err(Gone)) => (SessionEnd::Gone, status),
                    Err(_) => (SessionEnd::Stalled, 1),
                }
            }
            Program::Sftp(sftp) => transfer(shared, sftp, incoming, outgoing, &context.place).await,
            Program::Scp(scp) => transfer(shared, scp, incoming, outgoing, &context.place).await,
        };
        session.end(ended);
        status
    }

    /// The program that runs.
    fn program(&self, shared: &Shared, mode: Mode) -> Program {
        let answers = &shared.answers;
        let columns = self.terminal.map(|size| size.width);
        match (&self.kind, self.terminal) {
            (RequestKind::Sftp, Some(_)) => Program::Answer(Answer::transfer_on_terminal()),
            (RequestKind::Sftp, None) => Program::Sftp(Sftp::new(Arc::clone(&shared.files))),
            (RequestKind::Exec(command), terminal) => match scp::Command::parse(command) {
                Some(_) if terminal.is_some() => Program::Answer(Answer::transfer_on_terminal()),
                Some(command) => Program::Scp(Scp::new(Arc::clone(&shared.files), &command)),
                None => Program::Answer(answers.answer(command, columns)),
            },
            (RequestKind::Shell, None) => Program::Answer(answers.text(None)),
            (RequestKind::Shell, Some(size)) if mode == Mode::Text => Program::Answer(answers.text(Some(size.width))),
            (RequestKind::Shell, Some(size)) => Program::Session(size),
        }
    }
}

impl Program {
    /// What is shown.
    fn kind(&self, mode: Mode) -> Kind {
        match self {
            Self::Session(_) => Kind::on_terminal(mode),
            Self::Answer(answer) => answer.what,
            Self::Sftp(_) => Kind::Sftp,
            Self::Scp(_) => Kind::Scp,
        }
    }
}

/// Transfers files: why it ended, and the exit status.
async fn transfer(
    shared: &Shared,
    protocol: impl Protocol,
    incoming: &mut ChannelReadHalf,
    outgoing: &ChannelWriteHalf<Msg>,
    place: &OpenChannel,
) -> (SessionEnd, u32) {
    let (limits, shutdown, evicted) = (&shared.limits, &shared.shutdown, place.evicted());
    let transfer = Transfer { incoming, outgoing, limits, shutdown, evicted, sent: Instant::now() };
    let end = Box::pin(transfer.run(protocol)).await;
    (end, end.status())
}

/// Runs a session on a terminal.
async fn run_session(
    shared: &Arc<Shared>,
    size: Size,
    environment: Environment,
    preferences: Preferences,
    incoming: &mut ChannelReadHalf,
    outgoing: &ChannelWriteHalf<Msg>,
    context: &Context,
) -> Ending {
    let (site, write_timeout) = (Arc::clone(&shared.site), shared.limits.patience);
    let session = Session::new(Opening { site, size, environment, preferences, write_timeout });
    let mut events = Incoming::new(incoming, context.queue.clone(), context.place.evicted());
    driver::run(session, &mut events, &mut outgoing.make_writer(), &shared.shutdown).await
}

/// Nobody reads any more.
struct Gone;

/// Writes an answer.
async fn print(
    incoming: &mut ChannelReadHalf,
    outgoing: &ChannelWriteHalf<Msg>,
    answer: Answer,
    on_terminal: bool,
) -> Result<(), Gone> {
    let has_lines = answer.has_lines;
    let text = |bytes: Bytes| if on_terminal && has_lines { with_carriage_returns(&bytes) } else { bytes };
    let (out, err) = (text(answer.out), text(answer.err));
    while_reading(incoming, async {
        outgoing.data_bytes(out).await?;
        outgoing.extended_data_bytes(STDERR, err).await
    })
    .await
}

/// Does some writing, and reads and drops what the client sends meanwhile. An EOF does not stop it: a client whose input has
/// ended still wants its output.
async fn while_reading(
    incoming: &mut ChannelReadHalf,
    writing: impl Future<Output = Result<(), russh::Error>>,
) -> Result<(), Gone> {
    let mut writing = pin!(writing);
    loop {
        select! {
            biased;
            written = &mut writing => return written.map_err(|_| Gone),
            message = incoming.wait() => if matches!(message, None | Some(ChannelMsg::Close)) {
                return Err(Gone);
            },
        }
    }
}
