"""Drawing a chart: Vega-Lite to SVG by vl-convert, then only what a still picture needs.

The page's policy forbids style attributes, scripts and requests, so the drawing is read as XML
and written anew from the few elements and attributes on the lists below.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_NAMESPACE = "{http://www.w3.org/2000/svg}"
_ELEMENTS = {"svg", "g", "path", "line", "rect", "circle", "text", "tspan", "defs", "clipPath"}
_ATTRIBUTES = {
    *("x", "y", "x1", "x2", "y1", "y2", "width", "height", "rx", "ry", "cx", "cy", "r", "d"),
    *("transform", "fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray"),
    *("stroke-opacity", "stroke-linecap", "opacity", "text-anchor", "font-size", "font-weight"),
    *("viewBox", "id", "clip-path"),
}
_DECIMALS = re.compile(r"(\.\d\d)\d+")
_OUTSIDE = re.compile(r"url\((?!#)", re.IGNORECASE)


def can_draw() -> bool:
    """Whether the extra ``html`` is installed."""
    from importlib.util import find_spec

    return find_spec("vl_convert") is not None


def draw(spec: dict[str, Any], name: str) -> str:
    """A drawing to be put into HTML; ``name`` is unique in the page."""
    import vl_convert  # type: ignore[import-not-found,unused-ignore]

    return cleaned(vl_convert.vegalite_to_svg(spec), name)


def cleaned(drawing: str, name: str) -> str:
    """The drawing reduced to what is on the lists; the marks' labels become tooltips."""
    from xml.etree import ElementTree

    root = ElementTree.fromstring(drawing)  # noqa: S314 - vl-convert's own output
    made = _clean(root, name)
    if made is None:
        return ""
    made.set("aria-hidden", "true")
    made.set("focusable", "false")
    return ElementTree.tostring(made, encoding="unicode")


def _clean(element: Element, name: str) -> Element | None:
    from xml.etree import ElementTree

    tag = str(element.tag).removeprefix(_NAMESPACE)
    if tag not in _ELEMENTS or element.get("display") == "none" or element.get("d") == "":
        return None
    if tag == "path" and element.get("class") in ("background", "foreground"):
        return None
    made = ElementTree.Element(tag, _attributes(element, name))
    made.text = element.text
    label = element.get("aria-label", "")
    if label and element.get("role") == "graphics-symbol" and tag != "g":
        ElementTree.SubElement(made, "title").text = label
    made.extend(kept for child in element if (kept := _clean(child, name)) is not None)
    if tag == "g" and not len(made):
        return None
    return made


def _attributes(element: Element, name: str) -> dict[str, str]:
    found = {}
    for key, value in element.attrib.items():
        if key not in _ATTRIBUTES or _OUTSIDE.search(value):
            continue
        if key in ("id", "clip-path"):
            value = value.replace("clip", f"{name}-clip")
        found[key] = _DECIMALS.sub(r"\1", value)
    return found
