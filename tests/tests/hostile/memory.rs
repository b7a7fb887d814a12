//! Taking more memory than there is.

use crate::{Comes, Fails, guests};

guests! {
    memory_bomb: Fails("budget", "connector", "64 MiB of memory");
    memory_at_once: Fails("budget", "connector", "64 MiB of memory");
    memory_in_realloc: Fails("budget", "connector", "64 MiB of memory");
    memory_to_the_limit: Comes(0);
    table_bomb: Fails("budget", "connector", "table elements");
}
