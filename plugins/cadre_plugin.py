"""Airflow's plugin: our pages, mounted in its API server. Imported in every Airflow process, so it stays light."""

import os
import sys

from airflow.plugins_manager import AirflowPlugin

FEEDS = {"name": "Feeds", "href": "/cadre/feeds", "destination": "nav", "url_route": "cadre-feeds", "nav_top_level": True}
REVIEW = {"name": "Review", "href": "/cadre/review", "destination": "nav", "url_route": "cadre-review", "nav_top_level": True}


def _pages() -> list[dict[str, object]]:
    """The pages, where they are served; a task's process has no use for a web framework."""
    if "api-server" not in sys.argv and not os.environ.get("CADRE_PAGES"):
        return []
    from cadre_cloud.pages.app import PREFIX, app  # noqa: PLC0415

    return [{"app": app, "url_prefix": PREFIX, "name": "Cadre Cloud"}]


class CadrePlugin(AirflowPlugin):
    """Cadre Cloud in Airflow."""

    name = "cadre_cloud"
    fastapi_apps = _pages()
    external_views = [FEEDS, REVIEW] if fastapi_apps else []
