// Calendar days and instants, out of the many ways in which providers write
// them. No time zones: a provider's local date is meant as it stands.

const ISO = /^(\d{4})(?:-(\d\d)-|(\d\d))(\d\d)(?=$|[Tt Zz+])/;
const TIME = /^[Tt ](\d\d):?(\d\d)(?::?(\d\d))?(?:[.,](\d+))?/;
const OFFSET = /^ ?(?:[Zz]?|([+-])(\d\d):?(\d\d)?)$/;

/** A provider's date as the contract wants it, `YYYY-MM-DD`: out of the
 * beginning of an ISO 8601 date or date-time, or out of numbers in another
 * order, `date("31.12.2025", "dmy")`. `undefined` where there is no such day. */
export function date(text, order) {
  if (typeof text !== "string") return undefined;
  if (order !== undefined) return inOrder(text, order);
  const [, year, dashed, plain, day] = ISO.exec(text.trim()) ?? [];
  return dayOf(year, dashed ?? plain, day);
}

/** A provider's instant as the contract wants it, RFC 3339 with the offset in
 * which it was written; without one it is taken for UTC, and a bare date for its
 * midnight. Also out of a `Date`. */
export function instant(text) {
  if (text instanceof Date) return instant(text.toISOString());
  const day = date(text);
  if (day === undefined) return undefined;
  let rest = text.trim().slice(text.trim()[4] === "-" ? 10 : 8);
  const time = TIME.exec(rest) ?? ["", "00", "00"];
  rest = rest.slice(time[0].length);
  const offset = OFFSET.exec(rest);
  // A leap second is taken for the one before it.
  const [, hour, minute, second = "00", fraction = ""] = time;
  if (offset === null || hour > "23" || minute > "59" || second > "60") return undefined;
  const millis = `${fraction}000`.slice(0, 3);
  const clock = `${hour}:${minute}:${second === "60" ? "59" : second}${millis === "000" ? "" : `.${millis}`}`;
  const zone = zoneOf(offset);
  return zone === undefined ? undefined : `${day}T${clock}${zone}`;
}

function zoneOf([, sign, hours, minutes = "00"]) {
  if (sign === undefined || (hours === "00" && minutes === "00")) return "Z";
  return hours > "23" || minutes > "59" ? undefined : `${sign}${hours}:${minutes}`;
}

const DIGITS = { y: /^\d{4}$/, m: /^\d{1,2}$/, d: /^\d{1,2}$/ };

/** What stands between the numbers does not matter; a year has four digits. */
function inOrder(text, order) {
  const parts = text.trim().split(/[^\d]/);
  const found = {};
  for (const [at, place] of Array.from(order).entries()) {
    if (!DIGITS[place]?.test(parts[at] ?? "")) return undefined;
    found[place] = parts[at].padStart(2, "0");
  }
  return dayOf(found.y, found.m, found.d);
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function dayOf(year, month, day) {
  if (year === undefined || year === "0000") return undefined;
  const leap = month === "02" && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const last = DAYS[month - 1] + (leap ? 1 : 0);
  return day >= 1 && day <= last ? `${year}-${month}-${day}` : undefined;
}
