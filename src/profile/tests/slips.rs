//! What owners slip into is told with what they meant, once.

use super::errors;

#[test]
fn dates_and_addresses_are_told_as_they_should_be() {
    for (line, remedy) in [
        ("from = 'May 2019'", "2:8 `from` is no date: `May 2019`; did you mean `2019-05`?"),
        ("from = '05.2021'", "2:8 `from` is no date: `05.2021`; did you mean `2021-05`?"),
        ("from = '2020/5/31'", "2:8 `from` is no date: `2020/5/31`; did you mean `2020-05-31`?"),
        ("to = 'ongoing'", "2:6 `to` is no date: `ongoing`; did you mean `now`?"),
        (
            "url = 'github.com/me'",
            "2:7 `url` is not a whole link; begin it with its scheme, as in `https://github.com/me`",
        ),
    ] {
        let page = format!("[[entry]]\n{line}\ntitle = 'T'\n");
        assert_eq!(errors(&[("card.toml", "headline = 'x'"), ("work.toml", &page)]), [format!("work.toml:{remedy}")]);
    }
    for (card, found) in [
        ("name: Ada", "1:5 `name` is followed by a colon; write `name = \"…\"`"),
        ("headline = 'x'\nname : 'Ada'", "2:6 `name` is followed by a colon; write `name = \"…\"`"),
        ("headline = 'x'\nname: \"Ada\"", "2:5 `name` is followed by a colon; write `name = \"…\"`"),
    ] {
        assert_eq!(errors(&[("card.toml", card)]), [format!("card.toml:{found}")]);
    }
    let found = errors(&[("card.toml", "headline = 'x'\naddress = 'ssh -p 2222 card.example.com'")]);
    assert_eq!(found, ["card.toml:2:11 `address` is not the address of a host; write `card.example.com:2222`"]);
}

#[test]
fn a_consequence_of_an_error_is_not_told() {
    for (page, expected) in [
        ("[[entry]]\ncompany = 'a'", "work.toml:2:1 unknown key `company`; did you mean `organization`?"),
        ("[[entries]]\ntitle = 'a'", "work.toml:1:3 unknown key `entries`; did you mean `entry`?"),
        ("[[entry]]\nTitle = 'a'", "work.toml:2:1 unknown key `Title`; did you mean `title`?"),
    ] {
        assert_eq!(errors(&[("card.toml", "headline = 'x'"), ("work.toml", page)]), [expected]);
    }
    for (card, expected) in [
        ("Name = 'Alex'", "card.toml:1:1 unknown key `Name`; did you mean `name`?"),
        ("headlin = 'x'", "card.toml:1:1 unknown key `headlin`; did you mean `headline`?"),
        ("first_name = 'x'", "card.toml:1:1 unknown key `first_name`; did you mean `given`?"),
        (
            "name = 'x'\n[[link]]\nLabel = 'a'\nurl = 'https://a.b'",
            "card.toml:3:1 unknown key `Label`; did you mean `label`?",
        ),
        (
            "role = 'x'",
            "card.toml:1:1 the card has neither `headline` nor `name`; add at least one, as in `headline = \"What you do\"`",
        ),
    ] {
        assert_eq!(errors(&[("card.toml", card)]), [expected]);
    }
}

#[test]
fn remedies_lead_to_what_is_read() {
    let links = "write `links = [{ label = \"…\", url = \"…\" }]`";
    let or_url = "or `url = \"…\"` for one";
    let extra = "write each of its keys as `extra.key = \"value\"`";
    for (page, expected) in [
        ("[[entry]]\nlinks = 'https://a.b'", format!("2:9 `links` is not a list of parts; {links}")),
        ("[[entry]]\nlinks = ['https://a.b']", format!("2:10 `links` is not a list of parts; {links}")),
        ("[[links]]\nlabel = 'a'\n[[entry]]", format!("1:3 unknown key `links`; in an entry, {links}, {or_url}")),
        ("[[entry]]\nlink = 'https://a.b'", format!("2:1 unknown key `link`; in an entry, {links}, {or_url}")),
        ("[[entry]]\nextra = 5", format!("2:9 `extra` is not a table; {extra}")),
        ("organization = 'O'\n[[entry]]", "1:1 unknown key `organization`; move the line below an `[[entry]]`".into()),
        ("[extra]\na = 5\n[[entry]]", format!("1:2 unknown key `extra`; in an entry, {extra}")),
    ] {
        let page = format!("{page}\ntitle = 'T'");
        assert_eq!(errors(&[("card.toml", "headline = 'x'"), ("work.toml", &page)]), [format!("work.toml:{expected}")]);
    }
    let found = errors(&[("card.toml", "headline = 'x'\nextra = 5")]);
    assert_eq!(found, ["card.toml:2:9 `extra` is not a table; begin it with `[extra]`"]);
}

/// No key that owners try first is answered by a list of all keys.
#[test]
fn keys_that_owners_try_first_are_answered() {
    let told = |file: &str, key: &str| {
        let page = format!("{key} = 'x'");
        let files = match file {
            "card.toml" => vec![("card.toml".to_owned(), format!("headline = 'x'\n{page}"))],
            _ => vec![
                ("card.toml".to_owned(), "headline = 'x'".to_owned()),
                (file.to_owned(), format!("[[entry]]\ntitle = 'T'\n{page}")),
            ],
        };
        let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        errors(&files)
    };
    let entry = "startDate start_date end_date endDate since until year highlights skills technologies degree issuer website \
                 city duration description company location employer school position start end summary";
    let card = "bio summary description about mobile github twitter linkedin social first_name surname last_name company \
                location website tagline";
    for (file, keys) in [("work.toml", entry), ("card.toml", card)] {
        for key in keys.split_whitespace() {
            let found = told(file, key);
            assert!(found.len() == 1 && !found[0].contains("a key can be"), "{file} {key}: {found:?}");
        }
    }
}
