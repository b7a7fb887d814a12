"""Why a call could not be answered, by who has to act. Raised."""

from __future__ import annotations


class Failure(Exception):
    """One of the failures below: raise those, catch this."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.args == getattr(other, "args", None)

    def __hash__(self) -> int:
        return hash((type(self), self.args))


class AuthFailed(Failure):
    """The provider does not accept the credential. With its reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class PermissionMissing(Failure):
    """The credential is good and may not do this. Names the permission."""

    def __init__(self, permission: str) -> None:
        super().__init__(permission)
        self.permission = permission


class RateLimited(Failure):
    """Too many requests, after the host's own retries. Seconds to wait."""

    def __init__(self, seconds: int | None = None) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Upstream(Failure):
    """The provider answered with this HTTP status, after retries."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class InvalidResponse(Failure):
    """The answer is not what the provider's interface promises. Says where and
    what, never a value."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class BadSetting(Failure):
    """A setting is wrong: `why` fits after the key."""

    def __init__(self, key: str, why: str) -> None:
        super().__init__(key, why)
        self.key = key
        self.why = why


class FetchFailed(Failure):
    """The host did not carry out a request. The host knows why, and decides
    whose it is to mend."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Bug(Failure):
    """The connector's own mistake. Any exception becomes one by itself."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class CheckpointExpired(Failure):
    """A checkpoint is no longer valid: the host reads everything."""
