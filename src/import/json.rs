//! JSON with the keys that an object has more than once: JSON allows them, and a reader keeps one.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::document::Extra;

/// Reads a value, and the paths of the keys that are there again. The last of them is taken.
pub(super) fn parse(text: &str) -> serde_json::Result<(Value, Vec<String>)> {
    let mut again = Vec::new();
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = JsonReader { path: String::new(), again: &mut again }.deserialize(&mut reader)?;
    reader.end()?;
    Ok((value, again))
}

struct JsonReader<'a> {
    path: String,
    again: &'a mut Vec<String>,
}

impl<'de> DeserializeSeed<'de> for JsonReader<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for JsonReader<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        loop {
            let path = format!("{}[{}]", self.path, values.len());
            let Some(value) = list.next_element_seed(JsonReader { path, again: self.again })? else { break };
            values.push(value);
        }
        Ok(values.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut fields = Extra::new();
        while let Some(key) = object.next_key::<String>()? {
            let path = if self.path.is_empty() { key.clone() } else { format!("{}.{key}", self.path) };
            let value = object.next_value_seed(JsonReader { path: path.clone(), again: self.again })?;
            if fields.insert(key, value).is_some() {
                self.again.push(path);
            }
        }
        Ok(fields.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_that_of_the_library_and_its_second_keys_are_told() {
        let text =
            r#"{"a": [null, true, -1, 18446744073709551615, 1.5, "x\n", {"b": 1, "b": 2}], "a\u0062": {}, "ab": []}"#;
        let (value, again) = parse(text).unwrap();
        assert_eq!(value, serde_json::from_str::<Value>(text).unwrap());
        assert_eq!(again, ["a[6].b", "ab"]);
        assert!(parse("{} x").is_err());
    }
}
