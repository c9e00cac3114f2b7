//! What holds of every screen: any keys at any size, any profile, no word cut.

use proptest::prelude::*;

use super::*;

pub(super) fn any_keys() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec![
        "<enter>",
        "<esc>",
        "<up>",
        "<down>",
        "<tab>",
        " ",
        "b",
        "1",
        "2",
        "3",
        "4",
        "5",
        "j",
        "k",
        "h",
        "l",
        "g",
        "G",
        "f",
        "o",
        "y",
        "t",
        "m",
        "M",
        "?",
        "/",
        "e",
        "r",
        "<rest>",
        "<tick>",
        "<wheel>",
        "<wheel-up>",
        "<release>",
        "<ascii>",
        "<links>",
        "<mono>",
        "<pgup>",
        "<click:3,1>",
        "<click:20,9>",
        "<1x1>",
        "<24x6>",
        "<40x12>",
        "<59x15>",
        "<80x24>",
        "<120x40>",
        "<400x150>",
        "<23x5>",
        "<100x8>",
    ]);
    prop::collection::vec(key, 0..25).prop_map(|keys| keys.concat())
}

/// What must hold of every screen, whoever's card it is.
pub(super) fn holds(content: &Arc<Site>, width: u16, height: u16, keys: &str) -> Result<(), TestCaseError> {
    let mut visitor = Visitor::arrive(content, width, height);
    visitor.keys(keys);
    let mut watching = Visitor { watches: true, ..Visitor::arrive(content, width, height) };
    watching.keys(keys);
    let Size { width, height } = visitor.app.size();
    // A buffer larger than the window shows what is drawn outside of it.
    let mut buffer = Buffer::empty(Rect { x: 0, y: 0, width: width + 3, height: height + 3 });
    let frame = visitor.app.frame();
    let links = frame.draw(&mut buffer);
    // The layout that is kept is the one that would be made now.
    visitor.app.rest();
    let mut anew = Buffer::empty(buffer.area);
    visitor.app.frame().draw(&mut anew);
    prop_assert!(anew == buffer, "kept:\n{buffer:?}\nanew:\n{anew:?}");
    // Keys that arrive at once lead where they lead one by one.
    anew.reset();
    watching.app.frame().draw(&mut anew);
    prop_assert!(anew == buffer, "at once:\n{buffer:?}\none by one:\n{anew:?}");
    for link in links {
        let (row, columns) = (link.row, link.columns);
        prop_assert!(
            row < height && columns.start < columns.end && columns.end <= width,
            "a link at {row}, {columns:?}"
        );
        let text: String = columns.map(|x| buffer[(x, row)].symbol()).collect();
        prop_assert!(!text.trim().is_empty(), "a link on nothing in row {row}");
    }
    for y in 0..height + 3 {
        for x in 0..width + 3 {
            let symbol = buffer[(x, y)].symbol();
            prop_assert!(!symbol.chars().any(char::is_control), "a control character at {x}, {y}");
            let end = x + unicode_width::UnicodeWidthStr::width(symbol) as u16;
            let inside = frame.drawn_area().contains((x, y).into()) && end <= frame.drawn_area().right();
            prop_assert!(inside || symbol == " ", "{symbol:?} at {x}, {y} of {width}x{height}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_keys_at_any_size(width in 1_u16..=400, height in 1_u16..=150, keys in any_keys()) {
        holds(&own(), width, height, &keys)?;
    }

    #[test]
    fn any_small_size(width in 1_u16..=90, height in 1_u16..=30, keys in any_keys()) {
        holds(&own(), width, height, &keys)?;
    }

    #[test]
    fn any_profile(
        words in prop::collection::vec("[a-z]{1,40}|[あ-ん]{1,20}|👩‍🔬|[ء-ي]{1,9}|(لا){1,6}|(❤\u{fe0f}){1,5}|e\u{301}", 1..40),
        entries in 0_usize..40,
        width in 20_u16..=200,
        height in 4_u16..=60,
        keys in any_keys(),
    ) {
        let text = words.join(" ");
        // At most as wide as the shortest bound of a field, 40 columns; a character takes two at most.
        let line = |n: usize| -> String {
            let line = words.iter().cycle().skip(n).take(3).cloned().collect::<Vec<_>>().join(" ");
            line.chars().take(20).collect::<String>().trim().to_owned()
        };
        // An ideograph takes two of the 36 columns of a headline.
        let headline: String = line(0).chars().take(18).collect();
        let [role, about, more] = [line(1), line(2), line(3)];
        let card =
            format!("headline = '{}'\nrole = '{role}'\ninterests = ['{about}', '{more}']\n", headline.trim());
        let job = |n: usize| {
            let [organization, title, people] = [line(n), line(n + 1), line(n + 2)];
            format!(
                "[[entry]]\norganization = '{organization}'\ntitle = '{title}'\npeople = ['{people}']\n\
                text = '{text}'\n"
            )
        };
        let layer = |n: usize| format!("[[entry]]\ntitle = '{n} {}'\nsubtitle = '{}'\n", line(n), line(n + 1));
        let career = format!("layout = 'timeline'\n{}", (0..entries).map(job).collect::<String>());
        let stack = format!("layout = 'layers'\n{}", (0..entries.min(12)).map(layer).collect::<String>());
        let about = format!("{text}[^a] [{text}](https://example.com)\n\n[^a]: {text}\n");
        let content = other(&[("card.toml", &card), ("about.md", &about), ("career.toml", &career), ("stack.toml", &stack)]);
        holds(&content, width, height, &keys)?;
    }
}

/// The words on a screen.
fn words(screen: &str) -> impl Iterator<Item = String> + '_ {
    let word = |c: char| c.is_alphanumeric() || "'’.,;:?!@/()¹²".contains(c);
    screen.split(move |c| !word(c)).filter(|word| word.len() > 1).map(str::to_owned)
}

#[test]
fn no_word_is_cut_at_any_size() {
    let own = own();
    // The whole card, and what reading on does not come by.
    let pages = [("<rest>", 120), ("f<rest>", 0), ("?", 6), ("/a", 0)];
    let screens = |width, height| {
        pages.map(|(keys, screens)| {
            let mut visitor = Visitor::arrive(&own, width, height);
            let mut seen = visitor.keys(keys).screen();
            for _ in 0..screens {
                seen.push_str(&visitor.keys(" ").screen());
            }
            seen
        })
    };
    // Where there is room for everything nothing is cut; what stands in any smaller window must stand there too.
    let whole: std::collections::BTreeSet<String> = [(400, 150), (120, 150), (80, 150)]
        .into_iter()
        .flat_map(|(width, height)| screens(width, height))
        .flat_map(|screen| words(&screen).collect::<Vec<_>>())
        .collect();
    // What only small windows say.
    let small = ["larger", "window", "shows", "QR", "code.", "unfold", "of", "try", "it"];
    let mut cut = std::collections::BTreeSet::new();
    for width in (24..60).chain((60..=130).step_by(5)) {
        for (screen, (keys, _)) in screens(width, 14).iter().zip(pages) {
            let odd = words(screen).filter(|word| !whole.contains(word) && !small.contains(&word.as_str()));
            cut.extend(odd.map(|word| format!("{word:?} {keys}")));
        }
    }
    assert!(cut.is_empty(), "{} words: {cut:#?}", cut.len());
}
