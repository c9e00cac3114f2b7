//! What the card costs, measured from outside: a load generator for any SSH server, and a bare one to compare with.
//!
//! `cargo bench --bench load` starts the server itself on a free port of the loopback interface, and beside it, with
//! `--floor`, a server that does nothing but SSH. It measures both in the same way, in turns, and prints one table.
//!
//! `cargo bench --bench load -- --growth FILE` measures how the cost grows with the number of sessions at rest.
//!
//! `cargo bench --bench load -- --faults` measures what visitors notice while somebody means harm, and `--lines` what
//! they notice on slow and on long lines.

#[path = "../../tests/it/attacker.rs"]
#[allow(dead_code, reason = "the tests say more with it")]
mod attacker;
mod client;
mod faults;
mod floor;
mod growth;
mod lines;
mod measure;
mod process;
mod stopping;
mod table;
mod turns;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};
use clap::Parser;

use measure::Plan;
use process::Server;
use table::Table;

/// Measures an SSH server: arrivals, memory, keys, bytes.
#[derive(Debug, Parser)]
#[command(name = "load")]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
struct Cli {
    /// The server to measure; without it the release binary is started
    #[arg(long, value_name = "HOST:PORT")]
    addr: Option<SocketAddr>,
    /// The process of the server at --addr, for its CPU time and memory
    #[arg(long, requires = "addr")]
    pid: Option<u32>,
    /// Measure a bare SSH server in the same run
    #[arg(long)]
    floor: bool,
    /// Measure another SSH server in the same run, whatever its program is; it must let `none` in
    #[arg(long, value_name = "HOST:PORT")]
    beside: Option<SocketAddr>,
    /// The process of the server at --beside, for its CPU time and memory
    #[arg(long, requires = "beside", value_name = "PID")]
    beside_pid: Option<u32>,
    /// Measure instead how the cost grows with the number of sessions at rest, and draw it into this SVG file
    #[arg(long, conflicts_with_all = ["addr", "beside", "floor"], value_name = "FILE")]
    growth: Option<PathBuf>,
    /// Measure what rude clients do to it instead: floods, giant windows, who reads nothing
    #[arg(long, conflicts_with_all = ["addr", "floor"])]
    faults: bool,
    /// Of what rude clients do, measure only what becomes of visitors while many connect and stop in the handshake
    #[arg(long, requires = "faults")]
    stopping: bool,
    /// Measure it on slow and on long lines instead; needs root and Linux
    #[arg(long, conflicts_with_all = ["addr", "floor", "faults"])]
    lines: bool,
    /// With --faults or --lines, measure this binary of another build first, in the same run
    #[arg(long, conflicts_with_all = ["addr", "floor"], value_name = "FILE")]
    before: Option<PathBuf>,
    /// Measure arrivals and single keys only: half a minute
    #[arg(long)]
    brief: bool,
    /// Write the table to a file, as comma-separated values
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Measure an address beyond the loopback interface; it must be yours
    #[arg(long)]
    elsewhere: bool,
    /// The most sessions at a time
    #[arg(long, default_value_t = 5000, value_parser = clap::value_parser!(u32).range(100..=20_000))]
    sessions: u32,
    /// Samples of everything that is measured one at a time
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    samples: u32,
    /// Be the visitors at rest of --growth, until standard input ends
    #[arg(long, hide = true, value_name = "HOST:PORT")]
    crowd: Option<SocketAddr>,
    /// Be the bare server, until standard input ends
    #[arg(long, hide = true)]
    serve_floor: bool,
    /// Be the visitor at the other end of a line
    #[arg(long, hide = true, value_name = "HOST:PORT")]
    line_visitor: Option<SocketAddr>,
    #[arg(long, hide = true)]
    line_is_slow: bool,
    /// Given by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> Result<()> {
    let cli = Cli::parse();
    process::raise_descriptors(cli.sessions)?;
    let runtime = tokio::runtime::Runtime::new()?;
    if cli.serve_floor {
        return runtime.block_on(floor::serve());
    }
    if let Some(address) = cli.crowd {
        return runtime.block_on(growth::be_crowd(address, cli.sessions as usize));
    }
    if cli.faults {
        let mut columns = Vec::new();
        for (name, binary) in [("before", cli.before), ("card", Some(process::CARD.into()))] {
            let Some(binary) = binary else { continue };
            columns.push((name, runtime.block_on(faults::all(&binary, cli.samples as usize, cli.stopping))?));
        }
        print!("{}", Table::of(columns));
        return Ok(());
    }
    if let Some(address) = cli.line_visitor {
        return runtime.block_on(lines::visit(address, cli.samples as usize, cli.line_is_slow));
    }
    if cli.lines {
        let card = Path::new(env!("CARGO_BIN_EXE_sshcard"));
        print!("{}", Table::of(lines::all(card, cli.before.as_ref(), cli.samples as usize)?));
        return Ok(());
    }
    if let Some(path) = cli.growth {
        let steps = runtime.block_on(growth::all(&Server::card()?, cli.sessions as usize, cli.samples as usize))?;
        return growth::plot(&steps, &path);
    }
    let plan = Plan { samples: cli.samples as usize, sessions: cli.sessions as usize, brief: cli.brief };
    for address in cli.addr.into_iter().chain(cli.beside) {
        ensure!(
            address.ip().is_loopback() || cli.elsewhere,
            "{address} is not on this machine; add --elsewhere if the server there is yours"
        );
    }
    let mut servers = Vec::new();
    if cli.floor {
        servers.push(Server::floor()?);
    }
    if let Some(address) = cli.beside {
        servers.push(Server::running("beside", address, cli.beside_pid));
    }
    servers.push(match cli.addr {
        Some(address) => Server::running("card", address, cli.pid),
        None => Server::card()?,
    });
    let rows = runtime.block_on(measure::all(&servers, &plan))?;
    let table = Table::of(servers.iter().map(|server| server.name).zip(rows).collect());
    print!("{table}");
    if let Some(path) = cli.csv {
        std::fs::write(&path, table.csv()).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}
