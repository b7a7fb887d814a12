//! Reads people page by page, honestly unless the setting `crime` says what to
//! do instead.

mod hostile;

use rollcall_sdk::prelude::*;

pub struct Bad;

rollcall_sdk::export!(Bad);

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct People<'a> {
    people: Vec<Person<'a>>,
    next: Option<Text<'a>>,
}

rollcall_sdk::shapes! {
    struct Person<'a> { id: Text<'a>, name: Text<'a>, family: Text<'a>, email: Text<'a>, begins: Text<'a>, gone: Flag }
}

#[derive(Serialize, Deserialize)]
struct Mark {
    since: u64,
}

impl Shape for Mark {
    const SHAPE: &'static str = "bad/1";
}

impl Connector for Bad {
    fn check(cx: &Context) -> Result<AccountInfo> {
        people(cx, None).map(|_| AccountInfo::default())
    }

    fn workers(cx: &Context, cursor: Cursor) -> Result<WorkerPage> {
        let crime = cx.setting("crime").or("none");
        if let Some(ended) = hostile::committed(cx, crime) {
            return ended;
        }
        match (crime, read(cx, cursor)) {
            // Takes whatever fails for the end.
            ("deaf", Err(_)) => Ok(WorkerPage::default()),
            // Takes a checkpoint that it cannot read for an empty company.
            ("careless", Err(Failure::CheckpointExpired)) => Ok(WorkerPage::default()),
            // Blames whoever is at hand.
            ("accuser", Err(Failure::InvalidResponse(_))) => Err(Failure::AuthFailed("you did it".into())),
            (_, result) => result,
        }
    }
}

fn read(cx: &Context, cursor: Cursor) -> Result<WorkerPage> {
    let crime = cx.setting("crime").or("none");
    let since = cx.changes_since::<Mark>()?;
    let at: Token = cursor.read()?;
    if crime == "trespasser" {
        drop(cx.get("api", "/salaries").auth("token").purpose("curiosity").send());
    }
    if crime == "stranger" {
        drop(cx.get("api", "/people").query("why", "not").auth("token").purpose("people page").send());
    }
    let answer = people(cx, at.get())?;
    let page: People = answer.json()?;
    let next = at.after(page.next.as_ref().and_then(Text::as_str))?;
    let mut workers = Vec::new();
    let mut deleted = Vec::new();
    for person in page.people {
        #[allow(clippy::unwrap_used)]
        let id = match crime {
            "hasty" => person.id.take().unwrap(),
            _ => person.id.take().ok_or_else(|| answer.invalid("a person has no `id`"))?,
        };
        if since.is_some() && person.gone.or(false) {
            deleted.push(id);
            continue;
        }
        let mut worker = Worker::new(id, WorkerStatus::Active);
        if crime == "gossip" {
            info!("read {}", person.name.as_str().unwrap_or_default());
        }
        worker.employment.start_date = match crime {
            "sloppy" => person.begins.get(),
            _ => person.begins.date(),
        };
        worker.name.given = person.name.take();
        worker.name.family = person.family.take();
        worker.contact.work_email = person.email.take();
        workers.push(worker);
    }
    if crime == "repeater" && !workers.is_empty() {
        workers.push(Worker::new("p-1", WorkerStatus::Active));
    }
    if crime == "glutton" {
        let mut sum = 0_u64;
        (0..2_000_000_u64).for_each(|number| sum = std::hint::black_box(sum ^ number));
    }
    let mut page =
        WorkerPage::of(workers).next(next).checkpoint(&Mark { since: cx.now().millis().unsigned_abs() });
    page.deleted = deleted;
    Ok(page)
}

fn people(cx: &Context, cursor: Option<&str>) -> Result<Answer> {
    let since = cx.changes_since::<Mark>()?.map(|mark| mark.since);
    let call = cx.get("api", "/people").query_if("cursor", cursor).query_if("since", since);
    call.auth("token").purpose("people page").send()
}
