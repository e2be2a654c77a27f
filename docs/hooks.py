"""What MkDocs calls for every page: links to files of the repository that are no pages lead to the repository."""

import posixpath
import re
from typing import Any

REPOSITORY = "https://github.com/gradient-horizon/gradient-horizon/blob/main/"
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)((?:#[^)]*)?)\)")


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """The page with links out of docs/, or to the sample report, made absolute."""
    folder = posixpath.dirname(page.file.src_uri)

    def absolute(link: re.Match[str]) -> str:
        place = posixpath.normpath(posixpath.join("docs", folder, link[1]))
        outside = not place.startswith("docs/") or place.startswith("docs/sample/")
        return f"]({REPOSITORY}{place}{link[2]})" if outside else link[0]

    return LINK.sub(absolute, markdown)
