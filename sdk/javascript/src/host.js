// What the host lends to a connector. `guest.js` connects the real one; a test
// connects what it likes.

const ABSENT = {
  fetch: absent,
  fetchAll: absent,
  emit: absent,
};

function absent() {
  throw new Error("there is no host here: it is there while a function of the connector runs");
}

let host = ABSENT;

export function connect(lent) {
  host = lent;
}

/** Sends one request; throws an error with the contract's `payload`. */
export function fetch(request) {
  return host.fetch(request);
}

/** Sends several; results with `tag` and `val`, in the order asked. */
export function fetchAll(requests) {
  return host.fetchAll(requests);
}

/** Writes a line into the log. */
export function emit(level, message) {
  host.emit(level, message);
}
