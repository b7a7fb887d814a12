/** A request as most cases send it. */
export function get(cx, path, purpose) {
  // The one that can be refused where the path says so.
  const slot = path === "/v1/sign-in" ? "signed" : "token";
  return cx.get("api", path).auth(slot).purpose(purpose);
}

/** What a case saw, for the golden file: the warnings of a `check`. */
export function saw(warnings) {
  return { warnings };
}

/** A worker with nothing but what each has to have. */
export function worker(id) {
  return { id, status: "active" };
}
