//! The card from the outside: real SSH over loopback, and rules about the sources.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test says what it expects")]

mod admission;
mod architecture;
mod attacker;
mod auth;
mod begin;
mod binary;
mod card;
mod certificate;
mod channels;
mod check;
mod confinement;
mod container;
mod doors;
mod facts;
mod files;
mod fuzzing;
mod health;
mod hostkey;
mod languages;
mod leaving;
mod limits;
mod links;
mod log;
mod malformed;
mod memory;
mod ops;
mod owner;
mod owners;
mod pages;
mod pictures;
mod process;
mod proxy;
mod readers;
mod reload;
mod rude;
mod said;
mod service;
mod signals;
mod strings;
mod support;
mod terminals;
mod text;
mod usage;
mod web_session;
