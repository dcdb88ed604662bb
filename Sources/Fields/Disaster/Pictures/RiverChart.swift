import CityKernel
import CityVocabulary
import CityWeb

/// 水位の図: the level of one gauge against its named thresholds, as SVG with title and description.
///
/// What is not known is hatched and named 欠測; no line ever crosses it.
struct RiverChart: Sendable {
    /// The picture's own measures: 14 px text is read on a phone at this width.
    static let width = 400.0
    static let height = 252.0

    var readings: [FloodReading]
    /// In force now.
    var levels: [FloodStage.Level: Int]
    var from: Timestamp
    var now: Timestamp
    /// Silence longer than this is a gap.
    var gapMinutes: Int
    /// Where the level goes if the rate holds; drawn dotted.
    var forecast: (level: FloodStage.Level, minutes: Int)?
    var language: Language
    var title: String
    var summary: String

    /// More points than this are thinned to the highest of each slot; peaks stay.
    static let pointsMax = 160
    /// Room for the forecast at the right of now.
    static let forecastMinutesMax = 60

    func svg() -> String {
        let scale = Scale(self)
        var writer = SVGWriter()
        writer.add(
            "<svg viewBox=\"0 0 \(Int(Self.width)) \(Int(Self.height))\" role=\"img\">"
                + "<title>\(HTML.escape(title))</title>"
                + "<desc>\(HTML.escape(summary))</desc>")
        let gaps = self.gaps
        if !gaps.isEmpty {
            writer.add(
                "<defs><pattern id=\"hatch\" width=\"8\" height=\"8\" "
                    + "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
                    + "<path class=\"c-hatch\" d=\"M0 0v8\"/></pattern></defs>")
        }
        drawGrid(&writer, scale)
        drawGaps(gaps, &writer, scale)
        drawLevel(&writer, scale)
        drawThresholds(&writer, scale)
        drawForecast(&writer, scale)
        drawLast(&writer, scale)
        writer.add("</svg>")
        return writer.text
    }

    // MARK: - What is known

    /// Believable points in time order, thinned.
    var points: [FloodReading] {
        let all = readings.filter {
            $0.levelCentimetres != nil && $0.quality != .suspect && $0.observedAt <= now
        }.sorted { $0.observedAt < $1.observedAt }
        let known = edge(all) + all.filter { $0.observedAt >= from }
        guard known.count > Self.pointsMax else { return known }
        let slot = now.since(from).microseconds / Int64(Self.pointsMax) + 1
        var thinned: [FloodReading] = []
        for reading in known {
            let index = reading.observedAt.since(from).microseconds / slot
            if let last = thinned.last, last.observedAt.since(from).microseconds / slot == index {
                if (reading.levelCentimetres ?? .min) > (last.levelCentimetres ?? .min) {
                    thinned[thinned.count - 1] = reading
                }
            } else {
                thinned.append(reading)
            }
        }
        // The newest is what everything else on the page speaks of.
        if let newest = known.last, thinned.last != newest { thinned.append(newest) }
        return thinned
    }

    /// The level at the left edge, between the readings on both sides of it.
    private func edge(_ sorted: [FloodReading]) -> [FloodReading] {
        guard let before = sorted.last(where: { $0.observedAt < from }),
            let after = sorted.first(where: { $0.observedAt > from }),
            after.observedAt.since(before.observedAt) <= .minutes(gapMinutes),
            let low = before.levelCentimetres, let high = after.levelCentimetres
        else { return [] }
        let share =
            from.since(before.observedAt).inSeconds
            / after.observedAt.since(before.observedAt).inSeconds
        let level = Double(low) + Double(high - low) * share
        return [FloodReading(levelCentimetres: Int(level.rounded()), observedAt: from)]
    }

    /// Stretches without a believable reading.
    var gaps: [(from: Timestamp, to: Timestamp)] {
        var gaps: [(from: Timestamp, to: Timestamp)] = []
        let instants = points.map(\.observedAt)
        guard let last = instants.last else { return [(from, now)] }
        for (earlier, later) in zip(instants, instants.dropFirst())
        where later.since(earlier) > .minutes(gapMinutes) {
            gaps.append((earlier, later))
        }
        let saidMissing = readings.contains {
            $0.levelCentimetres == nil && $0.observedAt > last && $0.observedAt <= now
        }
        if saidMissing || now.since(last) >= .minutes(gapMinutes) { gaps.append((last, now)) }
        return gaps
    }

    /// Runs of points without a gap between them.
    private var runs: [[FloodReading]] {
        var runs: [[FloodReading]] = []
        for point in points {
            if let last = runs.last?.last,
                point.observedAt.since(last.observedAt) <= .minutes(gapMinutes)
            {
                runs[runs.count - 1].append(point)
            } else {
                runs.append([point])
            }
        }
        return runs
    }
}

// MARK: - Drawing

extension RiverChart {
    private func drawGrid(_ writer: inout SVGWriter, _ scale: Scale) {
        for metres in scale.metreTicks {
            let y = scale.y(centimetres: metres * 100)
            writer.add(
                lineFrom: (scale.left, y), to: (scale.right, y),
                class: metres * 100 == scale.bottomCentimetres ? "c-axis" : "c-grid")
            writer.add(
                text: "\(metres) m", x: scale.left - 6, y: y + 5, class: "c-quiet", anchor: "end")
        }
        for tick in scale.timeTicks {
            let x = scale.x(tick.instant)
            writer.add(
                lineFrom: (x, scale.bottom), to: (x, scale.bottom + 5), class: "c-axis")
            let isFirst = x < scale.left + 20
            writer.add(
                text: tick.words, x: isFirst ? scale.left - 8 : x, y: scale.bottom + 21,
                class: "c-quiet", anchor: isFirst ? "start" : "middle")
        }
    }

    private func drawGaps(
        _ gaps: [(from: Timestamp, to: Timestamp)], _ writer: inout SVGWriter, _ scale: Scale
    ) {
        for gap in gaps {
            let left = scale.x(max(gap.from, from))
            let width = scale.x(gap.to) - left
            writer.add(
                rectangleAt: (left, scale.top), width: width, height: scale.bottom - scale.top,
                class: "c-gap")
            guard width >= 40 else { continue }
            let words = RiverWords.missing[language]
            writer.add(
                text: words, x: left + width / 2, y: scale.bottom - 10, class: "c-name",
                anchor: "middle")
        }
    }

    private func drawLevel(_ writer: inout SVGWriter, _ scale: Scale) {
        for run in runs {
            let places = run.map { scale.place($0) }
            guard let first = places.first, let last = places.last else { continue }
            let line = places.map { SVGWriter.point($0) }.joined(separator: "L")
            if places.count > 1 {
                let ground = SVGWriter.number(scale.bottom)
                writer.add(
                    "<path class=\"c-area\" d=\"M\(SVGWriter.number(first.x)) \(ground)"
                        + "L\(line)L\(SVGWriter.number(last.x)) \(ground)Z\"/>")
                writer.add("<path class=\"c-line\" d=\"M\(line)\"/>")
            } else {
                writer.add(
                    "<circle class=\"c-dot\" cx=\"\(SVGWriter.number(first.x))\" "
                        + "cy=\"\(SVGWriter.number(first.y))\" r=\"3\"/>")
            }
        }
    }

    /// Lines with their names at the end; names that would lie over each other move apart.
    private func drawThresholds(_ writer: inout SVGWriter, _ scale: Scale) {
        let sorted = levels.filter { $0.key != .normal }.sorted { $0.value > $1.value }
        var lowest = -Double.infinity
        for (level, centimetres) in sorted {
            let y = scale.y(centimetres: centimetres)
            let isFeared = level >= .danger
            writer.add(
                lineFrom: (scale.left, y), to: (scale.right, y),
                class: isFeared ? "c-threshold c-strong" : "c-threshold")
            let nameY = max(y, lowest + 17)
            lowest = nameY
            let name = StageWords.thresholdShort(level)[language]
            writer.add(
                text: "\(name) \(Metres.text(centimetres: centimetres))", x: scale.right + 6,
                y: nameY + 5, class: isFeared ? "c-name" : "")
        }
    }

    private func drawForecast(_ writer: inout SVGWriter, _ scale: Scale) {
        guard let forecast, let last = points.last, let target = levels[forecast.level],
            forecast.minutes <= Self.forecastMinutesMax
        else { return }
        let end = (
            x: scale.x(last.observedAt + .minutes(forecast.minutes)),
            y: scale.y(centimetres: target)
        )
        writer.add(lineFrom: scale.place(last), to: end, class: "c-forecast")
        let x = scale.x(now)
        writer.add(lineFrom: (x, scale.top), to: (x, scale.bottom), class: "c-grid")
    }

    private func drawLast(_ writer: inout SVGWriter, _ scale: Scale) {
        guard let last = points.last, let level = last.levelCentimetres else { return }
        let place = scale.place(last)
        writer.add(
            "<circle class=\"c-dot\" cx=\"\(SVGWriter.number(place.x))\" "
                + "cy=\"\(SVGWriter.number(place.y))\" r=\"6\"/>")
        let (x, y, anchor) = labelPlace(place, scale)
        writer.add(
            text: Metres.text(centimetres: level), x: x, y: y, class: "c-name c-halo",
            anchor: anchor)
    }

    /// Beside the last point where neither the river's line nor a threshold runs through the number:
    /// above, below, or to the left. The number's own ground hides what it must cross.
    private func labelPlace(
        _ place: (x: Double, y: Double), _ scale: Scale
    ) -> (x: Double, y: Double, anchor: String) {
        let (width, height) = (42.0, 17.0)
        let right = min(place.x + 8, scale.right)
        let candidates = [
            (x: right, y: place.y - 13), (x: right, y: place.y + 30),
            (x: place.x - 14, y: place.y - 3), (x: place.x - 14, y: place.y + 18),
        ]
        let line = (runs.last ?? []).map { scale.place($0) }
        let thresholds = levels.values.map { scale.y(centimetres: $0) }
        func cost(_ candidate: (x: Double, y: Double)) -> Int {
            let across = candidate.x - width...candidate.x
            let down = candidate.y - height...candidate.y + 3
            let isOut = down.lowerBound < 2 || down.upperBound > scale.bottom
            let crossings = thresholds.count { down.contains($0) }
            let isOnLine = line.dropLast().contains {
                across.contains($0.x) && down.contains($0.y)
            }
            return (isOut ? 8 : 0) + (isOnLine ? 4 : 0) + crossings
        }
        let best = candidates.min { cost($0) < cost($1) } ?? candidates[0]
        return (best.x, best.y, "end")
    }
}

// MARK: - Scale

extension RiverChart {
    struct Scale {
        let left: Double
        let right: Double
        /// Leaves room for the number over the highest point.
        let top: Double = 32
        let bottom: Double
        let bottomCentimetres: Int
        let topCentimetres: Int
        let from: Timestamp
        let to: Timestamp
        let metreTicks: [Int]
        let timeTicks: [(instant: Timestamp, words: String)]

        init(_ chart: RiverChart) {
            left = 44
            right = RiverChart.width - (chart.language == .english ? 128 : 116)
            bottom = RiverChart.height - 28
            from = chart.from
            let ahead = chart.forecast.map { min($0.minutes + 10, forecastMinutesMax) } ?? 0
            to = chart.now + .minutes(max(ahead, 0))
            let known = chart.points.compactMap(\.levelCentimetres)
            let all = known + chart.levels.values
            (bottomCentimetres, topCentimetres) = Self.range(all)
            metreTicks = Self.metreTicks(bottomCentimetres, topCentimetres)
            timeTicks = Self.timeTicks(from: chart.from, to: chart.now, chart.language)
        }

        /// From the gauge's zero where the water is near it, so that heights can be compared.
        private static func range(_ values: [Int]) -> (Int, Int) {
            let lowest = values.min() ?? 0
            let highest = values.max() ?? 100
            let bottom = (0...400).contains(lowest) ? 0 : floorTo100(lowest)
            let top = highest + max((highest - bottom) / 12, 20)
            return (bottom, max(top, bottom + 100))
        }

        private static func floorTo100(_ value: Int) -> Int {
            Int((Double(value) / 100).rounded(.down)) * 100
        }

        private static func metreTicks(_ bottom: Int, _ top: Int) -> [Int] {
            let span = max((top - bottom) / 100, 1)
            let step = [1, 2, 5, 10, 20, 50, 100].first { span / $0 <= 5 } ?? 500
            let first = Int((Double(bottom) / Double(step * 100)).rounded(.up)) * step
            return Array(stride(from: first, through: top / 100, by: step))
        }

        private static func timeTicks(
            from: Timestamp, to: Timestamp, _ language: Language
        ) -> [(instant: Timestamp, words: String)] {
            let hours = Int(to.since(from).inSeconds / 3_600)
            let step = [1, 2, 6, 12, 24, 48].first { hours / $0 <= 4 } ?? 96
            let civil = CivilTime(from)
            let midnight = CivilTime(year: civil.year, month: civil.month, day: civil.day).timestamp
            var ticks: [(instant: Timestamp, words: String)] = []
            var tick = midnight
            while tick <= to {
                if tick >= from {
                    let isDay = step >= 24
                    let local = CivilTime(tick)
                    ticks.append(
                        (tick, isDay ? "\(local.month)/\(local.day)" : tick.spokenClock))
                }
                tick = tick + .hours(step)
            }
            return ticks
        }

        func x(_ instant: Timestamp) -> Double {
            let share = instant.since(from).inSeconds / max(to.since(from).inSeconds, 1)
            return left + (right - left) * min(max(share, 0), 1)
        }

        func y(centimetres: Int) -> Double {
            let share =
                Double(centimetres - bottomCentimetres) / Double(topCentimetres - bottomCentimetres)
            return bottom - (bottom - top) * min(max(share, 0), 1)
        }

        func place(_ reading: FloodReading) -> (x: Double, y: Double) {
            (x(reading.observedAt), y(centimetres: reading.levelCentimetres ?? 0))
        }
    }
}
