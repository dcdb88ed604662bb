import CityBroker
import CityKernel

/// Brings the rows of a table into the broker. Good rows are stored, bad ones are named; doing it
/// again changes nothing. The table is the truth for its own columns: a cell that was emptied takes
/// its attribute away, and no other attribute is touched.
struct TableImporter: Sendable {
    /// Rows in one transaction.
    static let batchMax = 500

    let broker: Broker
    let cityID: String
    let clock: any CityClock

    /// Returns once every good row is durable.
    /// - Throws: `ImportRefusal` when columns are absent; `StoreError` and `BrokerError`: rows of
    ///   earlier batches are stored then, and the import can be repeated as it is.
    func run(
        _ mapping: ImportMapping, _ table: SourceTable, source: String
    ) async throws -> RowReport {
        var reader = try RowReader(mapping, table, cityID: cityID, now: clock.now)
        var report = RowReport()
        for fault in table.faults {
            report.read += 1
            report.add([
                RowFault(line: fault.line, column: "", seen: "", refusal: fault.refusal)
            ])
        }
        var batch: [ReadRow] = []
        for row in table.rows {
            report.read += 1
            switch reader.read(row) {
            case .row(let read): batch.append(read)
            case .repeated: report.repeated += 1
            case .bad(let faults): report.add(faults)
            }
            if batch.count == Self.batchMax {
                try await store(batch, mapping, source, into: &report)
                batch.removeAll(keepingCapacity: true)
            }
        }
        try await store(batch, mapping, source, into: &report)
        report.faults.sort { $0.line < $1.line }
        return report
    }

    private struct Counts: Sendable {
        var created = 0
        var changed = 0
        var unchanged = 0
    }

    private func store(
        _ batch: [ReadRow], _ mapping: ImportMapping, _ source: String,
        into report: inout RowReport
    ) async throws {
        guard !batch.isEmpty else { return }
        let types = mapping.types
        let counts = try await broker.write(source: source) { work in
            var counts = Counts()
            for row in batch {
                guard let known = try work.entity(row.id) else {
                    try work.apply(row.facts(types))
                    counts.created += 1
                    continue
                }
                let news = row.attributes.filter { !$0.attribute.says(known[$0.name]) }
                // A row that comes late says nothing of what is absent now.
                let gone = row.isLate(for: known) ? [] : row.emptied.filter { known[$0] != nil }
                try work.apply(news.map { Fact(row.id, types: types, $0.name, $0.attribute) })
                for name in gone { try work.deleteAttribute(name, of: row.id) }
                if news.isEmpty && gone.isEmpty {
                    counts.unchanged += 1
                } else {
                    counts.changed += 1
                }
            }
            return counts
        }.value
        report.created += counts.created
        report.changed += counts.changed
        report.unchanged += counts.unchanged
    }
}

extension ReadRow {
    /// Whether the entity has been observed later than this row.
    fileprivate func isLate(for known: Entity) -> Bool {
        attributes.contains { named in
            guard let here = named.attribute.observedAt, let there = known[named.name]?.observedAt
            else { return false }
            return here < there
        }
    }

    func facts(_ types: [String]) -> [Fact] {
        attributes.map { Fact(id, types: types, $0.name, $0.attribute) }
    }
}

extension Attribute {
    /// Whether `known` already says this; who wrote it and when does not matter.
    fileprivate func says(_ known: Attribute?) -> Bool {
        guard let known else { return false }
        return kind == known.kind && value == known.value && unitCode == known.unitCode
            && observedAt == known.observedAt
    }
}
