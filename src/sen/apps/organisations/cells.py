"""Approximate ground of communes until boundaries are imported: cells around known seats, old communes' seats included.

Voronoi cells of all seats are joined per commune of today and clipped to the land around the seats. Coarse by design and
marked `approximate` wherever they show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon

Point = tuple[float, float]
FARTHEST = 0.25  # degrees, about 27 km: an old seat farther from the new one was located wrongly
MARGIN = 0.02  # degrees, about 2 km of land around the outermost seats


def cells(seats: Mapping[str, Point], former_seats: Mapping[str, Sequence[Point]]) -> dict[str, Polygon | MultiPolygon]:
    """The cell of each commune: `seats` code → (lon, lat) today, `former_seats` code → seats of the communes it was made of."""
    owners: list[str] = []
    points: list[Point] = []
    taken: set[Point] = set()
    for code, seat in seats.items():
        near = [
            point
            for point in former_seats.get(code, ())
            if abs(complex(point[0] - seat[0], point[1] - seat[1])) < FARTHEST
        ]
        for point in [seat, *near]:
            rounded = (round(point[0], 5), round(point[1], 5))
            if rounded not in taken:
                taken.add(rounded)
                owners.append(code)
                points.append(rounded)
    if len(points) < 3:
        return {code: shapely.Point(seat).buffer(MARGIN) for code, seat in seats.items()}
    land = shapely.concave_hull(shapely.MultiPoint(points), ratio=0.2).buffer(MARGIN)
    parts = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=land))
    tree = shapely.STRtree(parts)
    point_index, part_index = tree.query(shapely.points(points), predicate="within")
    owner_of = np.array(owners)
    made: dict[str, Polygon | MultiPolygon] = {}
    for code in seats:
        own = part_index[owner_of[point_index] == code]
        made[code] = shapely.set_precision(shapely.union_all(parts[own]).intersection(land), 1e-5)
    return made
