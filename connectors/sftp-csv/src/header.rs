//! Titles of columns: what field each stands for.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Without accents, case and signs: `Pers.-Nr.` is `pers nr`.
pub fn normalized(title: &str) -> String {
    let plain = title.nfd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase);
    let mut words = String::new();
    let mut gap = false;
    for letter in plain {
        match letter.is_alphanumeric() {
            true => {
                if gap && !words.is_empty() {
                    words.push(' ');
                }
                gap = false;
                words.push(letter);
            }
            false => gap = true,
        }
    }
    words
}

/// The field that a normalized title stands for, and its place among the titles
/// of the field: the earlier counts. Exact, never by likeness.
pub fn field_of(title: &str) -> Option<(&'static str, usize)> {
    FIELDS.iter().find_map(|(field, titles)| Some((*field, titles.iter().position(|one| *one == title)?)))
}

/// The field of this name, as the list has it.
pub fn field(name: &str) -> Option<&'static str> {
    fields().find(|field| *field == name)
}

pub fn fields() -> impl Iterator<Item = &'static str> {
    FIELDS.iter().map(|(field, _)| *field)
}

/// Whether a column is about what no application has to know, whatever else is
/// wanted.
pub fn is_sensitive(title: &str) -> bool {
    SENSITIVE.iter().any(|word| format!(" {title} ").contains(&format!(" {word} ")))
}

const SENSITIVE: [&str; 59] = [
    "national number",
    "national id",
    "national insurance",
    "bsn",
    "insz",
    "niss",
    "ssn",
    "social security",
    "rijksregisternummer",
    "burgerservicenummer",
    "sozialversicherungsnummer",
    "numero national",
    "securite sociale",
    "steuernummer",
    "tax id",
    "passport",
    "iban",
    "bank account",
    "bankrekening",
    "bankverbindung",
    "kontonummer",
    "compte bancaire",
    "salary",
    "wage",
    "salaris",
    "loon",
    "gehalt",
    "lohn",
    "salaire",
    "birth date",
    "date of birth",
    "birthday",
    "birthdate",
    "geboortedatum",
    "geburtsdatum",
    "date de naissance",
    "gender",
    "sex",
    "geslacht",
    "geschlecht",
    "sexe",
    "nationality",
    "nationaliteit",
    "nationalitat",
    "nationalite",
    "marital status",
    "burgerlijke staat",
    "religion",
    "home address",
    "private address",
    "thuisadres",
    "woonadres",
    "privatadresse",
    "adresse personnelle",
    "adresse privee",
    "familienstand",
    "etat civil",
    "rekeningnummer",
    "staatsangehorigkeit",
];

/// Fields with the titles that stand for them: English, Dutch, German, French.
const FIELDS: [(&str, &[&str]); 56] = [
    ("id", &["id", "person id", "worker id"]),
    (
        "employee_number",
        &[
            "employee number",
            "employee id",
            "emp id",
            "staff id",
            "payroll number",
            "personeelsnummer",
            "medewerkernummer",
            "stamnummer",
            "personalnummer",
            "mitarbeiternummer",
            "matricule",
            "numero employe",
        ],
    ),
    ("action", &["action", "actie", "aktion"]),
    ("effective_from", &["effective from", "effective date", "valid from"]),
    (
        "user_name",
        &[
            "user name",
            "username",
            "login",
            "upn",
            "user principal name",
            "samaccountname",
            "gebruikersnaam",
            "benutzername",
            "identifiant",
        ],
    ),
    (
        "status",
        &[
            "status",
            "employment status",
            "employee status",
            "active",
            "dienstverband status",
            "beschaftigungsstatus",
            "statut",
        ],
    ),
    ("given_name", &["given name", "first name", "forename", "firstname", "voornaam", "vorname", "prenom"]),
    (
        "family_name",
        &[
            "family name",
            "last name",
            "surname",
            "lastname",
            "achternaam",
            "familienaam",
            "nachname",
            "familienname",
            "nom",
            "nom de famille",
        ],
    ),
    (
        "family_prefix",
        &[
            "family prefix",
            "tussenvoegsel",
            "voorvoegsel",
            "name prefix",
            "namenszusatz",
            "vorsatzwort",
            "particule",
        ],
    ),
    ("middle_name", &["middle name", "middle names"]),
    (
        "display_name",
        &[
            "display name",
            "full name",
            "name",
            "employee name",
            "volledige naam",
            "naam",
            "vollstandiger name",
            "nom complet",
        ],
    ),
    ("preferred_name", &["preferred name", "known as", "nickname", "roepnaam", "rufname", "prenom usuel"]),
    (
        "honorific_prefix",
        &["honorific prefix", "salutation", "aanhef", "titulatuur", "anrede", "titel", "civilite"],
    ),
    ("honorific_suffix", &["honorific suffix", "name suffix"]),
    (
        "work_email",
        &[
            "work email",
            "email",
            "e mail",
            "business email",
            "company email",
            "email address",
            "mail",
            "zakelijk e mailadres",
            "e mailadres",
            "dienstliche e mail",
            "e mail adresse",
            "email professionnel",
            "courriel",
        ],
    ),
    (
        "personal_email",
        &[
            "personal email",
            "private email",
            "home email",
            "prive e mail",
            "private e mail",
            "email personnel",
        ],
    ),
    (
        "title",
        &[
            "job title",
            "title",
            "position",
            "role",
            "function",
            "job",
            "functie",
            "functietitel",
            "stelle",
            "funktion",
            "stellenbezeichnung",
            "poste",
            "fonction",
            "intitule de poste",
        ],
    ),
    (
        "department_id",
        &[
            "department id",
            "department code",
            "dept code",
            "afdelingscode",
            "abteilungsnummer",
            "code service",
        ],
    ),
    (
        "department",
        &[
            "department",
            "dept",
            "department name",
            "unit",
            "afdeling",
            "dienst",
            "abteilung",
            "departement",
            "service",
        ],
    ),
    ("division_id", &["division id", "division code"]),
    ("division", &["division", "business area", "divisie", "directie", "bereich", "direction"]),
    ("company_id", &["company id", "company code", "entity code"]),
    (
        "company",
        &[
            "company",
            "legal entity",
            "entity",
            "employer",
            "bedrijf",
            "werkgever",
            "vennootschap",
            "gesellschaft",
            "firma",
            "arbeitgeber",
            "societe",
            "entreprise",
            "entite juridique",
        ],
    ),
    (
        "cost_center",
        &[
            "cost center",
            "cost centre",
            "cost center code",
            "kostenplaats",
            "kostenstelle",
            "centre de cout",
            "centre de couts",
        ],
    ),
    ("business_unit", &["business unit", "bu", "bedrijfsonderdeel", "geschaftseinheit", "unite d affaires"]),
    ("location_id", &["location id", "location code", "site code"]),
    (
        "location",
        &[
            "location",
            "office",
            "site",
            "work location",
            "branch",
            "locatie",
            "vestiging",
            "standplaats",
            "standort",
            "niederlassung",
            "lieu",
            "etablissement",
        ],
    ),
    ("teams", &["teams", "team", "equipe"]),
    (
        "manager_id",
        &[
            "manager id",
            "manager employee id",
            "supervisor id",
            "reports to",
            "manager personeelsnummer",
            "manager email",
            "manager s email",
            "manager",
            "line manager",
            "leidinggevende",
            "vorgesetzter",
            "fuhrungskraft",
            "responsable",
            "superieur",
            "n 1",
        ],
    ),
    (
        "employment_type",
        &[
            "employment type",
            "contract type",
            "contractsoort",
            "contracttype",
            "vertragsart",
            "beschaftigungsart",
            "type de contrat",
        ],
    ),
    (
        "worker_type",
        &[
            "worker type",
            "employee type",
            "person type",
            "soort medewerker",
            "mitarbeitertyp",
            "mitarbeiterkreis",
            "type de collaborateur",
        ],
    ),
    (
        "start_date",
        &[
            "start date",
            "hire date",
            "date of hire",
            "joining date",
            "employment start",
            "datum in dienst",
            "in dienst",
            "startdatum",
            "eintrittsdatum",
            "eintritt",
            "date d entree",
            "date d embauche",
        ],
    ),
    (
        "end_date",
        &[
            "end date",
            "termination date",
            "leaving date",
            "last day",
            "datum uit dienst",
            "uit dienst",
            "einddatum",
            "austrittsdatum",
            "austritt",
            "date de sortie",
            "date de fin",
        ],
    ),
    ("fte", &["fte", "part of full time", "deeltijdpercentage", "stellenanteil"]),
    ("preferred_language", &["preferred language", "language", "taal", "sprache", "langue"]),
    ("locale", &["locale"]),
    ("timezone", &["timezone", "time zone", "tijdzone", "zeitzone", "fuseau horaire"]),
    ("country", &["country", "country code", "work country", "land", "pays"]),
    (
        "work_phone",
        &["work phone", "phone", "telephone", "business phone", "telefoon", "telefoon werk", "telefon"],
    ),
    (
        "mobile_phone",
        &["mobile phone", "mobile", "cell", "mobiel", "gsm", "mobil", "handy", "mobiltelefon", "portable"],
    ),
    ("street", &["work street", "office street", "work address", "street", "straat", "strasse", "rue"]),
    ("city", &["work city", "office city", "city", "plaats", "ort", "ville"]),
    ("state", &["state", "region", "province", "provincie", "bundesland"]),
    ("postal_code", &["work postal code", "postal code", "zip", "postcode", "plz", "code postal"]),
    (
        "grade",
        &[
            "grade",
            "level",
            "job grade",
            "band",
            "schaal",
            "functieniveau",
            "entgeltgruppe",
            "echelon",
            "niveau",
        ],
    ),
    ("is_manager", &["is manager", "people manager", "leidinggevend", "ist fuhrungskraft", "est manager"]),
    ("groups", &["groups", "group", "memberships", "roles"]),
    (
        "updated_at",
        &[
            "updated at",
            "last modified",
            "last updated",
            "modified on",
            "gewijzigd op",
            "geandert am",
            "modifie le",
        ],
    ),
    // Of the files of units, groups and memberships.
    ("unit_id", &["unit id", "unit code"]),
    ("group_id", &["group id"]),
    ("kind", &["kind", "unit kind", "unit type"]),
    ("parent_id", &["parent id", "parent"]),
    ("description", &["description", "omschrijving", "beschreibung"]),
    ("member_id", &["member id"]),
    ("member_type", &["member type"]),
    ("primary", &["primary"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_lose_what_differs() {
        let check = |title, expected| assert_eq!(normalized(title), expected);
        check("  Pers.-Nr. ", "pers nr");
        check("Prénom", "prenom");
        check("E-mailadres", "e mailadres");
        check("Manager's email", "manager s email");
        check("first_name", "first name");
        check("Geschäftseinheit", "geschaftseinheit");
        check("", "");
    }

    #[test]
    fn every_title_is_normal_and_means_one_thing() {
        let mut seen = std::collections::BTreeMap::new();
        for (field, titles) in FIELDS {
            assert!(titles.contains(&field.replace('_', " ").as_str()), "{field}");
            for title in titles {
                assert_eq!(normalized(title), *title);
                assert_eq!(seen.insert(title, field), None, "{title}");
            }
        }
        for word in SENSITIVE {
            assert_eq!(normalized(word), word);
        }
    }

    #[test]
    fn what_no_application_has_to_know() {
        let check = |title: &str, expected| assert_eq!(is_sensitive(&normalized(title)), expected, "{title}");
        check("Date of Birth", true);
        check("BSN", true);
        check("Jaarsalaris", false);
        check("Monthly salary (EUR)", true);
        check("Essex office", false);
        check("Home address (street)", true);
        check("Staatsangehörigkeit", true);
    }
}
