"""Connections: pages of a list by keyset cursors, the same shape everywhere."""

from __future__ import annotations

from typing import Generic, TypeVar

import strawberry

from schema.fields import COUNT_COST, field, output
from schema.scalars import Cursor

T = TypeVar("T")


@output()
class PageInfo:
    """Where a page lies in its list."""

    has_next_page: bool = field("Whether more follow this page.")
    has_previous_page: bool = field("Whether something comes before this page.")
    start_cursor: Cursor | None = field(
        "The cursor of the page's first edge, null for an empty page."
    )
    end_cursor: Cursor | None = field(
        "The cursor of the page's last edge, null for an empty page. Give it as `after` for the next page."
    )


@strawberry.type(description="An item of a list with its place in it.")
class Edge(Generic[T]):
    node: T = field("The item.")
    cursor: Cursor = field("The place of the item in the list.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    edges: list[Edge[T]] = field("The page's items with their places.")
    nodes: list[T] = field("The page's items.")
    page_info: PageInfo = field("Where the page lies in the list.")
    total_count: int | None = field(
        "How many items the whole list has for you; counted only when asked for.", COUNT_COST
    )
