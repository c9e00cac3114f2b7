use std::path::Path;

use super::*;

/// Reads with `read`, and gives each error as `line:column message; remedy`.
fn problems(text: &str, read: impl FnOnce(&mut Reader<'_>)) -> Vec<String> {
    let source = SourceFile::new(Path::new("test.toml"), text);
    let mut reader = Reader::new(&source);
    read(&mut reader);
    reader.finish();
    let told = |error: &crate::profile::Diagnostic| {
        let at = error.location.as_ref().unwrap();
        format!("{}:{} {}; {}", at.line, at.column, error.message, error.remedy)
    };
    source.into_diagnostics().all.iter().map(told).collect()
}

#[test]
fn what_is_right_is_read() {
    let found = problems("a = ' one '\nb = ['x', 'y']\nd = 'two'\n[[f]]\ng = '1'\n", |reader| {
        assert_eq!(reader.line("a", 9).as_deref(), Some("one"));
        assert_eq!(reader.list("b", 2, 1).len(), 2);
        assert_eq!(reader.choice("d", &[("one", 1), ("two", 2)]), Some(2));
        for mut table in reader.tables("f", 1) {
            assert_eq!(table.line("g", 1).as_deref(), Some("1"));
            table.finish();
        }
        assert!(reader.line("absent", 1).is_none());
    });
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn each_problem_says_what_would_be_right() {
    let cases = [
        ("rol = 'x'", "1:1 unknown key `rol`; did you mean `role`?"),
        ("zzz = 'x'", "1:1 unknown key `zzz`; a key can be `role`, `list` or `kind`"),
        ("role = 3", "1:8 `role` cannot be a whole number; it should be a text in quotes"),
        ("role = ' '", "1:8 `role` is empty; write something between the quotes, or remove the line"),
        ("role = '123456789'", "1:14 `role` is too long: 9 characters; shorten it to 5 characters"),
        ("role = \"a\\u001bb\"", "1:10 the control character Escape (U+001B) cannot be shown; remove it"),
        (
            "role = \"a\\nb\"",
            "1:10 a backslash and `n` are a line break (U+000A), which cannot be shown; write `\\\\` for a backslash, or put the \
             text in single quotes",
        ),
        ("list = []", "1:8 `list` is empty; write something between the brackets, or remove the line"),
        (
            "role = 'a\u{202e}b'",
            "1:10 a character that turns the direction of text (U+202E) cannot be shown; remove it",
        ),
        ("list = 'a'", "1:8 `list` cannot be a text; it should be a list of texts, as in `list = [\"one\", \"two\"]`"),
        ("list = ['a', true]", "1:14 `list` cannot be true or false; it should be a text in quotes"),
        ("list = ['a', 'b', 'c']", "1:8 `list` has too many entries; keep at most 2"),
        ("kind = 'grean'", "1:8 `grean` is not a known kind; did you mean `green`?"),
        ("kind = 'x'", "1:8 `x` is not a known kind; it can be `green` or `blue`"),
    ];
    for (text, expected) in cases {
        let found = problems(text, |reader| {
            reader.line("role", 5);
            reader.list("list", 2, 5);
            reader.choice("kind", &[("green", ()), ("blue", ())]);
        });
        assert_eq!(found, [expected], "{text}");
    }
}

#[test]
fn a_text_that_is_too_long_is_told_in_what_it_is_too_long_in() {
    for (text, expected) in [
        ("x".repeat(6), "6 characters; shorten it to 5 characters"),
        ("云".repeat(3), "6 columns; shorten it to 5 columns; a wide character takes two"),
        (format!("e{}", "\u{301}".repeat(20)), "21 characters; shorten it to 20 characters"),
    ] {
        let found = problems(&format!("role = '{text}'"), |reader| {
            reader.line("role", 5);
        });
        let [found] = &found[..] else { panic!("{found:?}") };
        assert_eq!(found.split_once(" `role` is too long: ").unwrap().1, expected);
    }
}

#[test]
fn a_missing_key_is_told_at_its_table() {
    let found = problems("[[f]]\nx = ['y']\n[[f]]\n", |reader| {
        for mut table in reader.tables("f", 9) {
            table.require("x", "x = 1");
            table.list("x", 1, 1);
            table.finish();
        }
    });
    assert_eq!(found, ["3:1 `x` is missing here; add it, as in `x = 1`"]);
}

#[test]
fn broken_lines_do_not_hide_the_others() {
    let found = problems("a = \nb = 'x\nc = 1\nd = 'y'\n", |reader| {
        reader.require("e", "e = 1");
        for key in ["a", "b", "c", "e"] {
            reader.line(key, 9);
        }
    });
    assert_eq!(found.len(), 4, "{found:#?}");
    assert!(found.iter().any(|problem| problem.starts_with("3:5 `c` cannot be a whole number")), "{found:#?}");
    assert!(found.iter().any(|problem| problem.starts_with("4:1 unknown key `d`")), "{found:#?}");
}

#[test]
fn what_is_no_toml_is_told_what_would_be_right() {
    let line = "write `key = \"value\"`, one a line, and begin a comment with `#`";
    let end = "end the line after the value; a text that holds a quote stands in quotes of the other kind";
    let backslash = "write `\\\\` for a backslash, or put the text in single quotes";
    let straight = "put the text in straight quotes, as in `\"text\"`";
    let key = "a key has only the letters from a to z, digits, `-` and `_`";
    for (text, expected) in [
        ("a = 1\na = 2", "2:1 `a` is set twice; remove one of the two"),
        ("[[x]]\na = 1\na = 2\n[[x]]\na = 3", "3:1 `a` is set twice; remove one of the two"),
        ("[x]\n[[x]]", "2:3 `x` is set twice; remove one of the two"),
        ("a = 1\na.b = 2", "2:1 cannot extend value of type integer with a dotted key; remove one of the two"),
        ("a = Alex Example", "1:5 a text stands in quotes; write `a = \"Alex Example\"`"),
        ("a = Berlin, Germany # x", "1:5 a text stands in quotes; write `a = \"Berlin, Germany\"`"),
        ("a = +1 555 0100", "1:5 a text stands in quotes; write `a = \"+1 555 0100\"`"),
        ("a = 0555", "1:5 a text stands in quotes; write `a = \"0555\"`"),
        ("a = 2023-13", "1:5 a text stands in quotes; write `a = \"2023-13\"`"),
        ("a = 2020-05", "1:5 a text stands in quotes; write `a = \"2020-05\"`"),
        ("a = True", "1:5 a text stands in quotes; write `a = \"True\"`"),
        ("a = now", "1:5 a text stands in quotes; write `a = \"now\"`"),
        ("a = nurse", "1:5 a text stands in quotes; write `a = \"nurse\"`"),
        ("a = fr", "1:5 a text stands in quotes; write `a = \"fr\"`"),
        ("a = ['x', rust 1.0, 'y']", "1:11 a text stands in quotes; write `\"rust 1.0\"`"),
        ("a = [{ x = my code }]", "1:12 a text stands in quotes; write `\"my code\"`"),
        (
            &format!("a = {}", "long ".repeat(9)),
            "1:5 a text stands in quotes; put it in quotes, as in `key = \"value\"`, or in `'…'` where it holds such a quote or a backslash",
        ),
        ("a =", "1:3 `a` has no value; write one, as in `a = \"value\"`, or remove the line"),
        ("a = # x\nb = 1", "1:3 `a` has no value; write one, as in `a = \"value\"`, or remove the line"),
        ("a\u{a0}= 'x'", "1:2 a no-break space stands here (U+00A0); write a plain space"),
        ("a =\u{a0}'x'", "1:4 a no-break space stands here (U+00A0); write a plain space"),
        ("a\u{200b} = 'x'", "1:2 an invisible character (U+200B) stands here; remove it"),
        ("a ＝ 'x'", "1:3 `＝` is a wide sign; write `=`"),
        ("a = ['x'， 'y']", "1:9 `，` is a wide sign; write `,`"),
        ("a = 'it's'", &format!("1:9 unexpected key or value; {end}")),
        ("a = 'x', 'y'", &format!("1:8 unexpected key or value; {end}")),
        ("a == 'x'", "1:4 extra `=`; remove it"),
        ("a = ['x',, 'y']", "1:10 extra comma in array; remove it"),
        ("a = ['x' 'y']", "1:10 missing comma between array elements; here belongs `,`"),
        ("[[x]", "1:5 unclosed array table; here belongs `]`"),
        ("a = \"x", "1:5 this text has no end; write `\"` where it ends"),
        ("a = 'x\nx = 'y'", "1:5 this text has no end; write `'` where it ends"),
        ("a = \"C:\\\"", &format!("1:8 a backslash makes the quotation mark after it a part of the text; {backslash}")),
        ("a = \"\"\"x", "1:5 this text has no end; write `\"\"\"` where it ends"),
        (
            "a = '''\nx\n\nx = '''\ny\n'''",
            "1:5 this text has no end: it goes on to line 4, where another one begins; write `'''` where it ends",
        ),
        ("a = \"\"\"\nx = 'y'\n\"\"\"\nx", &format!("4:2 key with no value; {line}")),
        ("a = \"C:\\dir\"", &format!("1:8 a backslash begins an escape sequence, and `\\d` is none; {backslash}")),
        ("a = \"C:\\Users\"", &format!("1:8 a backslash begins an escape sequence, and `\\U` is none; {backslash}")),
        ("a = “x”", &format!("1:5 `“` is no quotation mark of TOML; {straight}")),
        ("a = \"x”", &format!("1:7 `”` is no quotation mark of TOML; {straight}")),
        ("a = ['x', «y»]", &format!("1:11 `«` is no quotation mark of TOML; {straight}")),
        ("don’t forget", &format!("1:7 key with no value; {line}")),
        ("a = \"it’s", "1:5 this text has no end; write `\"` where it ends"),
        ("a = 'x\u{7}y'", "1:7 invalid literal string; remove the control character that stands here"),
        ("# x\u{7}", "1:4 invalid comment character; remove the control character that stands here"),
        ("headline", &format!("1:9 key with no value; {line}")),
        ("my key = 'x'", &format!("1:4 key with no value; {line}")),
        ("ä = 'x'", &format!("1:1 invalid unquoted key; {key}")),
    ] {
        let found = problems(text, |reader| {
            reader.take("a", ValueKind::Any);
            reader.take("x", ValueKind::Any);
        });
        assert_eq!(found.first().map(String::as_str), Some(expected), "{text}");
    }
}

#[test]
fn markdown_in_a_string_is_told_at_its_line() {
    let text = "text = \"\"\"\nFirst line\nwith <b>raw</b> words[^x].\n\"\"\"\n";
    let found = problems(text, |reader| {
        reader.prose("text", 100);
    });
    assert!(found.iter().any(|problem| problem.starts_with("3:6 ")), "{found:#?}");
    assert!(found.iter().any(|problem| problem.starts_with("3:22 ")), "{found:#?}");
}
