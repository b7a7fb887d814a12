// Percent encoding, for the few places where a connector meets it: the host
// encodes paths and queries itself.

const ENCODED = { "%": "%25", "/": "%2F", "?": "%3F", "#": "%23" };

/** An id as one segment of a path: the four characters that the contract wants
 * encoded; the host encodes the rest. */
export function segment(id) {
  return String(id).replace(/[%/?#]/g, (mark) => ENCODED[mark]);
}

/** A path out of a link, as the contract wants it. */
export function decodePath(path) {
  return path.split("/").map((part) => segment(decode(part))).join("/");
}

/** The pairs of a query, decoded. */
export function decodeQuery(query) {
  return query.split("&").filter((pair) => pair !== "").map((pair) => {
    const at = pair.indexOf("=");
    const [key, value] = at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
    return [decode(key.replaceAll("+", " ")), decode(value.replaceAll("+", " "))];
  });
}

/** The value of a parameter of a link. */
export function queryParameter(link, name) {
  const at = link.indexOf("?");
  if (at < 0) return undefined;
  const query = link.slice(at + 1).split("#")[0];
  return decodeQuery(query).find(([key]) => key === name)?.[1];
}

/** What is no code stays as it is. */
function decode(text) {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (codes) => {
    const bytes = codes.slice(1).split("%").map((code) => Number.parseInt(code, 16));
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(new Uint8Array(bytes));
  });
}
