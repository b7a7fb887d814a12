//! Names of synthetic people, in many scripts, each with the ASCII form that
//! its e-mail address is made of.

/// A name as it is written, and its ASCII form.
pub type Name = (&'static str, &'static str);

/// Names that go together.
pub struct Pool {
    pub given: &'static [Name],
    pub family: &'static [Name],
    /// Whether the family name stands first, without a space.
    pub family_first: bool,
}

/// Scripts by weight: the first pool is drawn half of the time.
pub const POOLS: &[Pool] = &[
    Pool {
        given: &[
            ("Mara", "mara"),
            ("Tom", "tom"),
            ("Zoë", "zoe"),
            ("Jürgen", "juergen"),
            ("Søren", "soeren"),
            ("Łukasz", "lukasz"),
            ("Anne-Marie", "anne-marie"),
            ("José María", "jose.maria"),
            ("Chloé", "chloe"),
            ("Ñusta", "nusta"),
            ("Dvořák", "dvorak"),
            ("Ildikó", "ildiko"),
            ("Şükrü", "suekrue"),
            ("X", "x"),
            ("Nguyễn Thị", "nguyen.thi"),
            ("Siobhán", "siobhan"),
            ("Åsa", "asa"),
            ("Kim", "kim"),
        ],
        family: &[
            ("Lind", "lind"),
            ("O'Brien", "obrien"),
            ("D’Angelo", "dangelo"),
            ("Müller-Lüdenscheidt", "mueller-luedenscheidt"),
            ("García Márquez", "garcia.marquez"),
            ("de Vries", "devries"),
            ("Ångström", "angstroem"),
            ("Çelik", "celik"),
            ("Žižek", "zizek"),
            ("Þórsdóttir", "thorsdottir"),
            ("van den Broeck", "vandenbroeck"),
            ("Q", "q"),
            ("Groß", "gross"),
            ("Nowak", "nowak"),
            ("Szűcs", "szucs"),
            ("Lefèvre", "lefevre"),
            ("Trần", "tran"),
            ("Okafor", "okafor"),
        ],
        family_first: false,
    },
    Pool {
        given: &[
            ("Γιώργος", "giorgos"),
            ("Ελένη", "eleni"),
            ("Κωνσταντίνος", "konstantinos"),
            ("Σοφία", "sofia"),
        ],
        family: &[
            ("Παπαδόπουλος", "papadopoulos"),
            ("Νικολάου", "nikolaou"),
            ("Ιωάννου", "ioannou"),
            ("Δημητρίου", "dimitriou"),
        ],
        family_first: false,
    },
    Pool {
        given: &[("Олена", "olena"), ("Ђорђе", "djordje"), ("Сергей", "sergey"), ("Йоана", "yoana")],
        family: &[
            ("Шевченко", "shevchenko"),
            ("Петровић", "petrovic"),
            ("Іванова", "ivanova"),
            ("Кузнецов", "kuznetsov"),
        ],
        family_first: false,
    },
    Pool {
        given: &[("محمد", "mohammed"), ("فاطمة", "fatima"), ("يوسف", "yusuf"), ("ليلى", "layla")],
        family: &[("الخطيب", "alkhatib"), ("بن علي", "benali"), ("حدّاد", "haddad"), ("المصري", "almasri")],
        family_first: false,
    },
    Pool {
        given: &[("伟", "wei"), ("秀英", "xiuying"), ("娜", "na"), ("𠮷郎", "yoshiro")],
        family: &[("王", "wang"), ("欧阳", "ouyang"), ("李", "li"), ("髙橋", "takahashi")],
        family_first: true,
    },
    Pool {
        given: &[("민준", "minjun"), ("서연", "seoyeon"), ("지훈", "jihoon"), ("하은", "haeun")],
        family: &[("김", "gim"), ("이", "i"), ("박", "bak"), ("제갈", "jegal")],
        family_first: true,
    },
    Pool {
        given: &[("प्रिया", "priya"), ("अर्जुन", "arjun"), ("लक्ष्मी", "lakshmi"), ("क्षितिज", "kshitij")],
        family: &[("शर्मा", "sharma"), ("पटेल", "patel"), ("श्रीवास्तव", "shrivastava"), ("सिंह", "singh")],
        family_first: false,
    },
    Pool {
        given: &[("נועה", "noa"), ("דָּוִד", "david"), ("יעל", "yael"), ("אורי", "uri")],
        family: &[("כהן", "cohen"), ("בן־דוד", "bendavid"), ("לוי", "levi"), ("מזרחי", "mizrahi")],
        family_first: false,
    },
];
