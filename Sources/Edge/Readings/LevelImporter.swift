package import CityBroker
package import CityKernel

/// Brings a table of water levels into the broker, in batches, and tells what became of each row.
///
/// A "no value" row is stored only when no other row of the table tells the value of that moment.
/// Importing a table twice stores nothing twice: the broker knows a reading by gauge, time and value.
package struct LevelImporter: Sendable {
    /// Facts in one transaction.
    package static let batchMax = 2_000
    /// "No value" rows that are remembered until the end of the table.
    package static let missingMax = 100_000

    private let broker: Broker
    private let rules: ReadingRules
    private let columns: LevelColumns
    private let clock: any CityClock

    package init(
        broker: Broker, rules: ReadingRules, columns: LevelColumns = LevelColumns(),
        clock: any CityClock
    ) {
        self.broker = broker
        self.rules = rules
        self.columns = columns
        self.clock = clock
    }

    /// Returns once every good row is durable.
    /// - Parameters:
    ///   - file: the name by which rows are reported.
    ///   - source: who says so; kept with the history.
    /// - Throws: `StoreError` and `BrokerError`; rows of earlier batches are stored then, and the
    ///   import can be repeated as it is.
    package func importTable(
        _ bytes: some Sequence<UInt8>, file: String, source: String
    ) async throws -> ImportReport {
        var reader = LevelTableReader(
            file: file, columns: columns, rules: rules, now: clock.now)
        reader.append(bytes)
        reader.finish()
        var report = ImportReport(file: file)
        var batch: [Fact] = []
        var known: Set<LevelMoment> = []
        var unknown: [LevelReading] = []
        while let row = reader.next() {
            switch row {
            case .reading(let reading, _):
                known.insert(LevelMoment(reading))
                batch.append(reading.fact)
                report.stored += 1
                report.newestReadingAt = max(
                    report.newestReadingAt ?? reading.observedAt, reading.observedAt)
            case .missing(let reading, _):
                if unknown.count < Self.missingMax { unknown.append(reading) }
                report.missing += 1
            case .repeated: report.repeated += 1
            case .refused(let refusal, let line, let seen):
                report.add(refusal, line: line, seen: seen)
            case .fileRefused(let diagnostic):
                report.diagnostics.append(diagnostic)
                continue
            }
            report.read += 1
            if batch.count == Self.batchMax {
                try await apply(&batch, source: source, to: &report)
            }
        }
        for reading in unknown where known.insert(LevelMoment(reading)).inserted {
            batch.append(reading.fact)
            if batch.count == Self.batchMax {
                try await apply(&batch, source: source, to: &report)
            }
        }
        try await apply(&batch, source: source, to: &report)
        return report
    }

    private func apply(
        _ batch: inout [Fact], source: String, to report: inout ImportReport
    ) async throws {
        guard !batch.isEmpty else { return }
        let applied = try await broker.apply(batch, source: source)
        report.failedRules.formUnion(applied.failedRules)
        batch.removeAll(keepingCapacity: true)
    }
}

/// The moment of one gauge, whatever its level.
struct LevelMoment: Hashable {
    var gaugeID: EntityID
    var observedAt: Timestamp

    init(_ reading: LevelReading) {
        gaugeID = reading.gaugeID
        observedAt = reading.observedAt
    }
}
