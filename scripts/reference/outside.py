"""A hook of mkdocs: files of the repository that pages link to, outside docs/, become part of the site."""

from __future__ import annotations

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[2]
LINKED = ("schema.graphql", "operations/*")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    for pattern in LINKED:
        for path in sorted(ROOT.glob(pattern)):
            name = path.relative_to(ROOT).as_posix()
            files.append(File.generated(config, name, abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Point links out of docs/ to where the site has those files."""
    return markdown.replace("](../operations/)", "](operations/README.md)").replace("](../", "](")
