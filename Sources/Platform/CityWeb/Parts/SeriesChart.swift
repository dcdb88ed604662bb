package import CityKernel

/// A number over time as SVG: a line that breaks where nothing was told, with its last value named.
///
/// For `Picture(.chart)`; the table beneath says the same in numbers.
package struct SeriesChart: Sendable {
    package struct Point: Sendable, Hashable {
        package var at: Timestamp
        package var value: Double

        package init(at: Timestamp, value: Double) {
            self.at = at
            self.value = value
        }
    }

    package static let width = 480.0
    package static let height = 200.0
    /// More points than this are thinned to the highest and lowest of each slot.
    package static let pointsMax = 400

    private let points: [Point]
    private let from: Timestamp
    private let to: Timestamp
    private let title: String
    private let unit: String
    private let gap: Duration

    /// - Parameters:
    ///   - points: in time order.
    ///   - gap: a silence longer than this breaks the line.
    package init(
        _ points: [Point], from: Timestamp, to: Timestamp, title: String, unit: String,
        gap: Duration
    ) {
        self.points = Self.thinned(points.filter { $0.at >= from && $0.at <= to })
        self.from = from
        self.to = to
        self.title = title
        self.unit = unit
        self.gap = gap
    }

    private static func thinned(_ points: [Point]) -> [Point] {
        guard points.count > pointsMax else { return points }
        let size = points.count * 2 / pointsMax + 1
        return stride(from: 0, to: points.count, by: size).flatMap { start -> [Point] in
            let slot = points[start..<min(start + size, points.count)]
            guard let low = slot.min(by: { $0.value < $1.value }),
                let high = slot.max(by: { $0.value < $1.value })
            else { return [] }
            return low == high ? [low] : [low, high].sorted { $0.at < $1.at }
        }
    }

    package func svg() -> String {
        let values = points.map(\.value)
        let (low, high) = Self.range(values)
        func x(_ instant: Timestamp) -> Double {
            let share = instant.since(from).inSeconds / max(to.since(from).inSeconds, 1)
            return 56 + (Self.width - 72) * min(max(share, 0), 1)
        }
        func y(_ value: Double) -> Double {
            Self.height - 28 - (Self.height - 56) * (value - low) / (high - low)
        }
        let grid = [low, (low + high) / 2, high].map { value in
            """
            <path class="c-grid" d="M56 \(Self.text(y(value)))H\(Self.text(Self.width - 16))"/>\
            <text class="c-quiet" x="50" y="\(Self.text(y(value) + 5))" text-anchor="end">\
            \(Self.text(value))</text>
            """
        }.joined()
        let ends = [(from, "start", 56.0), (to, "end", Self.width - 16)].map { at, anchor, place in
            """
            <text class="c-quiet" x="\(Self.text(place))" y="\(Self.text(Self.height - 6))" \
            text-anchor="\(anchor)">\(Self.moment(at))</text>
            """
        }.joined()
        let lines = runs.map { run in
            let path = run.map { "\(Self.text(x($0.at))) \(Self.text(y($0.value)))" }
            return path.count == 1
                ? "<path class=\"c-line\" d=\"M\(path[0])h1\"/>"
                : "<path class=\"c-line\" d=\"M\(path.joined(separator: "L"))\"/>"
        }.joined()
        let last = points.last.map { point in
            """
            <circle class="c-dot" cx="\(Self.text(x(point.at)))" cy="\(Self.text(y(point.value)))" \
            r="5"/><text class="c-name c-halo" text-anchor="end" x="\(Self.text(x(point.at)))" \
            y="\(Self.text(max(y(point.value) - 12, 16)))">\
            \(Self.text(point.value)) \(HTML.escape(unit))</text>
            """
        }
        return """
            <svg viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="img" \
            aria-label="\(HTML.escape(title))">\(grid)\(ends)\(lines)\(last ?? "")</svg>
            """
    }

    private var runs: [[Point]] {
        points.reduce(into: [[Point]]()) { runs, point in
            if let last = runs.last?.last, point.at.since(last.at) <= gap {
                runs[runs.count - 1].append(point)
            } else {
                runs.append([point])
            }
        }
    }

    /// With room above and below; a flat line lies in the middle.
    private static func range(_ values: [Double]) -> (Double, Double) {
        guard let low = values.min(), let high = values.max() else { return (0, 1) }
        let room = high > low ? (high - low) * 0.1 : max(abs(high) * 0.1, 1)
        return (low - room, high + room)
    }

    private static func moment(_ instant: Timestamp) -> String {
        let civil = CivilTime(instant)
        return "\(civil.month)/\(civil.day) \(instant.spokenClock)"
    }

    /// Two decimals at most, without trailing noughts.
    static func text(_ value: Double) -> String {
        let rounded = (value * 100).rounded() / 100
        if rounded == rounded.rounded(), abs(rounded) < 1e15 { return String(Int64(rounded)) }
        return String(rounded)
    }
}
