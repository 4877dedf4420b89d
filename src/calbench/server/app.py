"""The application: views and interface for programs, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.staticfiles import StaticFiles

from calbench import __version__
from calbench.metrology import coverage_factor
from calbench.server.api import looking, releasing, steering
from calbench.server.api.problems import Problem
from calbench.server.failing import answer_errors
from calbench.server.services import services_of
from calbench.server.settings import Settings
from calbench.server.views import (
    files,
    journal,
    pictures,
    recovering,
    reviewing,
    runs,
    signing_in,
    starting,
    streaming,
    units,
)
from calbench.server.views.rendering import STATIC, make_ready

VIEWS = (signing_in, runs, streaming, starting, pictures, journal, recovering, units, reviewing, files)
API = (looking, steering, releasing)


def application(settings: Settings) -> FastAPI:
    """Make the application of a server; what serves it puts the gate before it.

    Raises:
        UsageError: The file of accounts cannot be used.
    """
    has = services_of(settings)

    @asynccontextmanager
    async def living(_app: FastAPI) -> AsyncIterator[None]:
        _make_ready()
        yield
        await has.watches.stop()
        has.database.close()

    app = FastAPI(
        title="calbench",
        version=__version__,
        description="Runs of a calibration station: look at them, start them, answer and steer them.",
        lifespan=living,
        docs_url=None,  # its page would load scripts from elsewhere
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    app.state.services = has
    for module in (*VIEWS, *API):
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=STATIC))
    app.openapi = lambda: _described(app)  # type: ignore[method-assign] # as FastAPI documents it
    answer_errors(app)
    return app


def _make_ready() -> None:
    """Load what is only loaded when it is needed: nobody who looks at a run should wait for it."""
    make_ready()
    coverage_factor(
        0.95, 9.0
    )  # the t distribution: its package takes most of a second, in which events would wait


def _described(app: FastAPI) -> dict[str, Any]:
    """Give the OpenAPI document: every error of it is a problem, none FastAPI's own."""
    if app.openapi_schema is None:
        found = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        schemas = found["components"]["schemas"]
        schemas["Problem"] = Problem.model_json_schema()
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        app.openapi_schema = found
    return app.openapi_schema
