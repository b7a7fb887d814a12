//! How much of everything. Bytes unless the name says otherwise.

/// Hosts of a manifest.
pub const MAX_HOSTS: usize = 16;
/// Path grants of one host.
pub const MAX_GRANTS_PER_HOST: usize = 128;
/// Settings of a manifest.
pub const MAX_SETTINGS: usize = 64;
/// Slot entries of a manifest.
pub const MAX_SLOTS: usize = 32;
/// Names of files that a manifest allows.
pub const MAX_FILE_NAMES: usize = 32;
/// Permissions of a manifest.
pub const MAX_PERMISSIONS: usize = 64;
/// The name of a permission.
pub const MAX_PERMISSION_BYTES: usize = 256;
/// Attributes of all classes.
pub const MAX_ATTRIBUTES: usize = 1_000;
/// Options of a setting, values of a condition, URLs of a choice.
pub const MAX_CHOICES: usize = 64;
/// Any one name, template or pattern of a manifest.
pub const MAX_TEXT_BYTES: usize = 4 * 1024;
/// The guide and other texts for people.
pub const MAX_PROSE_BYTES: usize = 64 * 1024;
/// The id of a connector.
pub const MAX_ID_BYTES: usize = 64;
/// Requests under way at once to one alias.
pub const MAX_CONCURRENCY: u32 = 32;
/// Requests in one window of a rate limit.
pub const MAX_RATE_REQUESTS: u32 = 100_000;
/// Words of one host by which it is known what a status means.
pub const MAX_STATUS_WORDS: usize = 16;
/// Seconds in one window of a rate limit: a day.
pub const MAX_RATE_SECONDS: u32 = 86_400;
/// The compiled form of a pattern.
pub const MAX_PATTERN_PROGRAM_BYTES: usize = 256 * 1024;
/// The value of a setting.
pub const MAX_SETTING_BYTES: usize = 64 * 1024;

/// A guest's path, or the URL of its next page.
pub const MAX_TARGET_BYTES: usize = 8 * 1024;
/// Query parameters of a request.
pub const MAX_QUERY_PAIRS: usize = 100;
/// The whole URL of a request, as sent.
pub const MAX_URL_BYTES: usize = 16 * 1024;
/// Headers of a request, by the guest.
pub const MAX_REQUEST_HEADERS: usize = 32;
/// One header of a request, name and value.
pub const MAX_REQUEST_HEADER_BYTES: usize = 8 * 1024;
/// Of a guest's text, in an error, in characters.
pub const MAX_SHOWN_CHARS: usize = 200;
/// The body of a request.
pub const MAX_REQUEST_BODY_BYTES: usize = 1024 * 1024;
/// What a request is for.
pub const MAX_PURPOSE_BYTES: usize = 200;
/// The name of a file.
pub const MAX_NAME_BYTES: usize = 255;
/// The pattern of such names.
pub const MAX_NAME_PATTERN_BYTES: usize = 255;
