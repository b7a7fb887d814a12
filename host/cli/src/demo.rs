//! `rollcall demo`: the main job, shown on a company that does not exist.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;

use clap::Args;
use rollcall_egress::Egress;
use rollcall_grants::Upstream;
use rollcall_model::{Act, PlanItem, Reaction, Value};
use rollcall_sandbox::{Metering, Sandbox, Wasi};
use rollcall_store::{MasterKey, Store};
use rollcall_sync::{Hand, IntegrationFile, NoProgress, Outcome, Progress, ReadMode, Ready, add, each_item};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::clock;
use crate::connect::sandbox;
use crate::data::cache;
use crate::exit::Exit;
use crate::print::say;
use crate::progress::Shown;
use crate::sync::{Asked, Format, Request, end, print_plan};

/// People who are entered by hand before the first sync, for it to find.
const BY_HAND: usize = 14;

/// Items of one reaction that are shown.
const SHOWN_ITEMS: usize = 4;

const SECRET: &str = "demo-secret-value";

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// How many people the company has.
    #[arg(long, default_value_t = 2_310, value_parser = clap::value_parser!(u32).range(100..=100_000))]
    people: u32,
    /// Where the demo puts its files; what an earlier demo left there goes.
    #[arg(long, value_name = "DIR", default_value = "target/demo")]
    directory: PathBuf,
    /// The program that plays the provider; without it the one beside this one.
    #[arg(long, value_name = "FILE")]
    provider_stub: Option<PathBuf>,
    /// Where `connector build` left the connectors.
    #[arg(long, value_name = "DIR", env = "ROLLCALL_CONNECTORS", default_value = "target/connectors")]
    connectors: PathBuf,
}

pub async fn run(args: DemoArgs) -> Result<(), Exit> {
    let data = args.directory.join("data");
    prepare(&args.directory, &data)?;
    let mut provider = Provider::start(&args)?;
    let path = args.directory.join("integration.toml");
    write(&args.directory.join("client-secret"), SECRET)?;
    write(&path, INTEGRATION)?;

    let store = Store::open(&data, MasterKey::from_file(&data.join("master.key"))?)?;
    let demo = Demo {
        file: IntegrationFile::read(&path)?,
        directory: args.directory.clone(),
        component: args.connectors.join("entra-id.wasm"),
        upstreams: provider.upstreams()?,
        sandbox: sandbox(&cache(&data), Wasi::Refuse, Metering::Epochs)?,
        egress: Egress::default(),
        store,
    };

    say!("A company of {} people keeps them in Microsoft Entra ID.", args.people);
    say!("Two of its departments get accounts: Sales and Engineering.\n");
    demo.by_hand().await?;

    say!("\n=== The first sync ===\n");
    let first = demo.sync().await?;
    end(&first, false, Format::Text)?;

    let change = json!({"hire": 24, "leave": 12, "rename": 9, "move": 6, "seed": 7});
    provider.change(&change)?;
    say!("\nThe company changes: 24 people are hired, 12 leave, 9 change their names, 6 move.");
    say!("\n=== The second sync ===\n");
    let second = demo.sync().await?;
    end(&second, false, Format::Text)?;

    let audit = demo.store.verify_audit()?;
    say!("\nThe audit has {} entries, and nobody has changed one.", audit.entries);
    say!("The integration lies in {}, the data in {}.", path.display(), data.display());
    say!("Look around: rollcall link list --data {} --tenant {}", data.display(), demo.file.tenant);
    Ok(())
}

struct Demo {
    file: IntegrationFile,
    directory: PathBuf,
    component: PathBuf,
    upstreams: Vec<Upstream>,
    sandbox: Sandbox,
    egress: Egress,
    store: Store,
}

impl Demo {
    /// Plans the first sync, and enters some of the people by hand, as if the
    /// application had been in use before.
    async fn by_hand(&self) -> Result<(), Exit> {
        let mut people: Vec<PlanItem> = Vec::new();
        self.request(true, Arc::new(NoProgress), |ready| {
            each_item(ready.tenant, ready.staging, ready.plan, |item| {
                if item.reaction == Reaction::Create && people.len() < BY_HAND {
                    people.push(item);
                }
            })
        })
        .await?;
        let tenant = self.store.tenant(&self.file.tenant)?;
        let hand = Hand { by: "demo", reason: "in use before the integration", now_ms: clock::now_ms() };
        for item in &people {
            let text = |name: &str| {
                let change = item.changes.iter().find(|change| change.attribute == name);
                change.and_then(|change| change.after.as_ref()).map(ToString::to_string).unwrap_or_default()
            };
            // Whoever typed it in took no care of upper and lower case.
            let attributes = [
                ("email", text("email").to_uppercase()),
                ("given_name", text("given_name")),
                ("family_name", text("family_name")),
            ];
            let attributes = attributes.map(|(name, value)| (name.to_owned(), Value::Text(value)));
            add(&self.store, &tenant, attributes.into(), &hand)?;
        }
        say!("{} of them were entered by hand before there was an integration.", people.len());
        Ok(())
    }

    async fn sync(&self) -> Result<Outcome, Exit> {
        let shown = Arc::new(Shown::new());
        let progress = Arc::clone(&shown) as Arc<dyn Progress>;
        let look = |ready: &Ready<'_>| {
            shown.clear();
            print_plan(ready, SHOWN_ITEMS)
        };
        self.request(false, progress, look).await
    }

    async fn request(
        &self,
        plan_only: bool,
        progress: Arc<dyn Progress>,
        look: impl FnOnce(&Ready<'_>) -> Result<(), rollcall_store::StoreError>,
    ) -> Result<Outcome, Exit> {
        let request = Request {
            file: &self.file,
            base: &self.directory,
            component: &self.component,
            upstreams: &self.upstreams,
            // Who joins or leaves a department's group shows in every read; who
            // only moved shows in a full one.
            asked: Asked { plan_only, read: ReadMode::Full, watch: None, act: Act::Sync },
            now_ms: clock::now_ms(),
        };
        request.run(&self.store, &self.sandbox, &self.egress, progress, look).await
    }
}

const INTEGRATION: &str = r#"# An integration, whole. Try it:
#   rollcall sync FILE --data DIR --plan --upstream HOST=URL
tenant = "acme"
integration = "entra"
connector = "entra-id"
# Names and e-mail are always in; this lets in what concerns the work.
classes = ["work"]

[settings]
tenant_id = "8a2d0e52-4c1b-4a6e-9f55-0f6d7c1e2b3a"
client_id = "3f1c7c1e-7e0f-4f3a-8f6a-1b2c3d4e5f60"

[secrets]
client_secret = { file = "client-secret" }

[filter]
include = { any = [{ group = "Dept Sales" }, { group = "Dept Engineering" }] }

[policies]
on_out_of_scope = { action = "deactivate", grace_days = 7 }
on_source_deleted = { action = "deactivate" }
hold_removals_over = { people = 50, percent = 10 }
"#;

/// The provider, played by another program.
struct Provider {
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
    url: String,
}

#[derive(Deserialize)]
struct Listening {
    url: String,
}

impl Provider {
    fn start(args: &DemoArgs) -> Result<Self, Exit> {
        let beside = || Some(std::env::current_exe().ok()?.with_file_name("provider-stub"));
        let program = args.provider_stub.clone().or_else(beside).unwrap_or_default();
        let mut child = Command::new(&program)
            .args(["--people", &args.people.to_string(), "--client-secret", SECRET, "--clock-start", "now"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| {
                Exit::host(format!("start {}: {error}; `make demo` builds it", program.display()))
            })?;
        let (Some(ask), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Exit::host("talk to the provider's program"));
        };
        let mut provider = Self { child, ask, answers: BufReader::new(answers), url: String::new() };
        let listening: Listening = serde_json::from_value(provider.answer()?).map_err(Exit::host)?;
        provider.url = listening.url;
        Ok(provider)
    }

    fn upstreams(&self) -> Result<Vec<Upstream>, Exit> {
        [("graph.microsoft.com", "graph"), ("login.microsoftonline.com", "login")]
            .map(|(host, path)| Upstream::parse(&format!("{host}={}/{path}", self.url)).map_err(Exit::host))
            .into_iter()
            .collect()
    }

    /// Has the company change.
    fn change(&mut self, change: &Json) -> Result<(), Exit> {
        writeln!(self.ask, "{change}").map_err(|error| Exit::host(format!("change the company: {error}")))?;
        self.answer().map(drop)
    }

    fn answer(&mut self) -> Result<Json, Exit> {
        let mut line = String::new();
        self.answers
            .read_line(&mut line)
            .map_err(|error| Exit::host(format!("hear the provider: {error}")))?;
        serde_json::from_str(&line).map_err(|error| Exit::host(format!("understand the provider: {error}")))
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        // It has nothing to lose, and may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Makes room. Deletes only what an earlier demo has left.
fn prepare(directory: &Path, data: &Path) -> Result<(), Exit> {
    let failed = |error: std::io::Error| Exit::host(format!("prepare {}: {error}", directory.display()));
    if data.join("control.redb").is_file() {
        std::fs::remove_dir_all(data).map_err(failed)?;
    }
    std::fs::create_dir_all(directory).map_err(failed)
}

fn write(path: &Path, text: &str) -> Result<(), Exit> {
    std::fs::write(path, text).map_err(|error| Exit::host(format!("write {}: {error}", path.display())))
}
