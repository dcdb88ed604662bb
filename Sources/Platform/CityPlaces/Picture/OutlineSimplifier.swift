/// Makes outlines as small as the eye allows: cuts off what lies outside the picture, then drops
/// every point that moves the line by less than a tolerance (Douglas–Peucker on the screen).
enum OutlineSimplifier {
    static let tolerancePixels = 0.7

    /// Without the repeated last point; empty when nothing of the ring is inside `window`.
    static func ring(_ ring: [ScreenPoint], in window: ScreenBox) -> [ScreenPoint] {
        var points = ring
        if points.first == points.last { points.removeLast() }
        for side in Side.allCases { points = clip(points, side, window) }
        guard points.count >= 3, let first = points.first else { return [] }
        let simple = line(points + [first])
        return simple.count >= 4 ? Array(simple.dropLast()) : []
    }

    /// Douglas–Peucker; ends stay. Works with a list of spans, because a recursion over a long
    /// coast could be as deep as the coast is long.
    static func line(_ points: [ScreenPoint]) -> [ScreenPoint] {
        guard points.count > 2 else { return points }
        var isKept = Array(repeating: false, count: points.count)
        isKept[0] = true
        isKept[points.count - 1] = true
        var spans = [(0, points.count - 1)]
        while let (start, end) = spans.popLast() {
            guard end - start > 1 else { continue }
            var farthest = (index: start, distance: 0.0)
            for index in start + 1..<end {
                let distance = offset(points[index], from: points[start], to: points[end])
                if distance > farthest.distance { farthest = (index, distance) }
            }
            guard farthest.distance > tolerancePixels else { continue }
            isKept[farthest.index] = true
            spans.append((start, farthest.index))
            spans.append((farthest.index, end))
        }
        return points.indices.filter { isKept[$0] }.map { points[$0] }
    }

    /// The distance of a point from a stretch of line; from its start when the ends are one.
    private static func offset(
        _ point: ScreenPoint, from start: ScreenPoint, to end: ScreenPoint
    ) -> Double {
        let (width, height) = (end.x - start.x, end.y - start.y)
        let length = width * width + height * height
        guard length > 0 else { return point.distance(to: start) }
        let along = ((point.x - start.x) * width + (point.y - start.y) * height) / length
        let share = min(max(along, 0), 1)
        let foot = ScreenPoint(x: start.x + share * width, y: start.y + share * height)
        return point.distance(to: foot)
    }
}

// MARK: - Clipping (Sutherland–Hodgman)

extension OutlineSimplifier {
    private enum Side: CaseIterable { case left, top, right, bottom }

    private static func clip(
        _ points: [ScreenPoint], _ side: Side, _ window: ScreenBox
    ) -> [ScreenPoint] {
        guard var before = points.last else { return [] }
        var kept: [ScreenPoint] = []
        for point in points {
            let isInside = depth(point, side, window) >= 0
            if isInside != (depth(before, side, window) >= 0) {
                kept.append(crossing(before, point, side, window))
            }
            if isInside { kept.append(point) }
            before = point
        }
        return kept
    }

    private static func depth(
        _ point: ScreenPoint, _ side: Side, _ window: ScreenBox
    ) -> Double {
        switch side {
        case .left: point.x - window.left
        case .top: point.y - window.top
        case .right: window.right - point.x
        case .bottom: window.bottom - point.y
        }
    }

    private static func crossing(
        _ start: ScreenPoint, _ end: ScreenPoint, _ side: Side, _ window: ScreenBox
    ) -> ScreenPoint {
        let (before, after) = (depth(start, side, window), depth(end, side, window))
        let share = before / (before - after)
        return ScreenPoint(
            x: start.x + share * (end.x - start.x), y: start.y + share * (end.y - start.y))
    }
}
