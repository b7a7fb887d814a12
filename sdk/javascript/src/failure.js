// Why a call could not be answered, by who has to act.

/** Thrown by a connector; what the host is told. */
export class Failure extends Error {
  constructor(code, detail, told) {
    super(detail === undefined ? code : `${code}: ${detail}`);
    this.name = "Failure";
    this.code = code;
    Object.assign(this, told);
  }

  static authFailed(detail) {
    return new Failure("auth-failed", detail, { detail });
  }

  static permissionMissing(scope) {
    return new Failure("permission-missing", scope, { scope });
  }

  static rateLimited(seconds) {
    return new Failure("rate-limited", seconds, { seconds });
  }

  static upstream(status) {
    return new Failure("upstream", status, { status });
  }

  static invalidResponse(detail) {
    return new Failure("invalid-response", detail, { detail });
  }

  static badSetting(key, why) {
    return new Failure("bad-setting", `${key} ${why}`, { key, why });
  }

  static fetchFailed(detail) {
    return new Failure("fetch-failed", detail, { detail });
  }

  /** The connector's own mistake. */
  static bug(detail) {
    return new Failure("bug", detail, { detail });
  }

  static checkpointExpired() {
    return new Failure("checkpoint-expired");
  }
}

const U16 = 0xffff;
const U32 = 0xffffffff;

/** A failure as the contract has it. */
export function toContract(failure) {
  const { code } = failure;
  switch (code) {
    case "permission-missing":
      return { tag: code, val: String(failure.scope) };
    case "rate-limited":
      return { tag: code, val: whole(failure.seconds, U32) };
    case "upstream":
      return { tag: code, val: whole(failure.status, U16) ?? 0 };
    case "bad-setting":
      return { tag: code, val: { key: String(failure.key), why: String(failure.why) } };
    case "checkpoint-expired":
      return { tag: code };
    default:
      return { tag: code, val: String(failure.detail) };
  }
}

/** A number that fits; the rest is no reason to trap while a failure is told. */
function whole(number, most) {
  return Number.isInteger(number) && number >= 0 && number <= most ? number : undefined;
}
