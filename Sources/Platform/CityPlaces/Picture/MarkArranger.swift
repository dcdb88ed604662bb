import CityKernel
import Foundation

/// A mark with its position on the picture; it may stand for several shelters close together, and
/// may stand aside from its place with a line to it.
struct PlacedMark {
    var kind: MapSymbol.Kind
    var label: String
    var link: String?
    /// Where the place is.
    var anchor: ScreenPoint
    /// Where the drawing is.
    var position: ScreenPoint
    var count = 1

    /// Places joined to one disc with their number.
    var isCrowd: Bool { kind == .place && count > 1 }

    /// What names keep free around it.
    var reach: Double {
        isCrowd ? min(7 + log2(Double(count)), 13) : kind.radius + (count > 1 ? 3 : 0)
    }

    var box: ScreenBox { ScreenBox(centre: position, radius: reach) }

    func name(_ words: MapWords) -> String? {
        if kind.isQuiet { return nil }
        return count > 1 ? words.several(count) : label
    }

    func link(list: String?) -> String? { count > 1 ? list : link }

    func spoken(_ words: MapWords) -> String {
        let state = words.state(kind)
        if count > 1 { return "\(state) \(words.several(count))" }
        return label == state ? label : "\(label)（\(state)）"
    }
}

/// Puts the marks of a map so that none hides another: shelters closer than a finger's breadth, and
/// places, become one with a number; a mark on top of another stands aside.
enum MarkArranger {
    /// Half of the 44 pixels that a finger needs.
    static let targetRadius = 22
    private static let joinPixels = 44.0
    /// Closed shelters are small; they join only when they touch.
    private static let joinQuietPixels = 15.0
    /// Room for the disc of a crowd.
    private static let joinPlacesPixels = 26.0
    private static let apartPixels = 31.0

    static func arrange(_ symbols: [MapSymbol], on frame: ScreenFrame) -> [PlacedMark] {
        let ordered = symbols.filter { frame.box.contains(frame.project($0.point)) }
            .enumerated()
            .sorted { left, right in
                let (one, two) = (left.element.kind, right.element.kind)
                return (one.group.rawValue, one.rank, left.offset)
                    < (two.group.rawValue, two.rank, right.offset)
            }
        var placed: [PlacedMark] = []
        for (_, symbol) in ordered.prefix(MapPicture.joinedMax) {
            place(symbol, at: frame.project(symbol.point), among: &placed, in: frame.box)
        }
        return placed
    }

    private static func place(
        _ symbol: MapSymbol, at anchor: ScreenPoint, among placed: inout [PlacedMark],
        in window: ScreenBox
    ) {
        if let index = placed.firstIndex(where: { joins(symbol.kind, anchor, $0) }) {
            placed[index].count += 1
            return
        }
        guard placed.count < MapPicture.symbolsMax else { return }
        placed.append(
            PlacedMark(
                kind: symbol.kind, label: symbol.label, link: symbol.link, anchor: anchor,
                position: freePosition(symbol.kind, anchor, placed, window)))
    }

    /// Only marks of one look join: an open shelter never hides in a number of closed ones.
    private static func joins(
        _ kind: MapSymbol.Kind, _ anchor: ScreenPoint, _ mark: PlacedMark
    ) -> Bool {
        guard [.shelters, .places].contains(kind.group), mark.kind == kind else { return false }
        let reach =
            kind == .place ? joinPlacesPixels : kind.isQuiet ? joinQuietPixels : joinPixels
        return mark.anchor.distance(to: anchor) < reach
    }

    /// The place itself, or the nearest free position around it.
    private static func freePosition(
        _ kind: MapSymbol.Kind, _ anchor: ScreenPoint, _ placed: [PlacedMark], _ window: ScreenBox
    ) -> ScreenPoint {
        // The reader's own place is never moved, and small marks need no room.
        if kind == .here || kind.isQuiet { return anchor }
        let inside = window.grown(by: -kind.radius)
        let steps =
            [(0.0, 0.0)]
            + [36.0, 52].flatMap { far in
                [
                    (0.0, -1.0), (1, 0), (-1, 0), (0, 1), (0.7, -0.7), (-0.7, -0.7), (0.7, 0.7),
                    (-0.7, 0.7),
                ]
                .map { ($0.0 * far, $0.1 * far) }
            }
        let candidates = steps.map { ScreenPoint(x: anchor.x + $0.0, y: anchor.y + $0.1) }
        let free = candidates.first { candidate in
            (candidate == anchor || inside.contains(candidate))
                && placed.allSatisfy { $0.kind.isQuiet || isApart($0, candidate) }
        }
        return free ?? anchor
    }

    private static func isApart(_ mark: PlacedMark, _ position: ScreenPoint) -> Bool {
        mark.position.distance(to: position) >= apartPixels
    }
}
