"""What cannot even be run, answered in JSON like everything else."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from starlette.responses import Response

JSON = "application/json"


class Refused(Exception):
    """A request that is not run: `status` and `headers` are for HTTP, `code` and the message for everybody."""

    def __init__(
        self,
        message: str,
        status: int = HTTPStatus.BAD_REQUEST,
        code: str = "BAD_USER_INPUT",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = int(status)
        self.code = code
        self.headers = headers

    @property
    def error(self) -> dict[str, Any]:
        return {"message": str(self), "extensions": {"code": self.code}}

    def response(self) -> Response:
        return Response(orjson.dumps({"errors": [self.error]}), self.status, self.headers, JSON)
