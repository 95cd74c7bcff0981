"""Where deliveries come from: a gateway, a folder, a database."""

from cadre_cloud.sources.arrival import Arrival, Later, NotRead, Rest, SourceError
from cadre_cloud.sources.choose import arrivals

__all__ = ["Arrival", "Later", "NotRead", "Rest", "SourceError", "arrivals"]
