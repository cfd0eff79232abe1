"""GET /: the page for people, and its files."""

import mimetypes
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse, Response
from fastapi.staticfiles import StaticFiles

_FOLDER = Path(str(files("api") / "page"))

router = APIRouter(include_in_schema=False)


@router.get("/")
async def page() -> FileResponse:
    """The page itself."""
    return FileResponse(_FOLDER / "index.html", headers={"Cache-Control": "no-cache"})


class _Assets(StaticFiles):
    """Files that a browser keeps but asks about each time, so that page and scripts match."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


def mount_assets(app: FastAPI) -> None:
    """Serves the page's style, scripts and pictures under /page."""
    # Some systems' tables call scripts text/plain, which browsers refuse to run.
    mimetypes.add_type("text/javascript", ".js")
    mimetypes.add_type("image/svg+xml", ".svg")
    app.mount("/page", _Assets(directory=_FOLDER), name="page")
