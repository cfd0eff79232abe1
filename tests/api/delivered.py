"""The article that the API tests' corpus holds from the start."""

from typing import Any

PLAIN: dict[str, Any] = {
    "id": "ellery-harbour",
    "title": "Harbour reopens after storm",
    "text": "PORT ELLERY — The harbour of Port Ellery reopened on Tuesday, its master, Rosa Quill, "
    "said. The storm had sunk 14 boats. Nobody was hurt.",
    "source": "Ellery Gazette",
    "url": "https://gazette.example/harbour-reopens",
    "published_at": "2025-03-04T09:00:00Z",
    "language": "en",
    "section": "Local",
    "priority": 3,
}
