"""Make core/data/land.json, the land of every map.

    python scripts/draw_land.py PATH_TO_TOPOJSON

The input is `land-110m.json` of the npm package `world-atlas` (Natural Earth, 1:110m); see
core/data/README.md. The output is a list of rings. Each is a flat list of longitude, latitude, longitude …
in degrees with two decimals. Antarctica is left out.
"""

import argparse
import json
from itertools import accumulate, chain
from pathlib import Path

LAND = Path(__file__).resolve().parent.parent / "core" / "data" / "land.json"
NORTH_END_OF_ANTARCTICA = -60


def decode_arcs(topology: dict) -> list[list[tuple[float, float]]]:
    """Return the arcs of a quantised topology in degrees (TopoJSON specification, 2.1.2 and 2.1.3)."""
    (scale_x, scale_y), (left, bottom) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        steps = accumulate(arc, lambda position, step: (position[0] + step[0], position[1] + step[1]))
        arcs.append([(x * scale_x + left, y * scale_y + bottom) for x, y in steps])
    return arcs


def rings(topology: dict) -> list[list[tuple[float, float]]]:
    """Return all rings of the land. They are open: the first point is not repeated at the end."""
    arcs = decode_arcs(topology)
    result = []
    for geometry in topology["objects"]["land"]["geometries"]:
        for polygon in geometry["arcs"]:
            for indexes in polygon:
                ring = []
                for index in indexes:
                    # ~index is the same arc in reverse; arcs share their end points.
                    arc = arcs[index] if index >= 0 else arcs[~index][::-1]
                    ring.extend(arc[:-1])
                result.append(ring)
    return result


def main() -> None:
    """Read the topology from the command line and write the land."""
    parser = argparse.ArgumentParser(description="Make core/data/land.json from land-110m.json.")
    parser.add_argument("topojson", type=Path)
    topology = json.loads(parser.parse_args().topojson.read_text())
    kept = [
        [round(degrees, 2) for degrees in chain.from_iterable(ring)]
        for ring in rings(topology)
        if max(latitude for _, latitude in ring) > NORTH_END_OF_ANTARCTICA
    ]
    # One ring per line keeps diffs readable.
    lines = ",\n".join(json.dumps(ring, separators=(",", ":")) for ring in kept)
    LAND.write_text(f"[\n{lines}\n]\n")
    points = sum(map(len, kept)) // 2
    print(f"{LAND.name}: {len(kept)} rings, {points} points, {LAND.stat().st_size} bytes")


if __name__ == "__main__":
    main()
