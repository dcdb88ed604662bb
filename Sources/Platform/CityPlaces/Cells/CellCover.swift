package import CityKernel

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A few ranges of cell numbers that hold every place of an area, and some around it: the rough
/// first step of a search, made exact by a `SpatialFilter`.
package struct CellCover: Sendable, Hashable {
    /// How many `BETWEEN` a query may carry.
    package static let rangesMax = 16
    /// How many cells the search for a cover may hold; more cells fit the area closer.
    private static let cellsMax = 96

    /// In rising order, with gaps between them; never empty, at most `rangesMax`.
    package let ranges: [ClosedRange<Int64>]
    private var circle: Circle?

    private struct Circle: Sendable, Hashable {
        var centre: GeoPoint
        var radiusMetres: Double
    }

    package init(_ box: GeoBox) { self.init(boxes: [box]) }

    /// Every place within `radiusMetres` of `centre`, across the date line and the poles too.
    package init(around centre: GeoPoint, radiusMetres: Double) {
        self.init(boxes: Self.boxes(around: centre, radiusMetres))
        circle = Circle(centre: centre, radiusMetres: max(radiusMetres, 0))
    }

    /// Every place that `geometry` touches.
    package init(_ geometry: Geometry) {
        self.init(boxes: GeoBox(around: geometry.points).map { [$0] } ?? [])
    }

    package func contains(_ number: Int64) -> Bool { ranges.contains { $0.contains(number) } }

    /// Whether a place in this cell can lie in the area, for cells within `ranges`: ranges hold much
    /// around a circle, and a distance costs less than loading what lies there.
    package func mayHold(_ number: Int64) -> Bool {
        guard let circle else { return true }
        let distance = Cell.middle(of: number).distanceMetres(to: circle.centre)
        return distance <= circle.radiusMetres + Cell.reachMetres
    }

    private init(boxes: [GeoBox]) {
        let found = boxes.flatMap { Self.ranges(of: Window($0)) }
        let joined = Self.join(found.sorted { $0.lowerBound < $1.lowerBound })
        ranges = joined.isEmpty ? [0...0] : Self.closeGaps(joined)
    }
}

// MARK: - Covering

extension CellCover {
    /// A box in steps of the finest grid.
    private struct Window {
        let columns: ClosedRange<Int64>
        let rows: ClosedRange<Int64>

        init(_ box: GeoBox) {
            let (west, east) = (Cell.column(box.west), Cell.column(box.east))
            let (south, north) = (Cell.row(box.south), Cell.row(box.north))
            columns = min(west, east)...max(west, east)
            rows = min(south, north)...max(south, north)
        }
    }

    /// A square of the grid, `size` finest steps wide.
    private struct Square {
        let column: Int64
        let row: Int64
        let size: Int64

        var range: ClosedRange<Int64> {
            let low = Cell.interleave(column, row)
            return low...(low + size * size - 1)
        }

        var quarters: [Square] {
            let half = size / 2
            return [(0, 0), (half, 0), (0, half), (half, half)].map {
                Square(column: column + $0.0, row: row + $0.1, size: half)
            }
        }

        func touches(_ window: Window) -> Bool {
            window.columns.overlaps(column...(column + size - 1))
                && window.rows.overlaps(row...(row + size - 1))
        }

        func isInside(_ window: Window) -> Bool {
            window.columns.contains(column) && window.columns.contains(column + size - 1)
                && window.rows.contains(row) && window.rows.contains(row + size - 1)
        }
    }

    /// Quarters the world until the squares on the border are many enough.
    private static func ranges(of window: Window) -> [ClosedRange<Int64>] {
        var whole: [Square] = []
        var border = [Square(column: 0, row: 0, size: 1 << Int64(Cell.levelMax))]
        while let size = border.first?.size, size > 1, whole.count + border.count <= cellsMax {
            let touching = border.flatMap(\.quarters).filter { $0.touches(window) }
            whole += touching.filter { $0.isInside(window) }
            border = touching.filter { !$0.isInside(window) }
        }
        return (whole + border).map(\.range)
    }

    private static func join(_ sorted: [ClosedRange<Int64>]) -> [ClosedRange<Int64>] {
        var joined: [ClosedRange<Int64>] = []
        for range in sorted {
            guard let last = joined.last, range.lowerBound <= last.upperBound + 1 else {
                joined.append(range)
                continue
            }
            joined[joined.count - 1] =
                last.lowerBound...max(last.upperBound, range.upperBound)
        }
        return joined
    }

    /// Gives up the smallest gaps until few enough ranges are left.
    private static func closeGaps(_ joined: [ClosedRange<Int64>]) -> [ClosedRange<Int64>] {
        guard joined.count > rangesMax else { return joined }
        let kept = joined.indices.dropFirst()
            .sorted { gap(joined, before: $0) > gap(joined, before: $1) }
            .prefix(rangesMax - 1).sorted()
        let starts = [0] + kept
        let ends = kept + [joined.count]
        return zip(starts, ends).map { joined[$0].lowerBound...joined[$1 - 1].upperBound }
    }

    private static func gap(_ ranges: [ClosedRange<Int64>], before index: Int) -> Int64 {
        ranges[index].lowerBound - ranges[index - 1].upperBound
    }
}

// MARK: - Circles

extension CellCover {
    /// Slightly smaller than any radius of the earth, so that a cover is never too small.
    private static let metresPerDegree = 110_500.0

    private static func boxes(around centre: GeoPoint, _ radiusMetres: Double) -> [GeoBox] {
        let reach = max(radiusMetres, 0) / metresPerDegree
        let south = max(centre.latitude - reach, -90)
        let north = min(centre.latitude + reach, 90)
        let width = widestLongitude(centre.latitude, reach)
        guard south > -90, north < 90, width < 180 else {
            return [GeoBox(south: south, west: -180, north: north, east: 180)]
        }
        let west = centre.longitude - width
        let east = centre.longitude + width
        if west < -180 {
            return [
                GeoBox(south: south, west: -180, north: north, east: east),
                GeoBox(south: south, west: west + 360, north: north, east: 180),
            ]
        }
        if east > 180 {
            return [
                GeoBox(south: south, west: west, north: north, east: 180),
                GeoBox(south: south, west: -180, north: north, east: east - 360),
            ]
        }
        return [GeoBox(south: south, west: west, north: north, east: east)]
    }

    /// How far a circle of `reach` degrees spreads to the east (it is widest toward the pole).
    private static func widestLongitude(_ latitude: Double, _ reach: Double) -> Double {
        let sine = sin(reach * .pi / 180) / cos(latitude * .pi / 180)
        guard reach < 90, sine < 1 else { return 180 }
        return asin(sine) * 180 / .pi
    }
}
