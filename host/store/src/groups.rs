//! Groups as objects of the application, by integration and key.

use redb::TableDefinition;

/// `integration NUL key`.
pub(crate) const GROUPS: TableDefinition<&[u8], &[u8]> = TableDefinition::new("groups");
