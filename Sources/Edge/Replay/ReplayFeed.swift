package import CityBroker
package import CityKernel
package import Logging
import ServiceLifecycle

/// A recorded day of water levels, in the order of its own times.
package struct ReplaySeries: Sendable, Hashable {
    package struct Step: Sendable, Hashable {
        package var at: Timestamp
        package var readings: [LevelReading]
    }

    package let steps: [Step]
    package let report: ImportReport

    /// - Throws: `Problem` when the table has no usable row.
    package init(
        table bytes: some Sequence<UInt8>, file: String, rules: ReadingRules,
        columns: LevelColumns = LevelColumns()
    ) throws(Problem) {
        // A recorded day lies in the past of every clock that may play it.
        let endOfTime = Timestamp(microseconds: .max / 2)
        var reader = LevelTableReader(
            file: file, columns: columns, rules: rules, now: endOfTime)
        reader.append(bytes)
        reader.finish()
        var byTime: [Timestamp: [LevelReading]] = [:]
        var report = ImportReport(file: file)
        while let row = reader.next() {
            switch row {
            case .reading(let reading, _):
                report.stored += 1
                byTime[reading.observedAt, default: []].append(reading)
            case .missing(let reading, _):
                report.missing += 1
                byTime[reading.observedAt, default: []].append(reading)
            case .repeated: report.repeated += 1
            case .refused(let refusal, let line, let seen):
                report.add(refusal, line: line, seen: seen)
            case .fileRefused(let diagnostic):
                report.diagnostics.append(diagnostic)
                continue
            }
            report.read += 1
        }
        guard !byTime.isEmpty else {
            throw Problem(
                .badRequestData, title: "The series cannot be played",
                detail: report.diagnostics.first?.description ?? "\(file) has no usable row.",
                remedy: report.diagnostics.first?.remedy)
        }
        steps = byTime.sorted { $0.key < $1.key }.map {
            Step(at: $0.key, readings: Self.preferringLevels($0.value))
        }
        self.report = report
    }

    package var start: Timestamp { steps[0].at }
    package var end: Timestamp { steps[steps.count - 1].at }

    /// Without the "no value" of a gauge that another row gives a level.
    private static func preferringLevels(_ readings: [LevelReading]) -> [LevelReading] {
        let known = Set(readings.filter { $0.levelCentimetres != nil }.map(\.gaugeID))
        return readings.filter { $0.levelCentimetres != nil || !known.contains($0.gaugeID) }
    }
}

/// Plays a recorded day into a broker of its own at the pace of the city's clock.
///
/// Every fact carries `provenance` = `replay` and is applied at its own time, so that rules see the
/// night as it was. What lies before the clock's first moment is applied at once, in order: it is
/// the past that trends need. Meant for a demonstration city with an empty data directory; lamps
/// there are driven by a `DrillLampSender`.
package struct ReplayFeed: Service {
    private let series: ReplaySeries
    private let broker: Broker
    private let clock: any CityClock
    private let logger: Logger

    package init(series: ReplaySeries, broker: Broker, clock: any CityClock, logger: Logger) {
        self.series = series
        self.broker = broker
        self.clock = clock
        self.logger = logger
    }

    /// Returns when shut down; after the last step it waits, since a service that ends would end
    /// the city.
    package func run() async throws {
        try await cancelWhenGracefulShutdown {
            try await self.play()
            self.logger.info("replay ended")
            while true { try await Task.sleep(for: .seconds(3_600)) }
        } onEnd: {
        }
    }

    /// Plays the series once.
    /// - Throws: `StoreError`, `BrokerError`, `CancellationError`.
    package func play() async throws {
        for step in series.steps {
            try await clock.sleep(until: step.at)
            let facts = step.readings.map { reading in
                var fact = reading.fact
                fact.attribute = fact.attribute.adding("provenance", .property("replay"))
                return fact
            }
            let applied = try await broker.apply(facts, source: "replay", at: step.at)
            if !applied.failedRules.isEmpty {
                logger.error(
                    "rules failed in a replay", metadata: ["rules": "\(applied.failedRules)"])
            }
        }
    }
}
