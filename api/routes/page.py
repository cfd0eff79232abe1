"""GET /: the page for people, and its files."""

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

_FOLDER = Path(str(files("api") / "page"))

router = APIRouter(include_in_schema=False)


@router.get("/")
async def page() -> FileResponse:
    """The page itself."""
    return FileResponse(_FOLDER / "index.html", headers={"Cache-Control": "no-cache"})


def mount_assets(app: FastAPI) -> None:
    """Serves the page's style, scripts and pictures under /page."""
    app.mount("/page", StaticFiles(directory=_FOLDER), name="page")
