"""Where deliveries come from: a gateway, a folder, a database."""

from cadre_cloud.sources.arrival import Arrival, NotRead, SourceError
from cadre_cloud.sources.choose import arrivals

__all__ = ["Arrival", "NotRead", "SourceError", "arrivals"]
