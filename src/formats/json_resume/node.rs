//! A value of a JSON Resume. Its fields keep the order of the schema, which is the order of reading.

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::{shape, shown};
use crate::{document::Extra, profile::limits::NAMES};

/// A value of the document.
#[derive(Debug)]
pub(super) enum Node {
    Text(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
    /// What was carried from the resume that the profile was imported from.
    Carried(Value),
}

pub(super) fn text(text: &str) -> Node {
    Node::Text(text.to_owned())
}

pub(super) fn optional(value: Option<&String>) -> Node {
    text(value.map_or("", String::as_str))
}

pub(super) fn texts<'t>(texts: impl IntoIterator<Item = &'t String>) -> Node {
    Node::List(texts.into_iter().map(|one| text(one)).collect())
}

pub(super) fn object(fields: impl IntoIterator<Item = (&'static str, Node)>) -> Node {
    Node::Object(said(fields))
}

/// The fields that say something.
pub(super) fn said(fields: impl IntoIterator<Item = (&'static str, Node)>) -> Vec<(String, Node)> {
    let fields = fields.into_iter().filter(|(_, node)| match node {
        Node::Text(text) => !text.is_empty(),
        Node::List(nodes) => !nodes.is_empty(),
        Node::Object(_) | Node::Carried(_) => true,
    });
    fields.map(|(key, node)| (key.to_owned(), node)).collect()
}

impl Node {
    /// Adds what was carried: fields that are not there, and the whole of texts and lists that had to be shortened.
    /// What the owner wrote since then stays.
    pub(super) fn fill(&mut self, extra: &Extra) {
        let Self::Object(fields) = self else { return };
        for (key, value) in extra {
            match fields.iter_mut().find(|(of, _)| of == key) {
                None => fields.push((key.clone(), Self::Carried(value.clone()))),
                Some((_, node)) => node.complete(key, value),
            }
        }
    }

    fn complete(&mut self, key: &str, value: &Value) {
        let is_empty = matches!(self, Self::Object(fields) if fields.is_empty());
        match (&mut *self, value) {
            (node, _) if is_empty => *node = Self::Carried(value.clone()),
            (node @ Self::Object(_), Value::Object(more)) => node.fill(more),
            (node @ Self::Text(_), Value::Object(location)) if key == "location" => {
                // A place that was made of a location is that location again.
                if matches!(node, Self::Text(text) if *text == shape::place(location)) {
                    *node = Self::Carried(value.clone());
                }
            }
            // It is found once: another element of its name may have been carried, too.
            (Self::Text(text), Value::String(whole)) if shown::is_of(whole, text) => {
                *self = Self::Carried(value.clone());
            }
            (Self::List(items), _) if items.iter().all(|item| matches!(item, Self::Text(_))) => {
                let texts = shown::texts(value);
                let is_of =
                    |(item, whole): (&Self, &String)| matches!(item, Self::Text(text) if shown::is_of(whole, text));
                // Of a list that had to be shortened there are as many as a card takes.
                let count = items.len();
                let is_whole = count == 0 || count == texts.len() || count == NAMES && texts.len() > NAMES;
                if is_whole && items.iter().zip(&texts).all(is_of) {
                    *self = Self::Carried(value.clone());
                }
            }
            (Self::List(items), Value::Array(more)) => more.iter().for_each(|value| add(items, key, value)),
            _ => {}
        }
    }

    /// Whether no field of an object says something else than this one.
    fn takes(&self, other: &Value) -> bool {
        let (Self::Object(fields), Value::Object(more)) = (self, other) else { return false };
        fields.iter().all(|(key, node)| match (node, more.get(key)) {
            (_, None) => true,
            (Self::Text(text), Some(Value::String(other))) => shown::is_line_of(other, text),
            _ => false,
        })
    }

    /// The text of a field.
    fn field(&self, key: &str) -> Option<&str> {
        let Self::Object(fields) = self else { return None };
        fields
            .iter()
            .find_map(|(of, node)| if let Self::Text(text) = node { (of == key).then_some(&**text) } else { None })
    }
}

/// Adds a carried element of a list: to the one of the card that has its name, where the card has such ones, else at
/// the end.
fn add(items: &mut Vec<Node>, list: &str, value: &Value) {
    let name = match list {
        "profiles" => "network",
        "interests" => "name",
        "links" => "label",
        _ => "",
    };
    // An address tells two profiles of one network apart.
    let same = |item: &Node, key: &str| match (value.get(key).and_then(Value::as_str), item.field(key)) {
        (Some(whole), Some(text)) => shown::is_line_of(whole, text),
        (whole, text) => whole == text,
    };
    let found = items.iter_mut().find(|item| {
        let is_same = same(item, name) && (value.get("url").is_none() || same(item, "url"));
        value.get(name).is_some() && is_same && item.takes(value)
    });
    match (found, value) {
        (Some(item), Value::Object(more)) => item.fill(more),
        _ => items.push(Node::Carried(value.clone())),
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(nodes) => serializer.collect_seq(nodes),
            Self::Object(fields) => serializer.collect_map(fields.iter().map(|(key, node)| (key, node))),
            Self::Carried(value) => value.serialize(serializer),
        }
    }
}
