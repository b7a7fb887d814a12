//! Every record, with every field there and with none.

use rollcall_sdk::AttributeKind;
use rollcall_sdk::GroupKind::{
    BusinessUnit, CostCenter, Department, Division, LegalEntity, Location, OrgUnit, SecurityGroup, Team,
};
use rollcall_sdk::WorkerStatus::{Active, Inactive, OnLeave, Pending, Terminated};

use super::*;

pub struct Records;

impl Connector for Records {
    fn check(_: &Context) -> Result<AccountInfo> {
        let warnings = vec!["The field `grade` is not readable.".to_owned()];
        Ok(AccountInfo { name: Some("Exämple GmbH".into()), id: Some("4711".into()), warnings })
    }

    fn discover(_: &Context) -> Result<Vec<AttributeDefinition>> {
        let kinds = [
            ("badge", AttributeKind::Text),
            ("hours", AttributeKind::Number),
            ("remote", AttributeKind::Boolean),
            ("probation", AttributeKind::Date),
            ("skills", AttributeKind::Texts),
        ];
        let definition = |(name, kind): (&str, AttributeKind)| {
            let options =
                if name == "skills" { vec!["Rust".into(), "Schweißen".into()] } else { Vec::new() };
            AttributeDefinition { name: name.into(), label: format!("The {name}"), kind, options }
        };
        Ok(kinds.into_iter().map(definition).collect())
    }

    fn groups(_: &Context, _: Cursor) -> Result<GroupPage> {
        let kinds = [
            SecurityGroup,
            Team,
            Department,
            Division,
            BusinessUnit,
            LegalEntity,
            CostCenter,
            Location,
            OrgUnit,
        ];
        let mut groups: Vec<_> = (1..)
            .zip(kinds)
            .map(|(at, kind)| Group::new(kind, format!("g{at}"), format!("Group {at}")))
            .collect();
        groups.push(Group {
            parent_id: Some("g3".into()),
            description: Some("Within the third".into()),
            ..Group::new(Department, "g10", "Größe")
        });
        Ok(GroupPage::of(groups).total(Some(10)))
    }

    fn memberships(_: &Context, _: Cursor) -> Result<MembershipPage> {
        let memberships = vec![Membership::worker("g1", "full"), Membership::group("g1", "g2")];
        Ok(MembershipPage::of(memberships).total(Some(2)))
    }

    fn workers(_: &Context, _: Cursor) -> Result<WorkerPage> {
        let mut workers = vec![full()];
        let each = [Active, Pending, OnLeave, Inactive, Terminated];
        workers.extend(each.map(|status| Worker::new(format!("bare {}", status::name(status)), status)));
        let total = u64::try_from(workers.len()).ok();
        Ok(WorkerPage::of(workers).total(total))
    }
}

/// A unit with both of its parts.
fn unit(id: &str, name: &str) -> Option<Unit> {
    Unit::of(Some(id.into()), Some(name.into()))
}

fn full() -> Worker {
    let text = |text: &str| Some(text.to_owned());
    Worker {
        user_name: text("zoe@example.com"),
        name: Name {
            given: text("Zoë"),
            middle: text("Maria"),
            family: text("Müller"),
            display: text("Zoë Müller"),
            preferred: text("Zo"),
            honorific_prefix: text("Dr."),
            honorific_suffix: text("MSc"),
        },
        contact: Contact {
            work_email: text("zoe@example.com"),
            personal_email: text("zoe@example.org"),
            work_phone: text("+49 30 1"),
            mobile_phone: text("+49 170 1"),
            preferred_language: text("de"),
            locale: text("de_DE"),
            timezone: text("Europe/Berlin"),
        },
        employment: Employment {
            employee_number: text("0042"),
            title: text("Engineer"),
            employment_type: text("permanent"),
            worker_type: text("employee"),
            grade: text("E5"),
            fte: Some(0.8),
            start_date: text("2020-02-29"),
            end_date: text("2030-12-31"),
            manager_id: text("bare active"),
            is_manager: Some(false),
        },
        organization: Organization {
            company: unit("c1", "Example GmbH"),
            business_unit: unit("b1", "Cloud"),
            division: unit("v1", "Products"),
            department: unit("d1", "Engineering"),
            cost_center: unit("k1", "4711"),
            location: Unit::of(text("l1"), None),
            org_unit: Unit::of(None, text("/Engineering")),
            teams: vec![Unit { id: text("t1"), name: text("Blue") }, Unit { id: None, name: text("Grün") }],
        },
        address: Some(Address {
            street: text("Hauptstraße 1"),
            locality: text("Berlin"),
            region: text("BE"),
            postal_code: text("10115"),
            country: text("DE"),
        }),
        custom: vec![
            CustomAttribute::new("badge", Value::Text("B-1".into())),
            CustomAttribute::new("hours", Value::Number(38.5)),
            CustomAttribute::new("remote", Value::Boolean(false)),
            CustomAttribute::new("probation", Value::Date("2020-08-31".into())),
            CustomAttribute::new("skills", Value::Texts(vec!["Rust".into(), "Schweißen".into()])),
        ],
        created_at: text("2020-01-15T09:00:00Z"),
        updated_at: text("2026-02-28T23:59:59.500+01:00"),
        ..Worker::new("full", Active)
    }
}
