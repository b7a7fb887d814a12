//! What a connector's manifest says that it offers.

use std::collections::BTreeMap;

use rollcall_grants::{Category, Manifest};
use rollcall_model::Sensitivity;
use rollcall_pipeline::Offer;

/// One that lists no attributes may offer any.
pub fn offer(manifest: &Manifest) -> Offer {
    let classes = &manifest.attributes;
    let each = [
        (Sensitivity::Basic, &classes.basic),
        (Sensitivity::Work, &classes.work),
        (Sensitivity::Sensitive, &classes.sensitive),
    ];
    let all = each.into_iter().flat_map(|(class, names)| names.iter().map(move |name| (name.clone(), class)));
    let attributes: BTreeMap<_, _> = all.collect();
    let attributes = (!attributes.is_empty()).then_some(attributes);
    Offer { is_directory: manifest.category != Category::Hris, attributes }
}
