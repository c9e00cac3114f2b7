//! How the cost grows with the number of sessions at rest: one server, to which more and more visitors come and stay.

use std::{
    env, fmt,
    io::{BufRead as _, BufReader, Read as _, stdin},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use plotters::prelude::*;
use tokio::{task::block_in_place, time::sleep};

use super::{
    client::Session,
    measure::{REST, SETTLING, crowd_of, press_all},
    process::{Process, Server},
    table::Value,
    turns::{STANDARD, STILL, key_times, typist},
};

/// The numbers of sessions at which is measured, and the most that were asked for.
const CROWDS: [usize; 4] = [1000, 2000, 5000, 10_000];

/// What was measured beside so many sessions.
#[derive(Debug)]
pub(crate) struct Step {
    sessions: usize,
    /// Proportional set size of the server, in bytes.
    memory: usize,
    /// CPU time of the server while all rest.
    cpu: Duration,
    /// From a key to its first byte, of one visitor more.
    key: Value,
    /// From connect to the first byte, of one visitor more after the other.
    arrival: Value,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sessions, memory, cpu, key, arrival } = self;
        let (each, all) = (*memory as f64 / 1024.0 / *sessions as f64, *memory as f64 / 1e6);
        let cpu = cpu.as_secs_f64() * 1e3;
        write!(f, "| {sessions} | {all:.0} MB | {each:.1} KiB | {cpu:.1} ms | {key} | {arrival} |")
    }
}

/// Measures at each of [`CROWDS`] that is less than `most`, and at `most`, with so many samples of what takes a time.
pub(crate) async fn all(server: &Server, most: usize, samples: usize) -> Result<Vec<Step>> {
    let process = server.process.context("growth is measured of a server that was started here")?;
    let (mut sessions, mut crowds, mut steps) = (0, Vec::new(), Vec::new());
    println!("| sessions | memory | each | CPU at rest, {} s | key to first byte | arrival |", REST.as_secs());
    println!("| --- | --- | --- | --- | --- | --- |");
    for crowd in CROWDS.into_iter().filter(|crowd| *crowd < most).chain([most]) {
        crowds.push(block_in_place(|| Crowd::arrive(server.address, crowd - sessions))?);
        sessions = crowd;
        sleep(SETTLING).await;
        let step = beside(server, process, crowd, samples).await?;
        println!("{step}");
        steps.push(step);
    }
    Ok(steps)
}

/// Sessions at rest. They belong to a process of their own: one process could not have the descriptors of all of them
/// and measure too. They leave when this is dropped.
struct Crowd(Child);

impl Crowd {
    fn arrive(address: SocketAddr, sessions: usize) -> Result<Self> {
        let child = Command::new(env::current_exe()?)
            .args(["--crowd", &address.to_string(), "--sessions", &sessions.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start a crowd")?;
        let mut crowd = Self(child);
        let output = crowd.0.stdout.take().context("no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        ensure!(line.trim_end() == AT_REST, "a crowd of {sessions} ended before all had arrived");
        Ok(crowd)
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What the process of a [`Crowd`] says when all its sessions are at rest.
const AT_REST: &str = "at rest";

/// Is the process of a [`Crowd`]: its sessions arrive, turn a page, and stay until standard input ends.
pub(crate) async fn be_crowd(address: SocketAddr, sessions: usize) -> Result<()> {
    let mut sessions = crowd_of(address, sessions, STANDARD).await?;
    press_all(&mut sessions, "l").await?;
    println!("{AT_REST}");
    block_in_place(|| stdin().read_to_end(&mut Vec::new()))?;
    Ok(())
}

async fn beside(server: &Server, process: Process, sessions: usize, samples: usize) -> Result<Step> {
    let memory = process.memory()?;
    let before = process.cpu()?;
    sleep(REST).await;
    let cpu = process.cpu()?.saturating_sub(before);
    let mut typist = typist(server.address).await?;
    let key = Value::times(key_times(&mut typist, samples).await?);
    typist.leave().await;
    let mut arrivals = Vec::new();
    for _ in 0..samples {
        let (session, arrival) = Session::arrive(server.address, STILL, STANDARD).await?;
        arrivals.push(arrival.first_byte);
        session.leave().await;
    }
    Ok(Step { sessions, memory, cpu, key, arrival: Value::times(arrivals) })
}

/// Draws the memory and the times as an SVG picture.
pub(crate) fn plot(steps: &[Step], path: &Path) -> Result<()> {
    let root = SVGBackend::new(path, (720, 640)).into_drawing_area();
    root.fill(&WHITE)?;
    let (upper, lower) = root.split_vertically(320);
    let memory = steps.iter().map(|step| (step.sessions, step.memory as f64 / 1e6)).collect();
    lines(&upper, "memory of the server, MB", &[("memory", BLUE, memory)])?;
    let times = |of: fn(&Step) -> &Value| steps.iter().map(|step| (step.sessions, of(step).number())).collect();
    let (key, arrival) = (times(|step| &step.key), times(|step| &step.arrival));
    lines(&lower, "median time, ms", &[("key to first byte", BLUE, key), ("connect to first byte", RED, arrival)])?;
    root.present()?;
    Ok(())
}

/// A name, a colour, and points: sessions, and what was measured beside them.
type Series = (&'static str, RGBColor, Vec<(usize, f64)>);

fn lines(area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>, unit: &str, all: &[Series]) -> Result<()> {
    let points = || all.iter().flat_map(|(_, _, points)| points);
    let most = points().map(|(sessions, _)| *sessions).max().unwrap_or(1);
    let top = points().map(|(_, value)| *value).fold(0.0, f64::max) * 1.15;
    let mut chart = ChartBuilder::on(area)
        .margin(16)
        .x_label_area_size(40)
        .y_label_area_size(64)
        .build_cartesian_2d(0..most, 0.0..top)?;
    chart.configure_mesh().x_desc("sessions at rest").y_desc(unit).light_line_style(TRANSPARENT).draw()?;
    for (name, color, points) in all {
        let color = *color;
        chart
            .draw_series(LineSeries::new(points.iter().copied(), color.stroke_width(2)).point_size(3))?
            .label(*name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], color.stroke_width(2)));
    }
    chart.configure_series_labels().background_style(WHITE).border_style(BLACK).draw()?;
    Ok(())
}
