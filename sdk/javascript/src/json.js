// Reading what providers send.

/** The value in these bytes, or what is wrong with them: an empty text where
 * there is nothing at all. */
export function parse(bytes) {
  let text;
  try {
    // A byte order mark is skipped.
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { wrong: "it is not UTF-8" };
  }
  if (text.trim() === "") return { wrong: "" };
  try {
    return { value: JSON.parse(exact(text)) };
  } catch (error) {
    return { wrong: error.message };
  }
}

const LARGE = /\d{16}/;
const TEXT_OR_LARGE = /"(?:[^"\\]|\\.)*"|(?<![\w.+-])-?\d{16,}(?![\d.eE])/g;

/** Whole numbers that JavaScript cannot hold become texts: two ids that differ
 * in the last digit would otherwise be the same person. */
function exact(text) {
  if (!LARGE.test(text)) return text;
  return text.replace(TEXT_OR_LARGE, (part) =>
    part.startsWith('"') || Number.isSafeInteger(Number(part)) ? part : `"${part}"`,
  );
}
