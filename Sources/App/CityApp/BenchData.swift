import CityBroker
package import CityKernel
import CityPlatform

/// Invented sensors with a history, for benchmarks: the same every time, and labelled as invented.
package struct BenchData: Sendable {
    /// Facts in one transaction.
    private static let batchMax = 2_000

    package var entities: Int
    package var readingsEach: Int

    package init(entities: Int, readingsEach: Int) {
        self.entities = entities
        self.readingsEach = readingsEach
    }

    package static func id(_ number: Int) -> EntityID {
        EntityID(type: "BenchSensor", name: "bench:\(number)")
    }

    /// - Parameter progress: 0...1.
    package func fill(_ running: RunningCity, progress: (Double) -> Void) async throws {
        let city = running.city
        let start = city.clock.now - .minutes(10 * readingsEach)
        let box = city.configuration.boundingBox
        var batch: [Fact] = []
        for number in 0..<entities {
            let id = Self.id(number)
            // Spread evenly by the golden ratio, which needs no random source.
            let across = (Double(number) * 0.618_033_988_75).truncatingRemainder(dividingBy: 1)
            let up = Double(number) / Double(max(entities, 1))
            let place = GeoPoint(
                latitude: box.south + (box.north - box.south) * up,
                longitude: box.west + (box.east - box.west) * across)
            batch.append(Fact(id, type: "BenchSensor", "location", .place(.point(place))))
            for step in 0..<readingsEach {
                let value = Double((number &* 7 &+ step &* 13) % 1_000) / 100
                batch.append(
                    Fact(
                        id, type: "BenchSensor", "level",
                        .property(
                            .number(value), unitCode: "MTR",
                            observedAt: start + .minutes(10 * step))))
            }
            if batch.count >= Self.batchMax || number == entities - 1 {
                try await city.broker.apply(batch, source: "bench-data")
                batch.removeAll(keepingCapacity: true)
                progress(Double(number + 1) / Double(entities))
            }
        }
    }
}

// MARK: - A year of readings

/// Invented gauges that tell a level every ten minutes, all of them at each step, as a city does.
package struct BenchHistory: Sendable {
    /// Readings of a gauge in a year.
    package static let yearly = 52_560
    /// Facts in one transaction.
    private static let batchMax = 1_000

    /// At least as many are written, since every gauge has all of its steps.
    package var readings: Int

    package init(readings: Int) { self.readings = readings }

    package var sensors: Int { max(1, (readings + Self.yearly - 1) / Self.yearly) }
    private var steps: Int { min(readings, Self.yearly) }

    package struct Report: Sendable {
        package var readings: Int
        package var seconds: Double
        /// Durable readings a second in each tenth of the way.
        package var perSecond: [Int]
        package var end: Timestamp
    }

    package func fill(
        _ running: RunningCity, progress: (Double) -> Void
    ) async throws -> Report {
        let clock = running.city.clock
        let began = clock.now
        let start = began - .minutes(10 * steps)
        var report = Report(readings: 0, seconds: 0, perSecond: [], end: began)
        var batch: [Fact] = []
        var tenth = (began: began, readings: 0)
        for number in 0..<steps {
            let at = start + .minutes(10 * number)
            for sensor in 0..<sensors {
                let wave = Double((sensor &* 7 &+ number &* 13) % 1_000) / 100
                batch.append(
                    Fact(
                        BenchData.id(sensor), type: "BenchSensor", "level",
                        .property(.number(wave), unitCode: "MTR", observedAt: at)))
                if batch.count == Self.batchMax { try await write(&batch, running, &report) }
            }
            if (number + 1) * 10 / steps > report.perSecond.count {
                try await write(&batch, running, &report)
                let seconds = clock.now.since(tenth.began).inSeconds
                report.perSecond.append(
                    Int(Double(report.readings - tenth.readings) / max(seconds, 0.000_001)))
                tenth = (clock.now, report.readings)
                progress(Double(number + 1) / Double(steps))
            }
        }
        report.seconds = clock.now.since(began).inSeconds
        return report
    }

    private func write(
        _ batch: inout [Fact], _ running: RunningCity, _ report: inout Report
    ) async throws {
        guard !batch.isEmpty else { return }
        try await running.city.broker.apply(batch, source: "bench-data")
        report.readings += batch.count
        batch.removeAll(keepingCapacity: true)
    }
}
