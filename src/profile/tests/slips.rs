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
            "2:7 this is not a whole link; begin it with its scheme, as in `https://github.com/me`",
        ),
    ] {
        let page = format!("[[entry]]\n{line}\ntitle = 'T'\n");
        assert_eq!(errors(&[("card.toml", "headline = 'x'"), ("work.toml", &page)]), [format!("work.toml:{remedy}")]);
    }
    let found = errors(&[("card.toml", "headline = 'x'\naddress = 'ssh -p 2222 card.example.com'")]);
    assert_eq!(found, ["card.toml:2:11 `address` is not the address of a host; write `card.example.com:2222`"]);
}

#[test]
fn a_consequence_of_an_error_is_not_told() {
    for (page, expected) in [
        ("[[entry]]\ncompany = 'a'", "work.toml:2:1 unknown key `company`; did you mean `organization`?"),
        ("[[entries]]\ntitle = 'a'", "work.toml:1:3 unknown key `entries`; did you mean `entry`?"),
    ] {
        assert_eq!(errors(&[("card.toml", "headline = 'x'"), ("work.toml", page)]), [expected]);
    }
}
