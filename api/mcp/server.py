"""The protocol's server: it lists the tools, and has a call that is well put done."""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from mcp.server import Server, ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    ToolAnnotations,
)
from mcp.types import Tool as ListedTool
from pydantic import ValidationError

import rag
from api.field_errors import what_is_wrong
from api.mcp.arguments import Arguments
from api.mcp.descriptions import INSTRUCTIONS
from api.mcp.tools import TOOLS, Library, Result, Tool
from rag.errors import NewsciteError, UsageError

log = structlog.get_logger()

Context = ServerRequestContext[Any, Any]
Work = Callable[[Library], Result]
Doing = Callable[[Work, Tool, Context], Awaitable[Result]]
"""Has the work of a call to a tool done with the corpus of this server, in a thread."""

_OURS = "this is a fault of newscite's, not of the call; its log says more"
_READING = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
_BY_NAME = {tool.name: tool for tool in TOOLS}


def make_server(do: Doing) -> Server[Any]:
    """A server of the tools, for any transport.

    Args:
        do: how a call's work is done.
    """
    listed = ListToolsResult(tools=[_listed(tool) for tool in TOOLS])

    async def list_tools(
        _context: Context, _page: PaginatedRequestParams | None
    ) -> ListToolsResult:
        return listed

    async def call_tool(context: Context, params: CallToolRequestParams) -> CallToolResult:
        tool = _BY_NAME.get(params.name)
        if tool is None:
            there_are = ", ".join(_BY_NAME)
            raise MCPError(
                INVALID_PARAMS, f"there is no tool {params.name!r}; there are {there_are}"
            )
        try:
            given = _read(tool, params.arguments or {})
            result = await do(lambda library: tool.answers(given, library), tool, context)
        except NewsciteError as error:
            log.info("tool called", tool=tool.name, outcome=error.code)
            return _failed(error, str(error))
        except Exception as error:
            log.error("tool failed", tool=tool.name, exc_info=error)
            return _failed(NewsciteError(), _OURS)
        log.info("tool called", tool=tool.name, outcome="done")
        return CallToolResult(
            content=[TextContent(type="text", text=result.text)],
            structured_content=result.structured,
        )

    server: Server[Any] = Server(
        "newscite",
        title="newscite",
        version=rag.__version__,
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )
    server.middleware.clear()  # spans of its own, which would hold exceptions and so questions
    return server


def _listed(tool: Tool) -> ListedTool:
    return ListedTool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=_plain(tool.takes.model_json_schema()),
        output_schema=tool.gives.model_json_schema(),
        annotations=_READING,
    )


def _plain(schema: Any) -> Any:
    """A JSON schema without what a model need not read: titles, and null for what may be absent."""
    if isinstance(schema, list):
        return [_plain(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {
        key: {name: _plain(each) for name, each in value.items()}
        if key in ("properties", "$defs")
        else _plain(value)
        for key, value in schema.items()
        if not (key == "title" or (key == "default" and value is None))
    }
    options = kept.get("anyOf", [])
    others = [each for each in options if each != {"type": "null"}]
    if len(others) == 1 < len(options):
        del kept["anyOf"]
        kept = others[0] | kept
    if kept.get("format") == "date-time":  # a day alone is one too
        del kept["format"]
    return kept


def _read(tool: Tool, arguments: dict[str, Any]) -> Arguments:
    try:
        return tool.takes.model_validate(arguments)
    except ValidationError as error:
        raise UsageError("; ".join(_in_words(tool, each) for each in error.errors())) from None


def _in_words(tool: Tool, error: Any) -> str:
    field = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        takes = ", ".join(tool.takes.model_fields) or "none"
        return f"{field}: there is no such argument; {tool.name} takes {takes}"
    return f"{field}: {what_is_wrong(error)}"


def _failed(error: NewsciteError, what: str) -> CallToolResult:
    said = f"{error.title}: {what}"
    return CallToolResult(content=[TextContent(type="text", text=said)], is_error=True)
