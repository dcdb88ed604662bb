package import CityKernel

/// The number of a place on a grid of longitude and latitude whose bits are interleaved (Morton,
/// Z-order): places close together mostly have close numbers, so a B-tree of either database engine
/// is the spatial index. A column holds `Cell.number(of:)`; a query asks `BETWEEN` for each range
/// of a `CellCover`.
package enum Cell {
    /// 26 bits a side: a cell is 0.6 m by 0.3 m at the equator, and every number fits a JSON number.
    package static let levelMax = 26
    package static let numbers: ClosedRange<Int64> = 0...(1 << (2 * Int64(levelMax)) - 1)

    /// Positions outside the earth are taken as its edge.
    package static func number(of point: GeoPoint) -> Int64 {
        interleave(column(point.longitude), row(point.latitude))
    }

    /// The range of the smallest cell that holds the whole box. Two things that touch have ranges
    /// that overlap, so an area is found by `low <= $range.high AND high >= $range.low`.
    package static func range(enclosing box: GeoBox) -> ClosedRange<Int64> {
        let low = interleave(column(box.west), row(box.south))
        let high = interleave(column(box.east), row(box.north))
        let differingBits = Int64.bitWidth - (low ^ high).leadingZeroBitCount
        let below = (Int64(1) << Int64(differingBits + differingBits % 2)) - 1
        return (low & ~below)...(low | below)
    }

    /// No place of a cell is farther from its middle, and some more.
    static let reachMetres = 1.0

    /// The middle of a cell of the finest grid.
    static func middle(of number: Int64) -> GeoPoint {
        let count = Double(Int64(1) << Int64(levelMax))
        return GeoPoint(
            latitude: (Double(gather(number >> 1)) + 0.5) / count * 180 - 90,
            longitude: (Double(gather(number)) + 0.5) / count * 360 - 180)
    }

    static func column(_ longitude: Double) -> Int64 { step(longitude, from: -180, over: 360) }
    static func row(_ latitude: Double) -> Int64 { step(latitude, from: -90, over: 180) }

    private static func step(_ degrees: Double, from start: Double, over span: Double) -> Int64 {
        let count = Double(Int64(1) << Int64(levelMax))
        let position = (degrees - start) / span * count
        return Int64(min(max(position.rounded(.down), 0), count - 1))
    }

    /// Longitude takes the even bits, latitude the odd ones.
    static func interleave(_ column: Int64, _ row: Int64) -> Int64 {
        spread(column) | spread(row) << 1
    }

    /// Takes every second bit out again.
    private static func gather(_ value: Int64) -> Int64 {
        var bits = value & 0x5555_5555_5555_5555
        bits = (bits | bits >> 1) & 0x3333_3333_3333_3333
        bits = (bits | bits >> 2) & 0x0F0F_0F0F_0F0F_0F0F
        bits = (bits | bits >> 4) & 0x00FF_00FF_00FF_00FF
        bits = (bits | bits >> 8) & 0x0000_FFFF_0000_FFFF
        return (bits | bits >> 16) & 0x0000_0000_FFFF_FFFF
    }

    /// Puts a zero between the bits of a number below 2^32.
    private static func spread(_ value: Int64) -> Int64 {
        var bits = value
        bits = (bits | bits << 16) & 0x0000_FFFF_0000_FFFF
        bits = (bits | bits << 8) & 0x00FF_00FF_00FF_00FF
        bits = (bits | bits << 4) & 0x0F0F_0F0F_0F0F_0F0F
        bits = (bits | bits << 2) & 0x3333_3333_3333_3333
        bits = (bits | bits << 1) & 0x5555_5555_5555_5555
        return bits
    }
}
